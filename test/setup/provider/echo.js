/**
 * A stand-in for the `aws` and `kubernetes` resource providers: a real provider process for the real engine that
 * answers every resource with its own inputs and contacts nothing. What the real ones compute (ids, lists left out) is
 * unknown at preview, as with them.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");
const provider = require("@pulumi/pulumi/proto/provider_pb.js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");

/** The engine's own marks for a text and a list that are not known yet. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownList = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";

const prefixes = { SecurityGroup: "sg", Instance: "i" };

/** The properties that a real provider fills in when the program leaves them out. */
const computedLists = { SecurityGroup: ["ingress", "egress"], Instance: ["vpcSecurityGroupIds"] };

let created = 0;

const methods = {
  getPluginInfo: () => new plugin.PluginInfo().setVersion("7.0.0"),
  getSchema: () => new provider.GetSchemaResponse().setSchema("{}"),
  checkConfig: (request) => new provider.CheckResponse().setInputs(request.getNews()),
  diffConfig: () => new provider.DiffResponse(),
  configure: () => new provider.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
  check: (request) => new provider.CheckResponse().setInputs(request.getNews()),
  diff: () => new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE),
  create: (request) => {
    const type = request.getUrn().split("::")[2].split(":").at(-1);
    const id = request.getPreview() ? "" : newId(type);
    return new provider.CreateResponse().setId(id).setProperties(outputs(request.getProperties(), type, id));
  },
  read: (request) => new provider.ReadResponse().setId(request.getId()).setProperties(request.getProperties()),
  update: (request) => new provider.UpdateResponse().setProperties(request.getNews()),
  delete: () => new Empty(),
  cancel: () => new Empty(),
};

/** `sg-00000000000000001`. */
function newId(type) {
  created += 1;
  return `${prefixes[type] ?? type.toLowerCase()}-${created.toString(16).padStart(17, "0")}`;
}

/** The inputs and what a provider computes, which is known once the resource exists. */
function outputs(inputs, type, id) {
  const lists = (computedLists[type] ?? []).map((name) => [name, id === "" ? unknownList : []]);
  const all = Struct.fromJavaScript({
    ...Object.fromEntries(lists),
    id: id === "" ? unknownText : id,
    arn: id === "" ? unknownText : `arn:aws:ec2:eu-west-1::${id}`,
  });
  for (const [name, value] of inputs.getFieldsMap().entries()) all.getFieldsMap().set(name, value);
  return all;
}

const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(
  ResourceProviderService,
  Object.fromEntries(
    Object.entries(methods).map(([name, answer]) => [name, (call, callback) => callback(null, answer(call.request))]),
  ),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
