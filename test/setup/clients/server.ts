import { connect, createServer, type Server } from "node:net";
import { SMTPServer } from "smtp-server";
import type { Pairs } from "./certificates.js";

/** Milliseconds within which a client has to begin its handshake where the server waits for one. */
const patience = 1500;

/** The ports that a server of the lab listens on: those of mail, and one that means nothing to any program. */
export const ports = [25, 465, 587, 2525, 10_025] as const;

/**
 * What a submission server is like: STARTTLS not offered (or stripped on the way), offered and refused, or TLS from the
 * first byte; with a certificate of nobody, of a trusted authority for another name, or as it should be; without AUTH.
 */
export const serverKinds = [
  "clear",
  "starttls refused",
  "starttls untrusted",
  "starttls wrong name",
  "starttls trusted",
  "starttls without AUTH",
  "tls untrusted",
  "tls wrong name",
  "tls trusted",
] as const;
export type ServerKind = (typeof serverKinds)[number];

/** What the server saw of one visit; undefined where no message came. */
export type Visit = { readonly port: number; readonly tls: boolean; readonly login: boolean } | undefined;

/** Servers of one kind on every port of an address. */
export class Servers {
  /** Of the message that came. */
  seen: Visit;
  private readonly running: { close(done: () => void): void }[] = [];

  private constructor(
    private readonly kind: ServerKind,
    private readonly pairs: Pairs,
  ) {}

  static async on(address: string, kind: ServerKind, pairs: Pairs): Promise<Servers> {
    const servers = new Servers(kind, pairs);
    await Promise.all(ports.map((port) => servers.listen(address, port)));
    return servers;
  }

  async close(): Promise<void> {
    await Promise.all(this.running.map((each) => new Promise<void>((resolve) => each.close(() => resolve()))));
  }

  private async listen(address: string, port: number): Promise<void> {
    const { kind } = this;
    const pair = kind.endsWith("untrusted") ? "untrusted" : kind.endsWith("wrong name") ? "wrongName" : "trusted";
    const disabled = kind === "clear" ? ["STARTTLS"] : kind.endsWith("without AUTH") ? ["AUTH"] : [];
    const server = new SMTPServer({
      ...this.pairs[pair],
      secure: kind.startsWith("tls"),
      hideSTARTTLS: kind === "clear",
      disabledCommands: disabled,
      authOptional: true,
      allowInsecureAuth: true,
      authMethods: ["LOGIN", "PLAIN"],
      disableReverseLookup: true,
      closeTimeout: 100,
      onAuth: (_, __, done) => done(null, { user: "somebody" }),
      onData: (stream, session, done) => {
        this.seen = { port, tls: session.secure, login: Boolean(session.user) };
        stream.resume().on("end", () => done());
      },
    });
    server.on("error", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.running.push(server);
    const behind = server.server.address();
    if (behind === null || typeof behind === "string") throw new Error("the lab's server listens on no port");
    this.running.push(await inFrontOf(behind.port, address, port, kind));
  }
}

/**
 * Leads to a server. Refuses STARTTLS where that is its kind, and ends the wait of clients that wait for a greeting in
 * clear: it would last up to minutes.
 */
function inFrontOf(behind: number, address: string, port: number, kind: ServerKind): Promise<Server> {
  const front = createServer((client) => {
    const server = connect(behind, "127.0.0.1");
    const end = () => {
      client.destroy();
      server.destroy();
    };
    if (kind.startsWith("tls")) {
      const timer = setTimeout(end, patience);
      client.once("data", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
    }
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
    server.pipe(client);
    client.on("data", (data) => {
      if (kind === "starttls refused" && /^starttls\s*$/i.test(data.toString("latin1")))
        client.write("454 4.7.0 TLS is not available\r\n");
      else server.write(data);
    });
  });
  return new Promise((resolve, reject) => {
    front.once("error", reject).listen(port, address, () => resolve(front));
  });
}
