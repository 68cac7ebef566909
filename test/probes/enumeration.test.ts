import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import type { FactValues } from "../../model/fact.js";
import { planOf } from "../../probes/plan.js";
import { type Certificates, makeCertificates } from "./certificates.js";
import { factOf, impatient, probeAs } from "./expectations.js";
import { type Behaviour, type Running, smtpServer } from "./servers.js";

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
}, 60_000);

async function enumerated(behaviour: Behaviour, port = 587) {
  const server = await smtpServer(certificates.sound, behaviour);
  try {
    const observation = await probeAs(port, server, { enumerate: true, trustAnchors: [certificates.anchor] });
    return { observation, server };
  } finally {
    await server.stop();
  }
}

/** Passes connections on; from the next after so many it ends them at the ClientHello. */
async function hangingUpAfter(count: number, port: number): Promise<{ port: number; server: Server }> {
  let taken = 0;
  const server = createServer((client) => {
    const number = ++taken;
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) socket.on("error", () => undefined);
    upstream.pipe(client);
    client.on("data", (chunk: Buffer) => {
      if (number > count && chunk[0] === 22) client.destroy();
      else upstream.write(chunk);
    });
    client.on("close", () => upstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, server };
}

/** Passes so many connections on in each window, as Postfix counts them: those that are turned away count too. */
async function limiting(most: number, windowMs: number, port: number) {
  let [since, taken, turnedAway] = [0, 0, 0];
  const server = createServer((client) => {
    client.on("error", () => undefined);
    if (Date.now() - since > windowMs) [since, taken] = [Date.now(), 0];
    if (++taken > most) {
      turnedAway++;
      client.end("421 4.7.0 too many connections\r\n");
      return;
    }
    const upstream = connect(port, "127.0.0.1").on("error", () => undefined);
    client.pipe(upstream).pipe(client);
    client.on("close", () => upstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, server, turnedAway: () => turnedAway };
}

const rsaGcm = ["TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384"];
const old = ["SSLv3", "TLSv1", "TLSv1.1"] as const;

/** What OpenSSL is told to take, under OpenSSL's names, and what the probe must find, under IANA's. */
const rows: {
  what: string;
  behaviour: Behaviour;
  port?: number;
  accepted: FactValues["cipherSuites"]["accepted"];
  refused: FactValues["tlsVersions"]["refused"];
}[] = [
  {
    what: "two suites of TLS 1.2",
    behaviour: { tls: { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256:AES256-GCM-SHA384" } },
    accepted: [{ version: "TLSv1.2", suites: rsaGcm }],
    refused: [...old, "TLSv1.3"],
  },
  {
    what: "implicit TLS",
    behaviour: { implicit: true, tls: { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256:AES256-GCM-SHA384" } },
    port: 465,
    accepted: [{ version: "TLSv1.2", suites: rsaGcm }],
    refused: [...old, "TLSv1.3"],
  },
  {
    what: "one suite of TLS 1.3",
    behaviour: { tls: { minVersion: "TLSv1.3", ciphers: "TLS_AES_256_GCM_SHA384" } },
    accepted: [{ version: "TLSv1.3", suites: ["TLS_AES_256_GCM_SHA384"] }],
    refused: [...old, "TLSv1.2"],
  },
  {
    what: "every version from TLS 1.0 on",
    behaviour: { tls: { minVersion: "TLSv1", ciphers: "TLS_AES_128_CCM_SHA256:AES128-SHA:AES128-SHA256@SECLEVEL=0" } },
    accepted: [
      { version: "TLSv1", suites: ["TLS_RSA_WITH_AES_128_CBC_SHA"] },
      { version: "TLSv1.1", suites: ["TLS_RSA_WITH_AES_128_CBC_SHA"] },
      { version: "TLSv1.2", suites: ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA256"] },
      { version: "TLSv1.3", suites: ["TLS_AES_128_CCM_SHA256"] },
    ],
    refused: ["SSLv3"],
  },
  {
    what: "connections turned away by 421 for a while",
    behaviour: { busy: [9, 10, 11], tls: { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256:AES256-GCM-SHA384" } },
    accepted: [{ version: "TLSv1.2", suites: rsaGcm }],
    refused: [...old, "TLSv1.3"],
  },
];

describe("--enumerate lists every version and cipher suite", () => {
  it.each(rows)("$what", async ({ behaviour, port = 587, accepted, refused }) => {
    const { observation, server } = await enumerated(behaviour, port);
    const found = factOf(observation, "cipherSuites").value as FactValues["cipherSuites"];
    expect(found.accepted.map((each) => ({ ...each, suites: [...each.suites].sort() }))).toEqual(accepted);
    expect(factOf(observation, "tlsVersions").value).toEqual({
      accepted: accepted.map(({ version }) => version),
      refused,
    });
    expect(observation.connections).toBe(server.connections());
  });

  it.each<{ what: string; behaviour: Behaviour; says: RegExp }>([
    {
      what: "a server that keeps saying 421",
      behaviour: { busy: Array.from({ length: 200 }, (_, at) => at + 8) },
      says: /the server limits connections: .*421/,
    },
    { what: "a server without STARTTLS", behaviour: { keywords: ["PIPELINING"] }, says: /STARTTLS/ },
    { what: "text in place of TLS", behaviour: { insteadOfTls: "HTTP/1.1 400 Bad Request\r\n" }, says: /./ },
    { what: "a server that hangs up on every ClientHello", behaviour: { closeAt: "TLS" }, says: /closed/ },
  ])("$what: nothing is taken for refused", async ({ behaviour, says }) => {
    const { observation } = await enumerated(behaviour);
    expect(factOf(observation, "cipherSuites").value).toEqual({ unknown: [expect.stringMatching(says)] });
  });

  it("a server that has had enough and hangs up: nothing is taken for refused", async () => {
    const server = await smtpServer(certificates.sound, { tls: { maxVersion: "TLSv1.2" } });
    const tired = await hangingUpAfter(12, server.port);
    try {
      const observation = await probeAs(587, tired, { enumerate: true, trustAnchors: [certificates.anchor] });
      expect(factOf(observation, "cipherSuites").value).toEqual({ unknown: [expect.stringContaining("hung up")] });
      expect(factOf(observation, "tlsVersions").value).toMatchObject({ accepted: ["TLSv1.2"] });
    } finally {
      tired.server.close();
      await server.stop();
    }
  });

  it("a server that takes so many a minute: after the first refusals it is asked no faster than that", async () => {
    const server = await smtpServer(certificates.sound, { tls: { maxVersion: "TLSv1.2" } });
    const limited = await limiting(12, 2000, server.port);
    try {
      const timeouts = { ...impatient, backOff: 1000 };
      const options = { enumerate: true, timeouts, trustAnchors: [certificates.anchor] };
      const observation = await probeAs(587, limited, options);
      expect(factOf(observation, "cipherSuites").value).toMatchObject({ accepted: [{ version: "TLSv1.2" }] });
      expect(observation.connections).toBeGreaterThan(24);
      expect(limited.turnedAway()).toBeLessThanOrEqual(2);
    } finally {
      limited.server.close();
      await server.stop();
    }
  });

  it("is not stated where nobody asked", async () => {
    const server: Running = await smtpServer(certificates.sound);
    const observation = await probeAs(587, server).finally(() => server.stop());
    expect(observation.facts.filter(({ name }) => name === "cipherSuites")).toEqual([]);
  });

  it.each([587, 465])("on %i the plan is a bound on the connections", async (port) => {
    const { observation } = await enumerated({ implicit: port === 465, tls: { ciphers: "ALL:@SECLEVEL=0" } }, port);
    const plan = planOf(
      { host: "localhost", port },
      { inventory: false, login: false, message: false, enumerate: true },
    );
    const { accepted } = factOf(observation, "cipherSuites").value as FactValues["cipherSuites"];
    const taken = accepted.reduce((sum, { suites }) => sum + suites.length, 0);
    expect(taken).toBeGreaterThan(20);
    expect(observation.connections).toBeLessThanOrEqual(plan.connections + (plan.enumeration?.refusals ?? 0) + taken);
    expect(plan.enumeration?.most).toBeGreaterThan(taken);
  });
});
