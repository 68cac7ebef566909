import { isIP } from "node:net";
import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import { unknown } from "../model/maybe.js";
import { type Claim, claim } from "./claims.js";
import { clientsOfAddress, families } from "./sockets.js";

/** A socket of a mail server, as its configuration writes it. */
export interface Socket {
  /** An address without brackets, or a host name. */
  readonly host: string;
  readonly port: number;
  readonly evidence: Evidence;
}

/** The clients that a socket serves; undefined for a host name, which is not looked up. `::` takes IPv4 too. */
function servedBy(host: string): AddressSet | undefined {
  if (isIP(host) === 0) return undefined;
  const address = AddressSet.of(host);
  if (address.equals(AddressSet.of("::"))) return AddressSet.everything;
  return clientsOfAddress(address);
}

/** Who hears an answer on the port of these sockets, and who certainly not. */
export function listeningClaims(sockets: readonly Socket[]): {
  readonly clients: AddressSet;
  readonly claims: Claim[];
} {
  const evidence = sockets.map((each) => each.evidence);
  const sets = sockets.map((each) => servedBy(each.host));
  const served = AddressSet.union(...sets.flatMap((set) => (set ? [set] : [])));
  const named = sockets.filter((_, index) => sets[index] === undefined);
  const open = named.length > 0 ? served.complement() : AddressSet.empty;
  const names = named.map((each) => `the address of the host name in ${each.evidence.at}`);
  const claims = [
    claim("listening", served, true, evidence),
    claim("listening", open, unknown(...names), evidence),
    claim("listening", served.union(open).complement(), false, evidence),
  ];
  return { clients: served.union(open), claims };
}

/** Two sockets of one port that the system does not give to one program: the second one cannot be bound. */
export function collide(one: Socket, other: Socket): boolean {
  if (one.port !== other.port) return false;
  const [a, b] = [isIP(one.host), isIP(other.host)];
  if (a === 0 || b === 0) return one.host === other.host;
  const [first, second] = [AddressSet.of(one.host), AddressSet.of(other.host)];
  const wild = (set: AddressSet) => (set.equals(AddressSet.of("::")) ? AddressSet.everything : wildIpv4(set));
  return wild(first).overlaps(wild(second));
}

function wildIpv4(set: AddressSet): AddressSet {
  return set.equals(AddressSet.of("0.0.0.0")) ? families.ipv4 : set;
}
