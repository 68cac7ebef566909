import { InputError } from "../../model/errors.js";
import type { FilterRule } from "../../model/network.js";
import { onceForEach } from "../../model/once.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { AskedPacket } from "./asked-packet.js";
import { type Box, everyPacket, isEmpty, meet, perhaps, without } from "./box.js";
import type { BaseChain, Chain, Rule } from "./ruleset.js";
import type { Packet, Test } from "./tests.js";

/** More than the kernel's own limit on nested jumps (16 in nftables). */
const deepest = 64;
/** Rules visited, each once for every part of the packets that arrive at it. */
const mostVisits = 500_000;

/** A base chain as packets meet it of whom its rules asked the same. */
interface Flattened {
  readonly asked: AskedPacket;
  readonly rules: readonly FilterRule[];
}

/** Packets of several kinds meet each chain, and few rules tell them apart. */
const flattenedOf = new WeakMap<BaseChain, Flattened[]>();

/**
 * The rules that a packet of this kind can meet in a base chain, as one list of which the first match decides: jumps
 * are unfolded, and what returns meets no further rule of its chain.
 * @throws InputError when chains call each other in a circle, or the unfolded list is too long.
 */
export function flatten(base: BaseChain, packet: Packet, within: Box): readonly FilterRule[] {
  const all = flattenedOf.get(base) ?? [];
  flattenedOf.set(base, all);
  const known = all.find((each) => each.asked.faresLike(packet));
  if (known) return known.rules;
  const asked = new AskedPacket(packet);
  const walk = new Walk(base, asked);
  walk.chain(base.chain, [within], []);
  all.push({ asked, rules: walk.found });
  return walk.found;
}

/** The packets of this kind that a rule matches. */
export function matchOf({ tests }: Rule, packet: Packet): Box {
  let match = everyPacket;
  for (const test of tests) {
    if (isEmpty(match)) break;
    match = meet(match, test(packet));
  }
  return match;
}

function isFinal({ verdict }: Rule): boolean {
  return verdict.kind === "accept" || verdict.kind === "drop" || verdict.kind === "reject";
}

class Walk {
  readonly found: FilterRule[] = [];
  private readonly uses = new Map<string, number>();
  private readonly saysOf = onceForEach(({ name }: Chain) => ({
    accept: `chain ${name} accepts this`,
    drop: `chain ${name} drops this: the sender sees a timeout`,
    reject: `chain ${name} rejects this: the sender sees a refusal`,
  }));
  private visits = 0;

  constructor(
    private readonly base: BaseChain,
    private readonly packet: Packet,
  ) {}

  chain(chain: Chain, arriving: readonly Box[], callers: readonly Chain[]): void {
    if (callers.includes(chain) || callers.length >= deepest) throw this.circle(chain, callers);
    const path = [...callers, chain];
    let here = arriving;
    for (const rule of chain.rules) {
      this.count(here.length, rule);
      const match = matchOf(rule, this.packet);
      if (isEmpty(match)) continue;
      const hits = here.map((box) => meet(box, match)).filter((hit) => !isEmpty(hit));
      if (hits.length === 0) continue;
      const leaves = this.obey(rule, chain, hits, path);
      if (leaves) here = here.flatMap((box) => without(box, match));
      if (here.length === 0) return;
      // Rules behind it are kept for first packets, where they are told as dead; those may be of any other state.
      if (match === everyPacket && isFinal(rule) && this.packet.state === "established") return;
    }
  }

  /** True when the packets see no further rule of this chain, though nothing is decided about them. */
  private obey(rule: Rule, chain: Chain, hits: readonly Box[], path: readonly Chain[]): boolean {
    const { verdict } = rule;
    const emit = (action: "allow" | "deny", says: string, boxes = hits) => {
      for (const box of boxes) this.found.push(this.filterRule(box, action, rule, says));
    };
    switch (verdict.kind) {
      case "accept":
      case "drop":
      case "reject":
        emit(verdict.kind === "accept" ? "allow" : "deny", this.saysOf(chain)[verdict.kind]);
        return false;
      case "unclear": {
        const doubtful = hits.map((box) => meet(box, perhaps(verdict.what)));
        emit("allow", `chain ${chain.name} may accept this: ${verdict.what}`, doubtful);
        emit("deny", `chain ${chain.name} may stop this: ${verdict.what}`, doubtful);
        return false;
      }
      case "jump":
      case "goto": {
        const called = this.base.chains.get(verdict.chain);
        if (called) this.chain(called, hits, path);
        return verdict.kind === "goto";
      }
      case "return":
        return true;
      default:
        return false;
    }
  }

  private filterRule(
    { peers, ports, sourcePorts, tcp, doubts }: Box,
    action: "allow" | "deny",
    { at, tests }: Rule,
    says: string,
  ): FilterRule {
    const use = (this.uses.get(at) ?? 0) + 1;
    this.uses.set(at, use);
    const isOfClients = !sourcePorts.equals(PortSet.all);
    // Assigned one by one: a literal that spreads its optional parts takes several times as long.
    const found: { -readonly [K in keyof FilterRule]: FilterRule[K] } = {
      id: use === 1 ? at : `${at} (${use})`,
      action,
      protocol: tcp || isOfClients || !ports.equals(PortSet.all) ? "tcp" : "any",
      ports,
      peers:
        doubts.length === 0 ? exactly(peers) : undecidedSet(doubts.length === 1 ? doubts : [...doubts].sort(), peers),
      evidence: { kind: "code", at, says },
    };
    if (isOfClients) found.sourcePorts = sourcePorts;
    const written = writtenIn(tests);
    if (written) found.written = written;
    return found;
  }

  private count(boxes: number, rule: Rule): void {
    this.visits += boxes;
    if (this.visits <= mostVisits) return;
    throw new InputError(
      rule.at,
      `the chains that ${this.base.chain.name} calls unfold to more than ${mostVisits.toLocaleString("en")} rules`,
      "Let fewer rules jump to long chains, or use sets.",
    );
  }

  private circle(chain: Chain, callers: readonly Chain[]): InputError {
    const path = [...callers.slice(-3), chain].map(({ name }) => name).join(" -> ");
    return callers.includes(chain)
      ? new InputError(
          chain.at,
          `the chains call each other in a circle (${path})`,
          "The kernel refuses such rules; save them anew from the host.",
        )
      : new InputError(chain.at, `chains are nested deeper than ${deepest} (${path})`, "Nest them less deep.");
  }
}

/** The blocks that a rule names, as it spells them. */
function writtenIn(tests: readonly Test[]): readonly string[] | undefined {
  let found: readonly string[] | undefined;
  for (const { written } of tests) if (written) found = found ? [...found, ...written] : written;
  return found;
}
