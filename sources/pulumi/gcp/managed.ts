import { isUnknown } from "../../../model/maybe.js";
import { referenceOf } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { type Nic, nicsOf } from "./instances.js";
import type { Accounts } from "./labels.js";
import { Named } from "./named.js";
import type { Networks } from "./networks.js";
import type { SecureTags } from "./secure-tags.js";

export const managerTypes = [
  "gcp:compute/instanceGroupManager:InstanceGroupManager",
  "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
];
export const templateTypes = [
  "gcp:compute/instanceTemplate:InstanceTemplate",
  "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
];

/** The instances of managed groups, one for each version: as their template makes them, under the group's name. */
export function managedNics(
  resources: readonly Resource[],
  networks: Networks,
  accounts: Accounts,
  secure: SecureTags,
): Nic[] {
  const templates = new Named(resources, templateTypes);
  return resources
    .filter(({ type }) => managerTypes.includes(type))
    .flatMap((manager) => {
      const versions = inputOf(manager, "versions").items() ?? [];
      return (isUnknown(versions) ? [] : versions).flatMap((version, i) => {
        const named = version.member("instanceTemplate");
        const [template] = referenceOf(manager, "versions", named, templates).certain;
        const nics = template ? nicsOf(template, networks, accounts, secure) : [];
        return nics.map(({ cloudId: _, ...nic }, k): Nic => {
          const first = i === 0 && k === 0;
          const suffix = [...(i > 0 ? [`version ${i + 1}`] : []), ...(k > 0 ? [`nic${k}`] : [])].join(" ");
          return {
            ...nic,
            id: first ? manager.urn : `${version.at}${k > 0 ? `.nic${k}` : ""}`,
            name: suffix === "" ? manager.name : `${manager.name} ${suffix}`,
            resource: manager,
          };
        });
      });
    });
}
