import { AddressSet } from "../../../model/addresses.js";
import { grouped } from "../../../model/grouped.js";
import { any, isUnknown, type Maybe } from "../../../model/maybe.js";
import { differenceOf, exactly, nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { inside, type Pods } from "./pods.js";
import type { View } from "./policies.js";
import type { Clause } from "./rules.js";
import { type ServiceEntry, ServiceIndex } from "./service-index.js";
import type { Service } from "./services.js";

const families = [AddressSet.of("0.0.0.0/0"), AddressSet.of("::/0")];

/**
 * What is sent to a Service's own address is sent on to a pod before policies see it: they decide by the pod's address and
 * port. An address that is not known yet may be any inside the cluster, and leaves those in doubt where it matters.
 * @param pods all of the program.
 */
export function throughServices(services: readonly Service[], pods: readonly Pods[]): View {
  const [seen, known, others] = [new Set(pods), [] as Service[], [] as Service[]];
  for (const each of services) (each.clusterIps.missing.length === 0 ? known : others).push(each);
  const taken = exactly(AddressSet.join(known.map(({ clusterIps }) => clusterIps.certain)));
  const [sure, doubted] = [new ServiceIndex(known, seen), new ServiceIndex(others, seen)];
  return (clauses) => {
    const direct = taken.certain.isEmpty ? clauses : clauses.map((clause) => without(clause, taken));
    return inDoubt([...direct, ...clauses.flatMap((clause) => sentOn(clause, sure))], clauses, doubted);
  };
}

function without(clause: Clause, cut: PartialSet): Clause {
  return { ...clause, blocks: differenceOf(clause.blocks, cut), pods: differenceOf(clause.pods, cut) };
}

function sentOn(clause: Clause, services: ServiceIndex): Clause[] {
  return services.near(clause).flatMap(({ service, listen, lets }): Clause[] => {
    const is = lets(clause);
    if (is === false) return [];
    const { certain } = service.clusterIps;
    const to = isUnknown(is) ? undecidedSet(is.unknown, certain) : exactly(certain);
    return [{ ...clause, protocol: "tcp", ports: PortSet.of(listen), blocks: nobody, pods: to }];
  });
}

/** Where a Service of unknown address would be treated otherwise than a pod at its place, every address inside is in doubt. */
function inDoubt(seen: readonly Clause[], clauses: readonly Clause[], services: ServiceIndex): Clause[] {
  const [first] = clauses;
  if (!first) return [...seen];
  const near = new Set(clauses.flatMap((clause) => services.near(clause)));
  const passing = new Map<ServiceEntry, Maybe<boolean>>();
  for (const each of near) {
    const is = any(...clauses.map(each.lets));
    if (is !== false) passing.set(each, is);
  }
  const otherwise = (port: number) => (services.byListen.get(port) ?? []).filter((each) => passing.get(each) !== true);
  const stopped = new Map<number, readonly ServiceEntry[]>();
  const stoppedAt = (port: number) => {
    const found = stopped.get(port) ?? otherwise(port);
    stopped.set(port, found);
    return found;
  };
  const through = [...passing.keys()].sort((a, b) => a.position - b.position);
  // Of what is let pass those at one port are one; of what is kept out each is told of for itself.
  const together =
    first.action === "allow" ? grouped(through, ({ listen }) => [listen]).values() : through.map((each) => [each]);
  const sent = (entries: readonly ServiceEntry[]): Clause[] => {
    const [earliest] = entries;
    if (!earliest) return [];
    const { listen, position } = earliest;
    const inputs = entries.flatMap((each) => {
      const is = passing.get(each);
      return [...missingOf(each), ...(isUnknown(is) ? is.unknown : [])];
    });
    const later = first.action === "allow" ? stoppedAt(listen).filter((each) => each.position > position) : [];
    const pods = undecidedSet([...inputs, ...later.flatMap(missingOf)], inside);
    return [{ ...first, protocol: "tcp", ports: PortSet.of(listen), blocks: nobody, pods }];
  };
  return [
    ...seen.flatMap((clause) => (clause.action === "allow" ? cutAt(clause, services, stoppedAt) : [clause])),
    ...[...together].flatMap(sent),
  ];
}

function missingOf({ service }: ServiceEntry): readonly string[] {
  return service.clusterIps.missing;
}

/** The clause, and apart from it each port where Services are that it does not surely let pass. */
function cutAt(clause: Clause, services: ServiceIndex, stoppedAt: (port: number) => readonly ServiceEntry[]): Clause[] {
  const { ports, protocol } = clause;
  if (isUnknown(ports) || protocol === "other" || isUnknown(protocol)) return [clause];
  const cut = [...services.byListen.keys()].filter((port) => ports.has(port) && stoppedAt(port).length > 0);
  if (cut.length === 0) return [clause];
  const rest = ports.subtract(PortSet.of(...cut));
  return [
    ...(rest.isEmpty ? [] : [{ ...clause, protocol: "tcp" as const, ports: rest }]),
    ...cut.map((port): Clause => {
      const missing = stoppedAt(port).flatMap(missingOf);
      const unsure = (set: PartialSet): PartialSet => ({
        certain: set.certain.subtract(inside),
        possible: set.possible,
        missing: [...set.missing, ...missing],
      });
      const at = PortSet.of(port);
      return { ...clause, protocol: "tcp", ports: at, blocks: unsure(clause.blocks), pods: unsure(clause.pods) };
    }),
  ];
}

/**
 * A client that arrives under another address, somewhere inside the cluster. `kept`: or perhaps under its own.
 * @param missing what would tell that address.
 */
export function hiddenBehind(missing: string, kept: boolean): View {
  return (clauses) =>
    clauses.map((clause) => {
      if (kept) return { ...clause, blocks: seenBehind(clause.blocks, missing, true) };
      return { ...clause, blocks: seenBehind(unionOf(clause.blocks, clause.pods), missing, false), pods: nobody };
    });
}

function seenBehind(peers: PartialSet, missing: string, kept: boolean): PartialSet {
  return unionOf(
    ...families.map((family) => {
      const [hidden, certain, possible] = [inside, peers.certain, peers.possible].map((set) => set.intersect(family));
      if (!hidden || !certain || !possible || certain.equals(family)) return exactly(family);
      const surely = certain.contains(hidden) ? (kept ? certain : family) : AddressSet.empty;
      const perhaps = possible.overlaps(hidden) ? family : kept ? possible : AddressSet.empty;
      return { certain: surely, possible: perhaps, missing: surely.equals(perhaps) ? [] : [...peers.missing, missing] };
    }),
  );
}
