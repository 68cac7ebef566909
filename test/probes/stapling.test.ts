import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:tls";
import { type KeyPair, makeCertificates } from "./certificates.js";
import { factOf, probeAs } from "./expectations.js";

const certificates = makeCertificates();
const { mustStaple, revoked, sound, staples } = certificates;

/** Submission over implicit TLS that staples what it is told to; Node's own TLS puts it into the handshake. */
async function stapling(pair: KeyPair, response: Buffer | null, version: "TLSv1.2" | "TLSv1.3") {
  const server = createServer({ ...pair, minVersion: version, maxVersion: version }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.write("220 mail.example.test ESMTP\r\n");
    socket.on("data", (bytes) => {
      for (const line of bytes.toString().trim().split("\r\n")) {
        if (line === "QUIT") socket.end("221 Bye\r\n");
        else socket.write(line.startsWith("RCPT") || line.startsWith("VRFY") ? "550 5.7.1 no\r\n" : "250 Ok\r\n");
      }
    });
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("tlsClientError", () => undefined);
  server.on("OCSPRequest", (_certificate, _issuer, respond) => respond(null, response as Buffer));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((stopped) => server.close(() => stopped()));
    },
  };
}

const inAMonth = () => new Date(Date.now() + 30 * 86_400_000);
const inAnHour = () => new Date(Date.now() + 3_600_000);

describe("the stapled OCSP response, as openssl ocsp wrote it", () => {
  const cut = staples.good.subarray(0, staples.good.length - 20);
  // The last digit of producedAt.
  const turned = Buffer.from(staples.good);
  const at = turned.indexOf(Buffer.from([0x18, 0x0f])) + 15;
  turned.writeUInt8(turned.readUInt8(at) ^ 1, at);
  const rows: [string, KeyPair, Buffer | null, () => Date, object][] = [
    ["good", mustStaple, staples.good, inAnHour, { staple: "good", mustStaple: true }],
    ["good, of a responder that the issuer named", mustStaple, staples.delegated, inAnHour, { staple: "good" }],
    ["out of date", mustStaple, staples.good, inAMonth, { staple: "stale", mustStaple: true }],
    ["revoked", revoked, staples.revoked, inAnHour, { staple: "revoked", mustStaple: false }],
    ["about another certificate", mustStaple, staples.ofAnother, inAnHour, { staple: "unknown" }],
    ["signed by a stranger", mustStaple, staples.foreign, inAnHour, { staple: "unknown" }],
    ["signed by one who may not", mustStaple, staples.unauthorised, inAnHour, { staple: "unknown" }],
    ["with one bit turned", mustStaple, turned, inAnHour, { staple: "unknown" }],
    ["cut off", mustStaple, cut, inAnHour, { staple: "unknown" }],
    ["no DER", mustStaple, Buffer.from("hello"), inAnHour, { staple: "unknown" }],
    ["none, though asked for", mustStaple, null, inAnHour, { staple: "absent", mustStaple: true }],
    ["none, and not asked for", sound, null, inAnHour, { staple: "absent", mustStaple: false }],
  ];

  describe.each(["TLSv1.2", "TLSv1.3"] as const)("in %s", (version) => {
    it.each(rows)("%s", async (_what, pair, response, now, expected) => {
      const server = await stapling(pair, response, version);
      try {
        const observation = await probeAs(465, server, { trustAnchors: [certificates.anchor], now });
        expect(factOf(observation, "ocspStaple").value).toMatchObject(expected);
      } finally {
        await server.stop();
      }
    });
  });
});
