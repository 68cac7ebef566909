import type { NetworkInterface as Eni } from "@aws-sdk/client-ec2";
import { AddressSet } from "../../../model/addresses.js";
import type { Deployed } from "../../pulumi/aws/world.js";
import type { Inventory } from "../inventory.js";
import { arnMaker } from "./described.js";
import { peerGroup } from "./groups.js";

const nobody = { addresses: AddressSet.empty, areAll: true };
const unseen = (called: string) => ({ addresses: AddressSet.empty, areAll: false, called });

/**
 * A rule that names a group matches the private addresses of the interfaces in it (EC2 user guide, "Security group rules"):
 * of groups that this account sees, all of them are known.
 */
export function membersOf({ region, groups, enis, rules }: Inventory): Deployed["membersOf"] {
  const texts = new Map(groups.map(({ GroupId = "" }) => [GroupId, [] as string[]]));
  for (const eni of enis) {
    for (const { GroupId = "" } of eni.Groups ?? []) texts.get(GroupId)?.push(...privateAddresses(eni));
  }
  const arn = arnMaker(region);
  const urns = new Map(groups.map(({ GroupId = "", OwnerId }) => [arn("security-group", GroupId, OwnerId), GroupId]));
  const gone = new Set(rules.map(peerGroup).filter((id) => id?.includes(" ")));
  const known = new Map<string, ReturnType<Deployed["membersOf"]>>();
  return (name) => {
    const id = urns.get(name) ?? name;
    if (gone.has(id)) return nobody;
    const found = known.get(id) ?? membersIn(texts.get(id), id);
    known.set(id, found);
    return found;
  };
}

function membersIn(texts: readonly string[] | undefined, id: string): ReturnType<Deployed["membersOf"]> {
  if (texts === undefined) return unseen(id);
  try {
    return { addresses: AddressSet.ofAll(texts), areAll: true };
  } catch {
    return unseen(id);
  }
}

/** Every address of an interface inside its network, those of delegated prefixes too. */
export function privateAddresses(eni: Eni): string[] {
  return [...ipv4Of(eni), ...ipv6Of(eni)];
}

export function ipv4Of(eni: Eni): string[] {
  const found = [
    eni.PrivateIpAddress,
    ...(eni.PrivateIpAddresses ?? []).map((each) => each.PrivateIpAddress),
    ...(eni.Ipv4Prefixes ?? []).map((each) => each.Ipv4Prefix),
  ];
  return [...new Set(found.filter((text) => text !== undefined))];
}

export function ipv6Of(eni: Eni): string[] {
  const found = [
    ...(eni.Ipv6Addresses ?? []).map((each) => each.Ipv6Address),
    ...(eni.Ipv6Prefixes ?? []).map((each) => each.Ipv6Prefix),
  ];
  return found.filter((text) => text !== undefined);
}
