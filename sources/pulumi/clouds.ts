import type { Cloud } from "./cloud.js";
import type { Resource } from "./resource.js";

const azure = async () => (await import("./azure/index.js")).azure;

/** By package of the type token, as in `aws:ec2/instance:Instance`. */
const clouds: Readonly<Record<string, () => Promise<Cloud>>> = {
  aws: async () => (await import("./aws/index.js")).aws,
  azure,
  "azure-native": azure,
  gcp: async () => (await import("./gcp/index.js")).gcp,
  openstack: async () => (await import("./openstack/index.js")).openstack,
  kubernetes: async () => (await import("./kubernetes/index.js")).kubernetes,
  ovh: async () => (await import("./ovh/index.js")).ovh,
  oci: async () => (await import("./oci/index.js")).oci,
  digitalocean: async () => (await import("./digitalocean/index.js")).digitalocean,
  hcloud: async () => (await import("./hetzner/index.js")).hetzner,
  linode: async () => (await import("./linode/index.js")).linode,
  vultr: async () => (await import("./vultr/index.js")).vultr,
  scaleway: async () => (await import("./scaleway/index.js")).scaleway,
  alicloud: async () => (await import("./alicloud/index.js")).alicloud,
};

/** The clouds that a program uses; the others are not loaded. */
export async function cloudsOf(resources: readonly Resource[]): Promise<Cloud[]> {
  const used = new Set(resources.map(({ type }) => type.slice(0, type.indexOf(":"))));
  const loads = new Set(Object.entries(clouds).flatMap(([name, load]) => (used.has(name) ? [load] : [])));
  const found: Cloud[] = [];
  for (const load of loads) found.push(await load());
  return found;
}
