import type { Socket } from "node:net";
import { makeCertificates } from "./certificates.js";
import { expectGoodManners, probeAs, valuesOf } from "./expectations.js";
import { rawServer, smtpServer } from "./servers.js";

const certificates = makeCertificates();
const ehlo = "250-mail.example.test\r\n250 STARTTLS\r\n";

/** Greets, and answers EHLO and STARTTLS, then does what it likes with the ClientHello. */
function beforeTls(then: (socket: Socket) => void) {
  return (socket: Socket) => {
    socket.write("220 mail.example.test ESMTP\r\n");
    socket.on("data", (bytes) => {
      const line = bytes.toString("latin1");
      if (line.startsWith("EHLO")) socket.write(ehlo);
      else if (line.startsWith("STARTTLS")) {
        socket.write("220 go on\r\n");
        socket.removeAllListeners("data");
        socket.once("data", () => then(socket));
      } else if (!line.startsWith("NOOP")) socket.write("530 5.7.0 Must issue a STARTTLS command first\r\n");
    });
  };
}

/** Writes a hundred megabytes, or as much as the other side takes. */
function flood(piece: string) {
  return (socket: Socket) => {
    const block = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)));
    let left = 100 * 1024 * 1024;
    const more = () => {
      while (left > 0 && socket.writable) {
        left -= block.length;
        if (!socket.write(block)) return void socket.once("drain", more);
      }
    };
    more();
  };
}

/** A byte every 50 ms, without end. */
function trickle(text: string) {
  return (socket: Socket) => {
    let at = 0;
    const timer = setInterval(() => socket.writable && socket.write(text.charAt(at++ % text.length)), 50);
    socket.on("close", () => clearInterval(timer));
  };
}

const hex = (text: string) => (socket: Socket) => socket.write(Buffer.from(text, "hex"));

const rows: [string, number, (socket: Socket) => void][] = [
  ["SSH", 587, (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n")],
  ["IMAP", 587, (socket) => socket.write("* OK [CAPABILITY IMAP4rev1] ready\r\n")],
  ["POP3", 587, (socket) => socket.write("+OK ready\r\n")],
  ["VNC", 587, (socket) => socket.write("RFB 003.008\n")],
  ["HTTP", 587, (socket) => socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))],
  ["HTTP on 465", 465, (socket) => socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))],
  ["SSH on 465", 465, (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n")],
  ["silence", 587, () => undefined],
  ["silence on 465", 465, () => undefined],
  ["an echo", 587, (socket) => socket.pipe(socket)],
  ["NUL bytes", 587, (socket) => socket.write(Buffer.alloc(10_000))],
  ["a code that does not exist", 587, (socket) => socket.write("999 hello\r\n")],
  ["a bare code", 587, (socket) => socket.write("220\r\n")],
  ["a greeting that is never finished", 587, (socket) => socket.write("220-mail\r\n220-mail\r\n")],
  ["a goodbye after the greeting", 587, (socket) => socket.end("220 hi\r\n221 bye\r\n")],
  ["an end of its own half after the greeting", 587, (socket) => socket.end("220 hi\r\n")],
  ["a hundred megabytes without a newline", 587, flood("x")],
  ["a hundred megabytes of lines", 587, flood("220-x\r\n")],
  ["a hundred megabytes of replies", 587, flood("220 x\r\n")],
  ["a hundred megabytes on 465", 465, flood("x")],
  ["a greeting byte by byte without end", 587, trickle("220-mail ")],
  ["lines byte by byte without end", 587, trickle("220-a\r\n")],
  ["TLS byte by byte without end", 465, trickle("\u0016\u0003\u0003\u0040\u0000")],
  ["garbage for a ServerHello", 587, beforeTls(hex("deadbeef".repeat(100)))],
  ["a record that promises more than it has", 587, beforeTls(hex("160303ffff02"))],
  ["a ServerHello cut off", 587, beforeTls((socket) => socket.end(Buffer.from("1603030004020000460303", "hex")))],
  [
    "a ServerHello with a session id beyond its end",
    587,
    beforeTls(hex(`160303002c02000028${"03".repeat(34)}ff000000`)),
  ],
  ["warnings without end", 587, beforeTls(flood("\u0015\u0003\u0003\u0000\u0002\u0001\u0000"))],
  ["a hundred megabytes for a ServerHello", 587, beforeTls(flood("\u0016\u0003\u0003\u0001\u0000"))],
  ["SMTP for a ServerHello", 587, beforeTls((socket) => socket.write("454 TLS not available\r\n"))],
  ["a fatal alert to each ClientHello", 587, beforeTls(hex("15030300020250"))],
  ["silence to each ClientHello", 587, beforeTls(() => undefined)],
  ["a RST on connecting", 587, (socket) => socket.resetAndDestroy()],
  ["a RST on connecting to 465", 465, (socket) => socket.resetAndDestroy()],
  ["a RST after the greeting", 587, (socket) => socket.write("220 hi\r\n", () => socket.resetAndDestroy())],
];

describe("servers that are none, or worse", () => {
  it.each(rows)("%s (%i)", async (_what, port, onSocket) => {
    const server = await rawServer(onSocket);
    try {
      global.gc?.();
      const before = process.memoryUsage().rss;
      const start = performance.now();
      const observation = await probeAs(port, server, { trustAnchors: [certificates.anchor] });
      const values = valuesOf(observation);
      // Nothing is well and nothing is wrong with what could not be seen.
      for (const name of [
        "relay",
        "authGate",
        "certificate",
        "vrfy",
        "starttlsTwice",
        "weakSuites",
        "ocspStaple",
      ] as const)
        expect([name, values[name]]).toEqual([name, "unknown"]);
      expect(["unknown", "safe"]).toContain(values.commandInjection);
      expect(values.pathFailure).toBeDefined();
      expectGoodManners(observation, server, performance.now() - start);
      expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    } finally {
      await server.stop();
    }
  });

  it("465 in the clear and 587 with TLS first are told apart from each other", async () => {
    for (const [port, implicit] of [
      [465, false],
      [587, true],
    ] as const) {
      const server = await smtpServer(certificates.sound, { implicit });
      const observation = await probeAs(port, server, { trustAnchors: [certificates.anchor] });
      await server.stop();
      expect(valuesOf(observation)).toMatchObject({
        implicitTls: implicit,
        relay: "closed",
        weakSuites: { accepted: [] },
      });
    }
  });
});
