import { grouped } from "../../../model/grouped.js";
import { isUnknown, type Maybe } from "../../../model/maybe.js";
import { PortSet } from "../../../model/ports.js";
import type { Pods } from "./pods.js";
import type { Clause } from "./rules.js";
import { type Service, targetAt } from "./services.js";

/** One port of a Service, and whether a clause lets traffic pass to the pods behind: to all of them, or it depends. */
export interface ServiceEntry {
  readonly service: Service;
  readonly position: number;
  readonly listen: number;
  readonly lets: (clause: Clause) => Maybe<boolean>;
  /** The ports of pods that it leads to; `undefined` where one is not known. */
  readonly targets: readonly number[] | undefined;
}

/** The ports of Services, found by the port of pods that they lead to, and by the pods. */
export class ServiceIndex {
  readonly entries: readonly ServiceEntry[];
  /** By the port on which they listen. */
  readonly byListen: ReadonlyMap<number, readonly ServiceEntry[]>;
  private readonly byTarget: ReadonlyMap<number | undefined, readonly ServiceEntry[]>;
  private readonly byPods: ReadonlyMap<Pods | undefined, readonly ServiceEntry[]>;

  /** @param seen the pods of the program: others are imagined behind Services that select none. */
  constructor(services: readonly Service[], seen: ReadonlySet<Pods>) {
    this.entries = services.flatMap(listening).map((each, position) => ({ ...each, position }));
    this.byListen = grouped(this.entries, ({ listen }) => [listen]);
    this.byTarget = grouped(this.entries, ({ targets }) => new Set(targets ?? [undefined]));
    this.byPods = grouped(
      this.entries,
      ({ service }) => new Set(service.backends.map(({ pods }) => (seen.has(pods) ? pods : undefined))),
    );
  }

  /** All that a clause may let pass, in their order. */
  near(clause: Clause): readonly ServiceEntry[] {
    const [atPorts, toPods] = [this.atPorts(clause), this.toPods(clause)];
    const near = new Set((size(atPorts) < size(toPods) ? atPorts : toPods).flat());
    return [...near].sort((a, b) => a.position - b.position);
  }

  private atPorts({ traffic: { protocol, ports } }: Clause): (readonly ServiceEntry[])[] {
    if (protocol === "other") return [];
    if (protocol === "any" || !(ports instanceof PortSet) || ports.equals(PortSet.all)) return [this.entries];
    return [...this.byTarget].flatMap(([target, found]) => (target === undefined || ports.has(target) ? [found] : []));
  }

  private toPods({ peers }: Clause): (readonly ServiceEntry[])[] {
    const found = peers.map((peer) => peer.found);
    if (found.includes(undefined)) return [this.entries];
    return [...new Set([undefined, ...found.flatMap((pods) => pods ?? [])])].map((pods) => this.byPods.get(pods) ?? []);
  }
}

function size(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0);
}

function listening(service: Service): Omit<ServiceEntry, "position">[] {
  const { ports, backends } = service;
  if (isUnknown(ports)) return [];
  return ports.flatMap((port) => {
    const listen = port.port;
    if (isUnknown(listen)) return [];
    const leads = backends.map((each) => ({ ...each, target: targetAt(port, each.pods) }));
    const lets = (clause: Clause): Maybe<boolean> => {
      const answers = leads.map(({ pods, doubts, target }): Maybe<boolean> => {
        const is = target === undefined ? false : clause.lets(pods, target);
        return doubts.length > 0 && is !== false ? { unknown: doubts } : is;
      });
      if (answers.every((each) => each === true)) return true;
      if (answers.every((each) => each === false)) return false;
      const missing = answers.flatMap((each) => (isUnknown(each) ? each.unknown : []));
      return { unknown: missing.length > 0 ? missing : [`which pods ${port.at} leads to`] };
    };
    const targets = leads.map(({ target }) => target).filter((target) => target !== undefined);
    const known = targets.filter((target): target is number => !isUnknown(target));
    return [{ service, listen, lets, targets: known.length < targets.length ? undefined : known }];
  });
}
