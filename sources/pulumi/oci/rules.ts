import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import { type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import {
  addressBlock,
  type Direction,
  exactPorts,
  filterRules,
  portsBetween,
  protocolNamed,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";

/** Rules only allow; a stateless one lets no answer through by itself. */
export interface OciRule extends FilterRule {
  readonly stateless: Maybe<boolean>;
}

/** Says which addresses the id of a network security group stands for. */
export type MembersReader = (id: Input) => PartialSet;

/** What a list's rule and a network security group's rule call the ports of the destination. */
type PortsOf = (tcpOptions: Input) => readonly [Input, Input];

export const ofList: PortsOf = (options) => [options.member("min"), options.member("max")];
export const ofGroup: PortsOf = (options) => {
  const range = options.member("destinationPortRange");
  return [range.member("min"), range.member("max")];
};

/**
 * Reads one rule. Without `tcpOptions` it is for every port.
 * @throws InputError for an address or a port range that Oracle does not accept.
 */
export function rulesOf(rule: Input, direction: Direction, portsOf: PortsOf, members: MembersReader): OciRule[] {
  const protocol = mapKnown(rule.member("protocol").text() ?? unknown(rule.at), (text) =>
    protocolNamed(text, ["all"], rule.member("protocol").at),
  );
  const options = rule.member("tcpOptions");
  const [low, high] = portsOf(options);
  const tcp = protocol === "tcp" || isUnknown(protocol);
  const range = options.member("sourcePortRange");
  const own = range.isAbsent ? exactPorts(PortSet.all) : portsBetween(range.member("min"), range.member("max"));
  const sourcePorts = own.missing.length > 0 ? unknown(...own.missing) : own.certain;
  const stateless = rule.member("stateless").boolean() ?? false;
  const stated = {
    at: rule.at,
    direction,
    action: "allow" as const,
    protocol,
    ports: tcp ? portsBetween(low, high) : exactPorts(protocol === "any" ? PortSet.all : PortSet.empty),
    ...(tcp && sourcePorts !== PortSet.all ? { sourcePorts } : {}),
    peers: peersOf(rule, direction, members),
    ...spelledIn(rule.member(direction === "ingress" ? "source" : "destination")),
  };
  return filterRules(stated).map((each) => ({ ...each, stateless }));
}

function peersOf(rule: Input, direction: Direction, members: MembersReader): PartialSet {
  const name = direction === "ingress" ? "source" : "destination";
  const peer = rule.member(name);
  const type = rule.member(`${name}Type`);
  const kind = type.text() ?? "CIDR_BLOCK";
  if (peer.isAbsent || isUnknown(kind)) return undecidedSet(missingOf(kind, unknown(peer.at)));
  if (kind === "NETWORK_SECURITY_GROUP") return members(peer);
  return kind === "CIDR_BLOCK" || kind === "" ? addressBlock(peer) : undecidedSet([peer.at]);
}
