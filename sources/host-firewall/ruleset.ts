import type { Family } from "../../model/addresses.js";
import type { Test } from "./tests.js";

/**
 * What a rule does with the packets it matches. `unclear`: may do anything, for the reason named. A `reject` is a drop
 * that tells the sender.
 */
export type Verdict =
  | { readonly kind: "accept" | "drop" | "reject" | "return" | "continue" | "notrack" }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  | { readonly kind: "unclear"; readonly what: string };

/** All tests have to hold. */
export interface Rule {
  /** `file:line`, or the file with the rule's table, chain and handle. */
  readonly at: string;
  readonly tests: readonly Test[];
  readonly verdict: Verdict;
}

export interface Chain {
  readonly name: string;
  readonly at: string;
  readonly rules: Rule[];
}

export type Hook = "prerouting" | "input" | "output" | "postrouting";

/** A chain that the kernel calls at one place on a packet's way. */
export interface BaseChain {
  readonly chain: Chain;
  /** The chains of the same table, which its rules can go to. */
  readonly chains: ReadonlyMap<string, Chain>;
  /** How the layer is called, and what is the same layer of the other family. */
  readonly layer: string;
  readonly families: readonly Family[];
  readonly hook: Hook;
  /** Chains of one hook run in ascending order; connection tracking starts at -200. */
  readonly priority: number;
  /** Address translation: sees the first packet of a connection only. */
  readonly nat: boolean;
  readonly policy: "accept" | "drop" | "unclear";
}

/** Everything that one host filters with. */
export interface Ruleset {
  readonly bases: readonly BaseChain[];
  /** Families of which nothing was said, with the input that would say it. */
  readonly unsaid: readonly { readonly family: Family; readonly missing: string }[];
}
