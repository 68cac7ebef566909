import { isUnknown } from "../../../model/maybe.js";
import { type References, referencesAmong, referencesOf } from "../references.js";
import { inputOf, knownId, type Resource } from "../resource.js";
import { openEnds } from "./ids.js";
import type { Interfaces, Nic } from "./interfaces.js";
import { types } from "./types.js";

/** A network interface with the name of what it belongs to. */
export interface Named {
  readonly nic: Nic;
  readonly id: string;
  readonly name: string;
  readonly kind: "instance" | "interface";
  readonly cloudId?: string;
}

/** The network interfaces of a program under the names of their virtual machines; the first has the machine's own. */
export function namedInterfaces(resources: readonly Resource[], interfaces: Interfaces): Named[] {
  const kinds = types.virtualMachine as readonly string[];
  const machines = resources.filter(({ type }) => kinds.includes(type));
  const taken = new Set<Nic>();
  const attached = machines.flatMap((machine) => {
    const nics = interfacesOf(machine, interfaces).certain.flatMap((each) => interfaces.of(each) ?? []);
    const cloudId = knownId(machine);
    return nics.map((nic, i): Named => {
      taken.add(nic);
      if (i > 0) return { nic, id: nic.resource.urn, name: `${machine.name} ${nic.resource.name}`, kind: "instance" };
      return {
        nic,
        id: machine.urn,
        name: machine.name,
        kind: "instance",
        ...(cloudId === undefined ? {} : { cloudId }),
      };
    });
  });
  const loose = interfaces.all
    .filter((nic) => !taken.has(nic))
    .map((nic): Named => ({ nic, id: nic.resource.urn, name: nic.resource.name, kind: "interface" }));
  return [...attached, ...loose];
}

/** Virtual machines none of whose network interfaces are seen, with the inputs that name them. */
export function unseenMachines(
  resources: readonly Resource[],
  interfaces: Interfaces,
): { readonly machine: Resource; readonly missing: readonly string[] }[] {
  const kinds = types.virtualMachine as readonly string[];
  return resources
    .filter(({ type }) => kinds.includes(type))
    .flatMap((machine) => {
      const found = interfacesOf(machine, interfaces);
      const at = inputOf(machine, propertyOf(machine)).at;
      return found.certain.length > 0 ? [] : [{ machine, missing: [...new Set([...openEnds(found, at), at])].sort() }];
    });
}

function propertyOf(machine: Resource): "networkProfile" | "networkInterfaceIds" {
  return inputOf(machine, "networkProfile").isAbsent ? "networkInterfaceIds" : "networkProfile";
}

function interfacesOf(machine: Resource, { ids }: Interfaces): References {
  const property = propertyOf(machine);
  const input = inputOf(machine, property);
  if (property === "networkInterfaceIds") return referencesOf(machine, property, input, ids);
  const list = input.member("networkInterfaces");
  const items = list.items() ?? [];
  if (isUnknown(items)) return referencesOf(machine, property, list, ids);
  const primary = (each: (typeof items)[number]) => (each.member("primary").boolean() === true ? 0 : 1);
  const ordered = [...items].sort((a, b) => primary(a) - primary(b));
  return referencesAmong(
    machine,
    property,
    ordered.map((each) => each.member("id")),
    ids,
  );
}
