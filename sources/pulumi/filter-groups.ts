import { isUnknown } from "../../model/maybe.js";
import type { FilterRule } from "../../model/network.js";
import { type Direction, directions, doubtful } from "./filter-rules.js";
import { type References, referenceOf, type Targets } from "./references.js";
import { inputOf, knownId, type Resource } from "./resource.js";

/** A named set of rules that is put on machines: of this program, or an existing one that it names. */
export interface Group<R extends FilterRule = FilterRule> {
  /** URN, or the cloud's id of a group that the program does not define. */
  readonly id: string;
  readonly name: string;
  readonly cloudId?: string;
  readonly resource?: Resource;
  readonly rules: Readonly<Record<Direction, R[]>>;
  /** Inputs that could add rules and are not known. */
  readonly incomplete: Readonly<Record<Direction, string[]>>;
}

/** All groups that a program defines or names. */
export class Groups<R extends FilterRule = FilterRule> {
  private readonly byKey = new Map<Resource | string, Group<R>>();

  constructor(readonly targets: Targets) {
    for (const resource of targets.resources) this.byKey.set(resource, groupOf(resource));
    this.tellTwins();
  }

  all(): Group<R>[] {
    return [...this.byKey.values()];
  }

  of(resource: Resource): Group<R> {
    return this.byKey.get(resource) as Group<R>;
  }

  /** A group that exists outside the program: it may have rules that we cannot see. */
  outside(id: string, at: string): Group<R> {
    const known = this.byKey.get(id);
    if (known) return known;
    const rules = { ingress: [], egress: [] };
    const group: Group<R> = { id, name: id, cloudId: id, rules, incomplete: { ingress: [at], egress: [at] } };
    this.byKey.set(id, group);
    return group;
  }

  /** Puts rules into the group that an input of their resource names; into every one it may be when that is not known. */
  add(holder: Resource, property: string, direction: Direction, rules: readonly R[]): void {
    const id = inputOf(holder, property);
    const found = referenceOf(holder, property, id, this.targets);
    for (const each of found.certain) this.of(each).rules[direction].push(...rules);
    for (const each of found.outside) this.outside(each.id, each.at).rules[direction].push(...rules);
    if (found.missing.length + found.doubtful.length === 0) return;
    const perhaps = found.doubtful.length > 0 ? found.doubtful.map((each) => this.of(each)) : this.all();
    for (const group of perhaps) group.rules[direction].push(...rules.map((rule) => doubtful(rule, id.at)));
    this.outside(holder.urn, id.at).rules[direction].push(...rules);
  }

  /** Two resources with one id write to the same group: which rules stand is then not known. */
  private tellTwins(): void {
    const first = new Map<string, Group<R>>();
    for (const group of this.byKey.values()) {
      const twin = group.cloudId === undefined ? undefined : first.get(group.cloudId);
      if (group.cloudId !== undefined && !twin) first.set(group.cloudId, group);
      for (const each of twin ? [twin, group] : []) {
        for (const direction of directions) each.incomplete[direction].push(`${group.id}#id`);
      }
    }
  }
}

function groupOf<R extends FilterRule>(resource: Resource): Group<R> {
  const cloudId = knownId(resource);
  return {
    id: resource.urn,
    name: resource.name,
    ...(cloudId === undefined ? {} : { cloudId }),
    resource,
    rules: { ingress: [], egress: [] },
    incomplete: { ingress: [], egress: [] },
  };
}

/** The groups around one machine. */
export class Attached<R extends FilterRule = FilterRule> {
  readonly certain = new Set<Group<R>>();
  /** Groups that may be attached, with the input that decides it. */
  readonly doubtful = new Map<Group<R>, string>();
  /** Inputs that may name further groups. */
  readonly missing = new Set<string>();

  static of<R extends FilterRule>(group: Group<R>): Attached<R> {
    const attached = new Attached<R>();
    attached.certain.add(group);
    return attached;
  }

  add(found: References, at: string, groups: Groups<R>): void {
    for (const each of found.certain) this.certain.add(groups.of(each));
    for (const each of found.outside) this.certain.add(groups.outside(each.id, each.at));
    for (const each of found.doubtful) this.doubtful.set(groups.of(each), at);
    for (const each of found.missing) this.missing.add(each);
  }

  /** The same, where it is not known whether any of it holds. */
  addPerhaps(found: References, at: string, groups: Groups<R>): void {
    for (const each of [...found.certain, ...found.doubtful]) this.doubtful.set(groups.of(each), at);
    for (const each of found.outside) this.doubtful.set(groups.outside(each.id, each.at), at);
    for (const each of found.missing) this.missing.add(each);
  }

  groups(): Group<R>[] {
    return [...new Set([...this.certain, ...this.doubtful.keys()])];
  }

  rules(direction: Direction): R[] {
    const perhaps = [...this.doubtful].filter(([group]) => !this.certain.has(group));
    return [
      ...[...this.certain].flatMap((group) => group.rules[direction]),
      ...perhaps.flatMap(([group, at]) => group.rules[direction].map((rule) => doubtful(rule, at))),
    ];
  }

  incomplete(direction: Direction): string[] {
    const inputs = [...this.missing, ...this.groups().flatMap((group) => group.incomplete[direction])];
    return [...new Set(inputs)].sort();
  }

  /** `security group a, b`; for what keeps out what no rule lets in. */
  called(kind: string): string {
    const names = [...this.certain].map(({ name }) => name).sort();
    return names.length > 0 ? `${kind} ${names.join(", ")}` : `no ${kind} known`;
  }
}

/** True for an input that is left out, or empty: the cloud then chooses. */
export function isLeftOut(list: { items(): unknown }): boolean {
  const items = list.items();
  return items === undefined || (!isUnknown(items) && (items as readonly unknown[]).length === 0);
}
