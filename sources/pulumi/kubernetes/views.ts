import { AddressSet } from "../../../model/addresses.js";
import { any, isUnknown, type Maybe } from "../../../model/maybe.js";
import { differenceOf, exactly, nobody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { inside } from "./pods.js";
import type { View } from "./policies.js";
import type { Clause } from "./rules.js";
import { type Service, targetAt } from "./services.js";

const families = [AddressSet.of("0.0.0.0/0"), AddressSet.of("::/0")];

/**
 * What is sent to a Service's own address is sent on to a pod before policies see it: they decide by the pod's address and
 * port. An address that is not known yet may be any inside the cluster, and leaves those in doubt where it matters.
 */
export function throughServices(services: readonly Service[]): View {
  return (clauses) => {
    const known = services.filter(({ clusterIps }) => clusterIps.missing.length === 0);
    const taken = AddressSet.union(...known.map(({ clusterIps }) => clusterIps.certain));
    const direct = taken.isEmpty ? [...clauses] : clauses.map((clause) => without(clause, exactly(taken)));
    const sent = known.flatMap((service) => clauses.flatMap((clause) => sentOn(clause, service)));
    const others = services.filter((each) => !known.includes(each));
    return others.reduce((all, service) => doubtfulAt(all, clauses, service), [...direct, ...sent]);
  };
}

function without(clause: Clause, cut: PartialSet): Clause {
  return { ...clause, blocks: differenceOf(clause.blocks, cut), pods: differenceOf(clause.pods, cut) };
}

function sentOn(clause: Clause, service: Service): Clause[] {
  return listening(service).flatMap(({ listen, lets }): Clause[] => {
    const is = lets(clause);
    if (is === false) return [];
    const { certain } = service.clusterIps;
    const to = isUnknown(is) ? undecidedSet(is.unknown, certain) : exactly(certain);
    return [{ ...clause, protocol: "tcp", ports: PortSet.of(listen), blocks: nobody, pods: to }];
  });
}

/** Where a Service of unknown address would be treated otherwise than a pod at its place, every address inside is in doubt. */
function doubtfulAt(seen: readonly Clause[], clauses: readonly Clause[], service: Service): Clause[] {
  const [first] = clauses;
  if (!first) return [...seen];
  return listening(service).reduce<Clause[]>(
    (all, { listen, lets }) => {
      const port = PortSet.of(listen);
      const is = any(...clauses.map(lets));
      const { missing } = service.clusterIps;
      const kept =
        is === true
          ? all
          : all.flatMap((clause) => (clause.action === "allow" ? cutAt(clause, port, missing) : [clause]));
      const inputs = [...missing, ...(isUnknown(is) ? is.unknown : [])];
      const more: Clause = {
        ...first,
        protocol: "tcp",
        ports: port,
        blocks: nobody,
        pods: undecidedSet(inputs, inside),
      };
      return is === false ? kept : [...kept, more];
    },
    [...seen],
  );
}

function cutAt(clause: Clause, port: PortSet, missing: readonly string[]): Clause[] {
  const { ports, protocol } = clause;
  if (isUnknown(ports) || protocol === "other" || isUnknown(protocol) || !ports.contains(port)) return [clause];
  const unsure = (set: PartialSet): PartialSet => ({
    certain: set.certain.subtract(inside),
    possible: set.possible,
    missing: [...set.missing, ...missing],
  });
  const rest = protocol === "any" ? [{ ...clause, protocol: "tcp" as const }] : [clause];
  return [
    ...rest.map((each) => ({ ...each, ports: ports.subtract(port) })),
    { ...clause, protocol: "tcp", ports: port, blocks: unsure(clause.blocks), pods: unsure(clause.pods) },
  ];
}

/** A Service's ports, and whether a clause lets traffic pass to the pods behind: to all of them, or it depends. */
function listening({ ports, backends }: Service) {
  if (isUnknown(ports)) return [];
  return ports.flatMap((port) => {
    const listen = port.port;
    if (isUnknown(listen)) return [];
    const lets = (clause: Clause): Maybe<boolean> => {
      const answers = backends.map(({ pods, doubts }): Maybe<boolean> => {
        const target = targetAt(port, pods);
        const is = target === undefined ? false : clause.lets(pods, target);
        return doubts.length > 0 && is !== false ? { unknown: doubts } : is;
      });
      if (answers.every((each) => each === true)) return true;
      if (answers.every((each) => each === false)) return false;
      const missing = answers.flatMap((each) => (isUnknown(each) ? each.unknown : []));
      return { unknown: missing.length > 0 ? missing : [`which pods ${port.at} leads to`] };
    };
    return [{ listen, lets }];
  });
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
