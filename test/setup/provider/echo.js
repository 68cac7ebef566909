/**
 * A stand-in for the `aws` and `kubernetes` resource providers: a real provider process for the real engine that
 * answers every resource with its own inputs and contacts nothing. At preview, ids are unknown, as with the real ones.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");
const provider = require("@pulumi/pulumi/proto/provider_pb.js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");

/** The engine's own spelling of "a string that is not known yet". */
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const ids = { SecurityGroup: "sg", Instance: "i", Subnet: "subnet", Vpc: "vpc", SecurityGroupRule: "sgrule" };

let created = 0;

/** `urn:pulumi:stack::project::aws:ec2/securityGroup:SecurityGroup::mail` → `sg-0000000000000001`. */
function newId(urn) {
  created += 1;
  const type = urn.split("::")[2].split(":").at(-1);
  return `${ids[type] ?? type.toLowerCase()}-${created.toString(16).padStart(17, "0")}`;
}

/** The inputs and what a provider computes: known once the resource exists. */
function outputs(inputs, computed) {
  const all = new Struct(inputs.toArray());
  all.getFieldsMap().set("arn", Struct.fromJavaScript({ arn: computed }).getFieldsMap().get("arn"));
  return all;
}

const methods = {
  getPluginInfo: () => new plugin.PluginInfo().setVersion("7.0.0"),
  getSchema: () => new provider.GetSchemaResponse().setSchema("{}"),
  checkConfig: (request) => new provider.CheckResponse().setInputs(request.getNews()),
  diffConfig: () => new provider.DiffResponse(),
  configure: () => new provider.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
  check: (request) => new provider.CheckResponse().setInputs(request.getNews()),
  diff: () => new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE),
  create: (request) => {
    const id = request.getPreview() ? "" : newId(request.getUrn());
    const properties = outputs(request.getProperties(), id ? `arn:aws:ec2:eu-west-1::${id}` : unknownString);
    return new provider.CreateResponse().setId(id).setProperties(properties);
  },
  read: (request) => new provider.ReadResponse().setId(request.getId()).setProperties(request.getProperties()),
  update: (request) => new provider.UpdateResponse().setProperties(request.getNews()),
  delete: () => new Empty(),
  cancel: () => new Empty(),
};

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
