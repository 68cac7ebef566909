import { AddressSet, internet, privateNetworks } from "../../../model/addresses.js";
import { InputError } from "../../../model/errors.js";
import { isUnknown } from "../../../model/maybe.js";
import { differenceOf, everybody, exactly, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import type { Input } from "../input.js";

export const everyIpv4 = AddressSet.of("0.0.0.0/0");
export const everyIpv6 = AddressSet.of("::/0");

/** The address of Azure's own services on every host (documentation, "What is IP address 168.63.129.16"). */
export const host = AddressSet.of("168.63.129.16");

/** Where health probes come from (documentation of the service tag AzureLoadBalancer); IPv6: the link-local twin. */
export const loadBalancer = AddressSet.of("168.63.129.16", "fe80::1234:5678:9abc");

/** What service tags that are not known here can cover: public addresses and those of the host's services. */
const tagBound = AddressSet.union(internet, AddressSet.of("169.254.169.254"));

/**
 * Blocks of the service tag AzureCloud, in which any customer can have an address: not all of it, for it grows by the
 * week (Microsoft download 56519, "Azure IP Ranges and Service Tags - Public Cloud").
 */
const someOfAzureCloud = AddressSet.of(
  ...["4.152.0.0/15", "13.64.0.0/15", "13.80.0.0/15", "13.84.0.0/15", "13.90.0.0/15", "20.2.0.0/15", "20.4.0.0/15"],
);

/** What a virtual network of unknown addresses can cover. */
export const networkBound = AddressSet.union(privateNetworks, host);

/**
 * The service tag Internet: everything outside the virtual network that the public internet reaches, with Azure's own
 * public addresses (documentation, "Virtual network service tags").
 */
export function internetOutside(network: PartialSet): PartialSet {
  return differenceOf(exactly(AddressSet.everything.subtract(privateNetworks)), network);
}

/**
 * The addresses that one prefix means: a block, `*`, or a service tag.
 * @param network what the tag VirtualNetwork covers there.
 * @throws InputError for a text that is neither.
 */
export function prefixOf(input: Input, network: PartialSet): PartialSet {
  const text = input.text();
  if (text === undefined) return undecidedSet([input.at]);
  if (isUnknown(text)) return undecidedSet(text.unknown);
  switch (text.trim().toLowerCase()) {
    case "*":
    case "any":
      return everybody;
    case "virtualnetwork":
      return network;
    case "internet":
      return internetOutside(network);
    case "azureloadbalancer":
      return exactly(loadBalancer);
  }
  if (isTag(text)) {
    const whole = undecidedSet([`${input.at} (addresses of the service tag ${text.trim()})`], tagBound);
    return text.trim().toLowerCase() === "azurecloud" ? unionOf(exactly(someOfAzureCloud), whole) : whole;
  }
  return exactly(block(input));
}

export function isTag(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]*([._][A-Za-z0-9]+)*$/.test(text.trim());
}

/** Several prefixes together; absent: nobody. */
export function prefixesOf(list: Input, network: PartialSet): PartialSet {
  const items = list.items() ?? [];
  return isUnknown(items) ? undecidedSet(items.unknown) : unionOf(...items.map((item) => prefixOf(item, network)));
}

/** Address blocks in which no tag can stand. */
export function blocksOf(inputs: readonly Input[], bound: AddressSet): PartialSet {
  return unionOf(
    ...inputs.map((input) => {
      const text = input.text();
      return typeof text === "string" ? exactly(block(input)) : undecidedSet([input.at], bound);
    }),
  );
}

/** @throws InputError when the text is no address block. */
export function block(input: Input): AddressSet {
  const text = input.text();
  try {
    return AddressSet.of(typeof text === "string" ? text : "");
  } catch (error) {
    throw new InputError(
      input.at,
      (error as RangeError).message,
      "Write `192.0.2.0/24`, `2001:db8::/32`, `*` or a service tag such as Internet.",
    );
  }
}
