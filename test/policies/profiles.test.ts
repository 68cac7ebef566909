import { nothingDeclared } from "../../model/declaration.js";
import type { CertificateValue, Fact, FactName, FactValues, Origin, TlsVersion } from "../../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import type { RequirementResult } from "../../model/profile.js";
import { viewsOf } from "../../policies/index.js";
import { judgeProfile, profiles } from "../../policies/profiles/index.js";
import { fact } from "../facts.js";

const mail = "mail.example.com:587";
const now = new Date("2026-06-01T12:00:00Z");

const certificate: CertificateValue = {
  subject: "CN=mail.example.com",
  issuer: "CN=Test CA",
  names: ["mail.example.com"],
  notBefore: "2026-05-01T00:00:00Z",
  notAfter: "2026-07-30T00:00:00Z",
  key: { type: "ec", bits: 256 },
  signature: "ecdsa-with-SHA256",
  chain: "trusted",
  sha256: "00",
};
const old: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1"];
const gcm = [
  { version: "TLSv1.2", suites: ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"] },
  { version: "TLSv1.3", suites: ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"] },
] as const;

type Values = { [N in FactName]?: Maybe<FactValues[N]> };

/** What a probe of a server sees that meets every profile but Mozilla's modern one. */
const sound: Values = {
  tlsGate: "mail",
  tlsVersions: { accepted: ["TLSv1.2", "TLSv1.3"], refused: old },
  certificate,
  authBeforeTls: { offered: [], accepted: [] },
  authMechanisms: ["PLAIN"],
  authGate: "mail",
  weakSuites: { accepted: [] },
  cipherSuites: { accepted: gcm },
  ocspStaple: { staple: "absent", mustStaple: false },
  tlsExtensions: { secureRenegotiation: true, extendedMasterSecret: true, compression: false },
  commandInjection: "safe",
  starttlsTwice: false,
};

function facts(values: Values, origin: Origin = "observed", subject = mail): Fact[] {
  return Object.entries(values).map(([name, value]) =>
    fact(subject, name as FactName, value as Maybe<FactValues[FactName]>, { origin }),
  );
}

function judged(name: string, known: readonly Fact[], subject = mail): readonly RequirementResult[] {
  const profile = profiles.find((each) => each.name === name);
  if (!profile) throw new Error(`no profile ${name}`);
  const { subjects } = judgeProfile(profile, viewsOf(known, nothingDeclared, now));
  return subjects.find((each) => each.subject === subject)?.requirements ?? [];
}

const withStatus = (status: RequirementResult["status"], results: readonly RequirementResult[]) =>
  results.filter((each) => each.status === status).map(({ requirement }) => requirement);

const suites = (...names: string[]): Values => ({
  cipherSuites: { accepted: [{ version: "TLSv1.2", suites: names }] },
});
const key = (type: string, bits: number): Values => ({ certificate: { ...certificate, key: { type, bits } } });
const lives = (days: number): Values => ({
  certificate: {
    ...certificate,
    notBefore: new Date(Date.parse(certificate.notAfter) - days * 86_400_000).toISOString(),
  },
});

type Row = [profile: string, what: string, changes: Values, notMet: string[], open?: string[]];
const rows: Row[] = [
  ["rfc", "a sound server", {}, []],
  ["nist-800-52r2", "a sound server", {}, []],
  ["bsi", "a sound server", {}, []],
  ["ncsc-nl-2025-05", "a sound server", {}, []],
  ["pci-dss-4.0.1", "a sound server", {}, []],
  ["mozilla-intermediate", "a sound server", {}, []],
  ["mozilla-modern", "a sound server that speaks TLS 1.2", {}, ["protocols", "cipher-suites"]],
  [
    "mozilla-modern",
    "TLS 1.3 alone",
    {
      tlsVersions: { accepted: ["TLSv1.3"], refused: [...old, "TLSv1.2"] },
      cipherSuites: { accepted: [gcm[1]] },
    },
    [],
  ],
  // The same key and the same suite under different standards.
  ["rfc", "RSA of 2048 bits", key("rsa", 2048), []],
  ["nist-800-52r2", "RSA of 2048 bits", key("rsa", 2048), []],
  ["pci-dss-4.0.1", "RSA of 2048 bits", key("rsa", 2048), []],
  ["bsi", "RSA of 2048 bits", key("rsa", 2048), ["certificate-key"]],
  ["bsi", "RSA of 3072 bits", key("rsa", 3072), []],
  ["ncsc-nl-2025-05", "RSA of 2048 bits, to be phased out", key("rsa", 2048), ["key-good"]],
  ["ncsc-nl-2025-05", "RSA of 1024 bits", key("rsa", 1024), ["key-sufficient", "key-good"]],
  ["mozilla-intermediate", "RSA of 2048 bits", key("rsa", 2048), []],
  ["rfc", "RSA of 1024 bits", key("rsa", 1024), ["key-length"]],
  ["rfc", "a key that cannot be read", key("unknown", 0), [], ["key-length"]],
  ["rfc", "ChaCha20", suites("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), []],
  ["ncsc-nl-2025-05", "ChaCha20", suites("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), []],
  ["mozilla-intermediate", "ChaCha20", suites("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), []],
  ["nist-800-52r2", "ChaCha20", suites("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), ["cipher-suites"]],
  ["bsi", "ChaCha20", suites("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), ["cipher-suites"]],
  ["bsi", "CBC with SHA-256", suites("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"), []],
  ["bsi", "CBC with SHA-1", suites("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"), ["cipher-suites"]],
  ["nist-800-52r2", "CBC with SHA-1", suites("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"), []],
  ["ncsc-nl-2025-05", "CBC with SHA-256", suites("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"), ["suites-not-phased-out"]],
  [
    "ncsc-nl-2025-05",
    "CBC with SHA-1",
    suites("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    ["suites-sufficient", "suites-not-phased-out"],
  ],
  ["ncsc-nl-2025-05", "DHE", suites("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"), ["suites-not-phased-out"]],
  ["mozilla-intermediate", "DHE", suites("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"), []],
  ["mozilla-intermediate", "CBC", suites("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"), ["cipher-suites"]],
  ["rfc", "DHE", suites("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"), ["no-finite-field-dh"]],
  ["rfc", "static RSA", suites("TLS_RSA_WITH_AES_128_GCM_SHA256"), ["forward-secrecy"]],
  ["rfc", "RC4", suites("TLS_ECDHE_RSA_WITH_RC4_128_SHA"), ["no-broken-suites"]],
  ["rfc", "3DES", suites("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"), ["forward-secrecy"]],
  ["rfc", "an anonymous suite", suites("TLS_ECDH_anon_WITH_AES_256_CBC_SHA"), ["authenticated-suites"]],
  ["pci-dss-4.0.1", "3DES", suites("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"), ["secure-algorithms"]],
  // Without the whole list of suites.
  [
    "rfc",
    "weak suites refused, the others not asked for",
    { cipherSuites: unknown("a list") },
    [],
    ["forward-secrecy", "no-finite-field-dh"],
  ],
  ["bsi", "weak suites refused, the others not asked for", { cipherSuites: unknown("a list") }, [], ["cipher-suites"]],
  [
    "bsi",
    "a weak suite that was seen is enough",
    { cipherSuites: unknown("a list"), weakSuites: { accepted: ["TLS_RSA_WITH_AES_128_GCM_SHA256"] } },
    ["cipher-suites"],
  ],
  [
    "rfc",
    "a weak suite of another kind hides what comes after it",
    { cipherSuites: unknown("a list"), weakSuites: { accepted: ["TLS_RSA_WITH_AES_128_GCM_SHA256"] } },
    ["forward-secrecy"],
    ["no-broken-suites", "authenticated-suites", "no-finite-field-dh"],
  ],
  // Versions.
  ["rfc", "TLS 1.1", { tlsVersions: { accepted: ["TLSv1.1", "TLSv1.3"], refused: [] } }, ["no-old-versions"]],
  [
    "nist-800-52r2",
    "TLS 1.1 alone of the old",
    { tlsVersions: { accepted: ["TLSv1.1", "TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1"] } },
    ["no-tls-1-1"],
  ],
  [
    "nist-800-52r2",
    "no TLS 1.3",
    { tlsVersions: { accepted: ["TLSv1.2"], refused: [...old, "TLSv1.3"] } },
    ["tls-1-3"],
  ],
  ["rfc", "TLS 1.3 not seen", { tlsVersions: { accepted: ["TLSv1.2"], refused: old } }, [], ["tls-1-3"]],
  [
    "bsi",
    "TLS 1.1 not seen",
    { tlsVersions: { accepted: ["TLSv1.2"], refused: ["SSLv3", "TLSv1"] } },
    [],
    ["no-old-versions"],
  ],
  // The rest.
  ["rfc", "mail in clear", { tlsGate: "none" }, ["no-cleartext"]],
  ["pci-dss-4.0.1", "mail in clear", { tlsGate: "none" }, ["no-fallback-to-cleartext"]],
  ["rfc", "a password in clear", { authBeforeTls: { offered: ["PLAIN"], accepted: [] } }, ["no-password-in-clear"]],
  [
    "pci-dss-4.0.1",
    "a password in clear",
    { authBeforeTls: { offered: ["PLAIN"], accepted: [] } },
    ["passwords-encrypted"],
  ],
  ["rfc", "no AUTH asked for", { authGate: "none" }, ["auth-required"]],
  ["rfc", "injected commands", { commandInjection: "vulnerable" }, ["state-discarded"]],
  ["rfc", "STARTTLS twice", { starttlsTwice: true }, ["starttls-once"]],
  [
    "rfc",
    "compression",
    { tlsExtensions: { secureRenegotiation: true, extendedMasterSecret: true, compression: true } },
    ["no-compression"],
  ],
  [
    "ncsc-nl-2025-05",
    "insecure renegotiation",
    { tlsExtensions: { secureRenegotiation: false, extendedMasterSecret: true, compression: false } },
    ["secure-renegotiation"],
  ],
  [
    "rfc",
    "no Extended Master Secret",
    { tlsExtensions: { secureRenegotiation: true, extendedMasterSecret: false, compression: false } },
    ["extended-master-secret"],
  ],
  [
    "nist-800-52r2",
    "no Extended Master Secret",
    { tlsExtensions: { secureRenegotiation: true, extendedMasterSecret: false, compression: false } },
    ["extended-master-secret"],
  ],
  ["rfc", "SHA-1", { certificate: { ...certificate, signature: "sha1WithRSAEncryption" } }, ["certificate-hash"]],
  [
    "rfc",
    "a certificate of another name",
    { certificate: { ...certificate, names: ["example.org"] } },
    ["certificate-valid"],
  ],
  [
    "rfc",
    "a staple that is asked for and absent",
    { ocspStaple: { staple: "absent", mustStaple: true } },
    ["must-staple"],
  ],
  ["mozilla-intermediate", "a certificate of 365 days", lives(365), ["certificate-lifespan-recommended"]],
  [
    "mozilla-intermediate",
    "a certificate of 398 days",
    lives(398),
    ["certificate-lifespan", "certificate-lifespan-recommended"],
  ],
  [
    "mozilla-modern",
    "a certificate with RSA",
    {
      ...key("rsa", 4096),
      tlsVersions: { accepted: ["TLSv1.3"], refused: [...old, "TLSv1.2"] },
      cipherSuites: { accepted: [gcm[1]] },
    },
    ["certificate-type"],
  ],
];

it.each(rows)("%s, %s", (profile, _, changes, notMet, open = []) => {
  const results = judged(profile, facts({ ...sound, ...changes }));
  expect(withStatus("fail", results).sort()).toEqual([...notMet].sort());
  expect(withStatus("unknown", results).sort()).toEqual([...open].sort());
  for (const { status, evidence, missing } of results) {
    if (status === "unknown") expect(missing.length).toBeGreaterThan(0);
    else expect(evidence.length).toBeGreaterThan(0);
  }
});

describe.each(profiles.map((profile) => [profile.name, profile] as const))("%s", (name, profile) => {
  it("calls nothing met where all is unknown", () => {
    const blank = Object.fromEntries(Object.keys(sound).map((each) => [each, unknown("an answer")]));
    const results = judged(name, facts(blank as Values));
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ status }) => status !== "unknown")).toEqual([]);
  });

  it("calls nothing met where nothing but the port is known", () => {
    const results = judged(name, facts({ listening: true }));
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ status }) => status !== "unknown")).toEqual([]);
  });

  it("lets one hidden fact open questions, and answer none", () => {
    const whole = new Map(judged(name, facts(sound)).map((each) => [each.requirement, each.status]));
    for (const hidden of Object.keys(sound)) {
      for (const { requirement, status } of judged(name, facts({ ...sound, [hidden]: unknown("hidden") }))) {
        expect(["unknown", whole.get(requirement)]).toContain(status);
      }
    }
  });

  it("has a date, a source, and ids that are its own", () => {
    const ids = profile.requirements.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(profile.date).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
    expect(new URL(profile.source).protocol).toBe("https:");
    for (const { section, certainty, seenIn } of profile.requirements) {
      expect([section, seenIn].every((text) => text.length > 0)).toBe(true);
      expect(certainty >= 0.5 && certainty <= 1).toBe(true);
    }
  });

  it("says nothing of a port that is no submission port", () => {
    expect(judged(name, facts(sound, "observed", "mail.example.com:25"), "mail.example.com:25")).toEqual([]);
    const relayed = "app -> smtp.example.net:587";
    expect(judged(name, facts({ egressAllowed: true }, "planned", relayed), relayed)).toEqual([]);
  });
});

describe("definitions and wire together", () => {
  const gate = (planned: Maybe<"mail" | "none">, seen?: Maybe<"mail" | "none">) => {
    const known = [
      ...facts({ tlsGate: planned }, "planned"),
      ...(seen === undefined ? [] : facts({ tlsGate: seen }, "observed")),
    ];
    return judged("rfc", known).find(({ requirement }) => requirement === "no-cleartext")?.status;
  };
  const open = unknown("smtpd_tls_security_level");
  it.each([
    ["mail", undefined, "pass"],
    ["none", undefined, "fail"],
    [open, undefined, "unknown"],
    ["mail", "mail", "pass"],
    ["mail", "none", "fail"],
    ["none", "mail", "fail"],
    [open, "mail", "pass"],
    [open, "none", "fail"],
    ["mail", open, "unknown"],
    ["none", open, "fail"],
    [open, open, "unknown"],
  ] as const)("planned %j, seen %j: %s", (planned, seen, status) => {
    expect(gate(planned, seen)).toBe(status);
  });
});

it("knows every fact that the sound server tells", () => {
  expect(Object.values(sound).some(isUnknown)).toBe(false);
});
