import type { FactName, PathFailure } from "../../model/fact.js";
import { makeCertificates } from "./certificates.js";
import { expectGoodManners, factOf, probeAs, valuesOf } from "./expectations.js";
import { type Behaviour, smtpServer } from "./servers.js";

const certificates = makeCertificates();
const anchors = { trustAnchors: [certificates.anchor] };
const megabytes = Array.from({ length: 10_000 }, () => "x".repeat(1000));

/** What a sound server shows when nothing is left unseen. */
const seenAll = {
  relay: "closed",
  tlsGate: "mail",
  weakSuites: { accepted: [] },
  commandInjection: "safe",
  vrfy: "silent",
  authBeforeTls: { offered: [], accepted: [] },
};

type Row = [string, number, Behaviour, Partial<PathFailure> | undefined, Partial<Record<FactName, unknown>>];

const rows: Row[] = [
  // Turned away: nothing is concluded from it.
  [
    "a 421 greeting",
    587,
    { greeting: "421 4.7.0 too many connections" },
    { stage: "greeting", kind: "busy", detail: "421 4.7.0" },
    {
      listening: true,
      greeting: { code: 421, text: "4.7.0 too many connections" },
      starttlsOffered: "unknown",
      tlsGate: "unknown",
      relay: "unknown",
    },
  ],
  [
    "a 554 greeting",
    587,
    { greeting: "554 5.7.1 blocked using a list" },
    { stage: "greeting", kind: "busy", detail: "554 5.7.1" },
    { listening: true, starttlsOffered: "unknown", authBeforeTls: "unknown" },
  ],
  [
    "a greeting of another kind",
    587,
    { greeting: "250 what" },
    { stage: "greeting", kind: "protocol" },
    { starttlsOffered: "unknown" },
  ],
  [
    "421 to MAIL in the clear",
    587,
    { clear: { MAIL: "421 4.7.0 too many errors" } },
    undefined,
    { tlsGate: "unknown", authBeforeTls: "unknown", tlsVersions: "unknown", relay: "closed" },
  ],
  [
    "421 to AUTH in the clear",
    587,
    { clear: { AUTH: "421 bye" } },
    undefined,
    { tlsGate: "mail", authBeforeTls: "unknown", tlsVersions: "unknown" },
  ],
  [
    "421 to STARTTLS",
    587,
    { clear: { STARTTLS: "421 bye" } },
    { stage: "starttls", kind: "busy" },
    { starttlsOffered: "unknown", certificate: "unknown", relay: "unknown" },
  ],
  [
    "421 to MAIL inside TLS",
    587,
    { secure: { MAIL: "421 bye" } },
    { stage: "session", kind: "busy" },
    { authGate: "unknown", relay: "unknown", authMechanisms: ["LOGIN", "PLAIN"] },
  ],
  [
    "421 to RCPT inside TLS",
    587,
    { secure: { RCPT: "421 bye" } },
    { stage: "session", kind: "busy" },
    { authGate: "unknown", relay: "unknown" },
  ],
  // Turned away once: asked again after the back-off, and then all is seen.
  ["421 to the first connection alone", 587, { busy: [1] }, undefined, seenAll],
  ["421 to the second connection alone", 587, { busy: [2] }, undefined, seenAll],
  ["421 to the first connection on 465", 465, { implicit: true, busy: [1] }, undefined, { relay: "closed" }],
  [
    "421 to the first two connections",
    587,
    { busy: [1, 2] },
    { stage: "greeting", kind: "busy" },
    { relay: "unknown", weakSuites: "unknown", commandInjection: "unknown", vrfy: "unknown" },
  ],
  [
    "421 to all but the first",
    587,
    { busy: [2, 3, 4, 5, 6, 7, 8, 9] },
    undefined,
    {
      relay: "closed",
      tlsGate: "unknown",
      tlsVersions: "unknown",
      weakSuites: "unknown",
      tlsExtensions: "unknown",
      commandInjection: "unknown",
    },
  ],
  ["421 to EHLO", 587, { clear: { EHLO: "421 bye" } }, { stage: "ehlo", kind: "busy" }, { relay: "unknown" }],
  [
    "421 to EHLO inside TLS",
    587,
    { secure: { EHLO: "421 bye" } },
    { stage: "ehlo", kind: "busy" },
    { relay: "unknown", commandInjection: "unknown", starttlsTwice: "unknown" },
  ],
  [
    "421 to VRFY inside TLS",
    587,
    { secure: { VRFY: "421 bye" } },
    { stage: "session", kind: "busy" },
    { relay: "closed", vrfy: "unknown" },
  ],
  ["421 to VRFY in the clear", 587, { clear: { VRFY: "421 bye" } }, undefined, { authBeforeTls: "unknown" }],
  ["421 to QUIT", 587, { secure: { QUIT: "421 bye" } }, undefined, { relay: "closed" }],
  // Resets.
  ...["GREETING", "EHLO", "STARTTLS", "TLS", "HELLO", "SECURE", "RCPT", "VRFY"].map(
    (at): Row => [
      `a RST at ${at}`,
      587,
      { closeAt: at, reset: true },
      {},
      { relay: expect.stringMatching(/unknown|closed/) },
    ],
  ),
  ["a RST at MAIL", 587, { closeAt: "MAIL", reset: true }, {}, { relay: "unknown", tlsGate: "unknown" }],
  ["a RST at AUTH", 587, { closeAt: "AUTH", reset: true }, undefined, { relay: "closed", tlsVersions: "unknown" }],
  ["a RST inside TLS on 465", 465, { implicit: true, closeAt: "SECURE", reset: true }, {}, { relay: "unknown" }],
  ["a close at VRFY", 587, { closeAt: "VRFY" }, {}, { relay: "closed", vrfy: "unknown" }],
  // In the clear what belongs inside TLS.
  [
    "334 in the clear",
    587,
    { clear: { AUTH: "334 " } },
    undefined,
    { authBeforeTls: { offered: [], accepted: ["PLAIN"] } },
  ],
  ["STARTTLS as the only line", 587, { keywords: ["STARTTLS"] }, undefined, { starttlsOffered: "offered" }],
  [
    "a mask over the keywords",
    587,
    { keywords: ["XXXXXXXA"] },
    undefined,
    { starttlsOffered: "masked", weakSuites: "unknown" },
  ],
  [
    "a greeting inside TLS after STARTTLS",
    587,
    { secure: { EHLO: "220 hi\r\n250 x" } },
    {},
    { commandInjection: "unknown" },
  ],
  [
    "two answers to EHLO inside TLS",
    587,
    { secure: { EHLO: "250-x\r\n250 A\r\n250 B" } },
    {},
    { commandInjection: "unknown" },
  ],
  // Breaks the protocol.
  [
    "bytes after the 220 of STARTTLS",
    587,
    { afterStarttls: "250 injected\r\n" },
    { stage: "starttls", kind: "protocol", detail: "bytes in the clear follow the 220 of STARTTLS" },
    { starttlsOffered: "offered", certificate: "unknown", tlsVersions: "unknown", authMechanisms: "unknown" },
  ],
  [
    "half a line after the 220 of STARTTLS",
    587,
    { afterStarttls: "250 inj" },
    { stage: "starttls", kind: "protocol" },
    { certificate: "unknown" },
  ],
  [
    "garbage in place of TLS",
    587,
    { insteadOfTls: "garbage garbage\r\n".repeat(20) },
    { kind: "protocol" },
    { certificate: "unknown" },
  ],
  [
    "silence in place of TLS",
    587,
    { insteadOfTls: "" },
    { stage: "tls", kind: "timeout" },
    { certificate: "unknown", tlsVersions: "unknown", starttlsOffered: "offered", tlsGate: "mail" },
  ],
  [
    "two answers for one command",
    587,
    { clear: { MAIL: "250 Ok\r\n250 Ok" } },
    undefined,
    { tlsGate: "unknown", authBeforeTls: "unknown", tlsVersions: "unknown" },
  ],
  ["EHLO unknown", 587, { clear: { EHLO: "500 unknown command" } }, { kind: "protocol" }, { relay: "unknown" }],
  [
    "ten megabytes of EHLO",
    587,
    { keywords: megabytes },
    { stage: "ehlo", kind: "protocol" },
    { listening: true, starttlsOffered: "unknown", relay: "unknown" },
  ],
  [
    "control characters and long lines",
    587,
    { greeting: `220 \u001b[31m${"y".repeat(3000)}`, keywords: ["STARTTLS", `X\u0007 ${"z".repeat(3000)}`] },
    undefined,
    { starttlsOffered: "offered", relay: "closed" },
  ],
  // Hangs up.
  [
    "a close in place of the greeting",
    587,
    { closeAt: "GREETING" },
    { stage: "greeting", kind: "closed" },
    { listening: "unknown", relay: "unknown" },
  ],
  [
    "a close at EHLO",
    587,
    { closeAt: "EHLO" },
    { stage: "ehlo", kind: "closed" },
    { listening: true, starttlsOffered: "unknown" },
  ],
  [
    "a close at MAIL",
    587,
    { closeAt: "MAIL" },
    { stage: "session", kind: "closed" },
    { tlsGate: "unknown", authGate: "unknown", relay: "unknown", tlsVersions: "unknown" },
  ],
  [
    "a close at AUTH",
    587,
    { closeAt: "AUTH" },
    undefined,
    { tlsGate: "mail", authBeforeTls: "unknown", relay: "closed" },
  ],
  [
    "a close at STARTTLS",
    587,
    { closeAt: "STARTTLS" },
    { stage: "starttls", kind: "closed" },
    { starttlsOffered: "unknown", tlsGate: "mail", tlsVersions: "unknown" },
  ],
  [
    "a close at the handshake",
    587,
    { closeAt: "TLS" },
    { stage: "tls", kind: "closed" },
    { starttlsOffered: "offered", tlsVersions: "unknown", certificate: "unknown" },
  ],
  [
    "a close on any ClientHello",
    587,
    { closeAt: "HELLO" },
    { stage: "tls", kind: "closed" },
    { starttlsOffered: "offered", tlsVersions: "unknown", certificate: "unknown", authMechanisms: "unknown" },
  ],
  [
    "a close inside TLS",
    587,
    { closeAt: "SECURE" },
    { stage: "ehlo", kind: "closed" },
    { authMechanisms: "unknown", relay: "unknown" },
  ],
  [
    "a close at RCPT",
    587,
    { closeAt: "RCPT" },
    { stage: "session", kind: "closed" },
    { authGate: "unknown", relay: "unknown" },
  ],
  [
    "a close at RSET",
    587,
    { closeAt: "RSET" },
    { stage: "session", kind: "closed" },
    { authGate: "rcpt", relay: "closed" },
  ],
  ["a close at QUIT", 587, { closeAt: "QUIT" }, undefined, { relay: "closed" }],
  [
    "a close inside TLS on 465",
    465,
    { implicit: true, closeAt: "SECURE" },
    { stage: "greeting", kind: "closed" },
    { implicitTls: true, relay: "unknown" },
  ],
  [
    "a 421 greeting on 465",
    465,
    { implicit: true, greeting: "421 4.7.0 busy" },
    { stage: "greeting", kind: "busy" },
    { implicitTls: true, listening: true, relay: "unknown", authGate: "unknown" },
  ],
  [
    "a slow greeting on 465",
    465,
    { implicit: true, greetDelay: 5000 },
    { stage: "greeting", kind: "timeout" },
    { implicitTls: true, relay: "unknown" },
  ],
];

describe("servers that turn away, break the protocol or hang up", () => {
  it.each(rows)("%s (%i)", async (_server, port, behaviour, failure, facts) => {
    const server = await smtpServer(certificates.sound, behaviour);
    try {
      const start = performance.now();
      const observation = await probeAs(port, server, anchors);
      if (failure) expect(factOf(observation, "pathFailure").value).toMatchObject(failure);
      else expect(valuesOf(observation).pathFailure).toBeUndefined();
      expect(valuesOf(observation)).toMatchObject(facts);
      expect(valuesOf(observation).relay).not.toBe("open");
      expectGoodManners(observation, server, performance.now() - start);
    } finally {
      await server.stop();
    }
  });

  it("keeps what is said printable and SASL data out of the transcript", async () => {
    const server = await smtpServer(certificates.sound, {
      greeting: "220 \u001b]0;title\u0007 \u0085",
      clear: { AUTH: "334 c2VjcmV0IGNoYWxsZW5nZQ==" },
    });
    try {
      const text = JSON.stringify(await probeAs(587, server, anchors));
      expect(text).toContain("\\\\x1b]0;title\\\\x07");
      expect(text).not.toContain("c2VjcmV0");
      expect(text).toContain("334 ***");
      expect(server.heard.filter((line) => line === "*")).toHaveLength(1);
      expect(server.heard.indexOf("*")).toBeGreaterThan(server.heard.indexOf("AUTH PLAIN"));
    } finally {
      await server.stop();
    }
  });

  it("does not grow with what a server sends", async () => {
    const server = await smtpServer(certificates.sound, { keywords: megabytes });
    try {
      const observation = await probeAs(587, server, anchors);
      expect(JSON.stringify(observation).length).toBeLessThan(1_000_000);
    } finally {
      await server.stop();
    }
  });
});
