import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { AddressSet, internet } from "../../model/addresses.js";
import { probeAll } from "../../probes/index.js";
import { vantageOf } from "../../probes/vantage.js";
import { makeCertificates } from "./certificates.js";
import { impatient, valuesOf } from "./expectations.js";
import { rawServer, smtpServer } from "./servers.js";

const certificates = makeCertificates();

describe("many endpoints", () => {
  it("come back in the order asked for, and report each step as it ends", async () => {
    const servers = await Promise.all(
      [300, 0, 100].map((greetDelay) => smtpServer(certificates.sound, { greetDelay })),
    );
    try {
      const targets = servers.map(({ port }, i) => ({
        host: `mail${i}.example.test`,
        port: 587,
        connectTo: { host: "127.0.0.1", port },
      }));
      const seen: string[] = [];
      const observations = await probeAll(targets, { timeouts: impatient }, (step, { host }) =>
        seen.push(`${host} ${step.name}`),
      );
      expect(observations.map(({ subject }) => subject)).toEqual(targets.map(({ host }) => `${host}:587`));
      for (const observation of observations) {
        const told = seen.filter((line) => line.startsWith(observation.host)).map((line) => line.split(" ")[1]);
        expect([...told].sort()).toEqual(observation.steps.map((step) => step.name).sort());
      }
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });

  it.each([
    ["two to one host", { total: 16, perHost: 2 }, 2],
    ["one to one host", { total: 16, perHost: 1 }, 1],
    ["three in all", { total: 3, perHost: 9 }, 3],
  ])("open no more connections at a time than allowed: %s", async (_what, concurrency, most) => {
    let open = 0;
    let peak = 0;
    const server = await rawServer((socket: Socket) => {
      peak = Math.max(peak, ++open);
      setTimeout(() => {
        // Counted before the client can know: what is open then is open on both sides.
        open--;
        socket.end("421 busy\r\n");
      }, 50);
    });
    try {
      const targets = Array.from({ length: 8 }, () => ({ host: "127.0.0.1", port: server.port }));
      const observations = await probeAll(targets, { timeouts: { ...impatient, backOff: 60_000 }, concurrency });
      expect(observations).toHaveLength(8);
      expect(server.connections()).toBe(8);
      expect(peak).toBe(most);
    } finally {
      await server.stop();
    }
  });
});

describe("a connection that only waits for the server's goodbye", () => {
  /** Knows EHLO and QUIT; says goodbye when told to. */
  const server = (host: string, onQuit: (bye: () => void) => void, onConnect: () => void = () => undefined) =>
    rawServer((socket: Socket) => {
      onConnect();
      socket.write("220 mail.example.test ESMTP\r\n");
      socket.on("data", (chunk: Buffer) => {
        if (/^EHLO/.test(chunk.toString())) socket.write("250 mail.example.test\r\n");
        if (/^QUIT/.test(chunk.toString())) onQuit(() => socket.end("221 2.0.0 Bye\r\n"));
      });
    }, host);
  const target = (host: string, port: number) => ({ host, port });

  it("lets another endpoint begin", async () => {
    let greeted = false;
    let bye: () => void = () => undefined;
    const first = await server("127.0.0.1", (say) => {
      bye = say;
      if (greeted) say();
    });
    const second = await server(
      "127.0.0.2",
      (say) => say(),
      () => {
        greeted = true;
        bye();
      },
    );
    try {
      const targets = [target("127.0.0.1", first.port), target("127.0.0.2", second.port)];
      const seen = await probeAll(targets, { inventory: true, concurrency: { total: 1, perHost: 1 } });
      const lines = seen.flatMap(({ facts }) => facts[0]?.evidence[0]?.transcript?.at(-1)?.text ?? []);
      // Without that the first would have waited for its goodbye in vain.
      expect(lines).toEqual(["221 2.0.0 Bye", "221 2.0.0 Bye"]);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });

  it("still counts to its host", async () => {
    let open = 0;
    let peak = 0;
    const goodbye = (bye: () => void) =>
      setTimeout(() => {
        open--;
        bye();
      }, 100);
    const only = await server("127.0.0.1", goodbye, () => {
      peak = Math.max(peak, ++open);
    });
    try {
      const targets = Array.from({ length: 6 }, () => target("127.0.0.1", only.port));
      await probeAll(targets, { inventory: true, concurrency: { total: 16, perHost: 2 } });
      expect([only.connections(), peak]).toEqual([6, 2]);
    } finally {
      await only.stop();
    }
  });
});

describe("a connection that only waits for the last answers", () => {
  /** Speaks TLS at once; answers MAIL, RCPT, RSET and VRFY, which come in one write, when told to. */
  const server = (host: string, onGroup: (answer: () => void) => void, onConnect: () => void = () => undefined) =>
    rawServer((socket: Socket) => {
      onConnect();
      const tls = new TLSSocket(socket, { isServer: true, ...certificates.sound });
      tls.on("error", () => tls.destroy());
      tls.write("220 mail.example.test ESMTP\r\n");
      tls.on("data", (chunk: Buffer) => {
        if (/^EHLO/.test(chunk.toString())) tls.write("250-mail.example.test\r\n250 PIPELINING\r\n");
        if (/^MAIL/.test(chunk.toString()))
          onGroup(() => tls.write("250 Ok\r\n554 5.7.1 Relay access denied\r\n250 Ok\r\n502 5.5.1 No\r\n"));
        if (/^QUIT/.test(chunk.toString())) tls.end("221 2.0.0 Bye\r\n");
      });
    }, host);

  it("lets another endpoint begin", async () => {
    let answer: () => void = () => undefined;
    const first = await server("127.0.0.1", (say) => {
      answer = say;
    });
    const second = await server(
      "127.0.0.2",
      (say) => say(),
      () => answer(),
    );
    try {
      const targets = [first, second].map(({ port }, i) => ({
        host: "mail.example.test",
        port: 465,
        connectTo: { host: `127.0.0.${i + 1}`, port },
      }));
      const options = { inventory: true, concurrency: { total: 1, perHost: 1 }, timeouts: impatient };
      const seen = await probeAll(targets, options);
      // Without that the first would have waited for its answers in vain.
      expect(seen.map((each) => valuesOf(each).relay)).toEqual(["closed", "closed"]);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });
});

describe("the vantage point", () => {
  const rows: [string | undefined, string, AddressSet][] = [
    ["127.0.0.1", "127.0.0.1", AddressSet.of("127.0.0.1")],
    ["10.0.0.5", "10.0.0.9", AddressSet.of("10.0.0.5")],
    ["10.0.0.5", "9.9.9.9", internet],
    ["8.8.4.4", "9.9.9.9", AddressSet.of("8.8.4.4")],
    ["fe80::1%eth0", "fe80::2%eth0", AddressSet.of("fe80::1")],
    ["fd00::1", "2606:4700::1", internet],
    ["::ffff:10.0.0.5", "10.0.0.9", AddressSet.of("10.0.0.5")],
    [undefined, "9.9.9.9", internet],
  ];

  it.each(rows)("%s towards %s", (local, peer, expected) => {
    expect(vantageOf(local, peer).equals(expected)).toBe(true);
  });
});
