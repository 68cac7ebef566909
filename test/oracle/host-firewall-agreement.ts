import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { AddressSet } from "../../model/addresses.js";
import { type Fact, factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { NetworkInterface } from "../../model/network.js";
import { undecidedPart } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { admitted } from "../../reach/filter.js";
import { type Case, clientPorts, clients, ports } from "./host-firewall-cases.js";

/*
 * Hosts with their own rules in namespaces, and what the product says of them: random rule sets are loaded, real SYNs go
 * both ways, and the answers and the rules that decided are compared.
 */

const labs = 6;

type Result = "open" | "refused" | "timeout";
interface Attempt {
  readonly from: string;
  readonly fromPort: number;
  readonly to: string;
  readonly port: number;
}
/** What became of a case in the kernel. */
export interface Answer {
  readonly refused?: string;
  readonly saved: Readonly<Record<string, string>>;
  readonly inward: readonly Result[];
  readonly outward: readonly Result[];
  /** The rules and policies that decided each SYN at the host. */
  readonly inwardBy: readonly (readonly string[])[];
  readonly outwardBy: readonly (readonly string[])[];
}

const own = (peer: string) => (peer.includes(":") ? "fd00:ffff::1" : "10.255.0.1");

/** Each case and port has client ports of its own: no connection is taken for one of an earlier case. */
function attempts(index: number): { inward: Attempt[]; outward: Attempt[] } {
  const each = (make: (peer: string, fromPort: number, port: number) => Attempt, to: readonly number[]) =>
    clients.flatMap((peer) =>
      to.flatMap((port, i) => clientPorts.map((first) => make(peer, first + ((index * 4 + i) % 9_000), port))),
    );
  return {
    inward: each((from, fromPort, port) => ({ from, fromPort, to: own(from), port }), ports),
    outward: each((to, fromPort, port) => ({ from: own(to), fromPort: fromPort + 1, to, port }), [25]),
  };
}

/** Runs cases in one lab; the lab and its far side end with their input. */
async function runLab(work: readonly { rules: Case; index: number }[], patience: number): Promise<Answer[]> {
  const setting = JSON.stringify({ clients, ports, patience });
  const script = join(process.cwd(), "test", "oracle", "host-firewall-lab.js");
  const lab: ChildProcess = spawn("unshare", ["--net", process.execPath, script, "inside", setting], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    for (const { rules, index } of work) lab.stdin?.write(`${JSON.stringify({ ...rules, ...attempts(index) })}\n`);
    lab.stdin?.end();
    const answers: Answer[] = [];
    if (lab.stdout) for await (const line of createInterface({ input: lab.stdout })) answers.push(JSON.parse(line));
    if (answers.length !== work.length) throw new Error(`the lab answered ${answers.length} of ${work.length} cases`);
    return answers;
  } finally {
    lab.kill();
  }
}

/** Runs cases in several labs at once. */
export async function inLabs(work: readonly { rules: Case; index: number }[], patience: number): Promise<Answer[]> {
  const shares = Array.from({ length: labs }, (_, lab) => work.filter((_each, i) => i % labs === lab));
  const answered = await Promise.all(shares.map((share) => (share.length > 0 ? runLab(share, patience) : [])));
  return work.map((_, i) => answered[i % labs]?.[Math.floor(i / labs)] as Answer);
}

/** What the product says of a host. */
export interface Told {
  readonly facts: readonly Fact[];
  readonly nic: NetworkInterface;
  /** What the trace calls what the product names, by its place. Absent: the deciding rules are not compared. */
  readonly places?: ReadonlyMap<string, string>;
}

function factAbout(
  facts: readonly Fact[],
  name: "reachable" | "egressAllowed" | "returnPath",
  subject: string,
  peer: string,
) {
  const holding = factsNamed(facts, name).filter(
    (fact) => fact.subject === subject && fact.from.overlaps(AddressSet.of(peer)),
  );
  if (holding.length > 1 || (name !== "returnPath" && holding.length === 0))
    throw new Error(`${holding.length} facts about ${peer}`);
  return holding[0];
}

/** One disagreement. */
export interface Differing {
  readonly problem: string;
  readonly rules: Case;
  readonly index: number;
}

/** What the facts say of one peer and port against what became of its SYNs, one from each part of the client ports. */
function judge(
  facts: readonly Fact[],
  way: "inward" | "outward",
  peer: string,
  port: number,
  tried: readonly (readonly [number, Result])[],
  unclear: boolean,
) {
  const subject = way === "inward" ? `host:${port}` : `host -> *:${port}`;
  const fact = factAbout(facts, way === "inward" ? "reachable" : "egressAllowed", subject, peer);
  const seen = tried.map(([from, result]) => `${from}: ${result}`).join(", ");
  const problem = (says: string) => `${way} ${peer} ${port}: we say ${says}; ${seen}`;
  if (isUnknown(fact?.value)) return unclear ? [] : [problem(`unknown (${fact.value.unknown.join(", ")})`)];
  const open = tried.some(([, result]) => result === "open");
  if (fact?.value === false) {
    if (open) return [problem("closed")];
    // Rules in doubt close nothing for sure, so that evidence does not name them; yet one of them may reject.
    return !unclear && sawRefusal(fact, tried) === false
      ? [problem(fact.evidence.map(({ says }) => says).join("; "))]
      : [];
  }
  const back = factAbout(facts, "returnPath", subject, peer)?.value;
  if (back === undefined) return open ? [] : [problem("open")];
  if (isUnknown(back)) return unclear ? [] : [problem(`unknown (${back.unknown.join(", ")})`)];
  const lost = typeof back === "object" && "lostClientPorts" in back ? lostPorts(back.lostClientPorts) : PortSet.empty;
  return tried.flatMap(([from, result]) =>
    lost.has(from) === (result === "open") ? [problem(`open, except from ${lost}`)] : [],
  );
}

function lostPorts(text: string): PortSet {
  if (text === "none") return PortSet.empty;
  return PortSet.union(
    ...text.split(",").map((range) => PortSet.range(Number(range.split("-")[0]), Number(range.split("-").at(-1)))),
  );
}

/** Where all evidence is of drops, the sender has to see none but timeouts; a refusal can be lost on its own way out. */
function sawRefusal(
  { evidence }: Pick<Fact, "evidence">,
  tried: readonly (readonly [number, Result])[],
): boolean | undefined {
  if (evidence.every(({ says }) => says.includes("timeout"))) return tried.every(([, result]) => result === "timeout");
  return undefined;
}

/**
 * The rules that decide a SYN, ours against the kernel's. Each of our layers that lets it pass names the kernel's decider:
 * one that surely decides, and those that may before it. The kernel also names chains that stop nothing, and
 * a layer of both families names one family's policy that accepts. Of a SYN that is stopped, the last that the kernel
 * names is among ours, those of layers in doubt included.
 */
function judgeRules(
  { nic, places }: Told,
  way: "inward" | "outward",
  peer: string,
  { fromPort, port }: Attempt,
  decidedBy: readonly string[],
): string[] {
  const layers = way === "inward" ? nic.ingress : nic.egress;
  if (places === undefined) return [];
  const asked = AddressSet.of(peer);
  const { allowed, opens, closes } = admitted(layers, { to: port, from: fromPort }, asked);
  if (undecidedPart(allowed).overlaps(asked)) return [];
  const isOpen = allowed.certain.contains(asked);
  const told = (isOpen ? opens : closes).map(({ at, says, layer }) => {
    return { place: places.get(at) ?? at, isSure: !says.includes("whether it decides depends on"), layer: layer?.name };
  });
  const isForOther = (place: string) =>
    place.endsWith(" policy") && place.startsWith(peer.includes(":") ? "ip " : "ip6 ");
  const each = [...new Set(told.map(({ layer }) => layer))].map((name) => told.filter(({ layer }) => layer === name));
  const sure = each.map((own) => own.filter(({ isSure }) => isSure).length);
  const isExact = isOpen ? sure.every((count) => count === 1) : Math.max(...sure) === 1;
  const same = isOpen
    ? each.every((own) => own.some(({ place }) => decidedBy.includes(place) || isForOther(place)))
    : told.some(({ place }) => place === decidedBy.at(-1));
  const named = told.map(({ place, isSure }) => `${place}${isSure ? "" : " (perhaps)"}`).join(", ");
  return isExact && same
    ? []
    : [`${way} ${peer} ${fromPort}>${port}: we say ${named}; the kernel ${decidedBy.join(", ")}`];
}

/** Where the product and the kernel differ about one case. */
export function differences(rules: Case, index: number, answer: Answer, told: Told): Differing[] {
  const tried = attempts(index);
  const problems = (["inward", "outward"] as const).flatMap((way) =>
    clients.flatMap((peer) =>
      (way === "inward" ? ports : [25]).flatMap((port) => {
        const results = tried[way].flatMap((attempt, i): [number, Result][] =>
          attempt.port === port && (way === "inward" ? attempt.from : attempt.to) === peer
            ? [[attempt.fromPort, answer[way][i] ?? "timeout"]]
            : [],
        );
        return judge(told.facts, way, peer, port, results, rules.unclear);
      }),
    ),
  );
  const deciding = (["inward", "outward"] as const).flatMap((way) =>
    tried[way].flatMap((attempt, i) => {
      const peer = way === "inward" ? attempt.from : attempt.to;
      return judgeRules(told, way, peer, attempt, answer[`${way}By`][i] ?? []);
    }),
  );
  return [...problems, ...deciding].map((problem) => ({ problem, rules, index }));
}
