import type { SecureContextOptions } from "node:tls";
import type { FactName } from "../../model/fact.js";
import { type Certificates, makeCertificates } from "./certificates.js";
import { expectGoodManners, probeAs, valuesOf } from "./expectations.js";
import { type Behaviour, type Choice, smtpServer } from "./servers.js";

const certificates: Certificates = makeCertificates();
const anchors = { trustAnchors: [certificates.anchor] };
const oldRefused = { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] };
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
  weakSuites: { accepted: [] },
  ocspStaple: { staple: "absent", mustStaple: false },
  tlsExtensions: { secureRenegotiation: true, extendedMasterSecret: true, compression: false },
  commandInjection: "safe",
  starttlsTwice: false,
  vrfy: "silent",
  bannerVersion: false,
};

const ecdhe = "ECDHE+AESGCM";
const greetings: [string, boolean][] = [
  ["mail.example.test ESMTP Postfix (Debian/GNU)", false],
  ["mail.example.test ESMTP Postfix (3.7.11)", true],
  ["mail.example.test ESMTP Exim 4.96 Fri, 27 Nov 2026 06:00:00 +0000", true],
  ["mail.example.test ESMTP Sendmail 8.17.1/8.17.1; Fri, 27 Nov 2026 06:00:00 GMT", true],
  ["mail.example.test Microsoft ESMTP MAIL Service, Version: 10.0.17763.1697 ready", true],
  ["[192.0.2.7] ESMTP ready 27.11.2026", false],
  ["mx1.2.example.test ESMTP 203.0.113.9 node-3.example.test", false],
  ["2.0.0 mail.example.test ESMTP d9443c01a7336-29bceb - gsmtp", false],
];

const rows: Row[] = [
  ...greetings.map(([text, named]): Row => [text, 587, { greeting: `220 ${text}` }, { bannerVersion: named }]),
  // Cipher suites and what TLS 1.2 comes with.
  [
    "static RSA",
    587,
    { tls: { ciphers: `${ecdhe}:AES128-GCM-SHA256` } },
    { weakSuites: { accepted: ["TLS_RSA_WITH_AES_128_GCM_SHA256"] } },
  ],
  [
    "NULL on 465",
    465,
    { implicit: true, tls: { ciphers: `${ecdhe}:NULL-SHA256:@SECLEVEL=0` } },
    { weakSuites: { accepted: ["TLS_RSA_WITH_NULL_SHA256"] } },
  ],
  [
    "anonymous",
    587,
    { tls: { ciphers: `${ecdhe}:AECDH-AES256-SHA:@SECLEVEL=0` } },
    { weakSuites: { accepted: ["TLS_ECDH_anon_WITH_AES_256_CBC_SHA"] } },
  ],
  [
    "TLS 1.3 only",
    587,
    { tls: { minVersion: "TLSv1.3" } },
    {
      weakSuites: { accepted: [] },
      tlsExtensions: { secureRenegotiation: true, extendedMasterSecret: true, compression: false },
      tlsVersions: { accepted: ["TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"] },
    },
  ],
  [
    "CBC and DHE only",
    587,
    { tls: { ciphers: "ECDHE-RSA-AES128-SHA256", maxVersion: "TLSv1.2" } },
    { weakSuites: { accepted: [] }, tlsVersions: { accepted: ["TLSv1.2"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] } },
  ],
  // A command that follows STARTTLS in the same packet.
  ["an injected command carried out", 587, { injected: "carried out" }, { commandInjection: "vulnerable" }],
  [
    "the same, byte by byte",
    587,
    { injected: "carried out", byteByByte: true },
    { commandInjection: "vulnerable", relay: "closed" },
  ],
  ["an injected command refused", 587, { injected: "refused" }, { commandInjection: "safe" }],
  ["an end after an injected command", 587, { injected: "closed" }, { commandInjection: "safe" }],
  [
    "an injected command answered in the clear",
    587,
    { injected: "answered in clear" },
    { commandInjection: "unknown" },
  ],
  ["STARTTLS again inside TLS", 587, { secureKeywords: ["STARTTLS", "SIZE 1"] }, { starttlsTwice: true }],
  ["STARTTLS inside TLS on 465", 465, { implicit: true, secureKeywords: ["STARTTLS"] }, { starttlsTwice: true }],
  // VRFY and EXPN.
  [
    "VRFY that tells",
    587,
    { secure: { "VRFY postmaster": "250 2.1.5 <postmaster@example.test>", VRFY: "550 5.1.1 unknown" } },
    { vrfy: "discloses" },
  ],
  [
    "VRFY that tells by 252 and 550",
    587,
    { secure: { "VRFY postmaster": "252 2.0.0 postmaster", VRFY: "550 5.1.1 unknown" } },
    { vrfy: "discloses" },
  ],
  ["VRFY that says 252 to all", 587, { secure: { VRFY: "252 2.0.0 try it" } }, { vrfy: "silent" }],
  ["VRFY that says 250 to all", 587, { secure: { VRFY: "250 Ok" } }, { vrfy: "silent" }],
  ["VRFY that asks us to wait", 587, { secure: { VRFY: "450 4.7.1 later" } }, { vrfy: "unknown" }],
  [
    "VRFY that asks us to wait the second time",
    587,
    { secure: { "VRFY postmaster": "252 ok", VRFY: "450 4.7.1 later" } },
    { vrfy: "unknown" },
  ],
  [
    "VRFY that tells in the clear",
    587,
    { clear: { "VRFY postmaster": "250 <postmaster@example.test>", VRFY: "550 no" } },
    { vrfy: "discloses" },
  ],
  ["VRFY without TLS", 587, { keywords: ["SIZE 1"] }, { vrfy: "silent" }],
  [
    "EXPN that lists",
    587,
    { secureKeywords: ["EXPN"], secure: { EXPN: "250-<a@example.test>\r\n250 <b@example.test>" } },
    { vrfy: "discloses" },
  ],
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
  [
    "TLS 1.0 to 1.3",
    587,
    { tls: sloppy },
    { tlsVersions: { accepted: ["TLSv1.1", "TLSv1.2", "TLSv1.3"], refused: [] } },
  ],
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
    { tlsVersions: { accepted: ["TLSv1.1", "TLSv1.2", "TLSv1.3"], refused: [] } },
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

describe("servers that hang up on suites without an alert are asked once more", () => {
  const staticRsa = { ciphers: `${ecdhe}:AES128-GCM-SHA256` };
  const dhe = 0x0033;
  const weakDhe = 0x0016;
  const versions = (accepted: string[], refused: string[]) => ({ tlsVersions: { accepted, refused } });
  const rows: [string, Behaviour, facts: Record<string, unknown>, connections: number][] = [
    [
      "weak: static RSA, behind DHE",
      { hangsUpOn: [weakDhe], tls: staticRsa },
      { weakSuites: { accepted: ["TLS_RSA_WITH_AES_128_GCM_SHA256"] } },
      6,
    ],
    ["weak: DHE alone", { hangsUpOn: [weakDhe] }, { weakSuites: "unknown" }, 6],
    ["weak: any of them", { hangsUpOn: [weakDhe, 0x0002] }, { weakSuites: { accepted: [] } }, 6],
    [
      "old: TLS 1.1, behind DHE",
      { hangsUpOnOld: [dhe], tls: sloppy },
      versions(["TLSv1.1", "TLSv1.2", "TLSv1.3"], []),
      6,
    ],
    [
      "old: no suite of TLS 1.1 but, perhaps, those with DHE",
      { hangsUpOnOld: [dhe], tls: { ...sloppy, ciphers: "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0" } },
      { tlsVersions: "unknown" },
      6,
    ],
    [
      "old: DHE first, and then no such version",
      { hangsUpOnOld: [dhe] },
      versions(["TLSv1.2", "TLSv1.3"], ["SSLv3", "TLSv1", "TLSv1.1"]),
      6,
    ],
    [
      "old: any suite",
      { hangsUpOnOld: [0x002f], tls: sloppy },
      versions(["TLSv1.2", "TLSv1.3"], ["SSLv3", "TLSv1", "TLSv1.1"]),
      6,
    ],
    [
      "old and weak: TLS 1.1 and static RSA, behind DHE",
      {
        hangsUpOn: [weakDhe],
        hangsUpOnOld: [dhe],
        tls: { ...sloppy, ciphers: `${staticRsa.ciphers}:AES128-SHA:@SECLEVEL=0` },
      },
      {
        ...versions(["TLSv1.1", "TLSv1.2", "TLSv1.3"], []),
        weakSuites: { accepted: [expect.stringMatching(/^TLS_RSA_WITH_AES_128_/)] },
      },
      7,
    ],
  ];
  it.each(rows)("%s", async (_server, behaviour, facts, connections) => {
    const server = await smtpServer(certificates.sound, behaviour);
    try {
      const observation = await probeAs(587, server, anchors);
      expect(valuesOf(observation)).toMatchObject({ ...facts, relay: "closed", pathFailure: undefined });
      expect(server.connections()).toBe(connections);
    } finally {
      await server.stop();
    }
  });
});

describe("servers that hang up, and never send an alert, are asked once more only where nothing else tells why", () => {
  const good = [0xc030, 0xc02f];
  const staticRsa = 0x009c;
  const [goodDhe, weakDhe] = [0x0033, 0x0016];
  const fails = [goodDhe, weakDhe];
  const tls = (ciphers: string) => ({ ciphers: `${ecdhe}${ciphers}:@SECLEVEL=0`, minVersion: "TLSv1" as const });
  const oldTaken = { accepted: ["TLSv1.1", "TLSv1.2", "TLSv1.3"], refused: [] };
  const none = { weakSuites: { accepted: [] }, tlsVersions: oldRefused };
  const rsa = { weakSuites: { accepted: ["TLS_RSA_WITH_AES_128_GCM_SHA256"] } };
  const rows: [string, hangsUp: Choice, tls: SecureContextOptions, facts: object, on587: number, on465: number][] = [
    ["the client's order, sound", { suites: good, order: "the client's" }, {}, none, 5, 4],
    [
      "the client's order, sound, and good suites with DHE, at which it fails",
      { suites: [goodDhe, ...good], order: "the client's", fails },
      {},
      none,
      5,
      4,
    ],
    [
      "the client's order, sound, and weak suites with DHE, at which it fails",
      { suites: [...fails, ...good], order: "the client's", fails },
      {},
      none,
      5,
      7,
    ],
    ["its own order, sound", { suites: good, order: "its own" }, {}, none, 7, 7],
    [
      "its own order, sound, and suites with DHE, at which it fails",
      { suites: [...good, ...fails], order: "its own", fails },
      {},
      none,
      7,
      7,
    ],
    [
      "the client's order, static RSA",
      { suites: [...fails, ...good, staticRsa], order: "the client's", fails },
      tls(":AES128-GCM-SHA256"),
      { ...rsa, tlsVersions: oldRefused },
      5,
      5,
    ],
    [
      "its own order, static RSA before DHE, at which it fails",
      { suites: [...good, staticRsa, ...fails], order: "its own", fails },
      tls(":AES128-GCM-SHA256"),
      { ...rsa, tlsVersions: oldRefused },
      6,
      6,
    ],
    [
      "its own order, static RSA behind DHE, at which it fails",
      { suites: [...fails, staticRsa, ...good], order: "its own", fails },
      tls(":AES128-GCM-SHA256"),
      { ...rsa, tlsVersions: oldRefused },
      7,
      7,
    ],
    [
      "its own order, TLS 1.1 behind DHE, at which it fails",
      { suites: [...good, ...fails, 0xc013], order: "its own", fails, old: true },
      tls(":ECDHE-RSA-AES128-SHA"),
      { weakSuites: { accepted: [] }, tlsVersions: oldTaken },
      7,
      7,
    ],
    [
      "the client's order, TLS 1.1 behind DHE, at which it fails",
      { suites: [...good, ...fails, 0xc013], order: "the client's", fails, old: true },
      tls(":ECDHE-RSA-AES128-SHA"),
      { weakSuites: { accepted: [] }, tlsVersions: oldTaken },
      5,
      5,
    ],
  ];
  const both = rows.flatMap(([what, hangsUp, options, facts, on587, on465]) => [
    { what, port: 587, behaviour: { hangsUp, tls: options }, facts, connections: on587 },
    { what, port: 465, behaviour: { hangsUp, tls: options, implicit: true }, facts, connections: on465 },
  ]);
  it.each(both)("$port: $what", async ({ port, behaviour, facts, connections }) => {
    const server = await smtpServer(certificates.sound, behaviour);
    try {
      const observation = await probeAs(port, server, anchors);
      expect(valuesOf(observation)).toMatchObject({ ...facts, relay: "closed", pathFailure: undefined });
      expect(server.connections()).toBe(connections);
    } finally {
      await server.stop();
    }
  });
});
