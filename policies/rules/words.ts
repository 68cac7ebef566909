import { AddressSet, loopback } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { type Fact, type FactName, type FactOf, type FactValues, factsNamed } from "../../model/fact.js";
import type { Outcome } from "../../model/finding.js";
import { isUnknown, missingOf } from "../../model/maybe.js";
import type { View } from "../../model/rule.js";

/** A rule's answer to one known value. */
export interface Answer {
  readonly status: "pass" | "fail" | "undecided";
  readonly message: string;
  readonly missing?: readonly string[];
}

/** Asks every fact of that name; a fact that is unknown is undecided, and no fact at all is no outcome. */
export function judgeEach<N extends FactName>(
  view: View,
  name: N,
  answer: (value: FactValues[N], fact: FactOf<N>) => Answer | undefined,
): Outcome[] {
  return factsNamed(view.facts, name).flatMap((fact) => {
    const said = isUnknown(fact.value)
      ? {
          status: "undecided" as const,
          message: `${view.subject}: ${questions[name]} could not be decided`,
          missing: fact.value.unknown,
        }
      : answer(fact.value, fact);
    return said ? [{ from: fact.from, evidence: fact.evidence, missing: [], ...said }] : [];
  });
}

/**
 * Definitions that treat the machine's own connections apart, as Dovecot does: those cross no network. What a probe sees
 * from there, and what a server says that only the machine itself reaches, is judged all the same.
 */
export function staysOnMachine(view: View, { name, from, origin }: Fact): boolean {
  const others = view.facts.filter((each) => each.name === name && each.origin === origin);
  return origin !== "observed" && loopback.contains(from) && others.some((each) => !loopback.contains(each.from));
}

/** The peers for whom a yes/no fact is true, false, or waits for inputs. */
export interface Split {
  readonly yes: AddressSet;
  readonly no: AddressSet;
  readonly open: AddressSet;
  readonly missing: readonly string[];
  readonly facts: readonly Fact[];
}

const untold: Split = { yes: AddressSet.empty, no: AddressSet.empty, open: AddressSet.empty, missing: [], facts: [] };

export function split(view: Pick<View, "facts">, name: "reachable" | "egressAllowed" | "listening"): Split {
  const facts = factsNamed(view.facts, name);
  if (facts.length === 0) return untold;
  let yes = AddressSet.empty;
  let no = AddressSet.empty;
  let open = AddressSet.empty;
  for (const { value, from } of facts) {
    if (isUnknown(value)) open = open.union(from);
    else if (value) yes = yes.union(from);
    else no = no.union(from);
  }
  const missing = facts.some(({ value }) => isUnknown(value)) ? missingOf(...facts.map(({ value }) => value)) : [];
  return { yes, no, open, missing, facts };
}

/** One outcome about a set of peers, with the evidence of the facts that touch it. */
export function outcome(
  status: Outcome["status"],
  from: AddressSet,
  message: string,
  { facts, missing }: Split,
): Outcome {
  const evidence = facts.filter((fact) => fact.from.overlaps(from)).flatMap((fact) => fact.evidence);
  return { status, from, message, missing: status === "undecided" ? missing : [], evidence };
}

/** What the provider itself, apart from all rules, has to do with it. */
export function providerSays({ evidence }: Fact): Evidence[] {
  return evidence.filter(({ layer }) => layer?.name === "provider");
}

export function isSubmission(view: View): boolean {
  return view.role === "submission" || view.role === "relay";
}

/** Mail comes in there, from programs or from other servers. */
export function takesMail(view: View): boolean {
  return isSubmission(view) || view.role === "mx";
}

/** Of the ports that lead to a container, who listens is said with the way there. */
export function isPublished({ facts }: Split): boolean {
  return facts.some(({ evidence }) => evidence.some(({ layer }) => layer?.name === "published port"));
}

/** Who is served on another port of the host; loopback alone does not count. */
export function servedOn(view: View, port: number): Split {
  const facts = view.beside(port);
  const { yes, no, open, ...rest } = split({ facts }, "listening");
  return { yes: yes.subtract(loopback), no, open: open.subtract(loopback), ...rest };
}

const questions: Record<FactName, string> = {
  reachable: "who can connect",
  egressAllowed: "where it may connect to",
  returnPath: "whether answers come back",
  layerAdmits: "what one of its filters lets through",
  openedBy: "which rule opens it",
  ruleConflict: "which of its rules stand",
  listenerProtocol: "what its load balancer speaks",
  deadRule: "whether a rule changes anything",
  pathFailure: "how far a connection gets",
  pathTrials: "what was tried to find who stops it",
  attributedBlock: "who blocks it",
  listening: "whether it listens",
  greeting: "its greeting",
  ehloKeywords: "its EHLO keywords",
  starttlsOffered: "whether it offers STARTTLS",
  implicitTls: "whether it speaks TLS from the first byte",
  tlsGate: "whether it requires TLS",
  tlsVersions: "which TLS versions it accepts",
  certificate: "its certificate",
  authBeforeTls: "whether it takes AUTH before TLS",
  authMechanisms: "its AUTH mechanisms inside TLS",
  authGate: "whether it requires AUTH",
  relay: "whether it relays for strangers",
  login: "whether it accepts the credentials",
  testMessage: "what became of the test message",
  receivedLine: "what its Received line says",
  weakSuites: "whether it accepts weak cipher suites",
  cipherSuites: "which cipher suites it accepts",
  ocspStaple: "its OCSP staple",
  tlsExtensions: "its TLS extensions",
  commandInjection: "whether it carries out commands injected before TLS",
  starttlsTwice: "whether it offers STARTTLS again inside TLS",
  certificateFile: "its certificate file",
  vrfy: "whether it tells which mailboxes exist",
  bareNewline: "what it does with bare newlines",
  earlyPipelining: "what it does with commands sent too early",
  bannerVersion: "whether its greeting names a version",
  developmentCatcher: "whether it is a development catcher",
  clientTls: "whether the client requires TLS",
  clientVerifiesCertificate: "whether the client verifies certificates",
  clientAuth: "how the client logs in",
  clientPort: "which port the client connects to",
  tlsa: "its TLSA records",
  caa: "who may issue its certificates",
  ptr: "the names of its addresses",
  announced: "what mail clients are told of it",
  dnssec: "whether its answers are signed",
  mx: "its MX records",
  srvRecords: "its SRV records",
  mtaSts: "its MTA-STS policy",
  tlsRpt: "where TLS reports go",
};
