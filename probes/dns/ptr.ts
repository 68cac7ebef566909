import type ipaddr from "ipaddr.js";
import { AddressSet, internet } from "../../model/addresses.js";
import type { FactValues } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { required } from "../../model/required.js";
import { printable } from "../transcript.js";
import type { Resolver } from "./resolver.js";

const { isValid, parse } = required<typeof ipaddr>("ipaddr.js");

/** Names of one address that are followed. */
export const mostNames = 3;

/**
 * The names of addresses, and whether one of them leads back (RFC 1912 section 2.1). Private addresses have names in their
 * own network alone: they are asked only of a server that the user names.
 */
export async function lookUpPtr(
  resolver: Resolver,
  addresses: readonly string[],
): Promise<{ value: Maybe<FactValues["ptr"]>; silent: boolean }> {
  const asked = addresses.filter((each) => resolver.named || internet.contains(AddressSet.of(each)));
  const found = await Promise.all(asked.map((address) => nameOf(resolver, address)));
  const failed = found.filter((each) => "why" in each)[0];
  if (failed) return { value: unknown(failed.why), silent: failed.silent };
  return { value: found.filter((each) => "address" in each), silent: false };
}

async function nameOf(
  resolver: Resolver,
  address: string,
): Promise<FactValues["ptr"][number] | { readonly why: string; readonly silent: boolean }> {
  const { records, failure, silent = false } = await resolver.ask(reverseName(address), "PTR");
  if (failure !== undefined) return { why: failure, silent };
  const names = [...new Set(records.map((each) => each.toLowerCase()))].sort().slice(0, mostNames);
  const type = parse(address).kind() === "ipv4" ? "A" : "AAAA";
  const back = await Promise.all(names.map((name) => resolver.ask(name, type)));
  const confirmed = back.some((each) => each.records.some((found) => isSame(found, address)));
  const unanswered = back.find((each) => each.failure !== undefined)?.failure;
  if (!confirmed && unanswered !== undefined) return { why: unanswered, silent: false };
  return { address, names: names.map(printable), confirmed };
}

function isSame(found: string, address: string): boolean {
  return isValid(found) && parse(found).toNormalizedString() === parse(address).toNormalizedString();
}

/** `25.2.0.192.in-addr.arpa`; the nibbles of an IPv6 address under `ip6.arpa`. */
function reverseName(address: string): string {
  const bytes = parse(address).toByteArray();
  if (bytes.length === 4) return `${bytes.toReversed().join(".")}.in-addr.arpa`;
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 0xf]);
  return `${nibbles
    .toReversed()
    .map((each) => each.toString(16))
    .join(".")}.ip6.arpa`;
}
