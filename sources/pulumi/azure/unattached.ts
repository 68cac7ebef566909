import { unknown } from "../../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, undecidedSet } from "../../../model/partial.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import type { Resource } from "../resource.js";
import type { Nic } from "./interfaces.js";
import { probesOf } from "./public-addresses.js";
import type { Direction } from "./rules.js";

/** A network interface that a group would be for, if there were one. */
export function imagined(resource: Resource): Nic {
  const at = `${resource.urn}#id`;
  return {
    resource,
    configurations: [],
    place: unknown(at),
    addresses: undecidedSet([at], everybody.certain),
    applications: { known: new Set(), outside: new Set(), missing: [at] },
  };
}

/** A filter that stands around nobody seen, as a subject of its own. */
export function alone(
  { urn, name }: Resource,
  what: string,
  filter: (direction: Direction) => Layer,
): NetworkInterface {
  const inward = filter("ingress");
  return {
    id: urn,
    name,
    kind: "unattached group",
    origin: "planned",
    evidence: { kind: "code", at: urn, says: `${what} ${name}` },
    ingress: [{ ...inward, rules: [probesOf(urn), ...inward.rules] }],
    egress: [filter("egress"), providerLayer("azure")],
  };
}
