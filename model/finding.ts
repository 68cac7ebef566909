import type { AddressSet } from "./addresses.js";
import type { Evidence } from "./evidence.js";
import type { Attribution } from "./fact.js";

export const severities = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof severities)[number];

/** A clause of a standard: `RFC 8314`, section `3.3`, and what it asks in our words. */
export interface Standard {
  readonly source: string;
  readonly section: string;
  readonly asks: string;
}

/** What a rule says of one subject, from one side: the definitions, or the wire. */
export interface Outcome {
  readonly status: "pass" | "fail" | "undecided";
  /** The peers it holds for. */
  readonly from: AddressSet;
  /** One sentence that names settings and paths, never values of mail resources. */
  readonly message: string;
  /** For `undecided`: the inputs that would decide it. */
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
}

/**
 * `confirmed`: the wire agrees (or alone says so). `contradicted`: definitions and wire disagree. `unreachable`: the path
 * is blocked before the fact can be seen. `unverified`: the probe could not tell. `static`: nothing was probed.
 */
export type Verdict = "confirmed" | "contradicted" | "unreachable" | "unverified" | "static";

export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly status: "fail" | "pass" | "undecided" | "exempt";
  readonly verdict: Verdict;
  readonly message: string;
  /** Why the verdict is what it is, in one sentence. */
  readonly explanation: string;
  readonly remedy: string;
  readonly docs: string;
  readonly standards: readonly Standard[];
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  /** Who blocks, for `unreachable` findings. */
  readonly block?: Attribution;
  readonly exemption?: { readonly reason: string; readonly expires: string; readonly at: string };
}

export function atLeast(severity: Severity, gate: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(gate);
}
