import { AddressSet } from "../../model/addresses.js";
import type { Evidence, WireLine } from "../../model/evidence.js";
import type { Attribution, Fact, FactName, FactOf, FactValues } from "../../model/fact.js";
import { type Finding, severities } from "../../model/finding.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import type { Step } from "../../model/observation.js";
import type { ProfileResult, RequirementResult } from "../../model/profile.js";
import type { Report, Summary } from "../../model/report.js";

export const statuses = ["fail", "pass", "undecided", "exempt"] as const satisfies readonly Finding["status"][];
export const verdicts = ["confirmed", "contradicted", "unreachable", "unverified", "static"] as const;

/** What a server may put into its banner to attack whoever reads the report. */
export const hostile = {
  script: `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`,
  breakout: `</pre></details></td></table><h1>owned</h1>"'>&amp;<!-- -->`,
  cdata: "]]>]]><failure/>]]>",
  ansi: "\u001b[2J\u001b[31mowned\u001b]0;owned\u0007",
  nul: "before\u0000after\u0085\u009b31m",
  bidi: "\u202egpj.exe\u2066\u200b",
  surrogate: "\ud800 alone \udc00",
  sarif: "[click](https://evil.example/) {0} {{",
  long: "x".repeat(100 * 1024),
};

const mail587 = "mail.example.com:587";
const mail465 = "mail.example.com:465";
const queue = "app -> smtp.relay.example.net:587";
const odd = `odd"<b>&.example.com:2525`;

const says = (at: number, by: WireLine["by"], text: string): WireLine => ({ at, by, text });

const conversation: readonly WireLine[] = [
  says(0, "*", "connecting to 192.0.2.25:587"),
  says(11, "*", "connected"),
  says(24, "<", "220 mail.example.com ESMTP Postfix"),
  says(24, ">", "EHLO probe.example.org"),
  says(37, "<", "250-mail.example.com"),
  says(37, "<", "250-STARTTLS"),
  says(37, "<", "250-AUTH PLAIN LOGIN"),
  says(37, "<", "250 8BITMIME"),
  says(38, ">", "MAIL FROM:<>"),
  says(51, "<", "250 2.1.0 Ok"),
  says(52, ">", "QUIT"),
  says(64, "<", "221 2.0.0 Bye"),
];

const wire: Evidence = {
  kind: "wire",
  at: "mail.example.com:587 (192.0.2.25)",
  says: "MAIL FROM is accepted without TLS.",
  transcript: conversation,
};
const code: Evidence = {
  kind: "code",
  at: "examples/acme/postfix/main.cf:12",
  says: "smtpd_tls_security_level is may: TLS is offered, not required.",
};
const fallback: Evidence = { kind: "default", at: "Postfix 3.10", says: "smtpd_tls_auth_only is no unless it is set." };
const cloud: Evidence = {
  kind: "cloud",
  at: "arn:aws:ec2:eu-west-1:111122223333:security-group-rule/sgr-0a1b2c",
  says: "admits tcp 587 from 0.0.0.0/0.",
  layer: { name: "security group sg-0aa11", decision: "allow" },
};
const urn: Evidence = {
  kind: "code",
  at: "urn:pulumi:dev::acme::acme:mail:Stack$aws:ec2/securityGroup:SecurityGroup::mail_open_to_world#ingress[0].cidrBlocks",
  says: "ingress[0] admits the whole internet.",
  layer: { name: "security group", decision: "allow" },
};
const hostileWire: Evidence = {
  kind: "wire",
  at: `${odd} (192.0.2.66)`,
  says: `The greeting is ${hostile.script} ${hostile.ansi}`,
  transcript: Object.values(hostile).map((text, index) => says(index, "<", `220 ${text}`)),
};

const attribution: Attribution = {
  layer: "cloud-firewall",
  culprit: "network ACL acl-0f00 rule 90 drops tcp 465 before rule 100 can admit it",
  confidence: "high",
  because: [
    "SYN to 192.0.2.25:465 timed out three times; port 587 of the same host answered in 11 ms.",
    "Rule 90 of acl-0f00 denies 465 from 0.0.0.0/0.",
  ],
  advice: ["Delete rule 90, or admit tcp 465 with a lower rule number.", "Until then, use port 587 with STARTTLS."],
};

interface Part extends Partial<Finding> {
  readonly rule: string;
  readonly subject: string;
  readonly status: Finding["status"];
  readonly verdict: Finding["verdict"];
}

function finding(part: Part): Finding {
  return {
    title: `The rule ${part.rule} holds`,
    severity: "medium",
    message: `${part.rule} on ${part.subject}: ${part.status}.`,
    explanation: "",
    remedy: "Change the setting that the evidence names, then reload the server.",
    docs: `https://example.org/port587/docs/rules/${part.rule}.md`,
    standards: [],
    missing: [],
    evidence: [],
    ...part,
  };
}

const story: readonly Finding[] = [
  finding({
    rule: "tls-required",
    title: "A submission server refuses mail without TLS",
    severity: "critical",
    subject: mail587,
    status: "fail",
    verdict: "confirmed",
    message: "Mail is accepted on port 587 without TLS: a password or a message can be read on the way.",
    explanation: "The configuration says so, and the server took MAIL FROM in cleartext.",
    remedy: "Set smtpd_tls_security_level = encrypt for the submission service in master.cf, then postfix reload.",
    standards: [
      { source: "RFC 8314", section: "3.3", asks: "Servers offer submission with TLS, and clients use it." },
      { source: "BSI TR-03108-1", section: "4.2", asks: "Connections between client and server are encrypted." },
    ],
    evidence: [code, fallback, wire],
  }),
  finding({
    rule: "submission-exposure",
    title: "Submission is open to the declared clients and to nobody else",
    severity: "high",
    subject: mail587,
    status: "fail",
    verdict: "contradicted",
    message: "Port 587 admits the whole internet; 198.51.100.0/24 was declared.",
    explanation:
      "The plan admits 198.51.100.0/24 only, yet the probe from 203.0.113.9 was served: the plan is not what runs.",
    evidence: [urn, cloud, wire],
  }),
  finding({
    rule: "submission-reachable",
    title: "A declared submission endpoint can be reached",
    severity: "high",
    subject: mail465,
    status: "fail",
    verdict: "unreachable",
    message: "The declared clients cannot reach port 465.",
    explanation: "Every SYN timed out, and the network ACL has a rule that explains it.",
    evidence: [
      cloud,
      { ...wire, at: "mail.example.com:465 (192.0.2.25)", says: "No answer to SYN within 5 s.", transcript: [] },
    ],
    block: attribution,
  }),
  finding({
    rule: "egress-to-relay",
    title: "An application reaches its relay",
    subject: queue,
    status: "undecided",
    verdict: "static",
    message: "Whether app may send to smtp.relay.example.net:587 depends on values that are not known yet.",
    missing: [
      "urn:pulumi:dev::acme::aws:ec2/securityGroup:SecurityGroup::app#egress[0].cidrBlocks",
      "smtp.relay.example.net",
    ],
  }),
  finding({
    rule: "greeting-honest",
    severity: "low",
    subject: odd,
    status: "fail",
    verdict: "confirmed",
    message: `The server greets with ${hostile.script}${hostile.breakout}${hostile.ansi}${hostile.nul}${hostile.bidi}`,
    explanation: `${hostile.cdata}${hostile.sarif}${hostile.surrogate}`,
    remedy: hostile.long,
    standards: [{ source: hostile.script, section: hostile.breakout, asks: hostile.ansi }],
    evidence: [hostileWire],
  }),
];

/** One finding of every status with every verdict. */
const matrix = statuses.flatMap((status, row) =>
  verdicts.map((verdict, column) =>
    finding({
      rule: `${status}-${verdict}`,
      subject: [mail587, mail465, queue][(row + column) % 3] ?? mail587,
      status,
      verdict,
      severity: severities[(row + column) % severities.length] ?? "info",
      explanation: `Explained: ${verdict}.`,
      evidence: [code, wire],
      ...(status === "undecided" ? { missing: ["smtpd_relay_restrictions"] } : {}),
      ...(status === "exempt"
        ? { exemption: { reason: `Accepted until the move: ${verdict}`, expires: "2027-01-31", at: "port587.yaml:41" } }
        : {}),
      ...(verdict === "unreachable" ? { block: attribution } : {}),
    }),
  ),
);

const values: { readonly [N in FactName]: Maybe<FactValues[N]> } = {
  reachable: true,
  egressAllowed: unknown("sg-app egress"),
  openedBy: { rule: "sgr-0a1b2c", protocol: "tcp", ports: "0-65535", exact: false },
  returnPath: { lostClientPorts: "1024-49151" },
  layerAdmits: { layer: "network ACL", direction: "in", admits: true, lostClientPorts: "1024-49151" },
  ruleConflict: { rules: ["sg.ingress[0]"] },
  deadRule: { rule: "sg.ingress[1]", kind: "redundant", by: ["sg.ingress[0]"] },
  listenerProtocol: "tls",
  pathFailure: { stage: "connect", kind: "timeout", address: "192.0.2.25", afterMs: 5000, detail: "ETIMEDOUT" },
  pathTrials: {
    addresses: [
      { address: "192.0.2.25", port: 587, outcome: "timeout", detail: "no answer within 5 s", afterMs: 5000 },
    ],
    repeats: [{ address: "192.0.2.25", port: 587, outcome: "refused", detail: "ECONNREFUSED", afterMs: 12 }],
    ports: [{ address: "192.0.2.25", port: 443, outcome: "open", detail: "", afterMs: 11 }],
    controls: [
      {
        host: "mail.example.net",
        port: 587,
        address: "198.51.100.25",
        outcome: "reset",
        stage: "tls",
        detail: "ECONNRESET",
        starttls: "offered",
        certificate: { issuer: "CN=Example CA", isTrusted: true },
      },
    ],
    sweeps: [{ address: "192.0.2.25", port: 587, answers: ["expired", "expired", "silent"] }],
    hops: [{ towards: "192.0.2.25", ttl: 1, address: "192.168.1.1" }],
    informers: [{ towards: "192.0.2.25", port: 587, ttl: 2, sender: "198.51.100.1", isNoRoute: false }],
    ownRules: [{ address: "192.0.2.25", verdict: unknown("ip6tables-save of this host"), decidedBy: [] }],
    elsewhere: [{ from: "ssh://backup.example.net", outcome: "open", detail: "" }],
  },
  attributedBlock: attribution,
  listening: true,
  greeting: { code: 220, text: `mail ${hostile.script}${hostile.ansi}` },
  ehloKeywords: ["STARTTLS", "AUTH PLAIN LOGIN", "8BITMIME"],
  starttlsOffered: "offered",
  implicitTls: false,
  tlsGate: "none",
  tlsVersions: { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["TLSv1", "TLSv1.1"] },
  certificate: {
    subject: "CN=mail.example.com",
    issuer: "CN=Example CA",
    names: ["mail.example.com", "*.example.com"],
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2027-01-01T00:00:00Z",
    key: { type: "ec", bits: 256 },
    signature: "ecdsa-with-SHA256",
    chain: "trusted",
    sha256: "ab".repeat(32),
  },
  authBeforeTls: { offered: ["PLAIN", "LOGIN"], accepted: [] },
  authMechanisms: ["PLAIN"],
  authGate: "rcpt",
  relay: "closed",
  login: { mechanism: "SCRAM-SHA-256", outcome: "refused" },
  testMessage: { id: "<port587-0123456789abcdef@example.com>", outcome: "refused" },
  receivedLine: {
    ...{ with: "ESMTPSA", tls: true, authenticated: true },
    ...{ sameTls: unknown("a TLS version"), discloses: ["address", "login"] },
  },
  weakSuites: { accepted: ["TLS_RSA_WITH_3DES_EDE_CBC_SHA"] },
  cipherSuites: {
    accepted: [
      { version: "TLSv1.2", suites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] },
      { version: "TLSv1.3", suites: ["TLS_AES_256_GCM_SHA384"] },
    ],
  },
  ocspStaple: { staple: "absent", mustStaple: false },
  tlsExtensions: { secureRenegotiation: true, extendedMasterSecret: true, compression: false },
  commandInjection: "safe",
  starttlsTwice: false,
  certificateFile: "present",
  vrfy: "silent",
  bareNewline: "normalized",
  earlyPipelining: "rejected",
  bannerVersion: false,
  developmentCatcher: { product: "Mailpit" },
  clientTls: "opportunistic",
  clientVerifiesCertificate: false,
  clientPort: { port: 587 },
  clientAuth: { login: true, password: "plain file" },
  tlsa: { records: 1, matches: true, dnssec: unknown("a validating resolver") },
  caa: { at: "example.com", issuers: ["ca.example.net"] },
  ptr: [{ address: "192.0.2.25", names: ["mail.example.com"], confirmed: true }],
  announced: {
    ...{ domain: "example.com", by: "SRV _submission._tcp.example.com", offered: true, security: "starttls" },
    ...{ mechanisms: ["PLAIN"], vouched: unknown("a validating resolver") },
  },
  dnssec: "insecure",
  mx: [{ preference: 10, exchange: "mx.example.com", addresses: 2 }],
  srvRecords: [{ service: "submissions", target: "mail.example.com", port: 465 }],
  mtaSts: { mode: "enforce", mx: ["mx.example.com"], uncovered: ["mx2.example.com"], problems: [] },
  tlsRpt: { destinations: ["mailto:tls@example.com"], problems: ["no rua"] },
};

const origins = ["planned", "deployed", "observed"] as const;

const facts = (Object.keys(values) as FactName[]).map(
  (name, index) =>
    ({
      subject: name === "attributedBlock" || name === "pathFailure" ? mail465 : mail587,
      name,
      from: index % 2 ? AddressSet.everything : AddressSet.of("198.51.100.0/24", "2001:db8::/48"),
      value: values[name],
      origin: name === "attributedBlock" ? "observed" : (origins[index % 3] ?? "planned"),
      evidence: index % 3 === 2 ? [wire] : [code],
    }) satisfies FactOf<typeof name>,
) as unknown as Fact[];

const step = (name: Step["name"], outcome: Step["outcome"], text: string, ms: number, address?: string): Step => ({
  name,
  outcome,
  says: text,
  ms,
  ...(address ? { address } : {}),
});

const probes: Report["probes"] = [
  {
    subject: mail587,
    host: "mail.example.com",
    port: 587,
    connections: 3,
    steps: [
      step("resolve", "ok", "192.0.2.25, 2001:db8::25", 8),
      step("connect", "ok", "open", 11, "192.0.2.25"),
      step("connect", "bad", "network is unreachable", 1, "2001:db8::25"),
      step("greeting", "ok", `220 ${hostile.ansi}${hostile.script}`, 13),
      step("ehlo", "ok", "STARTTLS, AUTH PLAIN LOGIN, 8BITMIME", 13),
      step("starttls", "ok", "TLSv1.3", 31),
      step("certificate", "ok", "trusted, mail.example.com, 38 days left", 0),
      step("auth", "bad", "PLAIN and LOGIN are offered before TLS", 13),
      step("relay", "unknown", "450 4.2.0 greylisted: try again later", 14),
    ],
    conclusion: "Submission on mail.example.com:587 works from here, but passwords may travel in cleartext.",
    inShort: "works, but passwords may travel in cleartext",
    advice: ["Set smtpd_tls_auth_only = yes.", "Try port 465 from mobile networks."],
  },
  {
    subject: mail465,
    host: "mail.example.com",
    port: 465,
    connections: 1,
    steps: [step("resolve", "ok", "192.0.2.25", 8), step("connect", "bad", "no answer within 5 s", 5000, "192.0.2.25")],
    conclusion: "Port 465 is blocked on the way, most likely by network ACL acl-0f00.",
    inShort: "is blocked on the way, most likely by network ACL acl-0f00",
    advice: ["Check rule 90 of acl-0f00."],
  },
];

const requirement = (
  id: string,
  level: RequirementResult["level"],
  status: RequirementResult["status"],
  more: Partial<RequirementResult> = {},
): RequirementResult => ({
  requirement: id,
  section: "3.3.1",
  asks: `What ${id} asks.`,
  level,
  status,
  says: `${mail587}: ${id} ${status}`,
  missing: status === "unknown" ? ["a list of every accepted cipher suite"] : [],
  evidence: status === "unknown" ? [] : [wire],
  certainty: 1,
  seenIn: "the text",
  ...more,
});

/** Every state at both levels, a section that is not sure, and hostile words of a server. */
const profiles: readonly ProfileResult[] = [
  {
    profile: "ncsc-nl-2025-05",
    title: "NCSC-NL, Security guidelines for TLS",
    edition: "2025-05",
    date: "2025-05",
    source: "https://www.ncsc.nl/en/transport-layer-security",
    subjects: [
      {
        subject: mail587,
        requirements: [
          ...(["pass", "fail", "unknown"] as const).flatMap((status) =>
            (["must", "should"] as const).map((level) => requirement(`${status}-${level}`, level, status)),
          ),
          requirement("unsure", "must", "pass", { certainty: 0.5, seenIn: "memory" }),
          requirement("hostile", "must", "fail", { says: `${hostile.ansi}${hostile.script}${hostile.bidi}` }),
        ],
      },
    ],
  },
  {
    profile: "nowhere",
    title: "A standard",
    edition: "1",
    date: "2026-01-27",
    source: "https://example.org/",
    subjects: [],
  },
];

/** The counts of these findings, made here and not by the product: the oracle of every format. */
export function summaryOf(findings: readonly Finding[], exitCode: Summary["exitCode"], because: string): Summary {
  const tally = <K extends string>(keys: readonly K[], key: (finding: Finding) => K, of = findings) =>
    Object.fromEntries(keys.map((each) => [each, of.filter((one) => key(one) === each).length])) as Record<K, number>;
  const failed = findings.filter(({ status }) => status === "fail");
  return {
    status: tally(statuses, ({ status }) => status),
    verdict: tally(verdicts, ({ verdict }) => verdict),
    severity: tally(severities, ({ severity }) => severity, failed),
    exitCode,
    because,
  };
}

const frame = {
  schemaVersion: 2,
  tool: { name: "port587", version: "0.1.0" },
  startedAt: "2026-11-24T03:12:45.000Z",
} as const;

const findings = [...matrix, ...story];

/** Every status with every verdict, every fact name, hostile text wherever a server can put it. */
export const sampleReport: Report = {
  ...frame,
  inputs: [
    { name: "examples/acme/stack.json", kind: "pulumi-state", sha256: "0c".repeat(32) },
    { name: "examples/acme/postfix", kind: "postfix", sha256: "1d".repeat(32) },
    { name: "port587.yaml", kind: "port587.yaml", sha256: "2e".repeat(32) },
    { name: "live probes", kind: "live" },
  ],
  facts,
  findings,
  probes,
  domains: [
    {
      domain: `example.com${hostile.bidi}`,
      steps: [
        { name: "mx", outcome: "ok", says: "10 mx.example.com", ms: 4 },
        { name: "mta-sts", outcome: "bad", says: `it does not name ${hostile.ansi}`, ms: 31 },
        { name: "autoconfig", outcome: "unknown", says: hostile.long, ms: 8000 },
      ],
      conclusion: "what example.com publishes was read, but is not sound.",
      advice: ["Name every MX in the policy."],
    },
  ],
  profiles,
  summary: summaryOf(findings, 1, "8 findings at or above high failed."),
};

/** Nothing was found in the inputs. */
export const emptyReport: Report = {
  ...frame,
  inputs: [],
  facts: [],
  findings: [],
  probes: [],
  domains: [],
  summary: summaryOf([], 0, "Nothing failed."),
};

const openQuestions = (["tls-required", "auth-required"] as const).map((rule) =>
  finding({ rule, subject: mail587, status: "undecided", verdict: "static", missing: ["smtpd_tls_security_level"] }),
);

/** Nothing could be decided. */
export const unknownReport: Report = {
  ...frame,
  inputs: [{ name: "preview.json", kind: "pulumi-preview", sha256: "3f".repeat(32) }],
  facts: facts.map((fact) => ({ ...fact, value: unknown("smtpd_tls_security_level", "inet_interfaces") })) as Fact[],
  findings: openQuestions,
  probes: [],
  domains: [],
  summary: summaryOf(openQuestions, 3, "2 findings could not be decided."),
};

const { profiles: _, ...withoutProfiles } = sampleReport;

/** Only the believable part: what a reader of the pictures in the documentation sees. */
export const plainReport: Report = {
  ...withoutProfiles,
  domains: [],
  findings: story.slice(0, 4),
  summary: summaryOf(story.slice(0, 4), 1, "3 findings at or above high failed."),
};
