import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { Identity } from "./certificates.js";

/** A server of the lab, on a free port of 127.0.0.1. */
export interface LabServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Takes nothing in clear: MAIL and AUTH only inside TLS 1.2 or later, and mail only after AUTH. */
export function sound(host: string, identity: Identity): Promise<LabServer> {
  return smtp({ ...identity, name: host, minVersion: "TLSv1.2", onMailFrom: refuseClear });
}

/** As an old server was left behind: AUTH is offered and taken in clear, and so is mail; TLS 1.0 still works. */
export function clearAuth(host: string, identity: Identity): Promise<LabServer> {
  return smtp({
    ...identity,
    name: host,
    minVersion: "TLSv1",
    ciphers: "ALL:@SECLEVEL=0",
    allowInsecureAuth: true,
    authOptional: true,
    onRcptTo: refuseStrangers,
  });
}

/** Drifted: somebody made TLS optional to help one client, and the configuration in the repository knows nothing of it. */
export function optionalTls(host: string, identity: Identity): Promise<LabServer> {
  return smtp({ ...identity, name: host, minVersion: "TLSv1.2", authOptional: true, onRcptTo: refuseStrangers });
}

/** Accepts connections and never says a word, as a Postfix service that cannot start. */
export async function silent(): Promise<LabServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    socket.resume();
  });
  return listening(server, async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

const refuseClear: SMTPServerOptions["onMailFrom"] = (_, session, callback) =>
  callback(session.secure ? null : refusal(530, "5.7.0 Must issue a STARTTLS command first"));

const refuseStrangers: SMTPServerOptions["onRcptTo"] = (_, session, callback) =>
  callback(session.user ? null : refusal(554, "5.7.1 Relay access denied"));

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function smtp(options: SMTPServerOptions): Promise<LabServer> {
  const server = new SMTPServer({
    authMethods: ["PLAIN", "LOGIN"],
    onAuth: (_, __, callback) => callback(new Error("nobody has an account here")),
    onData: (stream, _, callback) =>
      stream.resume().on("end", () => callback(refusal(554, "5.7.1 the lab takes no mail"))),
    banner: "port587 lab",
    disableReverseLookup: true,
    closeTimeout: 500,
    ...options,
  });
  // Probes hang up on purpose, in the middle of handshakes.
  server.on("error", () => {});
  return listening(
    server.server,
    () => new Promise((done) => server.close(() => done())),
    () => server.listen(0, "127.0.0.1"),
  );
}

async function listening(
  server: Server,
  stop: () => Promise<void>,
  listen = () => server.listen(0, "127.0.0.1"),
): Promise<LabServer> {
  listen();
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, stop };
}
