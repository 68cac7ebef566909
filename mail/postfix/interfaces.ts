import { AddressSet, loopback } from "../../model/addresses.js";
import { families } from "../sockets.js";
import { type AddressList, emptyList } from "./address-list.js";
import type { Settings } from "./settings.js";
import { tokens } from "./tokens.js";

/** The address families Postfix uses. @throws Stops when a name is none of all, ipv4, ipv6. */
export function protocolsOf(settings: Settings): AddressSet {
  let set = AddressSet.empty;
  for (const name of tokens(settings.text("inet_protocols"))) {
    if (name === "all") set = AddressSet.everything;
    else if (name === "ipv4" || name === "ipv6") set = set.union(families[name]);
    else throw settings.stops("inet_protocols", "inet_protocols names no protocol (all, ipv4, ipv6)");
  }
  return set;
}

/** One address a socket is bound to: a wildcard, an address, or a host name that is not looked up. */
export type Binding = { readonly any: AddressSet } | { readonly address: AddressSet } | { readonly name: string };

/** Where a service without a host part listens. */
export function interfacesOf(settings: Settings): Binding[] {
  const protocols = protocolsOf(settings);
  const value = settings.text("inet_interfaces");
  if (value.toLowerCase() === "all") return [{ any: protocols }];
  if (value === "loopback-only") return bindTo("localhost", protocols);
  return value
    .split(/[ \t,]+/)
    .filter((host) => host !== "")
    .flatMap((host) => bindTo(host, protocols));
}

/** `localhost`, an address with or without brackets, or a name. */
export function bindTo(host: string, protocols: AddressSet): Binding[] {
  const bare = host.replace(/^\[(?:ipv6:)?(.*)\]$/i, "$1");
  const literal = /^localhost$/i.test(bare) ? ["127.0.0.1", "::1"] : [bare];
  let address: AddressSet;
  try {
    address = AddressSet.of(...literal);
  } catch {
    return [{ name: host }];
  }
  if (bare === "0.0.0.0" || bare === "::") return [{ any: bare === "::" ? families.ipv6 : families.ipv4 }];
  const usable = address.intersect(protocols);
  return usable.isEmpty ? [] : [{ address: usable }];
}

/** The clients a binding serves: those of its families, loopback alone on a loopback address; a name leaves it open. */
export function clientsOf(binding: Binding): AddressSet | undefined {
  if ("any" in binding) return binding.any;
  if ("name" in binding) return undefined;
  const sameFamily = AddressSet.union(
    ...(["ipv4", "ipv6"] as const)
      .filter((each) => binding.address.overlaps(families[each]))
      .map((each) => families[each]),
  );
  return loopback.contains(binding.address) ? sameFamily.intersect(loopback) : sameFamily;
}

/**
 * The machine's own addresses. Only the loopback ones can be named; a client that comes from another own address is
 * the machine itself and is left out.
 */
export function ownAddresses(settings: Settings): AddressSet {
  return AddressSet.union(
    ...interfacesOf(settings).flatMap((each) => {
      if ("any" in each) return [AddressSet.of("127.0.0.1", "::1").intersect(each.any)];
      return "address" in each ? [each.address] : [];
    }),
  );
}

/** What `mynetworks` is where no line sets it: made from `mynetworks_style` and the interfaces. */
export function defaultMynetworks(settings: Settings): AddressList {
  const own = ownAddresses(settings);
  switch (settings.text("mynetworks_style")) {
    case "host":
      return { ...emptyList, certain: own, possible: own };
    case "subnet":
    case "class": {
      const local = own.overlaps(AddressSet.of("127.0.0.0/8")) ? AddressSet.of("127.0.0.0/8") : AddressSet.empty;
      const certain = own.union(local);
      if (loopback.contains(own) && interfacesOf(settings).every((each) => "address" in each))
        return { ...emptyList, certain, possible: certain };
      const missing = ["mynetworks (mynetworks_style takes it from the machine's interfaces)"];
      return { ...emptyList, certain, possible: protocolsOf(settings), missing };
    }
    default:
      throw settings.stops("mynetworks_style", "mynetworks_style is none of host, subnet, class");
  }
}
