import { AddressSet } from "../model/addresses.js";
import type { Outcome, Verdict } from "../model/finding.js";

/** How a probe of the subject ended, as far as the join needs it. */
export type Probed = "no" | "seen" | "blocked" | "inconclusive";

/** The join's answer for one rule and one subject. */
export interface Joined {
  readonly status: Outcome["status"];
  readonly verdict: Verdict;
  readonly explanation: string;
  /** The outcomes that the finding speaks with. */
  readonly said: readonly Outcome[];
}

/**
 * Holds what the definitions say against what the wire says, for the clients that both speak of.
 * A check that was tried and did not run is never a pass.
 * @param claims what planned and deployed definitions say; empty when none was read.
 * @param seen what the probe says; empty when this rule cannot be seen on the wire.
 */
export function join(claims: readonly Outcome[], seen: readonly Outcome[], probed: Probed): Joined {
  const joined = held(claims, seen, probed);
  const tellers = seen.flatMap(({ evidence }) => evidence.map(({ by }) => by));
  // A probe of this run speaks for itself.
  if (tellers.length === 0 || tellers.includes(undefined)) return joined;
  const who = [...new Set(tellers)].sort().join("; ");
  return { ...joined, explanation: `${joined.explanation} Told by ${who}: no probe of this run.` };
}

function held(claims: readonly Outcome[], seen: readonly Outcome[], probed: Probed): Joined {
  const claim = worst(claims);
  if (seen.length === 0)
    return answer(
      claim,
      "static",
      probed === "no" ? "Nothing was probed." : "No probe from outside can see this.",
      claims,
    );
  const wire = worst(seen);
  if (wire === "undecided") return unseen(claim, claims, seen, probed);
  if (claims.length === 0) return answer(wire, "confirmed", "Seen on the wire; no definition speaks of it.", seen);

  const vantage = AddressSet.union(...seen.map((each) => each.from));
  const about = claims.filter((each) => each.from.overlaps(vantage));
  if (about.length === 0) {
    return answer(
      claim === "pass" ? "undecided" : claim,
      "unverified",
      `The definitions speak of other clients than the probe's (${vantage}).`,
      claims,
    );
  }
  const there = worst(about);
  if (there === "undecided")
    return answer(wire, "confirmed", "The definitions could not decide it; the wire did.", [...seen, ...about]);
  if (there !== wire) return contradicted(there, [...about, ...seen], vantage);
  if (claim === there)
    return answer(claim, "confirmed", "The definitions say so, and the wire agrees.", [...about, ...seen]);
  const elsewhere = claims.filter((each) => each.status === claim);
  const whom = AddressSet.union(...elsewhere.map((each) => each.from));
  return answer(
    claim,
    "unverified",
    `It concerns ${whom}; the probe came from ${vantage}, for which the definitions hold.`,
    elsewhere,
  );
}

function contradicted(claim: Outcome["status"], said: readonly Outcome[], vantage: AddressSet): Joined {
  const explanation =
    claim === "pass"
      ? `Drift: the definitions are sound for ${vantage}, the running server is not. Another configuration is loaded, or something stands in front of it.`
      : `The definitions are at fault, the running server is not (seen from ${vantage}). The definition is not what runs there, or something stands in front of it.`;
  // The side that is at fault speaks first: its evidence is what has to be mended.
  return answer(
    "fail",
    "contradicted",
    explanation,
    [...said].sort((a, b) => rank[a.status] - rank[b.status]),
  );
}

function unseen(
  claim: Outcome["status"],
  claims: readonly Outcome[],
  seen: readonly Outcome[],
  probed: Probed,
): Joined {
  const status = claims.length > 0 && claim === "fail" ? "fail" : "undecided";
  const why = [...new Set(seen.flatMap((each) => each.missing))].sort().join("; ");
  return probed === "blocked"
    ? answer(status, "unreachable", `The path is blocked before this can be seen: ${why}.`, [...claims, ...seen])
    : answer(status, "unverified", `The probe could not tell: ${why}.`, [...claims, ...seen]);
}

function answer(status: Outcome["status"], verdict: Verdict, explanation: string, said: readonly Outcome[]): Joined {
  return { status, verdict, explanation, said };
}

const rank = { fail: 0, undecided: 1, pass: 2 } as const;

function worst(outcomes: readonly Outcome[]): Outcome["status"] {
  return outcomes.reduce<Outcome["status"]>((all, { status }) => (rank[status] < rank[all] ? status : all), "pass");
}
