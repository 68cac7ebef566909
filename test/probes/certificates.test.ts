import { execFileSync, spawn } from "node:child_process";
import { getDiffieHellman } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CertificateValue } from "../../model/fact.js";
import { factsNamed } from "../../model/fact.js";
import { type Certificates, type KeyPair, makeCertificates } from "./certificates.js";
import { probeAs } from "./expectations.js";
import { smtpServer } from "./servers.js";

const certificates: Certificates = makeCertificates();
const sloppy = { minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" } as const;

const rows: [
  pair: keyof Omit<Certificates, "anchor" | "staples">,
  chain: CertificateValue["chain"],
  anchored: boolean,
  step: string,
][] = [
  ["sound", "trusted", true, "ok"],
  ["sound", "incomplete", false, "bad"],
  ["ecdsa", "trusted", true, "ok"],
  ["complete", "trusted", true, "ok"],
  ["complete", "untrusted", false, "bad"],
  ["incomplete", "incomplete", true, "bad"],
  ["staleIntermediate", "invalid", true, "bad"],
  ["selfSigned", "self-signed", true, "bad"],
  ["foreignRoot", "untrusted", true, "bad"],
  // Dates and names of the leaf are facts of their own: the chain holds.
  ["expired", "trusted", true, "bad"],
  ["otherName", "trusted", true, "bad"],
  ["weak", "trusted", true, "ok"],
];

describe("certificates", () => {
  it.each(rows)("%s: %s, with our root an anchor: %s", async (name, chain, anchored, step) => {
    const pair = certificates[name];
    const observation = await probed(pair, { tls: sloppy }, anchored ? [certificates.anchor] : []);
    const value = certificateOf(observation);
    expect(value.chain).toBe(chain);
    expect(observation.steps.find((each) => each.name === "certificate")?.outcome).toBe(step);
    expect(value).toMatchObject(openssl(pair));
  });

  it("is seen although the key exchange is weaker than OpenSSL would have it by default", async () => {
    const server = await weakServer(certificates.sound);
    try {
      const observation = await probeAs(465, server, { trustAnchors: [certificates.anchor] });
      expect(certificateOf(observation).chain).toBe("trusted");
    } finally {
      await server.stop();
    }
  });

  it("is seen on 465 as on 587", async () => {
    const observation = await probed(certificates.sound, { implicit: true }, [certificates.anchor], 465);
    expect(certificateOf(observation).chain).toBe("trusted");
  });

  it("trusts a self-signed certificate that is an anchor", async () => {
    const observation = await probed(certificates.selfSigned, {}, [certificates.selfSigned.cert]);
    expect(certificateOf(observation).chain).toBe("trusted");
  });

  it("judges dates by the clock it is given", async () => {
    const now = () => new Date("2046-01-01T00:00:00Z");
    const observation = await probed(certificates.complete, {}, [certificates.anchor], 587, now);
    expect(certificateOf(observation).chain).toBe("invalid");
  });
});

describe("the handshake, as openssl s_client sees it", () => {
  const ranges = [
    ["TLSv1", "TLSv1"],
    ["TLSv1", "TLSv1.1"],
    ["TLSv1.1", "TLSv1.2"],
    ["TLSv1", "TLSv1.3"],
    ["TLSv1.2", "TLSv1.2"],
    ["TLSv1.2", "TLSv1.3"],
    ["TLSv1.3", "TLSv1.3"],
  ] as const;

  it.each(ranges)("a server of %s to %s", async (minVersion, maxVersion) => {
    const server = await smtpServer(certificates.sound, { tls: { ...sloppy, minVersion, maxVersion } });
    try {
      const old = await sClient(server.port, "-tls1_1");
      const older = await sClient(server.port, "-tls1");
      const modern = await sClient(server.port, "-min_protocol", "TLSv1.2");
      const tls12 = modern === "TLSv1.3" ? await sClient(server.port, "-tls1_2") : undefined;
      const accepted = [older && !old ? older : undefined, old, tls12, modern].filter(
        (version) => version !== undefined,
      );
      const [fact] = factsNamed((await probeAs(587, server)).facts, "tlsVersions");
      expect(fact?.value).toMatchObject({ accepted });
    } finally {
      await server.stop();
    }
  });
});

async function probed(
  pair: KeyPair,
  behaviour: Parameters<typeof smtpServer>[1],
  trustAnchors: string[],
  port = 587,
  now = () => new Date(),
) {
  const server = await smtpServer(pair, behaviour);
  try {
    return await probeAs(port, server, { trustAnchors, now });
  } finally {
    await server.stop();
  }
}

function certificateOf(observation: Awaited<ReturnType<typeof probed>>): CertificateValue {
  const [fact] = factsNamed(observation.facts, "certificate");
  if (!fact || "unknown" in fact.value) throw new Error(`certificate: ${JSON.stringify(fact?.value)}`);
  return fact.value;
}

/** The same facts from the openssl command. */
function openssl({ cert }: KeyPair) {
  const ask = (...args: string[]) =>
    execFileSync("openssl", ["x509", "-noout", ...args], { input: cert })
      .toString()
      .trim();
  const text = ask("-text");
  const instant = (flag: string) => new Date(ask(flag).replace(/^.*?=/, "")).toISOString();
  return {
    sha256: ask("-fingerprint", "-sha256").replace(/^.*=/, "").replaceAll(":", "").toLowerCase(),
    notBefore: instant("-startdate"),
    notAfter: instant("-enddate"),
    signature: /Signature Algorithm: (\S+)/.exec(text)?.[1],
    key: {
      type: text.includes("id-ecPublicKey") ? "ec" : "rsa",
      bits: Number(/Public-Key: \((\d+) bit\)/.exec(text)?.[1]),
    },
    names: [
      ...(/Subject Alternative Name:\s*\n\s*(.*)/.exec(text)?.[1] ?? "").matchAll(/(?:DNS|IP Address):([^,\s]+)/g),
    ].map(([, name]) => (name === "0:0:0:0:0:0:0:1" ? expect.stringMatching(/^(0:){7}1$|^::1$/) : name)),
    subject: ask("-subject", "-nameopt", "RFC2253").replace(/^subject=\s*/, ""),
  };
}

/** `openssl s_server` with Diffie-Hellman of 1024 bits: TLS from the first byte, and no word of SMTP inside. */
async function weakServer({ key, cert }: KeyPair): Promise<{ port: number; stop: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), "port587-weak-"));
  // The DER of SEQUENCE { prime of RFC 2409's group 2, generator 2 }: making a prime of our own would take seconds.
  const der = Buffer.concat([hex("30818702818100"), getDiffieHellman("modp2").getPrime(), hex("020102")]);
  const dh = `-----BEGIN DH PARAMETERS-----\n${der.toString("base64")}\n-----END DH PARAMETERS-----\n`;
  for (const [name, text] of Object.entries({ key, cert, dh })) writeFileSync(join(dir, name), text);
  const suite = ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", "-dhparam", "dh"];
  const child = spawn("openssl", ["s_server", "-accept", "127.0.0.1:0", "-key", "key", "-cert", "cert", ...suite], {
    cwd: dir,
    stdio: ["pipe", "pipe", "ignore"],
  });
  let said = "";
  const port = await new Promise<number>((resolve) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const [, found] = /^ACCEPT .*:(\d+)$/m.exec(said) ?? [];
      if (found) resolve(Number(found));
    });
  });
  return {
    port,
    stop: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
      rmSync(dir, { recursive: true });
    },
  };
}

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

/** The version that the openssl command negotiates, undefined when it cannot. */
function sClient(port: number, ...args: string[]): Promise<string | undefined> {
  const all = ["s_client", "-connect", `127.0.0.1:${port}`, "-starttls", "smtp", "-cipher", "ALL:@SECLEVEL=0", ...args];
  const child = spawn("openssl", all, { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end("QUIT\r\n");
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => {
    child.on("exit", () => {
      const [, version, suite] = /^(?:New|Reused), (\S+), Cipher is (\S+)/m.exec(text) ?? [];
      const protocol = /Protocol\s*: (TLSv[\d.]+)/.exec(text)?.[1] ?? version;
      resolve(suite === "(NONE)" ? undefined : protocol);
    });
  });
}
