import { AddressSet, loopback } from "../model/addresses.js";

export const families = { ipv4: AddressSet.of("0.0.0.0/0"), ipv6: AddressSet.of("::/0") } as const;

/** The clients that can reach a socket bound to this address: those of its family, loopback alone on a loopback address. */
export function clientsOfAddress(address: AddressSet): AddressSet {
  const family = address.overlaps(families.ipv4) ? families.ipv4 : families.ipv6;
  return loopback.contains(address) ? family.intersect(loopback) : family;
}

/** An address or block as a set; undefined for a text that is neither. */
export function addressesOf(text: string): AddressSet | undefined {
  try {
    return AddressSet.of(text);
  } catch {
    return undefined;
  }
}
