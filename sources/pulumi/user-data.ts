import { isUnknown } from "../../model/maybe.js";
import type { NetworkInterface } from "../../model/network.js";
import { hostLayersInUserData } from "../cloud-init-firewall.js";
import { behind } from "../host-firewall/machine.js";
import type { Input } from "./input.js";
import { inputOf, type Resource } from "./resource.js";

/** Where machines carry user data or scripts for their first boot, by type token; a new carrier is one line here. */
const carriers: Readonly<Record<string, (resource: Resource) => readonly Input[]>> = {
  "aws:ec2/instance:Instance": named("userData", "userDataBase64"),
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": named("userData", "userDataBase64"),
  "aws:lightsail/instance:Instance": named("userData"),
  "gcp:compute/instance:Instance": inGoogleMetadata,
  "openstack:compute/instance:Instance": named("userData"),
  "azure-native:compute:VirtualMachine": (machine) => [
    inputOf(machine, "osProfile").revealed().member("customData"),
    inputOf(machine, "userData"),
  ],
  "azure:compute/virtualMachine:VirtualMachine": (machine) => [
    inputOf(machine, "osProfile").revealed().member("customData"),
  ],
  "azure:compute/linuxVirtualMachine:LinuxVirtualMachine": named("customData", "userData"),
  "ovh:CloudProject/instance:Instance": named("userData"),
  "oci:Core/instance:Instance": (instance) => [inputOf(instance, "metadata").member("user_data")],
  "alicloud:ecs/instance:Instance": named("userData"),
  "digitalocean:index/droplet:Droplet": named("userData"),
  "hcloud:index/server:Server": named("userData"),
  "linode:index/instance:Instance": inLinodeMetadata,
  "vultr:index/instance:Instance": named("userData"),
  "scaleway:instance/server:Server": inScalewayUserData,
  "scaleway:index/instanceServer:InstanceServer": inScalewayUserData,
};

/** Templates make machines that are not resources of the program. */
const templates: typeof carriers = {
  "aws:ec2/launchTemplate:LaunchTemplate": named("userData"),
  "aws:ec2/launchConfiguration:LaunchConfiguration": named("userData", "userDataBase64"),
  "gcp:compute/instanceTemplate:InstanceTemplate": inGoogleMetadata,
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": inGoogleMetadata,
  "azure-native:compute:VirtualMachineScaleSet": (set) => {
    const profile = inputOf(set, "virtualMachineProfile").revealed();
    return [profile.member("osProfile").member("customData"), profile.member("userData")];
  },
  "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet": named("customData", "userData"),
  "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate": named("userData"),
  "oci:Core/instanceConfiguration:InstanceConfiguration": inOracleDetails,
};

/** User data, and the URN of the machine that runs it. */
export interface UserData {
  readonly input: Input;
  readonly hostedBy?: string;
}

export function userDataOf(resource: Resource): UserData[] {
  const [ofMachine, ofTemplate] = [carriers[resource.type], templates[resource.type]];
  if (!ofMachine && !ofTemplate) return [];
  const [own, others] = [ofMachine?.(resource) ?? [], ofTemplate?.(resource) ?? []];
  return [...own.map((input) => ({ input, hostedBy: resource.urn })), ...others.map((input) => ({ input }))];
}

/**
 * The interfaces of machines whose user data sets up the host's own firewall, behind that one as well.
 * @throws InputError when the encoding of user data is damaged.
 */
export async function behindHostFirewalls(
  interfaces: readonly NetworkInterface[],
  resources: readonly Resource[],
): Promise<NetworkInterface[]> {
  const found = new Map<string, NonNullable<Awaited<ReturnType<typeof hostLayersInUserData>>>>();
  for (const { input, hostedBy } of resources.flatMap(userDataOf)) {
    const text = input.revealed().text();
    if (hostedBy === undefined || text === undefined || isUnknown(text)) continue;
    const layers = await hostLayersInUserData(text, input.at);
    if (layers) found.set(hostedBy, layers);
  }
  if (found.size === 0) return [...interfaces];
  return interfaces.map((nic) => {
    const layers = found.get(nic.id) ?? found.get(nic.id.split("#")[0] ?? "");
    return layers === undefined ? nic : behind(nic, layers);
  });
}

function named(...names: readonly string[]): (resource: Resource) => Input[] {
  return (resource) => names.map((name) => inputOf(resource, name));
}

function inGoogleMetadata(instance: Resource): readonly Input[] {
  const metadata = inputOf(instance, "metadata").revealed();
  return [metadata.member("user-data"), metadata.member("startup-script"), inputOf(instance, "metadataStartupScript")];
}

function inLinodeMetadata(linode: Resource): readonly Input[] {
  const items = inputOf(linode, "metadatas").revealed().items() ?? [];
  return isUnknown(items) ? [] : items.map((each) => each.member("userData"));
}

function inScalewayUserData(server: Resource): readonly Input[] {
  return [inputOf(server, "userData").revealed().member("cloud-init"), inputOf(server, "cloudInit")];
}

/** Of `instanceType` compute one machine's details, of instance_options those of several. */
function inOracleDetails(configuration: Resource): readonly Input[] {
  const details = inputOf(configuration, "instanceDetails").revealed();
  const options = details.member("options").items() ?? [];
  return [details, ...(isUnknown(options) ? [] : options)].map((each) =>
    each.member("launchDetails").member("metadata").revealed().member("user_data"),
  );
}
