import { AddressSet } from "../../model/addresses.js";
import { isUnknown } from "../../model/maybe.js";
import type { NetworkInterface } from "../../model/network.js";
import type { Answer } from "../../reach/answer.js";
import { connectionOf } from "../../reach/exact.js";
import { type Explanation, explain } from "../../reach/explain.js";
import { type Machine, type Packet, type Verdict, verdicts } from "./kernel.js";

/** One random configuration: what the product makes of it and what the cloud's compiler makes of it. */
export interface Case {
  readonly nic: NetworkInterface;
  readonly machine: Machine;
}

/** One where an input is hidden, with all that the input may be. */
export interface HiddenCase {
  readonly nic: NetworkInterface;
  readonly worlds: readonly Machine[];
  readonly hidden: string;
}

export interface Questions {
  readonly peers: readonly string[];
  readonly inward: readonly number[];
  readonly outward: readonly number[];
  /** The client's own ports; absent: any one. */
  readonly clientPorts?: readonly number[];
  /** With client ports: the layer whose deciding rule is compared. Without, all of them are. */
  readonly layer?: string;
}

/** What the kernel and the product say differently, with what was open and closed. */
export interface Comparison {
  readonly differing: readonly object[];
  readonly open: number;
  readonly closed: number;
  readonly unknown: number;
}

/** All inputs known: the same answer, and the kernel's deciding rules are ours. */
export function compare(cases: readonly Case[], questions: Questions): Comparison {
  const packets = cases.flatMap((_, machine) => packetsOf(machine, questions));
  const found = verdicts(
    cases.map(({ machine }) => machine),
    packets,
  );
  const differing = packets.flatMap((packet, i) => {
    const { nic } = cases[packet.machine] as Case;
    const kernel = found[i] as Verdict;
    const ours = explained(nic, packet);
    const same = oursOf(nic, ours, packet) === (kernel.open ? "open" : "closed");
    const named =
      packet.clientPort === undefined ? sameRules(nic, ours, kernel) : namesIn(questions.layer, ours, kernel);
    if (same && named) return [];
    return [{ packet, kernel, ours: saidOf(ours), nic: nic.name }];
  });
  const open = found.filter((each) => each.open).length;
  return { differing, open, closed: found.length - open, unknown: 0 };
}

/** One input hidden: a decided answer holds in all worlds, and `unknown` only where they differ. */
export function compareHidden(cases: readonly HiddenCase[], questions: Questions): Comparison {
  const machines = cases.flatMap(({ worlds }) => worlds);
  const owners = cases.flatMap(({ worlds }, i) => worlds.map(() => i));
  const packets = machines.flatMap((_, machine) => packetsOf(machine, questions));
  const found = verdicts(machines, packets);
  const byQuestion = new Map<string, { packet: Packet; owner: number; seen: Map<number, boolean[]> }>();
  packets.forEach((packet, i) => {
    const owner = owners[packet.machine] as number;
    const key = [owner, packet.way, packet.peer, packet.port].join(" ");
    const entry = byQuestion.get(key) ?? { packet, owner, seen: new Map<number, boolean[]>() };
    const byPort = entry.seen.get(packet.machine) ?? [];
    entry.seen.set(packet.machine, [...byPort, (found[i] as Verdict).open]);
    byQuestion.set(key, entry);
  });
  const counts = { open: 0, closed: 0, unknown: 0 };
  const differing = [...byQuestion.values()].flatMap(({ packet, owner, seen }) => {
    const { nic, hidden } = cases[owner] as HiddenCase;
    const ours = explained(nic, packet);
    const said = ours.verdict;
    const truth = truthOf([...seen.values()]);
    counts[truth === "partial" ? "open" : truth]++;
    return said === truth ? [] : [{ packet, hidden, truth, said, ours: saidOf(ours), nic: nic.name }];
  });
  return { differing, ...counts };
}

/** By what is open in each world, from each client port: an answer is about clients that connect from one at least. */
function truthOf(worlds: readonly (readonly boolean[])[]): Answer {
  const connecting = new Set(worlds.map((byPort) => byPort.includes(true)));
  if (connecting.size === 2) return "unknown";
  if (connecting.has(false)) return "closed";
  const [first = []] = worlds;
  return first.some((_, port) => worlds.every((byPort) => byPort[port] === false)) ? "partial" : "open";
}

function packetsOf(machine: number, { peers, inward, outward, clientPorts = [] }: Questions): Packet[] {
  const from = clientPorts.length === 0 ? [{}] : clientPorts.map((clientPort) => ({ clientPort }));
  return peers.flatMap((peer) =>
    from.flatMap((more) => [
      ...inward.map((port) => ({ machine, way: "in" as const, peer, port, ...more })),
      ...outward.map((port) => ({ machine, way: "out" as const, peer, port, ...more })),
    ]),
  );
}

function explained(nic: NetworkInterface, { way, port, peer }: Packet): Explanation {
  return explain(nic, nic.name, way, port, AddressSet.of(peer));
}

/** `partial` from one client port is open or closed. */
function oursOf(nic: NetworkInterface, { verdict }: Explanation, { way, port, peer, clientPort }: Packet): string {
  if (verdict !== "partial" || clientPort === undefined) return verdict;
  const asked = AddressSet.of(peer);
  const { returns } = connectionOf(nic, way, port, asked);
  const lost = returns.find(({ peers }) => peers.overlaps(asked))?.lost;
  return lost === undefined || isUnknown(lost) ? verdict : lost.has(clientPort) ? "closed" : "open";
}

/** Whether the rules that the kernel names are ours: all of them, and where it is open no others. */
export function sameRules(nic: NetworkInterface, { layers }: Explanation, { open, decidedBy }: Verdict): boolean {
  const ours = layers.map(({ decidedBy: rules }) => rules.map(({ at }) => at));
  if (!decidedBy.every((id) => ours.some((ids) => ids.includes(id)))) return false;
  if (!open) return true;
  return [...nic.ingress, ...nic.egress].every(
    ({ combine, name }) =>
      combine === "union" ||
      layers.every(
        (layer, k) =>
          layer.layer !== name ||
          (ours[k]?.length === 1 && (name === "provider" || decidedBy.includes(ours[k][0] ?? ""))),
      ),
  );
}

/** Of a rule in the kernel that decides only together with what is not marked. */
export const unnamed = "";

/** Is what decided the first packet among what decides for some client port? */
function namesIn(layer: string | undefined, { layers }: Explanation, { decidedBy }: Verdict): boolean {
  const forward = layers.find((each) => each.layer === layer && !each.isOnTheWayBack);
  // The kernel's record holds no client ports: where they make a difference, its names are those of several packets.
  if (forward === undefined || forward.verdict === "partial") return true;
  const ours = forward.decidedBy.map(({ at }) => at);
  return decidedBy.every((id) => id === unnamed || ours.includes(id));
}

/** What the product said, for a failure's message. */
export function saidOf({ verdict, layers, missing }: Explanation): object {
  return {
    verdict,
    missing,
    layers: layers.map(({ layer, verdict: each, decidedBy }) => [layer, each, decidedBy.map(({ at }) => at)]),
  };
}
