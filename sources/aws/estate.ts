import type { NetworkInterface as Eni, Tag } from "@aws-sdk/client-ec2";
import type { Estate, Layer, NetworkInterface } from "../../model/network.js";
import { type Direction, layerName } from "../aws-rules.js";
import type { Inventory, OwnedInstance } from "./inventory.js";
import { type RulesOfGroups, rulesOfGroups } from "./rules.js";

/**
 * States an account's Region as network interfaces: one per instance where all its ENIs carry the same groups, else
 * one per ENI; one for every group that no ENI carries. Sorted by id.
 */
export function toEstate(inventory: Inventory): Estate {
  const rules = rulesOfGroups(inventory);
  const byInstance = enisByInstance(inventory.enis);
  const whole = inventory.instances.filter(({ instance }) => sameGroups(byInstance.get(instance.InstanceId ?? "")));
  const covered = new Set(whole.map(({ instance }) => instance.InstanceId));
  const single = inventory.enis.filter((eni) => !covered.has(eni.Attachment?.InstanceId));
  const interfaces = [
    ...whole.map((each) =>
      ofInstance(each, groupsOf(byInstance.get(each.instance.InstanceId ?? "")), inventory, rules),
    ),
    ...single.map((eni) => ofEni(eni, inventory, rules)),
    ...unattached(inventory, rules),
  ];
  return { interfaces: interfaces.sort((a, b) => (a.id < b.id ? -1 : 1)), definitions: [] };
}

/** The account that owns the Region's resources; undefined when the Region is empty. */
export function accountOf({ instances, enis, groups }: Inventory): string | undefined {
  return [
    ...instances.map((each) => each.ownerId),
    ...enis.map((each) => each.OwnerId),
    ...groups.map((each) => each.OwnerId),
  ].find((owner) => owner !== undefined);
}

type Described = Pick<NetworkInterface, "name"> & {
  readonly kind: keyof typeof arnTypes;
  readonly cloudId: string;
  readonly ownerId: string | undefined;
};

function ofInstance(
  { instance, ownerId }: OwnedInstance,
  groups: string[],
  inventory: Inventory,
  rules: RulesOfGroups,
) {
  const cloudId = instance.InstanceId ?? "";
  const state = instance.State?.Name ? ` (${instance.State.Name})` : "";
  const named = { kind: "instance", name: nameTag(instance.Tags) ?? cloudId, cloudId, ownerId } as const;
  return assemble(named, `instance ${cloudId}${state} carries ${listed(groups)}`, groups, inventory, rules);
}

function ofEni(eni: Eni, inventory: Inventory, rules: RulesOfGroups): NetworkInterface {
  const cloudId = eni.NetworkInterfaceId ?? "";
  const groups = groupsOf([eni]);
  const host = eni.Attachment?.InstanceId ? ` of ${eni.Attachment.InstanceId}` : "";
  const named = { kind: "interface", name: nameTag(eni.TagSet) ?? cloudId, cloudId, ownerId: eni.OwnerId } as const;
  return assemble(named, `network interface ${cloudId}${host} carries ${listed(groups)}`, groups, inventory, rules);
}

function unattached(inventory: Inventory, rules: RulesOfGroups): NetworkInterface[] {
  const carried = new Set(groupsOf(inventory.enis));
  return inventory.groups
    .filter(({ GroupId = "" }) => !carried.has(GroupId))
    .map(({ GroupId: cloudId = "", Tags, OwnerId: ownerId }) => {
      const named = { kind: "unattached group", name: nameTag(Tags) ?? cloudId, cloudId, ownerId } as const;
      return assemble(named, `no network interface carries the security group ${cloudId}`, [cloudId], inventory, rules);
    });
}

const arnTypes = {
  instance: "instance",
  interface: "network-interface",
  "unattached group": "security-group",
} as const;

function assemble(
  { kind, name, cloudId, ownerId }: Described,
  says: string,
  groups: readonly string[],
  { region }: Inventory,
  rules: RulesOfGroups,
): NetworkInterface {
  const id = ownerId ? `arn:${partition(region)}:ec2:${region}:${ownerId}:${arnTypes[kind]}/${cloudId}` : cloudId;
  const layer = (side: Direction) => [securityGroups(id, groups, side, rules)];
  const evidence = { kind: "cloud", at: id, says } as const;
  return {
    ...{ id, name, kind, cloudId, origin: "deployed", evidence },
    ...{ ingress: layer("ingress"), egress: layer("egress") },
  };
}

/** Live state is complete: what no rule admits is denied, and no egress rule means nothing goes out. */
function securityGroups(at: string, groups: readonly string[], side: Direction, rules: RulesOfGroups): Layer {
  const says = `no ${side} rule of ${listed(groups)} admits anything else`;
  return {
    name: layerName,
    combine: "union",
    rules: groups.flatMap((group) => rules.get(group)?.[side] ?? []),
    otherwise: {
      action: "deny",
      evidence: { kind: "cloud", at, says, layer: { name: layerName, decision: "deny" } },
    },
    // A group that another account shares with this one may be carried and yet not be readable.
    incomplete: groups.filter((group) => !rules.has(group)),
  };
}

function enisByInstance(enis: readonly Eni[]): Map<string, Eni[]> {
  const byInstance = new Map<string, Eni[]>();
  for (const eni of enis) {
    const id = eni.Attachment?.InstanceId;
    if (id) byInstance.set(id, [...(byInstance.get(id) ?? []), eni]);
  }
  return byInstance;
}

function sameGroups(enis: readonly Eni[] | undefined): boolean {
  return enis !== undefined && new Set(enis.map((eni) => groupsOf([eni]).join())).size === 1;
}

function groupsOf(enis: readonly Eni[] | undefined): string[] {
  return [...new Set((enis ?? []).flatMap((eni) => (eni.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? [])))].sort();
}

function nameTag(tags: readonly Tag[] | undefined): string | undefined {
  return tags?.find(({ Key }) => Key === "Name")?.Value || undefined;
}

function listed(groups: readonly string[]): string {
  return groups.length > 0 ? groups.join(", ") : "no security group";
}

/** The first part of an ARN after `arn:`, by the Region's name (AWS General Reference, "ARN format"). */
function partition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
