import { InputError } from "../../model/errors.js";
import type { FilterRule } from "../../model/network.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { type Box, everyPacket, isEmpty, meet, perhaps, without } from "./box.js";
import type { BaseChain, Chain, Rule } from "./ruleset.js";
import type { Packet } from "./tests.js";

/** More than the kernel's own limit on nested jumps (16 in nftables). */
const deepest = 64;
/** Rules visited, each once for every part of the packets that arrive at it. */
const mostVisits = 500_000;

/**
 * The rules that a packet of this kind can meet in a base chain, as one list of which the first match decides: jumps
 * are unfolded, and what returns meets no further rule of its chain.
 * @throws InputError when chains call each other in a circle, or the unfolded list is too long.
 */
export function flatten(base: BaseChain, packet: Packet, within: Box): FilterRule[] {
  const walk = new Walk(base, packet);
  walk.chain(base.chain, [within], []);
  return walk.found;
}

class Walk {
  readonly found: FilterRule[] = [];
  private readonly uses = new Map<string, number>();
  private visits = 0;

  constructor(
    private readonly base: BaseChain,
    private readonly packet: Packet,
  ) {}

  chain(chain: Chain, arriving: readonly Box[], callers: readonly Chain[]): void {
    if (callers.includes(chain) || callers.length >= deepest) throw this.circle(chain, callers);
    let here = arriving;
    for (const rule of chain.rules) {
      this.count(here.length, rule);
      const match = rule.tests.reduce((box, test) => (isEmpty(box) ? box : meet(box, test(this.packet))), everyPacket);
      const hits = isEmpty(match) ? [] : here.map((box) => meet(box, match)).filter((box) => !isEmpty(box));
      if (hits.length === 0) continue;
      const leaves = this.obey(rule, chain, hits, [...callers, chain]);
      if (leaves) here = here.flatMap((box) => without(box, match));
      if (here.length === 0) return;
    }
  }

  /** True when the packets see no further rule of this chain, though nothing is decided about them. */
  private obey(rule: Rule, chain: Chain, hits: readonly Box[], callers: readonly Chain[]): boolean {
    const { verdict } = rule;
    const emit = (action: "allow" | "deny", verb: string, boxes = hits) => {
      for (const box of boxes) this.found.push(this.filterRule(box, action, rule, `chain ${chain.name} ${verb}`));
    };
    switch (verdict.kind) {
      case "accept":
        emit("allow", "accepts this");
        return false;
      case "drop":
        emit("deny", "drops this: the sender sees a timeout");
        return false;
      case "reject":
        emit("deny", "rejects this: the sender sees a refusal");
        return false;
      case "unclear": {
        const doubtful = hits.map((box) => meet(box, perhaps(verdict.what)));
        emit("allow", `may accept this: ${verdict.what}`, doubtful);
        emit("deny", `may stop this: ${verdict.what}`, doubtful);
        return false;
      }
      case "jump":
      case "goto": {
        const called = this.base.chains.get(verdict.chain);
        if (called) this.chain(called, hits, callers);
        return verdict.kind === "goto";
      }
      case "return":
        return true;
      default:
        return false;
    }
  }

  private filterRule(box: Box, action: "allow" | "deny", { at, tests }: Rule, says: string): FilterRule {
    const written = tests.flatMap((test) => test.written ?? []);
    const use = (this.uses.get(at) ?? 0) + 1;
    this.uses.set(at, use);
    return {
      id: use === 1 ? at : `${at} (${use})`,
      action,
      ...covered(box),
      ...(written.length > 0 ? { written } : {}),
      evidence: { kind: "code", at, says },
    };
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

/** The parts of a filter rule that say what it matches. */
export function covered({ peers, ports, sourcePorts, tcp, doubts }: Box) {
  const limited = ports.size < 65536 || sourcePorts.size < 65536;
  return {
    protocol: tcp || limited ? ("tcp" as const) : ("any" as const),
    ports,
    ...(sourcePorts.size < 65536 ? { sourcePorts } : {}),
    peers: doubts.length === 0 ? exactly(peers) : undecidedSet([...doubts].sort(), peers),
  };
}
