import { internet } from "../model/addresses.js";
import { isUnknown, type Maybe } from "../model/maybe.js";
import type { FilterRule } from "../model/network.js";
import type { PartialSet } from "../model/partial.js";
import type { PortSet } from "../model/ports.js";

/** What the rules of AWS's packet filters mean, whether they were read from a program or from the API. */

export type Direction = "ingress" | "egress";

export const layerName = "security group";
export const aclLayerName = "network ACL";
export const addressLayerName = "public address";
export const routeLayerName = "route";
export const transitLayerName = "transit gateway";

/**
 * A reference to a group matches the private addresses of its members; traffic from the internet never matches it
 * (Amazon VPC user guide, "Security group referencing").
 */
export const membersBound = internet.complement();

/** `-1` and `all` are every protocol; a number is the IANA one, 6 is TCP. */
export function protocolNamed(name: string): "any" | "tcp" | "other" {
  const spelling = name.trim().toLowerCase();
  if (spelling === "-1" || spelling === "all") return "any";
  return spelling === "tcp" || spelling === "6" ? "tcp" : "other";
}

/** The sentence of a rule's evidence: `lets in tcp 587 from 192.0.2.0/24`; with a verb of its own `rule 100 denies tcp 587 from …`. */
export function sentenceOf(
  direction: Direction,
  protocol: FilterRule["protocol"],
  ports: Maybe<PortSet>,
  peers: PartialSet,
  verb = direction === "ingress" ? "lets in" : "lets out",
): string {
  const what = isUnknown(protocol) || isUnknown(ports) ? "traffic not known yet" : trafficName(protocol, ports);
  const who = peers.missing.length > 0 ? "addresses not known yet" : peers.certain.toString();
  // Joined, because a program has many rules: a text put together from parts keeps each of them.
  return [verb, what, direction === "ingress" ? "from" : "to", who].join(" ");
}

function trafficName(protocol: "any" | "tcp" | "other", ports: PortSet): string {
  if (protocol === "any") return "every protocol and port";
  return protocol === "tcp" ? `tcp ${ports}` : "a protocol other than tcp";
}
