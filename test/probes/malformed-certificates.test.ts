import { sign, X509Certificate } from "node:crypto";
import type { KeyPair } from "./certificates.js";
import { makeCertificates } from "./certificates.js";
import { expectGoodManners, impatient, probeAs, valuesOf } from "./expectations.js";
import { smtpServer } from "./servers.js";

const certificates = makeCertificates();
/** These servers keep nobody waiting: only a machine that is busy does. */
const patient = { ...impatient, connect: 3000, greeting: 3000, command: 3000, tls: 3000 };

/** The pieces of an element with a definite length of at most two bytes, as openssl writes them. */
function pieces(der: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0; at < der.length; ) {
    const first = der.readUInt8(at + 1);
    const [start, length] = first < 0x80 ? [2, first] : [2 + (first & 0x7f), der.readUIntBE(at + 2, first & 0x7f)];
    all.push(der.subarray(at, at + start + length));
    at += start + length;
  }
  return all;
}

const contentOf = (element: Buffer) => {
  const first = element.readUInt8(1);
  return element.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f));
};

type Encoding = (tag: number, content: Buffer) => Buffer;

/** Lengths in so many bytes, most of them zeros. */
const longForm =
  (bytes: number): Encoding =>
  (tag, content) => {
    const length = Buffer.alloc(bytes);
    length.writeUInt32BE(content.length, bytes - 4);
    return Buffer.concat([Buffer.from([tag, 0x80 | bytes]), length, content]);
  };
const der: Encoding = longForm(4);
const indefinite: Encoding = (tag, content) => Buffer.concat([Buffer.from([tag, 0x80]), content, Buffer.alloc(2)]);

type Field = number | "body" | "list of extensions";

/** The pair's certificate with one part written otherwise, signed with its own key. */
function rewritten({ key, cert }: KeyPair, encode: Encoding, part: Field): KeyPair {
  const [body = Buffer.alloc(0), algorithm = Buffer.alloc(0)] = pieces(contentOf(new X509Certificate(cert).raw));
  const fields = pieces(contentOf(body)).map((each, at) => {
    if (part === "list of extensions" && at === 7) return der(0xa3, encode(0x30, contentOf(contentOf(each))));
    return at === part ? encode(each.readUInt8(0), contentOf(each)) : each;
  });
  const newBody = (part === "body" ? encode : der)(0x30, Buffer.concat(fields));
  const signature = Buffer.concat([Buffer.alloc(1), sign("sha256", newBody, key)]);
  const raw = der(0x30, Buffer.concat([newBody, algorithm, der(0x03, signature)]));
  const lines = raw.toString("base64").replace(/(.{64})/g, "$1\n");
  return { key, cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n` };
}

const parts: [string, Field][] = [
  ["a body", "body"],
  ["a version", 0],
  ["an issuer", 3],
  ["a validity", 4],
  ["a subject", 5],
  ["the field of extensions", 7],
  ["the list of extensions", "list of extensions"],
];
/** It asks for a staple, and none comes; no issuer has signed this. */
const read = { certificate: { chain: "incomplete" }, ocspStaple: { staple: "absent", mustStaple: true } };
const unread = { certificate: "unknown", ocspStaple: "unknown" };
const rows = parts.flatMap(([what, part]) => {
  const bad = part === "list of extensions" ? { ...read, ocspStaple: "unknown" } : unread;
  return [
    [what, "of indefinite length", indefinite, part, bad],
    [what, "with a length of four bytes", longForm(4), part, read],
    // OpenSSL refuses to send the list with the last one.
    ...(part === "list of extensions" ? [] : [[what, "with a length of seven bytes", longForm(7), part, bad] as const]),
  ] as const;
});

async function expectFacts(pair: KeyPair, facts: Record<string, unknown>): Promise<void> {
  const server = await smtpServer(pair);
  try {
    const start = performance.now();
    const observation = await probeAs(587, server, { trustAnchors: [certificates.anchor], timeouts: patient });
    expect(valuesOf(observation)).toMatchObject({ ...facts, relay: "closed", authGate: "rcpt" });
    expectGoodManners(observation, server, performance.now() - start);
  } finally {
    await server.stop();
  }
}

describe("certificates that OpenSSL reads although they are no DER", () => {
  it.each(rows)("%s %s", async (_what, _how, encode, part, facts) => {
    await expectFacts(rewritten(certificates.mustStaple, encode, part), facts);
  });

  it("one beside a sound leaf", async () => {
    const { key, cert } = certificates.sound;
    const beside = rewritten(certificates.mustStaple, indefinite, "body").cert;
    await expectFacts({ key, cert: `${cert}${beside}` }, { certificate: { chain: "trusted" } });
  });
});
