import { AddressSet } from "../../model/addresses.js";
import { type Fact, type FactOf, factsNamed } from "../../model/fact.js";
import type { Outcome } from "../../model/finding.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule, View } from "../../model/rule.js";
import { isSubmission, judgeEach, staysOnMachine } from "./words.js";

export const tlsRequired: Rule = {
  id: "tls-required",
  title: "A submission port takes no mail in clear",
  severity: "high",
  why: "Where TLS is only offered, anyone on the path can strip it, and a misconfigured client sends mail and password in clear without noticing.",
  remedy:
    "Require TLS on the submission service (Postfix: smtpd_tls_security_level=encrypt), or serve implicit TLS on 465.",
  standards: [
    {
      source: "RFC 8314",
      section: "4.1",
      asks: "Mail submission in clear is deprecated; users move to TLS 1.2 or later (as RFC 8997 has it).",
    },
    {
      source: "RFC 3207",
      section: "4",
      asks: "A submission server may demand TLS and refuses other commands with 530.",
    },
  ],
  about: ["tlsGate"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    const gated = judgeEach(view, "tlsGate", (gate) => {
      if (gate === "none") return undefined;
      const says =
        gate === "connect"
          ? `${view.subject} speaks TLS only`
          : `${view.subject} refuses ${gate.toUpperCase()} before TLS`;
      return { status: "pass", message: says };
    });
    const ungated = factsNamed(view.facts, "tlsGate").filter(
      (fact) => fact.value === "none" && !staysOnMachine(view, fact),
    );
    return [...gated, ...ungated.flatMap((fact) => withoutGate(view, fact))];
  },
};

/**
 * A server that asks for a login at MAIL and takes none in clear takes no mail in clear either, whatever it calls it. What
 * the wire shows has been told apart by the probe.
 */
function withoutGate(view: View, { from, evidence, origin }: FactOf<"tlsGate">): Outcome[] {
  const beside = view.facts.filter((each) => origin !== "observed" && each.origin === origin);
  const noLogin = factsNamed(beside, "authBeforeTls").filter(
    ({ value }) => !isUnknown(value) && value.offered.length + value.accepted.length === 0,
  );
  const asked = factsNamed(beside, "authGate").filter(({ value }) => value === "connect" || value === "mail");
  const clients = (facts: readonly Fact[]) => AddressSet.join(facts.map((each) => each.from));
  const safe = from.intersect(clients(noLogin)).intersect(clients(asked));
  const proof = [...noLogin, ...asked].filter((each) => each.from.overlaps(safe)).flatMap((each) => each.evidence);
  const passes = `${view.subject} takes mail after a login alone, and no login before TLS`;
  const fails = `${view.subject} takes mail without TLS`;
  const parts: Outcome[] = [
    { status: "pass", from: safe, message: passes, evidence: [...evidence, ...proof], missing: [] },
    { status: "fail", from: from.subtract(safe), message: fails, evidence, missing: [] },
  ];
  return parts.filter((part) => !part.from.isEmpty);
}
