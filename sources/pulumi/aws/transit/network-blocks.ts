import { AddressSet } from "../../../../model/addresses.js";
import { unionOf } from "../../../../model/partial.js";
import { ipv4, ipv6 } from "../../../layers.js";
import { inputOf, type Resource } from "../../resource.js";
import type { Subnets } from "../subnets.js";

/** What the first block of a network may be, where that is not known: its subnets lie in it. */
export interface PrimaryBlock {
  readonly name: "cidrBlock" | "ipv6CidrBlock";
  readonly at: string;
  readonly blocks: readonly string[];
}

/** The lengths that a network's block may have (VPC user guide, "VPC CIDR blocks"). */
const lengths = {
  cidrBlock: Array.from({ length: 13 }, (_, i) => 16 + i),
  ipv6CidrBlock: [44, 48, 52, 56, 60],
} as const;
/** That of one which Amazon provides. */
const provided = [56];

export function primaryBlocks(vpc: Resource, subnets: Subnets): PrimaryBlock[] {
  const known = subnets.eachBlockOf(vpc);
  return (["cidrBlock", "ipv6CidrBlock"] as const).flatMap((name): PrimaryBlock[] => {
    const family = name === "cidrBlock" ? ipv4 : ipv6;
    const ofFamily = known.filter(({ block }) => family.overlaps(block.possible));
    const { at } = inputOf(vpc, name);
    const [open, ...others] = ofFamily.filter(({ text }) => text === undefined);
    // Where a further block is not known either, it is not told which of them a subnet lies in.
    if (open?.at !== at || others.length > 0) return [];
    const further = AddressSet.join(ofFamily.map(({ block }) => block.certain));
    const own = unionOf(...subnets.within(vpc).map((each) => subnets.blocksOf(each, name))).certain;
    const inside = own.subtract(further);
    const [first] = inside.toCidrs();
    if (first === undefined) return [];
    const isProvided = name === "ipv6CidrBlock" && inputOf(vpc, "assignGeneratedIpv6CidrBlock").boolean() === true;
    const blocks = (isProvided ? provided : lengths[name])
      .map((length) => AddressSet.of(first.replace(/\/.*/, `/${length}`)))
      .filter((each) => each.contains(inside) && !each.overlaps(further))
      .flatMap((each) => each.toCidrs());
    return [{ name, at, blocks }];
  });
}
