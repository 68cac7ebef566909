import { conclusions, confirm, summarise } from "../../confirm/index.js";
import { AddressSet } from "../../model/addresses.js";
import { type Declaration, nothingDeclared } from "../../model/declaration.js";
import type { Attribution, Fact, FactValues, Gate, PathFailure } from "../../model/fact.js";
import { factsNamed } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import type { NetworkInterface } from "../../model/network.js";
import { providerLayer } from "../../model/provider-blocks.js";
import { Subjects } from "../../model/subjects.js";
import { docsOf, judge, rules } from "../../policies/index.js";
import { reachFacts } from "../../reach/index.js";
import { anyone, fact } from "../facts.js";

const now = new Date("2026-06-01T12:00:00Z");
const mail = "mail.example.com:587";
const here = AddressSet.of("203.0.113.7");
const inside = AddressSet.of("10.0.0.0/8");

const planned = (gate: Maybe<Gate>, from = anyone) => fact(mail, "tlsGate", gate, { from });
const observed = (gate: Maybe<Gate>, from = here) => fact(mail, "tlsGate", gate, { from, origin: "observed" });
const failed = (failure: Partial<PathFailure>, subject = mail) =>
  fact(
    subject,
    "pathFailure",
    { stage: "connect", kind: "timeout", afterMs: 5000, detail: "no answer", ...failure },
    { from: here, origin: "observed" },
  );

function findings(facts: Fact[], declared: Partial<Declaration> = {}) {
  const declaration = { ...nothingDeclared, ...declared };
  return confirm(judge(rules, facts, declaration, now), facts, declaration, now, docsOf);
}

describe("the join of definitions and wire", () => {
  const cases: [name: string, facts: Fact[], status: string, verdict: string][] = [
    ["violation, and the wire agrees", [planned("none"), observed("none")], "fail", "confirmed"],
    ["violation, and the wire is sound", [planned("none"), observed("mail")], "fail", "contradicted"],
    ["sound, and the wire is not: drift", [planned("mail"), observed("none")], "fail", "contradicted"],
    ["sound on both sides", [planned("mail"), observed("mail")], "pass", "confirmed"],
    [
      "sound, and the path is blocked",
      [planned("mail"), observed(unknown("connection timed out")), failed({})],
      "undecided",
      "unreachable",
    ],
    [
      "violation, and the path is blocked",
      [planned("none"), observed(unknown("connection timed out")), failed({})],
      "fail",
      "unreachable",
    ],
    [
      "sound, and the port never greets",
      [planned("mail"), observed(unknown("no greeting")), failed({ stage: "greeting" })],
      "undecided",
      "unreachable",
    ],
    [
      "sound, and the server answers 421",
      [planned("mail"), observed(unknown("421")), failed({ stage: "greeting", kind: "busy", detail: "421" })],
      "undecided",
      "unverified",
    ],
    [
      "sound, and the conversation ends early",
      [planned("mail"), observed(unknown("closed")), failed({ stage: "ehlo", kind: "closed" })],
      "undecided",
      "unverified",
    ],
    ["violation, nothing probed", [planned("none")], "fail", "static"],
    ["sound, nothing probed", [planned("mail")], "pass", "static"],
    ["undecided, nothing probed", [planned(unknown("smtpd_tls_security_level"))], "undecided", "static"],
    [
      "undecided, the wire decides",
      [planned(unknown("smtpd_tls_security_level")), observed("none")],
      "fail",
      "confirmed",
    ],
    ["no definition, unsound on the wire", [observed("none")], "fail", "confirmed"],
    ["no definition, sound on the wire", [observed("mail")], "pass", "confirmed"],
    [
      "violation for others than the probe",
      [planned("none", inside), planned("mail", inside.complement()), observed("mail")],
      "fail",
      "unverified",
    ],
    [
      "violation for the probe, sound for others",
      [planned("none", here), planned("mail", here.complement()), observed("none")],
      "fail",
      "confirmed",
    ],
    [
      "the definitions do not speak of the probe",
      [planned("mail", inside), observed("none")],
      "undecided",
      "unverified",
    ],
  ];
  it.each(cases)("%s", (_, facts, status, verdict) => {
    const finding = findings(facts).findings.find((each) => each.rule === "tls-required");
    expect(finding).toMatchObject({ status, verdict });
    expect(finding?.explanation).toMatch(/^[A-Z].*\.$/);
    expect(finding?.evidence.length).toBeGreaterThan(0);
  });
});

describe("attribution", () => {
  const relays = [{ host: "mail.example.com", port: 587, clients: ["app"], at: "port587.yaml:1" }];
  const droplet: NetworkInterface = {
    id: "app",
    name: "app",
    kind: "instance",
    origin: "planned",
    evidence: { kind: "code", at: "app", says: "droplet app" },
    ingress: [],
    egress: [providerLayer("digitalocean")],
  };
  const interfaces = [droplet];
  const fromDroplet = reachFacts(
    { interfaces, definitions: [] },
    new Subjects({ ...nothingDeclared, relays }, interfaces),
  );
  const reachable = (value: boolean, origin: "planned" | "observed", subject = mail) =>
    fact(subject, "reachable", value, { from: origin === "observed" ? here : anyone, origin });
  const cases: [name: string, facts: Fact[], layer: Attribution["layer"], confidence: Attribution["confidence"]][] = [
    ["our own machine refuses", [failed({ kind: "local", detail: "EACCES", afterMs: 0 })], "this-machine", "high"],
    [
      "the name does not resolve",
      [failed({ stage: "resolve", kind: "not-found", detail: "ENOTFOUND" })],
      "name-resolution",
      "high",
    ],
    ["timeout, and the security group is closed", [failed({}), reachable(false, "planned")], "cloud-firewall", "high"],
    [
      "timeout, and the client's provider blocks the port",
      [failed({}), reachable(true, "planned"), ...fromDroplet],
      "provider",
      "medium",
    ],
    ["timeout, though the security group is open", [failed({}), reachable(true, "planned")], "host", "medium"],
    [
      "timeout here and at another host, 443 answers",
      [failed({}), failed({}, "other.example:587"), reachable(true, "observed", "mail.example.com:443")],
      "local-network",
      "medium",
    ],
    ["timeout on 587, 465 answers", [failed({}), reachable(true, "observed", "mail.example.com:465")], "path", "low"],
    ["timeout and nothing else known", [failed({})], "unknown", "low"],
    [
      "refused, and the configuration has no listener",
      [failed({ kind: "refused", detail: "ECONNREFUSED" }), fact(mail, "listening", false)],
      "host",
      "high",
    ],
    ["refused", [failed({ kind: "refused", detail: "ECONNREFUSED" })], "host", "medium"],
    ["a router says no", [failed({ kind: "unreachable", detail: "EHOSTUNREACH" })], "path", "low"],
    [
      "silence, and the configuration is broken",
      [
        failed({ stage: "greeting" }),
        fact(mail, "pathFailure", { stage: "greeting", kind: "timeout", afterMs: 0, detail: "main.cf:3" }),
      ],
      "server",
      "high",
    ],
    ["silence after the connection opened", [failed({ stage: "greeting" })], "server", "medium"],
    ["closed at once", [failed({ stage: "greeting", kind: "closed" })], "server", "medium"],
    ["421", [failed({ stage: "greeting", kind: "busy", detail: "421 4.7.0" })], "server", "high"],
    ["HTTP on 587", [failed({ stage: "greeting", kind: "protocol", detail: "HTTP" })], "server", "high"],
    ["reset in the TLS handshake", [failed({ stage: "tls", kind: "reset" })], "path", "low"],
    ["closed after EHLO", [failed({ stage: "ehlo", kind: "closed" })], "server", "medium"],
  ];
  it.each(cases)("%s", (_, facts, layer, confidence) => {
    const block = factsNamed(findings(facts).blocks, "attributedBlock").find((each) => each.subject === mail)
      ?.value as FactValues["attributedBlock"];
    expect(block).toMatchObject({ layer, confidence });
    expect(block.culprit).not.toBe("");
    expect(block.because.length).toBeGreaterThan(0);
    expect(block.advice.length).toBeGreaterThan(0);
  });

  it("names the provider and what it leaves open", () => {
    const [block] = factsNamed(findings([failed({}), ...fromDroplet]).blocks, "attributedBlock");
    expect(block?.value).toMatchObject({
      culprit: "the provider of app: DigitalOcean blocks 25, 465 and 587 outbound; 2525 is open",
    });
  });
});

describe("exemptions", () => {
  const exemption = (expires: string, rule = "tls-required") => ({
    exemptions: [{ rule, subject: mail, reason: "the last old printer goes in July", expires, at: "port587.yaml:9" }],
  });
  it("keeps an exempt finding in sight, with its reason and date", () => {
    const [finding] = findings([planned("none")], exemption("2026-07-31")).findings;
    expect(finding).toMatchObject({
      status: "exempt",
      exemption: { reason: "the last old printer goes in July", expires: "2026-07-31" },
    });
  });
  it("holds up to the end of its day", () => {
    expect(findings([planned("none")], exemption("2026-06-01")).findings[0]?.status).toBe("exempt");
  });
  it("is void after its day, and says so", () => {
    const all = findings([planned("none")], exemption("2026-05-31")).findings;
    expect(all.map((each) => [each.rule, each.status])).toEqual([
      ["stale-exemption", "fail"],
      ["tls-required", "fail"],
    ]);
  });
  it("is reported when it matches nothing", () => {
    const all = findings([planned("mail")], exemption("2026-07-31")).findings;
    expect(all.find((each) => each.rule === "stale-exemption")?.message).toContain("matches no finding");
  });
});

describe("the exit code", () => {
  const cases: [name: string, facts: Fact[], gate: "critical" | "low", code: number][] = [
    ["clean", [planned("mail")], "low", 0],
    ["a finding at the gate", [planned("none")], "low", 1],
    ["a finding below the gate", [planned("none")], "critical", 0],
    ["undecided", [planned(unknown("x"))], "low", 3],
    ["a finding beside an undecided one", [planned("none"), fact(mail, "relay", unknown("x"))], "low", 1],
    ["sound, but not seen", [planned("mail"), observed(unknown("421")), failed({ kind: "busy" })], "low", 3],
  ];
  it.each(cases)("%s", (_, facts, gate, code) => {
    const summary = summarise(findings(facts).findings, gate, true);
    expect(summary.exitCode).toBe(code);
    expect(summary.because).not.toBe("");
  });
});

describe("the conclusion in one sentence", () => {
  const cases: [name: string, facts: Fact[], sentence: RegExp][] = [
    [
      "blocked by the security group",
      [failed({}), fact(mail, "reachable", false)],
      /does not answer: .*has no rule for port 587 \(confidence high\)\.$/,
    ],
    ["unsound", [observed("none")], /^mail\.example\.com:587 answers, but is not sound: .*takes mail without TLS\.$/],
    ["not decided", [observed(unknown("421"))], /1 check could not be decided: 421\.$/],
    [
      "sound",
      [observed("mail"), fact(mail, "authGate", "mail", { from: here, origin: "observed" })],
      /is not blocked, and sound/,
    ],
  ];
  it.each(cases)("%s", (_, facts, sentence) => {
    const { findings: all, blocks } = findings(facts);
    const said = conclusions(all, [...facts, ...blocks])(mail);
    expect(said.conclusion).toMatch(sentence);
    expect(said.advice.length).toBeGreaterThan(0);
  });
});
