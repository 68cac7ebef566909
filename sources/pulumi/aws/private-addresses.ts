import { AddressSet } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import { exactly, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { ipv4, ipv6 } from "../../layers.js";
import type { Input } from "../input.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { block } from "./rules.js";
import type { Subnets } from "./subnets.js";

const single = ["privateIp"];
const lists = ["privateIps", "privateIpLists", "secondaryPrivateIps"];
const sixes = ["ipv6Addresses", "ipv6AddressLists"];

/** The addresses that a machine surely has in its network: as the program sets them, else as they were reported. */
export function setAddresses(holders: readonly Resource[]): AddressSet {
  const found = holders.flatMap((each) => [
    ...valuesOf(each, single, lists).map((input) => block(input, ipv4).certain),
    ...valuesOf(each, [], sixes).map((input) => block(input, ipv6).certain),
  ]);
  return AddressSet.union(...found);
}

/** The IPv4 addresses from which a machine sends inside its network: where they are not set, any of its subnets'. */
export function sendingFrom(holders: readonly Resource[], subnets: Subnets): PartialSet {
  const set = setAddresses(holders).intersect(ipv4);
  if (!set.isEmpty) return exactly(set);
  const blocks = unionOf(...holders.flatMap((each) => subnets.all(each)).map((place) => subnets.blocksOf(place)));
  const at = holders[0] ? inputOf(holders[0], "privateIp").at : "";
  return undecidedSet([at], blocks.possible.isEmpty ? ipv4 : blocks.possible);
}

function valuesOf(machine: Resource, texts: readonly string[], lists: readonly string[]): Input[] {
  for (const read of [inputOf, outputOf]) {
    const leaves = [
      ...texts.map((name) => read(machine, name)),
      ...lists.flatMap((name) => {
        const items = read(machine, name).items() ?? [];
        return isUnknown(items) ? [] : items;
      }),
      ...mapped(read(machine, "subnetMappings"), texts),
    ];
    const known = leaves.filter((each) => typeof each.text() === "string" && each.text() !== "");
    if (known.length > 0) return known;
  }
  return [];
}

/** A load balancer may be told its address in each subnet. */
function mapped(mappings: Input, texts: readonly string[]): Input[] {
  const items = texts.length > 0 ? (mappings.items() ?? []) : [];
  return isUnknown(items) ? [] : items.map((each) => each.member("privateIpv4Address"));
}
