import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { createSecureContext, type SecureContextOptions, TLSSocket } from "node:tls";

/** A server of the lab, on a free port of 127.0.0.1. */
export interface LabServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** How the servers of the lab differ. */
export interface Behaviour {
  readonly host: string;
  readonly tls: SecureContextOptions;
  /** Whether mail is taken before STARTTLS, and whether AUTH is offered and taken there. */
  readonly mailInClear: boolean;
  readonly authInClear: boolean;
  /** TLS from the first byte, as on 465; there is no clear text then. */
  readonly implicitTls?: boolean;
}

/** A small submission server. Nobody has an account on it, and it takes no message. */
export async function submissionServer(behaviour: Behaviour): Promise<LabServer> {
  const context = createSecureContext(behaviour.tls);
  const secured = (socket: Socket) => {
    const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
    return secure.on("error", () => socket.destroy());
  };
  return listening((socket) => {
    const first = behaviour.implicitTls ? secured(socket) : socket;
    first.write(`220 ${behaviour.host} ESMTP lab\r\n`);
    if (behaviour.implicitTls) converse(first, behaviour);
    else converse(first, behaviour, () => converse(secured(socket), behaviour));
  });
}

/** Accepts connections and never says a word, as a Postfix service that cannot start. */
export function silent(): Promise<LabServer> {
  return listening((socket) => socket.resume());
}

/** Answers line by line; with `upgrade`, the conversation is in clear and may end in STARTTLS. */
function converse(socket: Socket, behaviour: Behaviour, upgrade?: () => void): void {
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("error", () => socket.destroy());
  let upgraded = false;
  lines.on("line", (line) => {
    // What follows STARTTLS in the same packet is thrown away: it may be someone else's (CVE-2011-0411).
    if (upgraded) return;
    const [verb = ""] = line.toUpperCase().split(/[ :]/);
    socket.write(`${answer(verb, behaviour, upgrade !== undefined)}\r\n`);
    if (verb === "QUIT") socket.end();
    if (verb === "STARTTLS" && upgrade) {
      upgraded = true;
      lines.close();
      upgrade();
    }
  });
}

function answer(verb: string, { host, mailInClear, authInClear }: Behaviour, clear: boolean): string {
  const mayAuth = !clear || authInClear;
  const keywords = [
    host,
    "PIPELINING",
    "ENHANCEDSTATUSCODES",
    ...(clear ? ["STARTTLS"] : []),
    ...(mayAuth ? ["AUTH PLAIN LOGIN"] : []),
  ];
  switch (verb) {
    case "EHLO":
      return keywords.map((keyword, i) => `250${i < keywords.length - 1 ? "-" : " "}${keyword}`).join("\r\n");
    case "STARTTLS":
      return clear ? "220 2.0.0 go ahead" : "503 5.5.1 TLS is up already";
    case "AUTH":
      return mayAuth ? "334 " : "530 5.7.0 Must issue a STARTTLS command first";
    case "*":
      return "501 5.7.0 Authentication aborted";
    case "MAIL":
      return clear && !mailInClear ? "530 5.7.0 Must issue a STARTTLS command first" : "250 2.1.0 Ok";
    case "RCPT":
      return "554 5.7.1 Relay access denied";
    case "NOOP":
    case "RSET":
      return "250 2.0.0 Ok";
    case "QUIT":
      return "221 2.0.0 Bye";
    default:
      return "502 5.5.2 not implemented";
  }
}

async function listening(serve: (socket: Socket) => void): Promise<LabServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Probes hang up on purpose, in the middle of handshakes.
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}
