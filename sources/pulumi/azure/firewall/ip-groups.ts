import { AddressSet } from "../../../../model/addresses.js";
import { InputError } from "../../../../model/errors.js";
import { isUnknown } from "../../../../model/maybe.js";
import { exactly, nobody, type PartialSet, undecidedSet, unionOf } from "../../../../model/partial.js";
import type { Input } from "../../input.js";
import { referenceOf, referencesOf } from "../../references.js";
import { inputOf, type Resource } from "../../resource.js";
import { everyIpv4, isTag, prefixOf } from "../addresses.js";
import { Ids, openEnds } from "../ids.js";
import { types } from "../types.js";

/** The IP groups of a program, and the addresses that rules of a firewall name by them or by themselves. */
export class IpGroups {
  private readonly groups: Ids;
  private readonly separate: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    this.groups = new Ids(resources, "ipGroup");
    const kinds = types.ipGroupBlock as readonly string[];
    this.separate = resources.filter(({ type }) => kinds.includes(type));
  }

  /**
   * One end of a rule: addresses, IP groups, and names, whose addresses nobody knows before the firewall asks for them.
   * @param property the top-level input of `holder` in which the rule stands.
   * @throws InputError for a text that is no address, block or range.
   */
  endOf(holder: Resource, property: string, rule: Input, side: "source" | "destination"): PartialSet {
    const [addresses, groups] = [rule.member(`${side}Addresses`), rule.member(`${side}IpGroups`)];
    const names = rule.member(`${side}Fqdns`);
    const found = referencesOf(holder, property, groups, this.groups);
    const open = openEnds(found, groups.at);
    return unionOf(
      addressesIn(addresses),
      ...found.certain.map((group) => this.addressesOf(group)),
      ...(open.length > 0 ? [undecidedSet(open, everyIpv4)] : []),
      ...(hasSome(names) ? [undecidedSet([`${names.at} (addresses of the names)`], everyIpv4)] : []),
    );
  }

  private addressesOf(group: Resource): PartialSet {
    const native = inputOf(group, "ipAddresses");
    const own = addressesIn(native.isAbsent ? inputOf(group, "cidrs") : native);
    const more = this.separate.map((each) => {
      const id = inputOf(each, "ipGroupId");
      const found = referenceOf(each, "ipGroupId", id, this.groups);
      const block = addressIn(inputOf(each, "cidr"));
      if (found.certain.includes(group)) return block;
      const open = openEnds({ ...found, outside: [] }, id.at);
      return open.length > 0 ? undecidedSet(open, block.possible) : nobody;
    });
    return unionOf(own, ...more);
  }
}

/** An empty list names nothing; one that is not known may. */
function hasSome(list: Input): boolean {
  const items = list.items() ?? [];
  return isUnknown(items) || items.length > 0;
}

function addressesIn(list: Input): PartialSet {
  const items = list.items() ?? [];
  return isUnknown(items) ? undecidedSet(items.unknown, everyIpv4) : unionOf(...items.map(addressIn));
}

/** `*`, an address, a block, a range `10.0.0.1-10.0.0.9` or a service tag (documentation, "IP Groups", "service tags"). */
function addressIn(input: Input): PartialSet {
  const text = input.text();
  if (typeof text !== "string") return undecidedSet([input.at], everyIpv4);
  const [first = "", last, ...more] = text.split("-").map((part) => part.trim());
  // What a network security group means by these, a firewall does not know.
  if (/^(virtualnetwork|internet|azureloadbalancer|any)$/i.test(first))
    return undecidedSet([`${input.at} (addresses of the service tag ${text.trim()})`], everyIpv4);
  if (last === undefined || isTag(text)) return prefixOf(input, nobody);
  try {
    if (more.length > 0) throw new RangeError(`${text} has more than two ends`);
    return exactly(AddressSet.range(first, last));
  } catch (error) {
    throw new InputError(
      input.at,
      (error as RangeError).message,
      "Write `192.0.2.7`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`, `*` or a service tag.",
    );
  }
}
