import type { FactName } from "../../model/fact.js";
import { type Certificates, makeCertificates } from "./certificates.js";
import { expectGoodManners, probeAs, valuesOf } from "./expectations.js";
import { type Behaviour, smtpServer } from "./servers.js";

const certificates: Certificates = makeCertificates();
const anchors = { trustAnchors: [certificates.anchor] };
const oldRefused = { accepted: ["TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] };
const sloppy = { minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" } as const;

type Row = [server: string, port: number, behaviour: Behaviour, facts: Partial<Record<FactName, unknown>>];

const sound = {
  reachable: true,
  listening: true,
  pathFailure: undefined,
  greeting: { code: 220, text: "mail.example.test ESMTP" },
  ehloKeywords: ["8BITMIME", "ENHANCEDSTATUSCODES", "PIPELINING", "STARTTLS"],
  starttlsOffered: "offered",
  implicitTls: false,
  tlsGate: "mail",
  tlsVersions: oldRefused,
  authBeforeTls: { offered: [], accepted: [] },
  authMechanisms: ["LOGIN", "PLAIN"],
  authGate: "rcpt",
  relay: "closed",
};

const rows: Row[] = [
  ["a sound server", 587, {}, sound],
  ["a sound server on another port", 2525, {}, sound],
  [
    "no PIPELINING",
    587,
    { keywords: ["STARTTLS"], secureKeywords: ["AUTH PLAIN"] },
    { tlsGate: "mail", relay: "closed" },
  ],
  ["replies byte by byte", 587, { byteByByte: true }, sound],
  [
    "STARTTLS as the last line",
    587,
    { keywords: ["SIZE 1", "STARTTLS"] },
    { starttlsOffered: "offered", relay: "closed" },
  ],
  ["STARTTLS in small letters", 587, { keywords: ["starttls"] }, { starttlsOffered: "offered" }],
  ["a greet delay", 587, { greetDelay: 300 }, sound],
  // Transport.
  [
    "STARTTLS absent",
    587,
    { keywords: ["SIZE 1"] },
    { starttlsOffered: "absent", tlsVersions: "unknown", certificate: "unknown", authMechanisms: "unknown" },
  ],
  [
    "STARTTLS answered 454",
    587,
    { clear: { STARTTLS: "454 4.7.0 TLS not available" } },
    { starttlsOffered: "refused", tlsVersions: "unknown" },
  ],
  [
    "STARTTLS answered 502",
    587,
    { clear: { STARTTLS: "502 5.5.1 no" } },
    { starttlsOffered: "refused", certificate: "unknown" },
  ],
  ["STARTTLS masked", 587, { keywords: ["SIZE 1", "XXXXXXXA"] }, { starttlsOffered: "masked" }],
  [
    "a masked greeting",
    587,
    { greeting: "220 ************************", keywords: ["SIZE 1"] },
    { starttlsOffered: "masked" },
  ],
  [
    "no TLS gate",
    587,
    { clear: { MAIL: "250 Ok", RCPT: "554 5.7.1 Relay access denied" } },
    { tlsGate: "none", relay: "closed" },
  ],
  ["a TLS gate at RCPT", 587, { clear: { MAIL: "250 Ok" } }, { tlsGate: "rcpt" }],
  [
    "a TLS gate with Exchange's code",
    587,
    { clear: { MAIL: "451 5.7.3 STARTTLS is required to send mail" } },
    { tlsGate: "mail" },
  ],
  ["MAIL deferred in the clear", 587, { clear: { MAIL: "450 4.3.2 try later" } }, { tlsGate: "unknown" }],
  [
    "AUTH required in the clear, and refused there",
    587,
    { clear: { MAIL: "530 Authentication required", AUTH: "538 Must issue STARTTLS first" } },
    { tlsGate: "mail" },
  ],
  [
    "AUTH required in the clear, and taken there",
    587,
    { clear: { MAIL: "530 Authentication required", AUTH: "334 " } },
    { tlsGate: "none" },
  ],
  ["TLS 1.0 to 1.3", 587, { tls: sloppy }, { tlsVersions: { accepted: ["TLSv1.1", "TLSv1.3"], refused: [] } }],
  [
    "TLS 1.0 alone",
    587,
    { tls: { ...sloppy, maxVersion: "TLSv1" } },
    {
      tlsVersions: { accepted: ["TLSv1"], refused: ["TLSv1.1", "TLSv1.2", "TLSv1.3"] },
      certificate: "unknown",
      authGate: "unknown",
    },
  ],
  [
    "TLS 1.2 alone",
    587,
    { tls: { maxVersion: "TLSv1.2" } },
    { tlsVersions: { accepted: ["TLSv1.2"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] } },
  ],
  // Authentication.
  [
    "AUTH offered in the clear",
    587,
    { keywords: ["STARTTLS", "AUTH LOGIN PLAIN"] },
    { authBeforeTls: { offered: ["LOGIN", "PLAIN"], accepted: [] } },
  ],
  [
    "AUTH in the old spelling",
    587,
    { keywords: ["STARTTLS", "AUTH=PLAIN"] },
    { authBeforeTls: { offered: ["PLAIN"], accepted: [] } },
  ],
  [
    "AUTH taken though hidden",
    587,
    { clear: { AUTH: "334 VXNlcm5hbWU6" } },
    { authBeforeTls: { offered: [], accepted: ["PLAIN"] } },
  ],
  ["AUTH answered 501", 587, { clear: { AUTH: "501 syntax" } }, { authBeforeTls: "unknown" }],
  ["AUTH deferred", 587, { clear: { AUTH: "454 4.7.0 try later" } }, { authBeforeTls: "unknown" }],
  [
    "AUTH unknown in the clear",
    587,
    { clear: { AUTH: "502 5.5.1 no" } },
    { authBeforeTls: { offered: [], accepted: [] } },
  ],
  ["no AUTH inside TLS", 587, { secureKeywords: ["SIZE 1"] }, { authMechanisms: [] }],
  // The gate for clients without an account.
  [
    "an AUTH gate at MAIL",
    587,
    { secure: { MAIL: "530 5.7.0 Authentication required" } },
    { authGate: "mail", relay: "closed" },
  ],
  [
    "an AUTH gate at RCPT",
    587,
    { secure: { RCPT: "530 5.7.0 Authentication required" } },
    { authGate: "rcpt", relay: "closed" },
  ],
  ["a bare 530", 587, { secure: { RCPT: "530 no" } }, { authGate: "rcpt", relay: "closed" }],
  [
    "Debian's temporary refusal",
    587,
    { secure: { RCPT: "454 4.7.1 Relay access denied" } },
    { authGate: "rcpt", relay: "closed" },
  ],
  [
    "qmail's refusal",
    587,
    { secure: { RCPT: "553 sorry, not in my list of allowed rcpthosts (#5.7.1)" } },
    { authGate: "rcpt", relay: "closed" },
  ],
  ["Exchange's refusal", 587, { secure: { RCPT: "550 5.7.54 SMTP; Unable to relay recipient" } }, { relay: "closed" }],
  ["an open relay", 587, { secure: { RCPT: "250 2.1.5 Ok" } }, { authGate: "none", relay: "open" }],
  ["an open relay that forwards", 587, { secure: { RCPT: "251 will forward" } }, { authGate: "none", relay: "open" }],
  ["252 never counts", 587, { secure: { RCPT: "252 cannot verify" } }, { authGate: "unknown", relay: "unknown" }],
  ["greylisting", 587, { secure: { RCPT: "450 4.2.0 Greylisted" } }, { authGate: "unknown", relay: "unknown" }],
  ["a domain that does not resolve", 587, { secure: { RCPT: "450 4.1.2 Domain not found" } }, { relay: "unknown" }],
  ["an unroutable domain", 587, { secure: { RCPT: "550 Unrouteable address" } }, { relay: "unknown" }],
  ["an unknown user", 587, { secure: { RCPT: "550 5.1.1 User unknown" } }, { relay: "unknown" }],
  [
    "our EHLO name refused",
    587,
    { secure: { RCPT: "550 5.7.1 Helo command rejected" } },
    { authGate: "unknown", relay: "unknown" },
  ],
  [
    "access denied at MAIL",
    587,
    { secure: { MAIL: "554 5.7.1 Access denied" } },
    { authGate: "mail", relay: "closed" },
  ],
  [
    "an open relay in the clear only",
    587,
    { clear: { MAIL: "250 Ok", RCPT: "250 Ok" } },
    { tlsGate: "none", relay: "open" },
  ],
  [
    "an open relay without TLS",
    587,
    { keywords: [], clear: { MAIL: "250 Ok", RCPT: "250 Ok" } },
    { starttlsOffered: "absent", authGate: "none", relay: "open" },
  ],
  [
    "a closed relay without TLS",
    587,
    { keywords: [], clear: { MAIL: "250 Ok", RCPT: "554 5.7.1 Relay access denied" } },
    { authGate: "rcpt", relay: "closed" },
  ],
  [
    "no way into TLS, and none past it",
    587,
    { clear: { STARTTLS: "454 4.7.0 no" } },
    { authGate: "unknown", relay: "unknown" },
  ],
  // 465, and the wrong mode on either port.
  [
    "a sound server on 465",
    465,
    { implicit: true },
    {
      implicitTls: true,
      tlsGate: "connect",
      tlsVersions: oldRefused,
      authBeforeTls: { offered: [], accepted: [] },
      authGate: "rcpt",
      relay: "closed",
      starttlsOffered: "absent",
    },
  ],
  [
    "TLS 1.1 on 465",
    465,
    { implicit: true, tls: sloppy },
    { tlsVersions: { accepted: ["TLSv1.1", "TLSv1.3"], refused: [] } },
  ],
  [
    "TLS 1.0 alone on 465",
    465,
    { implicit: true, tls: { ...sloppy, maxVersion: "TLSv1" } },
    { implicitTls: true, listening: true, tlsGate: "connect", certificate: "unknown", relay: "unknown" },
  ],
  ["an open relay on 465", 465, { implicit: true, secure: { RCPT: "250 Ok" } }, { relay: "open" }],
  ["465 in the clear", 465, {}, { ...sound, certificate: expect.anything() }],
  [
    "TLS at once on 587",
    587,
    { implicit: true },
    {
      implicitTls: true,
      tlsGate: "connect",
      listening: true,
      tlsVersions: oldRefused,
      relay: "closed",
      pathFailure: undefined,
    },
  ],
];

describe("servers that answer", () => {
  it.each(rows)("%s (%i)", async (_server, port, behaviour, facts) => {
    const server = await smtpServer(certificates.sound, behaviour);
    try {
      const start = performance.now();
      const observation = await probeAs(port, server, anchors);
      expect(valuesOf(observation)).toMatchObject(facts);
      expectGoodManners(observation, server, performance.now() - start);
    } finally {
      await server.stop();
    }
  });
});
