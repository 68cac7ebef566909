import type { Outcome } from "../../model/finding.js";
import type { Rule, View } from "../../model/rule.js";
import { judgeEach, staysOnMachine, takesMail } from "./words.js";

/** Bad wherever they stand: NTLM is broken and proprietary, ANONYMOUS asks for nothing. */
const always = ["NTLM", "ANONYMOUS"];
/** Their answers can be guessed at leisure by whoever reads them. */
const inClear = [...always, "CRAM-MD5", "DIGEST-MD5"];

export const weakAuthMechanisms: Rule = {
  id: "weak-auth-mechanisms",
  title: "No weak mechanism of AUTH is offered",
  severity: "medium",
  why: "CRAM-MD5 and DIGEST-MD5 without TLS give whoever listens all that is needed to guess the password offline; NTLM can be relayed and broken; ANONYMOUS lets anyone in.",
  remedy:
    "Offer PLAIN or SCRAM inside TLS only, and take NTLM, ANONYMOUS, CRAM-MD5 and DIGEST-MD5 out (Dovecot: auth_mechanisms; Postfix: smtpd_sasl_mechanism_filter, smtpd_sasl_security_options = noanonymous).",
  standards: [
    { source: "RFC 6331", section: "1", asks: "DIGEST-MD5 is open to brute force; the memo moves it to historic." },
    { source: "RFC 4954", section: "9", asks: "What whoever listens can attack is not offered without TLS." },
    {
      source: "RFC 8314",
      section: "4.1",
      asks: "In the end submission in clear is off, or for systems that cannot be upgraded alone.",
    },
  ],
  about: ["authBeforeTls", "authMechanisms"],
  evaluate(view) {
    return takesMail(view) ? [...beforeTls(view), ...insideTls(view)] : [];
  },
};

function beforeTls(view: View): Outcome[] {
  return judgeEach(view, "authBeforeTls", ({ offered, accepted }, fact) =>
    staysOnMachine(view, fact) || isBackends([...offered, ...accepted])
      ? undefined
      : verdict(view, weak([...offered, ...accepted], inClear), "before TLS"),
  );
}

function insideTls(view: View): Outcome[] {
  return judgeEach(view, "authMechanisms", (listed) =>
    isBackends(listed) ? undefined : verdict(view, weak(listed, always), "inside TLS"),
  );
}

/** Which ones a backend outside the definition offers, only the wire can tell. */
function isBackends(listed: readonly string[]): boolean {
  return listed.includes("*");
}

function weak(listed: readonly string[], names: readonly string[]): string[] {
  return [...new Set(listed.map((each) => each.toUpperCase()))].filter((each) => names.includes(each)).sort();
}

function verdict({ subject }: View, found: readonly string[], where: string) {
  return found.length > 0
    ? ({ status: "fail", message: `${subject} offers AUTH ${found.join(" ")} ${where}` } as const)
    : ({ status: "pass", message: `${subject} offers no weak mechanism ${where}` } as const);
}
