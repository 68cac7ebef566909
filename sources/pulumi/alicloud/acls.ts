import { isUnknown, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import {
  addressBlock,
  type Direction,
  doubtful,
  everyIpv4,
  filterRule,
  protocolNamed,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";
import { referenceOf, referencesAmong, Targets } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { actionOf, actionsOf, type PrefixLists, portsOf } from "./rules.js";

const aclType = "alicloud:vpc/networkAcl:NetworkAcl";
const entriesType = "alicloud:vpc/networkAclEntries:NetworkAclEntries";
const attachmentTypes = [
  "alicloud:vpc/networkAclAttachment:NetworkAclAttachment",
  "alicloud:vpc/vpcNetworkAclAttachment:VpcNetworkAclAttachment",
];
const switchType = "alicloud:vpc/switch:Switch";

export interface AclLayers {
  readonly ingress: Layer;
  readonly egress: Layer;
}

/** A vSwitch: of the program, or the id of another one. */
type Place = Resource | string;

/** The network ACLs of a program and the vSwitches they guard (VPC, "Network ACLs"). */
export class Acls {
  private readonly acls: Targets;
  private readonly switches: Targets;
  private readonly guarded = new Map<Place, Set<Resource>>();
  /** Inputs that may put an ACL around any vSwitch. */
  private readonly missing: string[] = [];
  private readonly entries: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly lists: PrefixLists,
  ) {
    const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
    this.acls = new Targets(ofType(aclType), [aclType]);
    this.switches = new Targets(ofType(switchType), [switchType]);
    this.entries = ofType(entriesType);
    for (const acl of this.acls.resources) this.guard(acl, inputOf(acl, "resources"), [acl]);
    for (const each of ofType(...attachmentTypes)) {
      const id = inputOf(each, "networkAclId");
      const { certain, doubtful: perhaps, missing } = referenceOf(each, "networkAclId", id, this.acls);
      if (missing.length + perhaps.length > 0) this.missing.push(id.at);
      const single = inputOf(each, "resourceId");
      if (single.isAbsent) this.guard(each, inputOf(each, "resources"), certain);
      else this.put(each, "resourceId", [single], certain);
    }
  }

  /** Undefined where no ACL of the program is around the machine. */
  around(machine: Resource): AclLayers | undefined {
    const id = inputOf(machine, "vswitchId");
    const { certain, outside, missing } = referenceOf(machine, "vswitchId", id, this.switches);
    const place = certain[0] ?? outside[0]?.id;
    if (place === undefined) return this.acls.resources.length > 0 ? undecided([...missing, id.at]) : undefined;
    const acls = [...(this.guarded.get(place) ?? [])];
    if (acls.length > 1) return undecided(acls.map((each) => inputOf(each, "resources").at));
    if (this.missing.length > 0) return undecided(this.missing);
    const [acl] = acls;
    return acl && { ingress: this.layer(acl, "ingress"), egress: this.layer(acl, "egress") };
  }

  private guard(holder: Resource, list: Input, acls: readonly Resource[]): void {
    const items = list.items() ?? [];
    if (isUnknown(items)) {
      const flowing = (holder.propertyDependencies.resources ?? []).filter(({ type }) => type === switchType);
      if (flowing.length === 0) this.missing.push(list.at);
      for (const each of flowing) for (const acl of acls) this.add(each, acl);
      return;
    }
    this.put(
      holder,
      "resources",
      items.map((each) => each.member("resourceId")),
      acls,
    );
  }

  private put(holder: Resource, property: string, ids: readonly Input[], acls: readonly Resource[]): void {
    const { certain, doubtful: perhaps, outside, missing } = referencesAmong(holder, property, ids, this.switches);
    for (const acl of acls) for (const place of [...certain, ...outside.map(({ id }) => id)]) this.add(place, acl);
    this.missing.push(...missing, ...(perhaps.length > 0 ? ids.map(({ at }) => at) : []));
  }

  private add(place: Place, acl: Resource): void {
    this.guarded.set(place, (this.guarded.get(place) ?? new Set()).add(acl));
  }

  /** In the order of the list; what no entry matches is denied. */
  private layer(acl: Resource, direction: Direction): Layer {
    const inline = inputOf(acl, `${direction}AclEntries`);
    const separate = this.entries.filter((each) =>
      referenceOf(each, "networkAclId", inputOf(each, "networkAclId"), this.acls).certain.includes(acl),
    );
    const lists = [
      ...(inline.isAbsent ? [] : [{ holder: acl, list: inline }]),
      ...separate.map((holder) => ({
        holder,
        list: inputOf(holder, direction === "ingress" ? "ingresses" : "egresses"),
      })),
    ];
    const [only] = lists;
    const items = only?.list.items() ?? [];
    const known = lists.length === 1 && only && !isUnknown(items);
    const rules = known ? items.flatMap((item) => this.entry(item, direction, only.holder)) : [];
    const says = `network ACL ${acl.name} drops what no ${direction} entry accepts, except within the vSwitch`;
    return {
      name: "network ACL",
      combine: "first-match",
      stateless: true,
      rules,
      otherwise: { action: "deny", evidence: { kind: "code", at: inline.at, says } },
      incomplete: known ? [] : lists.length > 0 ? lists.map(({ list }) => list.at).sort() : [inline.at],
    };
  }

  private entry(item: Input, direction: Direction, holder: Resource): FilterRule[] {
    const cidr = item.member(direction === "ingress" ? "sourceCidrIp" : "destinationCidrIp");
    const text = cidr.text() ?? unknown(cidr.at);
    const isList = typeof text === "string" && text.startsWith("pl-");
    const property = item.at.slice(item.at.indexOf("#") + 1).split("[")[0] ?? "";
    const protocol = mapKnown(item.member("protocol").text() ?? unknown(item.at), (name) =>
      protocolNamed(name, ["all"], item.member("protocol").at),
    );
    const action = actionOf(item.member("policy"), "drop");
    const sixth = item.member("ipVersion").text() ?? "ipv4";
    const bound =
      typeof sixth === "string" && sixth.toLowerCase() === "ipv4" && isUnknown(text) ? everyIpv4 : undefined;
    const stated = {
      at: item.at,
      direction,
      protocol,
      ports: portsOf(item.member("port"), protocol),
      ...(isList ? { written: [] } : spelledIn(cidr)),
      peers: isList ? this.lists.of(holder, property, cidr) : addressBlock(cidr, bound),
    };
    return actionsOf(action).map((each) =>
      doubtful(filterRule({ ...stated, action: each }), ...(isUnknown(action) ? action.unknown : [])),
    );
  }
}

function undecided(missing: readonly string[]): AclLayers {
  const [at = ""] = missing;
  const layer: Layer = {
    ...{ name: "network ACL", combine: "first-match", stateless: true, rules: [] },
    otherwise: {
      action: "allow",
      evidence: { kind: "code", at, says: "which network ACL guards the vSwitch is not known yet" },
    },
    incomplete: [...new Set(missing)].sort(),
  };
  return { ingress: layer, egress: layer };
}
