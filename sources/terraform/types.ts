import { alicloud } from "./types/alicloud.js";
import { aws, awsData } from "./types/aws.js";
import { azure, azureData } from "./types/azure.js";
import { carriers } from "./types/carriers.js";
import { digitalocean } from "./types/digitalocean.js";
import { google } from "./types/google.js";
import { hetzner } from "./types/hetzner.js";
import { kubernetes } from "./types/kubernetes.js";
import { linode } from "./types/linode.js";
import { oci } from "./types/oci.js";
import { openstack } from "./types/openstack.js";
import { ovh } from "./types/ovh.js";
import { scaleway } from "./types/scaleway.js";
import type { TerraformType } from "./types/type.js";
import { vultr } from "./types/vultr.js";

export type { TerraformType } from "./types/type.js";

/** Every type that is read, by cloud. */
export const terraformTypes: Readonly<Record<string, TerraformType>> = {
  ...aws,
  ...azure,
  ...google,
  ...kubernetes,
  ...openstack,
  ...ovh,
  ...oci,
  ...digitalocean,
  ...hetzner,
  ...linode,
  ...vultr,
  ...scaleway,
  ...alicloud,
  ...carriers,
};

/** Data sources that say what something is which the program does not manage. */
export const dataTypes: Readonly<Record<string, TerraformType>> = { ...awsData, ...azureData };

type Naming = (type: TerraformType, name: string) => string;

/** A plan repeats few names many times. */
function remembered(naming: Naming): Naming {
  const known = new Map<TerraformType, Map<string, string>>();
  return (type, name) => {
    const names = known.get(type) ?? new Map<string, string>();
    const found = names.get(name);
    if (found !== undefined) return found;
    const named = naming(type, name);
    if (names.size < mostNames) known.set(type, names.set(name, named));
    return named;
  };
}

const mostNames = 1000;

/** `cidr_blocks` as Pulumi's bridge writes it: `cidrBlocks`. */
export const pulumiName = remembered(
  (type, name) => type.renamed?.[name] ?? name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
);

/** The way back, for paths. */
export const terraformName = remembered((type, name) => {
  const renamed = Object.entries(type.renamed ?? {}).find(([, pulumi]) => pulumi === name);
  return renamed?.[0] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
});
