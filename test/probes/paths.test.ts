import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, type Server, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { AddressSet } from "../../model/addresses.js";
import type { PathFailure } from "../../model/fact.js";
import { probeAll, probeEndpoint } from "../../probes/index.js";
import { makeCertificates } from "./certificates.js";
import { always, expectGoodManners, factOf, impatient, probeAs, stepsOf, valuesOf } from "./expectations.js";
import { rawServer, smtpServer } from "./servers.js";

const certificates = makeCertificates();
const options = { timeouts: impatient, trustAnchors: [certificates.anchor] };

/** Everything that a probe tells is unknown, and names the failure. */
function expectNothingSeen(observation: Awaited<ReturnType<typeof probeEndpoint>>, failure: Partial<PathFailure>) {
  expect(factOf(observation, "pathFailure").value).toMatchObject(failure);
  for (const name of always.slice(1)) {
    expect(factOf(observation, name).value).toEqual({
      unknown: [expect.stringContaining(`${failure.stage}: ${failure.kind}`)],
    });
  }
}

describe("the way to the server", () => {
  it("tells a name without address", async () => {
    const observation = await probeEndpoint({ host: "mail.nowhere.invalid", port: 587 }, options);
    expectNothingSeen(observation, { stage: "resolve", kind: "not-found", detail: "ENOTFOUND" });
    expect(factOf(observation, "reachable").value).toEqual({ unknown: ["resolve: not-found (ENOTFOUND)"] });
    expect(observation.connections).toBe(0);
    expect(stepsOf(observation)).toEqual(["resolve bad"]);
  });

  it("tells a resolver that does not answer", async () => {
    const resolve = () => new Promise<string[]>(() => undefined);
    const observation = await probeEndpoint({ host: "mail.example.test", port: 587 }, { ...options, resolve });
    expectNothingSeen(observation, { stage: "resolve", kind: "timeout" });
  });

  it("tells a refused port", async () => {
    const server = await rawServer(() => undefined);
    await server.stop();
    const observation = await probeAs(587, server);
    expectNothingSeen(observation, { stage: "connect", kind: "refused", detail: "ECONNREFUSED", address: "127.0.0.1" });
    expect(factOf(observation, "reachable").value).toBe(false);
    expect(factOf(observation, "reachable").from.toCidrs()).toEqual(["127.0.0.1/32"]);
  });

  it("tells packets that are dropped", async () => {
    const full = await fullListener();
    try {
      const observation = await probeAs(587, full);
      expectNothingSeen(observation, { stage: "connect", kind: "timeout", detail: "no answer within 700 ms" });
      expect(factOf(observation, "reachable").value).toBe(false);
    } finally {
      await full.stop();
    }
  });

  it("speaks IPv6", async () => {
    const server = await smtpServer(certificates.sound, { host: "::1" });
    try {
      const target = { host: "localhost", port: 587, connectTo: { host: "[::1]", port: server.port } };
      const observation = await probeEndpoint(target, options);
      expect(valuesOf(observation)).toMatchObject({ reachable: true, relay: "closed", pathFailure: undefined });
      expect(factOf(observation, "reachable").from.toCidrs()).toEqual(["::1/128"]);
      expect(server.heard[0]).toBe("EHLO [IPv6:::1]");
    } finally {
      await server.stop();
    }
  });

  it("tries every address and says that they disagree", async () => {
    const server = await smtpServer(certificates.sound);
    try {
      const resolve = async (_host: string, family: 4 | 6) => (family === 4 ? ["127.0.0.1"] : ["::1"]);
      const observation = await probeEndpoint(
        { host: "mail.example.test", port: server.port },
        { ...options, resolve },
      );
      expect(valuesOf(observation)).toMatchObject({ reachable: true, relay: "closed" });
      const says = factOf(observation, "reachable").evidence.map((evidence) => `${evidence.at}: ${evidence.says}`);
      expect(says).toEqual([
        `mail.example.test:${server.port} (127.0.0.1): TCP connects; the addresses of this name disagree`,
        `mail.example.test:${server.port} (::1): connect: refused (ECONNREFUSED); the addresses of this name disagree`,
      ]);
      expect(stepsOf(observation).slice(0, 3)).toEqual(["resolve ok", "connect ok", "connect bad"]);
    } finally {
      await server.stop();
    }
  });

  it("makes few connections to a name with many addresses", async () => {
    const server = await smtpServer(certificates.sound, { host: "0.0.0.0" });
    const resolve = async (_host: string, family: 4 | 6) =>
      family === 4 ? Array.from({ length: 9 }, (_, i) => `127.0.0.${9 - i}`) : [];
    try {
      const observation = await probeEndpoint(
        { host: "mail.example.test", port: server.port },
        { ...options, resolve },
      );
      expect(observation.connections).toBe(8);
      expect(server.connections()).toBe(8);
      expect(factOf(observation, "reachable").evidence.at(-1)?.says).toBe(
        "further addresses were not tried: 127.0.0.5, 127.0.0.6, 127.0.0.7, 127.0.0.8, 127.0.0.9",
      );
    } finally {
      await server.stop();
    }
  });

  it("takes the declared vantage point for its own", async () => {
    const server = await smtpServer(certificates.sound);
    const vantage = AddressSet.of("198.51.100.7");
    try {
      const observation = await probeAs(587, server, { vantage });
      for (const fact of observation.facts) expect(fact.from).toBe(vantage);
    } finally {
      await server.stop();
    }
  });

  it("refuses targets that cannot be one", async () => {
    await expect(probeEndpoint({ host: "bad host", port: 587 })).rejects.toThrow(
      "neither a host name nor an IP address",
    );
    await expect(probeEndpoint({ host: "localhost", port: 70000 })).rejects.toThrow("70000 is not a port");
    await expect(probeEndpoint({ host: "localhost", port: 587 }, { trustAnchors: ["x"] })).rejects.toThrow(
      "trust anchor 1",
    );
  });
});

describe("other servers on the port", () => {
  const rows: [string, number, (socket: Socket) => void, Partial<PathFailure>, boolean | "unknown"][] = [
    [
      "SSH",
      587,
      (s) => s.write("SSH-2.0-OpenSSH_9.2\r\n"),
      { stage: "greeting", kind: "protocol", detail: 'it speaks SSH: "SSH-2.0-OpenSSH_9.2"' },
      false,
    ],
    [
      "IMAP",
      587,
      (s) => s.write("* OK [CAPABILITY IMAP4rev1] ready\r\n"),
      { kind: "protocol", detail: expect.stringContaining("IMAP") as never },
      false,
    ],
    [
      "POP3",
      587,
      (s) => s.write("+OK ready\r\n"),
      { kind: "protocol", detail: expect.stringContaining("POP3") as never },
      false,
    ],
    [
      "IMAP",
      465,
      (s) => s.write("* OK ready\r\n"),
      { stage: "tls", kind: "protocol", detail: 'it speaks IMAP: "* OK ready"' },
      false,
    ],
    ["nothing at all", 587, () => undefined, { stage: "greeting", kind: "timeout" }, "unknown"],
    ["nothing at all", 465, () => undefined, { stage: "tls", kind: "timeout" }, "unknown"],
    ["an immediate close", 587, (s) => s.end(), { stage: "greeting", kind: "closed" }, "unknown"],
    ["an immediate close", 465, (s) => s.end(), { stage: "tls", kind: "closed" }, "unknown"],
    [
      "a reset at once",
      587,
      (s) => s.resetAndDestroy(),
      { stage: "greeting", kind: "reset", detail: "ECONNRESET" },
      "unknown",
    ],
    [
      "a reset later",
      587,
      (s) => setTimeout(() => s.resetAndDestroy(), 100),
      { stage: "greeting", kind: "reset" },
      "unknown",
    ],
    [
      "a reset on TLS",
      465,
      (s) => s.once("data", () => s.resetAndDestroy()),
      { stage: "tls", kind: "reset" },
      "unknown",
    ],
    [
      "SMTP that is busy, in the clear",
      465,
      (s) => s.write("421 4.7.0 busy\r\n"),
      { stage: "tls", kind: "protocol" },
      "unknown",
    ],
    [
      "garbage",
      587,
      (s) => s.write(Buffer.from([0, 1, 2, 255, 10])),
      { stage: "greeting", kind: "protocol" },
      "unknown",
    ],
    ["garbage", 465, (s) => s.write(Buffer.alloc(2000, 7)), { stage: "tls", kind: "protocol" }, "unknown"],
    [
      "a line without end",
      587,
      (s) => pour(s, Buffer.alloc(65536, "2")),
      { stage: "greeting", kind: "protocol" },
      "unknown",
    ],
    ["replies without end", 587, (s) => pour(s, Buffer.from("220 hello\r\n".repeat(1000))), { kind: "protocol" }, true],
    [
      "a greeting without end",
      587,
      (s) => pour(s, Buffer.from("220-hello\r\n".repeat(1000))),
      { stage: "greeting", kind: "protocol" },
      "unknown",
    ],
    ["a byte now and then", 587, (s) => trickle(s), { stage: "greeting", kind: "timeout" }, "unknown"],
    [
      "TLS alerts without end",
      465,
      (s) => pour(s, Buffer.from("15030100020170".repeat(5000), "hex")),
      { stage: "tls", kind: "protocol" },
      "unknown",
    ],
  ];

  it.each(rows)("%s on %i", async (_what, port, onSocket, failure, listening) => {
    const server = await rawServer(onSocket);
    try {
      const start = performance.now();
      const observation = await probeAs(port, server);
      expect(factOf(observation, "pathFailure").value).toMatchObject(failure);
      expect(valuesOf(observation)).toMatchObject({
        reachable: true,
        listening,
        certificate: "unknown",
        relay: "unknown",
        authGate: "unknown",
        tlsGate: "unknown",
        authBeforeTls: "unknown",
        tlsVersions: "unknown",
      });
      expectGoodManners(observation, server, performance.now() - start);
    } finally {
      await server.stop();
    }
  });

  it("HTTP on 587: silent, until it is given something that is not HTTP", async () => {
    const http: Server = createHttpServer();
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    try {
      const observation = await probeAs(587, http.address() as { port: number });
      expect(factOf(observation, "pathFailure").value).toMatchObject({
        stage: "greeting",
        kind: "protocol",
        detail: expect.stringContaining("HTTP"),
      });
      expect(valuesOf(observation)).toMatchObject({ listening: false, implicitTls: "unknown" });
    } finally {
      http.close();
    }
  });
});

describe("servers of the smtp-server package", () => {
  it("a sound one, and one that takes AUTH in the clear", async () => {
    const options = { ...certificates.sound, disableReverseLookup: true, logger: false } as const;
    const sound = new SMTPServer({ ...options, onAuth: (_auth, _session, done) => done(new Error("no")) });
    const loose = new SMTPServer({ ...options, allowInsecureAuth: true, authOptional: true });
    const ports = await Promise.all([sound, loose].map(listening));
    try {
      const [first, second] = await probeAll(
        ports.map((port) => ({ host: "localhost", port: 587, connectTo: { host: "127.0.0.1", port } })),
        { timeouts: impatient, trustAnchors: [certificates.anchor] },
      );
      if (!first || !second) throw new Error("two observations expected");
      expect(valuesOf(first)).toMatchObject({
        tlsGate: "mail",
        // It lists AUTH in the clear whatever its options, and answers 538.
        authBeforeTls: { offered: ["LOGIN", "PLAIN"], accepted: [] },
        authGate: "mail",
        relay: "closed",
        certificate: { chain: "trusted" },
      });
      expect(valuesOf(second)).toMatchObject({
        tlsGate: "none",
        authBeforeTls: { offered: ["LOGIN", "PLAIN"], accepted: ["PLAIN"] },
        authGate: "none",
        relay: "open",
      });
      expect([first.connections, second.connections]).toEqual([5, 5]);
    } finally {
      await Promise.all([sound, loose].map((server) => new Promise<void>((done) => server.close(done))));
    }
  });
});

async function listening(server: SMTPServer): Promise<number> {
  server.on("error", () => undefined);
  const net = server.listen(0, "127.0.0.1");
  await once(net, "listening");
  return (net.address() as { port: number }).port;
}

function pour(socket: Socket, block: Buffer): void {
  const more = () => {
    if (!socket.destroyed) socket.write(block, more);
  };
  more();
}

function trickle(socket: Socket): void {
  const timer = setInterval(() => socket.write("2"), 200);
  socket.on("close", () => clearInterval(timer));
}

/** A port whose queue is full, held by a process that never accepts: Linux drops further SYNs. */
async function fullListener(): Promise<{ port: number; stop: () => Promise<void> }> {
  const script = `const s = require("node:net").createServer(); s.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    require("node:fs").writeSync(1, String(s.address().port) + "\\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000);
  });`;
  const child: ChildProcess = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [text] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const port = Number(text.toString().trim());
  const fillers = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  await new Promise((filled) => setTimeout(filled, 300));
  return {
    port,
    stop: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
