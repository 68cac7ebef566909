import type { Attribution, Fact, FactName, FactValues } from "../model/fact.js";
import type { Finding, Verdict } from "../model/finding.js";
import { isUnknown, type Maybe } from "../model/maybe.js";
import type { Report } from "../model/report.js";
import { groupBy } from "./order.js";
import { count, oneLine } from "./text.js";

/** What each verdict means, for legends. */
export const verdictMeaning: Readonly<Record<Verdict, string>> = {
  contradicted: "definitions and wire disagree",
  confirmed: "the live probe agrees",
  unreachable: "the path is blocked before it can be seen",
  unverified: "the probe could not tell",
  static: "judged from the definitions alone, nothing was probed",
};

export const statusWord: Readonly<Record<Finding["status"], string>> = {
  fail: "failed",
  undecided: "undecided",
  exempt: "exempt",
  pass: "passed",
};

/** `CONFIRMED` and its like as they are shouted; `static` is not a claim about the network and stays small. */
export function verdictWord(verdict: Verdict): string {
  return verdict === "static" ? verdict : verdict.toUpperCase();
}

/** ` by sslyze 6.3.1, 2026-11-27T12:00:00Z` where what was seen on the wire is told by other scanners alone; else nothing. */
export function seenBy({ evidence }: Pick<Finding, "evidence">): string {
  const tellers = evidence.flatMap(({ kind, by }) => (kind === "wire" ? [by] : []));
  if (tellers.length === 0 || tellers.includes(undefined)) return "";
  return ` by ${oneLine([...new Set(tellers)].sort().join("; "))}`;
}

/** Text for people: the Pulumi URNs in it in their short form. */
export function readable(text: string): string {
  return text.replace(/urn:pulumi:\S*[^\s.,;:)]/g, place);
}

/** A Pulumi URN as `SecurityGroup mail#ingress[0]`; other places as they are. */
export function place(at: string): string {
  const urn = /^urn:pulumi:[^:]*::[^:]*::([^#]*)::([^:#]*)(#.*)?$/.exec(at);
  return oneLine(urn ? `${urn[1]?.split(/[:$/]/).at(-1)} ${urn[2]}${urn[3] ?? ""}` : at);
}

/** Undecided findings of one subject that lack the same for the same reason: one question, however many rules ask it. */
export function openQuestions(findings: readonly Finding[]): Finding[][] {
  const undecided = findings.filter(({ status }) => status === "undecided");
  const question = ({ subject, verdict, explanation, missing }: Finding) =>
    JSON.stringify([subject, verdict, explanation, missing]);
  return [...groupBy(undecided, question).values()];
}

export interface Blocked {
  readonly subject: string;
  readonly by: Attribution;
}

/** Every block that a fact or a finding names, once, in the order of subjects. */
export function blocked(report: Report): Blocked[] {
  const named = [
    ...report.facts.flatMap((fact) =>
      fact.name === "attributedBlock" && !isUnknown(fact.value) ? [{ subject: fact.subject, by: fact.value }] : [],
    ),
    ...report.findings.flatMap(({ subject, block }) => (block ? [{ subject, by: block }] : [])),
  ];
  const once = groupBy(named, ({ subject, by }) => JSON.stringify([subject, by.layer, by.culprit]));
  return [...once.keys()].sort().flatMap((key) => once.get(key)?.slice(0, 1) ?? []);
}

const list = (values: readonly string[]) => (values.length > 0 ? values.join(", ") : "none");

/** `*` stands for mechanisms that a backend outside the definition chooses. */
const mechanisms = (names: readonly string[]) =>
  list(names.map((name) => (name === "*" ? "what its backend has" : name)));

const values: { readonly [N in FactName]: (value: FactValues[N]) => string } = {
  reachable: yesNo,
  egressAllowed: yesNo,
  openedBy: ({ rule, protocol, ports, exact }) =>
    `${rule}: ${protocol} ${ports}${exact ? "" : " (wider than the port)"}`,
  returnPath: ({ lostClientPorts }) => `connections fail from client ports: ${lostClientPorts}`,
  layerAdmits: ({ layer, direction, admits, lostClientPorts }) => {
    if (isUnknown(admits)) return `${layer}, ${direction}: unknown: needs ${list(admits.unknown)}`;
    if (isUnknown(lostClientPorts))
      return `${layer}, ${direction}: answers unknown: needs ${list(lostClientPorts.unknown)}`;
    const lost = lostClientPorts === "none" ? "" : `, but not from client ports ${lostClientPorts}`;
    return `${layer}, ${direction}: ${yesNo(admits)}${lost}`;
  },
  ruleConflict: ({ rules }) => `written by two owners: ${list(rules)}`,
  deadRule: ({ rule, kind, by }) => `${rule} is ${kind}: ${list(by)}`,
  listenerProtocol: (value) => (value === "tls" ? "tls: the load balancer ends TLS itself" : "tcp"),
  pathFailure: ({ stage, kind, afterMs, detail }) => `${kind} at ${stage} after ${afterMs} ms: ${detail}`,
  pathTrials: ({ ports, controls, sweeps }) =>
    `${ports.length} other ports, ${controls.length} controls and ${sweeps.length} sweeps by TTL`,
  attributedBlock: ({ culprit, layer, confidence }) => `${culprit} (${layer}, ${confidence} confidence)`,
  listening: yesNo,
  greeting: ({ code, text }) => `${code} ${text}`,
  ehloKeywords: list,
  starttlsOffered: (value) => value,
  implicitTls: yesNo,
  tlsGate: (value) => (value === "none" ? "none: cleartext is accepted" : `cleartext is refused at ${value}`),
  tlsVersions: ({ accepted, refused }) => `accepts ${list(accepted)}; refuses ${list(refused)}`,
  certificate: ({ names, notAfter, chain, key }) =>
    `${list(names)}; valid to ${notAfter}; ${chain}; ${key.type} ${key.bits} bits`,
  authBeforeTls: ({ offered, accepted }) => `offers ${mechanisms(offered)}; accepts ${mechanisms(accepted)}`,
  authMechanisms: mechanisms,
  authGate: (value) =>
    value === "none" ? "none: no authentication is asked for" : `strangers are refused at ${value}`,
  relay: (value) => value,
  login: ({ mechanism, outcome }) => `${outcome} by ${mechanism}`,
  testMessage: ({ id, outcome }) => `${outcome}: ${id}`,
  receivedLine: ({ with: protocol, sameTls, discloses }) =>
    `with ${protocol}; the session's TLS version: ${maybe(sameTls, yesNo)}; discloses of the client: ${list(discloses)}`,
  weakSuites: ({ accepted }) => (accepted.length > 0 ? `accepts ${list(accepted)}` : "refused"),
  cipherSuites: ({ accepted }) =>
    accepted.length > 0 ? accepted.map(({ version, suites }) => `${version}: ${list(suites)}`).join("; ") : "none",
  ocspStaple: ({ staple, mustStaple }) => `${staple}${mustStaple ? "; the certificate asks for one" : ""}`,
  tlsExtensions: ({ secureRenegotiation, extendedMasterSecret, compression }) =>
    [
      `secure renegotiation ${yesNo(secureRenegotiation)}`,
      `extended master secret ${yesNo(extendedMasterSecret)}`,
      `compression ${yesNo(compression)}`,
    ].join("; "),
  commandInjection: (value) => value,
  starttlsTwice: yesNo,
  certificateFile: (value) => value,
  vrfy: (value) => (value === "discloses" ? "tells strangers which mailboxes exist" : "tells nothing"),
  bareNewline: (value) => value,
  earlyPipelining: (value) => value,
  bannerVersion: yesNo,
  developmentCatcher: ({ product }) => `${product}: takes every message and delivers none`,
  clientTls: (value) => value,
  clientVerifiesCertificate: yesNo,
  clientPort: ({ port }) => `connects to port ${port}`,
  clientAuth: ({ login, password }) => (login ? `logs in; password: ${password}` : "does not log in"),
  tlsa: ({ records, matches, dnssec }) =>
    `${count(records, "record")}; fits the certificate: ${maybe(matches, yesNo)}; DNSSEC ${maybe(dnssec, (state) => state)}`,
  caa: ({ at, issuers }) => (at === undefined ? "anybody: no record" : `${at}: ${list(issuers)}`),
  ptr: (addresses) =>
    list(
      addresses.map(
        ({ address, names, confirmed }) => `${address}: ${list(names)}${confirmed ? "" : ", not confirmed"}`,
      ),
    ),
  announced: ({ by, offered, security, mechanisms }) =>
    offered ? `${by}: ${security}; mechanisms: ${list(mechanisms)}` : `${by}: not offered`,
  dnssec: (value) => value,
  mx: (records) =>
    list(
      records.map(
        ({ preference, exchange, addresses }) =>
          `${preference} ${exchange} (${maybe(addresses, (number) => count(number, "address", "addresses"))})`,
      ),
    ),
  srvRecords: (records) => list(records.map(({ service, target, port }) => `_${service}: ${target}:${port}`)),
  mtaSts: ({ mode, mx, uncovered, problems }) =>
    [`${mode}: ${list(mx)}`, ...(uncovered.length > 0 ? [`does not name ${list(uncovered)}`] : []), ...problems].join(
      "; ",
    ),
  tlsRpt: ({ destinations, problems }) => [list(destinations), ...problems].join("; "),
};

function maybe<T>(value: Maybe<T>, inWords: (known: T) => string): string {
  return isUnknown(value) ? `unknown: needs ${list(value.unknown)}` : inWords(value);
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}

/** A fact's value in words; what is unknown says what it lacks. */
export function valueInWords(fact: Fact): string {
  if (isUnknown(fact.value)) return `unknown: needs ${list(fact.value.unknown)}`;
  const inWords = values[fact.name] as (value: typeof fact.value) => string;
  return readable(inWords(fact.value));
}
