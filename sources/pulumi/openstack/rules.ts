import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule } from "../../../model/network.js";
import { exactly, intersectionOf, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import {
  addressBlock,
  type Direction,
  everyIpv4,
  everyIpv6,
  exactPorts,
  filterRules,
  type PortBounds,
  portsBetween,
  protocolNamed,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";

/** Says which addresses a remote group stands for, within a family. */
export type RemoteReader = (id: Input, bound: AddressSet) => PartialSet;

/**
 * Reads a `SecGroupRule`: without a remote it is for every address of its family (Networking API v2.0).
 * @throws InputError for an address or a port range that OpenStack does not accept.
 */
export function ruleOf(rule: Input, direction: Direction, remote: RemoteReader, ethertype = "ethertype"): FilterRule[] {
  const protocol = mapKnown(text(rule.member("protocol")) ?? "any", (name) =>
    protocolNamed(name, ["any", "0"], rule.member("protocol").at),
  );
  const family = familyOf(rule.member(ethertype));
  const prefix = rule.member("remoteIpPrefix");
  const bound = family.possible;
  const sets = [
    family,
    ...(text(prefix) === undefined ? [] : [addressBlock(prefix, bound)]),
    ...(text(rule.member("remoteGroupId")) === undefined ? [] : [remote(rule.member("remoteGroupId"), bound)]),
    ...(text(rule.member("remoteAddressGroupId")) === undefined
      ? []
      : [undecidedSet([rule.member("remoteAddressGroupId").at], bound)]),
  ];
  const peers = intersectionOf(...sets);
  const ports = portsOf(rule.member("portRangeMin"), rule.member("portRangeMax"), protocol);
  const written = spelledIn(prefix);
  return filterRules({ at: rule.at, direction, action: "allow", protocol, ports, peers, ...written });
}

/**
 * Reads a block of the older `compute/secGroup`, which are all for inbound IPv4 or what their `cidr` says.
 * @throws InputError for an address or a port range that OpenStack does not accept.
 */
export function novaRule(rule: Input, remote: RemoteReader, self: (bound: AddressSet) => PartialSet): FilterRule[] {
  const protocol = mapKnown(text(rule.member("ipProtocol")) ?? unknown(rule.at), (name) =>
    protocolNamed(name, [], rule.member("ipProtocol").at),
  );
  const ports = portsOf(rule.member("fromPort"), rule.member("toPort"), protocol);
  const stated = { at: rule.at, direction: "ingress", action: "allow", protocol, ports } as const;
  const all = AddressSet.everything;
  const cidr = rule.member("cidr");
  const from = rule.member("fromGroupId");
  const peers =
    text(cidr) !== undefined
      ? addressBlock(cidr)
      : text(from) !== undefined
        ? remote(from, all)
        : rule.member("self").boolean() === true
          ? self(all)
          : undecidedSet([rule.at]);
  return filterRules({ ...stated, peers, ...spelledIn(cidr) });
}

/** The provider writes a text that is not given as an empty one. */
function text(input: Input): Maybe<string> | undefined {
  const value = input.text();
  return value === "" ? undefined : value;
}

function familyOf(ethertype: Input): PartialSet {
  const stated = ethertype.text() ?? "IPv4";
  if (isUnknown(stated)) return undecidedSet(stated.unknown, AddressSet.everything);
  return exactly(stated.toLowerCase() === "ipv6" ? everyIpv6 : everyIpv4);
}

/**
 * Without a range every port. The provider leaves a 0 out of its request (`omitempty` in gophercloud's CreateOpts), so
 * 0 to 0 is every port as well. ICMP puts type and code there.
 */
function portsOf(low: Input, high: Input, protocol: FilterRule["protocol"]): PortBounds {
  if (protocol === "any" || protocol === "other") return exactPorts(protocol === "any" ? PortSet.all : PortSet.empty);
  const reversed = Number(high.number()) < Number(low.number());
  if (isUnknown(protocol) && reversed)
    return { certain: PortSet.empty, possible: PortSet.all, missing: protocol.unknown };
  return low.number() === 0 && high.number() === 0 ? exactPorts(PortSet.all) : portsBetween(low, high);
}
