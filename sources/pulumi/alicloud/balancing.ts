import { AddressSet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { everybody, exactly, type PartialSet } from "../../../model/partial.js";
import type { Attached } from "../filter-groups.js";
import { everyIpv4 } from "../filter-rules.js";
import type { Input } from "../input.js";
import type { Targets } from "../references.js";
import type { Resource } from "../resource.js";
import type { Machines } from "./machines.js";
import type { RankedRule } from "./rules.js";

/** What stands around load balancers and the machines behind. */
export interface Around {
  readonly machines: Machines;
  readonly servers: Targets;
  /** Layers that every address of the program meets. */
  readonly before: readonly Layer[];
  groups(attached: Attached<RankedRule>, at: string): Layer;
  target(machine: Resource): Layer;
}

/** Of an address's version: `ipv4`, which is the default, `ipv6`, `DualStack`. */
export function familiesOf(version: Input): PartialSet {
  const text = version.text() ?? "ipv4";
  if (isUnknown(text)) return { certain: AddressSet.empty, possible: AddressSet.everything, missing: text.unknown };
  return /^ipv4$/i.test(text) ? exactly(everyIpv4) : everybody;
}
