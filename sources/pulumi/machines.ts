import type { Evidence } from "../../model/evidence.js";
import type { FilterRule, Layer, NetworkInterface } from "../../model/network.js";
import { Attached, type Group, type Groups } from "./filter-groups.js";
import { type Direction, directions } from "./filter-rules.js";
import { type References, referencesOf, Targets } from "./references.js";
import { inputOf, knownId, type Resource } from "./resource.js";

/** The part that clouds of virtual servers have in common: servers behind firewalls that are put on them. */
export class Machines {
  readonly targets: Targets;
  private readonly attached = new Map<Resource, Attached>();

  constructor(
    readonly resources: readonly Resource[],
    types: readonly string[],
    readonly groups: Groups,
  ) {
    this.targets = new Targets(
      resources.filter(({ type }) => types.includes(type)),
      types,
    );
    for (const machine of this.targets.resources) this.attached.set(machine, new Attached());
  }

  of(machine: Resource): Attached {
    return this.attached.get(machine) as Attached;
  }

  /** What a machine's own list of firewalls says. */
  named(machine: Resource, found: References, at: string): void {
    this.of(machine).add(found, at, this.groups);
  }

  /** What a list of machines says that stands at the firewall; `property` is the top-level input that holds it. */
  listed(holder: Resource, property: string, firewalls: References, list = inputOf(holder, property)): void {
    this.put(firewalls, referencesOf(holder, property, list, this.targets), list.at);
  }

  /** Puts firewalls on machines, as sure as both are. */
  put(firewalls: References, machines: References, at: string): void {
    for (const machine of this.targets.resources) {
      if (machines.certain.includes(machine)) this.of(machine).add(firewalls, at, this.groups);
      else if (machines.doubtful.includes(machine) || machines.missing.length > 0)
        this.of(machine).addPerhaps(firewalls, at, this.groups);
    }
  }

  /**
   * Each machine behind its layers, and each firewall that is on none.
   * @param elsewhere firewalls that stand before something else.
   */
  interfaces(cloud: CloudLayers, elsewhere: readonly Group[] = []): NetworkInterface[] {
    const used = new Set([...this.attached.values()].flatMap((each) => each.groups()).concat(elsewhere));
    const found = [
      ...this.targets.resources.map((machine): NetworkInterface => {
        const { urn, name } = machine;
        const cloudId = knownId(machine);
        const evidence: Evidence = { kind: "code", at: urn, says: `${cloud.machine} ${name}` };
        const named = { id: urn, name, ...(cloudId === undefined ? {} : { cloudId }) };
        return { ...named, kind: "instance", origin: "planned", evidence, ...layersOf(cloud, this.of(machine), urn) };
      }),
      ...this.groups
        .all()
        .filter((group) => !used.has(group))
        .map((group) => unattached(cloud, group)),
    ];
    return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }
}

/** What one cloud does with the firewalls that are on a machine. */
export interface CloudLayers {
  /** `droplet`, `server`. */
  readonly machine: string;
  /** `firewall`, `security group`. */
  readonly firewall: string;
  layer(attached: Attached, direction: Direction, at: string): Layer;
  provider(attached: Attached): Layer;
  /** True where answers have to pass the rules of the other direction. */
  stateless?(attached: Attached): boolean;
}

function unattached(cloud: CloudLayers, group: Group): NetworkInterface {
  const { id, name, cloudId } = group;
  const says = `${cloud.firewall} ${name}, on nothing seen here`;
  const named = { id, name, ...(cloudId === undefined ? {} : { cloudId }) };
  const evidence: Evidence = { kind: "code", at: id, says };
  const layers = layersOf(cloud, Attached.of(group), id);
  return { ...named, kind: "unattached group", origin: "planned", evidence, ...layers };
}

function layersOf(cloud: CloudLayers, attached: Attached, at: string) {
  const [ingress, egress] = directions.map((direction) => cloud.layer(attached, direction, at)) as [Layer, Layer];
  const answers = cloud.stateless?.(attached) ? { ingressAnswers: [egress], egressAnswers: [ingress] } : {};
  return { ingress: [ingress], egress: [egress, cloud.provider(attached)], ...answers };
}

/** Nothing is on the machine, for certain. */
export function isBare(attached: Attached): boolean {
  return attached.groups().length === 0 && attached.missing.size === 0;
}

/** A layer that filters nothing, and says why. */
export function openLayer(name: string, at: string, says: string): Layer {
  return {
    name,
    combine: "first-match",
    rules: [],
    otherwise: { action: "allow", evidence: { kind: "default", at, says } },
    incomplete: [],
  };
}

/**
 * The layer of firewalls that let through what one of them allows. Where it is not known whether any is on the machine,
 * it may be open; what the only one in question allows passes in either case.
 */
export function unionLayer(name: string, attached: Attached, direction: Direction, at: string, says: string): Layer {
  const [only, ...more] = attached.groups();
  const perhapsBare = attached.certain.size === 0 && attached.doubtful.size > 0;
  const rules: FilterRule[] =
    perhapsBare && only && more.length === 0 && attached.missing.size === 0
      ? only.rules[direction]
      : attached.rules(direction);
  const incomplete = [...attached.incomplete(direction), ...(perhapsBare ? attached.doubtful.values() : [])];
  // An unverified precedence makes denies doubtful; they have to come first to be seen at all.
  const denies = rules.filter(({ action }) => action === "deny");
  return {
    name,
    combine: denies.length > 0 ? "first-match" : "union",
    rules: [...denies, ...rules.filter(({ action }) => action !== "deny")],
    otherwise: { action: "deny", evidence: { kind: "default", at, says } },
    incomplete: [...new Set(incomplete)].sort(),
  };
}
