import type { BaseChain, Chain, Rule } from "./ruleset.js";
import { state } from "./tests.js";

/** A filter that keeps states, as one chain a direction: what belongs to a connection passes, the rest meets the rules. */
export function statefulChain(
  direction: "in" | "out",
  { layer, at, rules, policy }: { layer: string; at: string; rules: readonly Rule[]; policy: BaseChain["policy"] },
): BaseChain {
  const established: Rule = { at, tests: [state(["established", "related"], false)], verdict: { kind: "accept" } };
  const chain: Chain = { name: direction === "in" ? "inbound" : "outbound", at, rules: [established, ...rules] };
  return {
    chain,
    chains: new Map(),
    layer: `${layer} ${chain.name}`,
    families: ["ipv4", "ipv6"],
    hook: direction === "in" ? "input" : "output",
    priority: 0,
    nat: false,
    policy,
  };
}
