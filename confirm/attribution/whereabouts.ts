import { AddressSet, privateNetworks } from "../../model/addresses.js";
import type { HopAnswer, Informer, PathTrials, Sweep } from "../../model/trial.js";

/** Where on the way to an address connections to a port are stopped. */
export interface Whereabouts {
  /** Distances in hops, ascending, 0 is this machine: one of them does it. */
  readonly suspects: readonly number[];
  /** True when it is certainly neither the server nor the device before it that stops them: the way goes on behind. */
  readonly isMidway: boolean;
  /** Something on the way takes the connections in the server's place. */
  readonly takesThem: boolean;
  /** It says that it knows no way to the server, in place of refusing the port. */
  readonly isNoRoute?: boolean;
  /** What was seen, in one sentence. */
  readonly says: string;
  /** The suspects by name. */
  readonly names: string;
}

/**
 * Leaves those suspects that stand on the way to a control as well, where connections to it fail alike.
 * @param alike addresses of the controls.
 */
export function narrowed(
  where: Whereabouts,
  address: string,
  alike: readonly string[],
  trials: PathTrials,
): Whereabouts {
  const seen = trials.hops;
  const isShared = (ttl: number) =>
    ttl === 0 ||
    alike.every((control) =>
      seen.some(
        (hop) =>
          hop.towards === address &&
          hop.ttl === ttl &&
          seen.some((other) => other.towards === control && other.address === hop.address),
      ),
    );
  const suspects = where.suspects.filter(isShared);
  if (alike.length === 0 || suspects.length === 0 || suspects.length === where.suspects.length) return where;
  return { ...where, suspects, names: namesOf(suspects, distanceTo(address, trials), address, trials) };
}

const finals: readonly (HopAnswer | undefined)[] = ["open", "refused", "prohibited"];

/**
 * Reads the sweeps by TTL. A port that answers at a smaller distance than another port of the same address is answered by a device
 * on the way: the one at that distance, or the one before it, whose filter stands behind the check of the TTL. A port that
 * falls silent where another does not is dropped there or one hop before. Undefined when the sweeps do not tell.
 */
export function whereaboutsOf(address: string, port: number, trials: PathTrials): Whereabouts | undefined {
  const informer = trials.informers.find((each) => each.towards === address && each.port === port);
  if (informer) return informed(informer, trials);
  const own = trials.sweeps.find((each) => each.address === address && each.port === port);
  const other = trials.sweeps.find((each) => each.address === address && each.port !== port);
  if (!own) return undefined;
  const distance = distanceTo(address, trials);
  const name = (suspects: readonly number[]) => namesOf(suspects, distance, address, trials);
  const last = own.answers.at(-1);
  if (finals.includes(last)) {
    const first = own.answers.length;
    if (distance === undefined || first > distance) return undefined;
    const isMidway = first < distance;
    const takesThem = isMidway && last === "open";
    const suspects = takesThem ? [first] : [first - 1, first];
    const against = isMidway ? `, and the server is at ${distance}` : ", where the server is";
    const says = `port ${port} is answered at a distance of ${counted(first)}${against}`;
    return { suspects, isMidway, takesThem, says, names: name(suspects) };
  }
  const silentFrom = own.answers.lastIndexOf("expired") + 2;
  if (!own.answers.includes("silent")) return undefined;
  const next = nextSeen(silentFrom, other, trials, address);
  const until = next ?? distance;
  if (until === undefined) return undefined;
  const suspects = Array.from({ length: until - silentFrom + 2 }, (_, i) => silentFrom - 1 + i);
  const says = `what is sent to port ${port} is heard of ${silentFrom === 1 ? "by no router" : `up to hop ${silentFrom - 1}`}, and no further`;
  return {
    suspects,
    isMidway: distance === undefined || until < distance,
    takesThem: false,
    says,
    names: name(suspects),
  };
}

/** The error has a sender: a router, or the server itself. */
function informed({ towards, ttl: heardAt, sender, isNoRoute }: Informer, trials: PathTrials): Whereabouts {
  // Of SYNs that are sent at once the nearer ones may stay unanswered: a trace that met the router knows its distance better.
  const ttl = Math.min(heardAt, ...trials.hops.filter((hop) => hop.address === sender).map((hop) => hop.ttl));
  const isMidway = sender !== towards;
  const distance = isMidway ? distanceTo(towards, trials) : ttl;
  // The router may be known by another of its addresses, or by none.
  const hops = [
    ...trials.hops.filter((hop) => hop.towards !== towards || hop.ttl !== ttl),
    { towards, ttl, address: sender },
  ];
  const names = namesOf([ttl], distance, towards, { ...trials, hops });
  const says = `the error is sent by ${sender}, at a distance of ${counted(ttl)}`;
  return { suspects: [ttl], isMidway, takesThem: false, isNoRoute, says, names };
}

/** How far away the address is, as its other port or its answer to tracepath says; of two the larger. */
function distanceTo(address: string, { sweeps, hops: seen, addresses }: PathTrials): number | undefined {
  const own = addresses.find((each) => each.address === address)?.port;
  const others = sweeps.filter((each) => each.address === address && each.port !== own);
  const known = [
    ...others.filter(({ answers }) => finals.includes(answers.at(-1))).map(({ answers }) => answers.length),
    ...seen.filter((hop) => hop.towards === address && hop.address === address).map(({ ttl }) => ttl),
  ];
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** The nearest router at or behind this distance of which something else was heard; the server itself does not count. */
function nextSeen(
  from: number,
  other: Sweep | undefined,
  { hops: seen }: PathTrials,
  address: string,
): number | undefined {
  const byPort = (other?.answers ?? []).flatMap((answer, i) => (answer === "expired" && i + 1 >= from ? [i + 1] : []));
  const byTrace = seen
    .filter((hop) => hop.towards === address && hop.address !== address && hop.ttl >= from)
    .map(({ ttl }) => ttl);
  // UDP may go where TCP does not: another port of the same host is the better witness.
  const witnesses = byPort.length > 0 ? byPort : other ? [] : byTrace;
  return witnesses.length > 0 ? Math.min(...witnesses) : undefined;
}

function namesOf(
  suspects: readonly number[],
  distance: number | undefined,
  towards: string,
  { hops: seen }: PathTrials,
): string {
  const addressAt = (ttl: number) => seen.find((hop) => hop.towards === towards && hop.ttl === ttl)?.address;
  const first = addressAt(1);
  const isHome = first !== undefined && privateNetworks.overlaps(AddressSet.of(first));
  const each = suspects.map((ttl) => {
    const address = addressAt(ttl);
    const told = address && ttl !== distance ? ` (${address})` : "";
    if (ttl === 0) return "this machine's own firewall";
    if (ttl === distance) return "the server itself";
    if (ttl === 1) return `${isHome ? "your own router" : "the first router after this machine"}${told}`;
    if (distance !== undefined && ttl === distance - 1) return `the last device before the server${told}`;
    if (ttl === 2 && isHome) return `the internet provider's first router${told}`;
    return `the router at hop ${ttl}${told}`;
  });
  return each.length < 3 ? each.join(" or ") : `${each.slice(0, -1).join(", ")} or ${each.at(-1)}`;
}

function counted(count: number): string {
  return count === 1 ? "1 hop" : `${count} hops`;
}
