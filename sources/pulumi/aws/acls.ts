import type { Evidence } from "../../../model/evidence.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Direction } from "../../aws-rules.js";
import { referenceOf, Targets } from "../references.js";
import { flowingInto, inputOf, inputsOf, knownId, ofTypes, outputOf, type Resource } from "../resource.js";
import { doubtfulEntry, type Entry, entryOf, sameEntry, spellings } from "./acl-entries.js";
import { type Acl, type AclLayers, layersOf, undecidedAcl } from "./acl-layers.js";
import { type Place, type Places, type Subnets, vpcType, vpcTypes } from "./subnets.js";

const aclType = "aws:ec2/networkAcl:NetworkAcl";
const defaultAclType = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl";
const ruleType = "aws:ec2/networkAclRule:NetworkAclRule";
const associationType = "aws:ec2/networkAclAssociation:NetworkAclAssociation";
const aclTypes = [aclType, defaultAclType];
const directions = ["ingress", "egress"] as const;

/** The network ACLs of a program and the subnets they guard. */
export class NetworkAcls {
  private readonly targets: Targets;
  private readonly byKey = new Map<Resource | string, Acl>();
  private readonly guards = new Map<Place, Set<Acl>>();
  private readonly layers = new Map<Acl, AclLayers>();
  /** Claims on subnets that are not known yet. */
  private readonly claims: { readonly acl: Acl | undefined; readonly places: Places; readonly at: string }[] = [];
  /** Inputs of separate rules whose ACL is not known: it may be the default one. */
  private readonly strays: string[] = [];

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
  ) {
    const defined = ofTypes(resources, ...aclTypes);
    this.targets = new Targets(defined, aclTypes);
    for (const resource of defined) this.byKey.set(resource, define(resource));
    for (const resource of resources) {
      if (resource.type === ruleType) this.addRule(resource);
      if (resource.type === associationType) this.associate(resource);
    }
    for (const acl of this.byKey.values()) {
      addUnmanaged(acl);
      if (acl.resource)
        this.claim(acl, subnets.listed(acl.resource, "subnetIds"), inputOf(acl.resource, "subnetIds").at);
    }
  }

  /** The ACL around a subnet. Undefined: the network's default one, which lets everything through unless it is managed. */
  around(place: Place): AclLayers | undefined {
    const [acl, ...others] = this.guards.get(place) ?? [];
    if (acl && others.length === 0) return this.layersOf(acl);
    if (acl) return undecidedAcl([acl, ...others].map(({ id }) => id));
    const perhaps = this.claims.filter((claim) => this.mayGuard(claim, place)).map(({ at }) => at);
    if (perhaps.length > 0) return undecidedAcl(perhaps);
    return typeof place === "string" ? undefined : this.defaultAround(place);
  }

  /** The default ACL of a network that the program makes and whose ACL it leaves alone; `at` names it. */
  untouchedAround(place: Place): string | undefined {
    const vpc = typeof place === "string" ? undefined : this.subnets.vpcOf(place);
    const made = typeof vpc === "object" && vpc.type === vpcType;
    return made && this.around(place) === undefined ? `${vpc.urn}#defaultNetworkAclId` : undefined;
  }

  /** Entries around a subnet that two owners write. */
  conflictsAround(place: Place): readonly Evidence[] {
    return [...(this.guards.get(place) ?? [])].flatMap(({ conflicts }) => conflicts);
  }

  private defaultAround(subnet: Resource): AclLayers | undefined {
    const vpc = this.subnets.vpcOf(subnet);
    const defaults = this.targets.resources.filter((each) => each.type === defaultAclType);
    const unplaced: string[] = [...this.strays];
    for (const resource of defaults) {
      const guarded = this.vpcOfDefault(resource);
      if (guarded !== undefined && guarded === vpc) return this.layersOf(this.of(resource));
      if (guarded === undefined || vpc === undefined) unplaced.push(inputOf(resource, "defaultNetworkAclId").at);
    }
    const reported = vpc === undefined || typeof vpc === "string" ? undefined : outputOf(vpc, "defaultNetworkAclId");
    const id = reported?.text();
    const named = id === undefined || isUnknown(id) ? undefined : this.byKey.get(id);
    if (named) return this.layersOf(named);
    return unplaced.length > 0 ? undecidedAcl(unplaced) : undefined;
  }

  private vpcOfDefault(acl: Resource): Place | undefined {
    const [vpc, ...others] = flowingInto(acl, "defaultNetworkAclId", new Set(vpcTypes));
    if (vpc && others.length === 0) return vpc;
    const id = inputOf(acl, "defaultNetworkAclId").text();
    const reporting =
      id === undefined || isUnknown(id) ? undefined : this.subnets.vpcReporting("defaultNetworkAclId", id);
    return reporting ?? this.subnets.vpcOf(acl);
  }

  private mayGuard({ acl, places }: (typeof this.claims)[number], place: Place): boolean {
    if (places.doubtful.includes(place)) return true;
    if (places.missing.length === 0) return false;
    const own = acl?.resource && this.subnets.vpcOf(acl.resource);
    const other = typeof place === "string" ? undefined : this.subnets.vpcOf(place);
    return own === undefined || other === undefined || own === other;
  }

  private claim(acl: Acl | undefined, places: Places, at: string): void {
    for (const place of acl ? places.certain : []) {
      this.guards.set(place, (this.guards.get(place) ?? new Set()).add(acl as Acl));
    }
    const open = acl ? places : { ...places, doubtful: [...places.doubtful, ...places.certain] };
    if (open.doubtful.length + open.missing.length > 0) this.claims.push({ acl, places: open, at });
  }

  private associate(association: Resource): void {
    const { certain, outside } = this.aclOf(association);
    const acl = certain[0] ? this.of(certain[0]) : outside[0] && this.outside(outside[0].id, outside[0].at);
    const { at } = inputOf(association, acl ? "subnetId" : "networkAclId");
    this.claim(acl, this.subnets.named(association, "subnetId"), at);
  }

  private addRule(rule: Resource): void {
    const whole = inputsOf(rule);
    const egress = whole.member("egress").boolean() ?? false;
    const { certain, outside, doubtful, missing } = this.aclOf(rule);
    const id = inputOf(rule, "networkAclId").at;
    for (const direction of directions) {
      if (!isUnknown(egress) && egress !== (direction === "egress")) continue;
      const read = entryOf(whole, direction, spellings.separate);
      const entry = isUnknown(egress) ? doubtfulEntry(read, ...egress.unknown) : read;
      for (const each of certain) append(this.of(each), direction, entry);
      for (const each of outside) append(this.outside(each.id, each.at), direction, entry);
      const perhaps = missing.length > 0 ? this.targets.resources.filter((each) => !certain.includes(each)) : doubtful;
      for (const each of perhaps) append(this.of(each), direction, doubtfulEntry(entry, id));
    }
    if (missing.length > 0) this.strays.push(id);
  }

  private aclOf(holder: Resource) {
    return referenceOf(holder, "networkAclId", inputOf(holder, "networkAclId"), this.targets);
  }

  private layersOf(acl: Acl): AclLayers {
    const known = this.layers.get(acl);
    if (known) return known;
    const layers = layersOf(acl);
    this.layers.set(acl, layers);
    return layers;
  }

  private of(resource: Resource): Acl {
    return this.byKey.get(resource) as Acl;
  }

  /** An ACL that exists outside the program: it may have entries that we cannot see. */
  private outside(id: string, at: string): Acl {
    const known = this.byKey.get(id);
    if (known) return known;
    const acl: Acl = {
      id,
      name: id,
      entries: { ingress: [], egress: [] },
      incomplete: { ingress: [at], egress: [at] },
      conflicts: [],
    };
    this.byKey.set(id, acl);
    return acl;
  }
}

function define(resource: Resource): Acl {
  const acl: Acl = {
    id: resource.urn,
    name: knownId(resource) === undefined ? resource.name : `${resource.name} (${knownId(resource)})`,
    resource,
    entries: { ingress: [], egress: [] },
    incomplete: { ingress: [], egress: [] },
    conflicts: [],
  };
  for (const direction of directions) {
    const blocks = inputOf(resource, direction).items() ?? [];
    for (const block of isUnknown(blocks) ? [] : blocks) {
      if (block.names().length === 0) acl.incomplete[direction].push(block.at);
      else acl.entries[direction].push(entryOf(block, direction, spellings.inline));
    }
    if (isUnknown(blocks)) acl.incomplete[direction].push(...blocks.unknown);
  }
  return acl;
}

/**
 * Inline entries make the provider remove every other one at its next turn: separate ones may or may not stand. Engines
 * that hand over outputs as inputs list a separate entry inline as well.
 */
function append({ resource, entries, conflicts, name }: Acl, direction: Direction, entry: Entry): void {
  if (entries[direction].some((each) => sameEntry(each, entry))) return;
  const inline = resource && inputOf(resource, direction);
  const contested = inline && !inline.isAbsent ? inline.at : undefined;
  entries[direction].push(contested ? doubtfulEntry(entry, contested) : entry);
  const says = `${contested} manages all ${direction} entries of network ACL ${name}: it removes this one, and the next deployment writes it again`;
  if (contested) conflicts.push({ kind: "code", at: entry.at, says });
}

/**
 * Entries of the last deployment that the program does not manage may still stand: leaving the input out keeps them. The
 * default ACL is an exception: the provider empties it.
 */
function addUnmanaged({ resource, entries }: Acl): void {
  if (resource?.type !== aclType) return;
  for (const direction of directions) {
    const left = outputOf(resource, direction);
    const blocks = left.items();
    if (!inputOf(resource, direction).isAbsent || blocks === undefined || isUnknown(blocks)) continue;
    const managed = new Set(entries[direction].map(({ number }) => number));
    const found = blocks.map((block) => entryOf(block, direction, spellings.inline));
    const kept = found.filter(({ number }) => !managed.has(number));
    entries[direction].push(...kept.map((entry) => doubtfulEntry(entry, left.at)));
  }
}
