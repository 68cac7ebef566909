import type { MailDefinition } from "../../model/mail.js";
import { isUnknown } from "../../model/maybe.js";
import { mailDefinitionsInUserData } from "../cloud-init.js";
import { decoded, textOf } from "../encodings.js";
import { mailDefinitionsIn } from "../mail/index.js";
import { treeOf } from "../mail/tree.js";
import type { Input } from "./input.js";
import { inputOf, type Resource } from "./resource.js";

/** Where a program can carry mail-server files, by type token; a new carrier is one line here. */
const carriers: Readonly<Record<string, (resource: Resource) => MailDefinition[]>> = {
  "aws:ec2/instance:Instance": (instance) => [
    ...inUserData(inputOf(instance, "userData"), instance.urn),
    ...inUserData(inputOf(instance, "userDataBase64"), instance.urn),
  ],
  "aws:ec2/launchTemplate:LaunchTemplate": (template) => inUserData(inputOf(template, "userData")),
  "openstack:compute/instance:Instance": (instance) => inUserData(inputOf(instance, "userData"), instance.urn),
  "azure-native:compute:VirtualMachine": (machine) => [
    ...inUserData(inputOf(machine, "osProfile").revealed().member("customData"), machine.urn),
    ...inUserData(inputOf(machine, "userData"), machine.urn),
  ],
  "azure:compute/linuxVirtualMachine:LinuxVirtualMachine": (machine) => [
    ...inUserData(inputOf(machine, "customData"), machine.urn),
    ...inUserData(inputOf(machine, "userData"), machine.urn),
  ],
  "ovh:CloudProject/instance:Instance": (instance) => inUserData(inputOf(instance, "userData"), instance.urn),
  "oci:Core/instance:Instance": (instance) =>
    inUserData(inputOf(instance, "metadata").member("user_data"), instance.urn),
  "alicloud:ecs/instance:Instance": (instance) => inUserData(inputOf(instance, "userData"), instance.urn),
  "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate": (template) => inUserData(inputOf(template, "userData")),
  "digitalocean:index/droplet:Droplet": (droplet) => inUserData(inputOf(droplet, "userData"), droplet.urn),
  "hcloud:index/server:Server": (server) => inUserData(inputOf(server, "userData"), server.urn),
  "linode:index/instance:Instance": inLinodeMetadata,
  "vultr:index/instance:Instance": (instance) => inUserData(inputOf(instance, "userData"), instance.urn),
  "scaleway:instance/server:Server": inScalewayUserData,
  "scaleway:index/instanceServer:InstanceServer": inScalewayUserData,
  "kubernetes:core/v1:ConfigMap": inConfigMap,
};

/**
 * The mail-server definitions that a program carries. Content that is wholly unknown says nothing about mail and gives no
 * definition; one that is partly known lists what is missing.
 * @throws InputError when a carrier holds mail files that cannot be read.
 */
export function mailDefinitionsOf(resources: readonly Resource[]): MailDefinition[] {
  const found = resources.flatMap((resource) => carriers[resource.type]?.(resource) ?? []);
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function inUserData(input: Input, hostedBy?: string): MailDefinition[] {
  const text = input.revealed().text();
  if (text === undefined || isUnknown(text)) return [];
  const host = hostedBy === undefined ? {} : { hostedBy };
  return mailDefinitionsInUserData(text, { at: input.at, origin: "planned", ...host });
}

function inLinodeMetadata(linode: Resource): MailDefinition[] {
  const items = inputOf(linode, "metadatas").revealed().items() ?? [];
  return isUnknown(items) ? [] : items.flatMap((each) => inUserData(each.member("userData"), linode.urn));
}

function inScalewayUserData(server: Resource): MailDefinition[] {
  const named = inputOf(server, "userData").revealed().member("cloud-init");
  return [...inUserData(named, server.urn), ...inUserData(inputOf(server, "cloudInit"), server.urn)];
}

/** A ConfigMap whose keys are a mail server's file names, as text or as binary data in base64. */
function inConfigMap(resource: Resource): MailDefinition[] {
  const places = new Map<string, Input>();
  const files = new Map<string, string | undefined>();
  for (const [property, read] of [
    ["data", textOf],
    ["binaryData", fromBase64],
  ] as const) {
    const holder = inputOf(resource, property).revealed();
    for (const name of holder.names()) {
      const input = holder.member(name).revealed();
      const text = input.text() ?? "";
      places.set(name, input);
      files.set(name, isUnknown(text) ? undefined : read(text, input.at));
    }
  }
  // A file is named by its path, an input that is missing by its resource as well.
  const at = (name: string) => (files.get(name) === undefined ? places.get(name)?.at : places.get(name)?.path) ?? name;
  return mailDefinitionsIn(treeOf(files, at), { origin: "planned", idOf: () => `${resource.urn}#data` });
}

function fromBase64(text: string, at: string): string {
  return textOf(decoded(text, "base64", at));
}
