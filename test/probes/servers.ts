import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContextOptions, TLSSocket } from "node:tls";
import type { KeyPair } from "./certificates.js";

/** A server under test: how many connections it saw, and its end. */
export interface Running {
  readonly port: number;
  readonly connections: () => number;
  /** Lines that clients sent, in and outside TLS, in order. */
  readonly heard: string[];
  stop(): Promise<void>;
}

/** How a server comes by the cipher suite of a handshake. */
export interface Choice {
  /** What it takes below TLS 1.3, in its own order. */
  readonly suites: readonly number[];
  readonly order: "its own" | "the client's";
  /** Of them those that it chooses, and then cannot do. */
  readonly fails?: readonly number[];
  /** Whether it takes TLS 1.1 and older. */
  readonly old?: boolean;
}

/** How the scripted server behaves; what is not named is sound. */
export interface Behaviour {
  /** The address to listen on, `127.0.0.1` by default. */
  readonly host?: string;
  readonly greeting?: string;
  /** Milliseconds. */
  readonly greetDelay?: number;
  /** Lines after the first, in the clear and inside TLS. */
  readonly keywords?: readonly string[];
  readonly secureKeywords?: readonly string[];
  /** Replies by the whole line or the first word of the command, in the clear. */
  readonly clear?: Readonly<Record<string, string>>;
  /** Replies by the first word, inside TLS. */
  readonly secure?: Readonly<Record<string, string>>;
  /** Put right after the 220 of STARTTLS, in the same packet. */
  readonly afterStarttls?: string;
  /** Sent in place of a handshake. */
  readonly insteadOfTls?: string;
  readonly implicit?: boolean;
  readonly tls?: SecureContextOptions;
  /** The command after which the server hangs up without an answer; `TLS` before, `HELLO` in, `SECURE` after the handshake. */
  readonly closeAt?: string;
  /** Hangs up without an alert on a ClientHello of TLS 1.2 that offers one of these cipher suites: the version is looked at first. */
  readonly hangsUpOn?: readonly number[];
  /** The same of a ClientHello of TLS 1.1 or older. */
  readonly hangsUpOnOld?: readonly number[];
  /** Hangs up, never with an alert, on a ClientHello below TLS 1.3 that it does not take, or fails at. */
  readonly hangsUp?: Choice;
  readonly byteByByte?: boolean;
  /** The hang-up is a RST. */
  readonly reset?: boolean;
  /** The connections, from 1, that are greeted with 421. */
  readonly busy?: readonly number[];
  /** What becomes of a line that follows STARTTLS in the same packet: thrown away by default. */
  readonly injected?: "carried out" | "refused" | "closed" | "answered in clear";
}

const soundClear: Record<string, string> = {
  MAIL: "530 5.7.0 Must issue a STARTTLS command first",
  RCPT: "530 5.7.0 Must issue a STARTTLS command first",
  AUTH: "530 5.7.0 Must issue a STARTTLS command first",
  RSET: "250 2.0.0 Ok",
  NOOP: "250 2.0.0 Ok",
  STARTTLS: "220 2.0.0 Ready to start TLS",
  QUIT: "221 2.0.0 Bye",
  "*": "501 5.7.0 Authentication aborted",
};

const soundSecure: Record<string, string> = {
  MAIL: "250 2.1.0 Ok",
  RCPT: "554 5.7.1 <x>: Relay access denied",
  RSET: "250 2.0.0 Ok",
  NOOP: "250 2.0.0 Ok",
  QUIT: "221 2.0.0 Bye",
};

/** An SMTP server that does exactly what it is told: sound by default, hostile by one line. */
export function smtpServer(pair: KeyPair, behaviour: Behaviour = {}): Promise<Running> {
  const { hangsUp, hangsUpOn, hangsUpOnOld } = behaviour;
  // One that hangs up at a suite although it takes another of the offer prefers the former.
  const hasOrder = hangsUp ? hangsUp.order === "its own" : hangsUpOn !== undefined || hangsUpOnOld !== undefined;
  const ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
  const context = createSecureContext({ ...pair, ciphers, honorCipherOrder: hasOrder, ...behaviour.tls });
  const heard: string[] = [];
  const raw = new WeakMap<Socket, Socket>();
  let taken = 0;
  return listen(
    (socket) => {
      const greeting = behaviour.busy?.includes(++taken) ? "421 4.7.0 too many connections" : behaviour.greeting;
      if (behaviour.implicit && hangsUp) return void socket.once("data", (hello) => onHello(socket, hello, greeting));
      if (behaviour.implicit) return converse(secured(socket), true, "", greeting);
      return converse(socket, false, "", greeting);
    },
    heard,
    behaviour.host,
  );

  function secured(socket: Socket): TLSSocket {
    const tls = new TLSSocket(socket, { isServer: true, secureContext: context });
    tls.on("error", () => tls.destroy());
    raw.set(tls, socket);
    return tls;
  }

  function onHello(socket: Socket, hello: Buffer, greeting = behaviour.greeting): void {
    if (isRefused(hello)) {
      hangUp(socket);
      return;
    }
    socket.pause();
    socket.unshift(hello);
    converse(secured(socket), true, "", greeting);
  }

  function isRefused(hello: Buffer): boolean {
    const isTls12 = hello.readUInt16BE(9) >= 0x0303;
    const offered = suitesIn(hello);
    if (!hangsUp) return offered.some((suite) => (isTls12 ? hangsUpOn : hangsUpOnOld)?.includes(suite));
    if (offered.includes(0x1301)) return false;
    const [order, taken] = hangsUp.order === "its own" ? [hangsUp.suites, offered] : [offered, hangsUp.suites];
    const chosen = order.find((suite) => taken.includes(suite));
    return chosen === undefined || hangsUp.fails?.includes(chosen) === true || !(isTls12 || hangsUp.old);
  }

  function hangUp(socket: Socket): void {
    if (behaviour.reset) (raw.get(socket) ?? socket).resetAndDestroy();
    else socket.end();
  }

  function converse(socket: Socket, secure: boolean, already = "", greeting = behaviour.greeting): void {
    let text = already;
    const say = (line: string) => write(socket, `${line}\r\n`, behaviour.byteByByte ?? false);
    if (secure && behaviour.closeAt === "SECURE") return void socket.once("secure", () => hangUp(socket));
    if (!secure || behaviour.implicit) {
      const greet = () =>
        behaviour.closeAt === "GREETING" ? hangUp(socket) : say(greeting ?? "220 mail.example.test ESMTP");
      if (behaviour.greetDelay) setTimeout(greet, behaviour.greetDelay).unref();
      // What waits to be written when a handshake fails keeps Node from sending the alert.
      else if (socket instanceof TLSSocket) socket.once("secure", greet);
      else greet();
    }
    const onData = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const line = text.slice(0, end).replace(/\r$/, "");
        text = text.slice(end + 1);
        heard.push(line);
        const verb = (line.split(" ")[0] ?? "").toUpperCase();
        if (behaviour.closeAt === verb) return void hangUp(socket);
        if (verb === "EHLO") say((secure ? behaviour.secure?.EHLO : behaviour.clear?.EHLO) ?? ehlo(secure));
        else if (verb === "STARTTLS" && startTls(verb)) return;
        else if (verb !== "STARTTLS") say(replyTo(line, verb, secure));
        if (verb === "QUIT") void (queues.get(socket) ?? Promise.resolve()).then(() => socket.end());
      }
    };
    socket.on("data", onData);
    if (already !== "") socket.once("secure", () => onData(Buffer.alloc(0)));

    function startTls(verb: string): boolean {
      const reply = behaviour.clear?.[verb] ?? soundClear[verb] ?? "";
      if (!reply.startsWith("220")) {
        say(reply);
        return false;
      }
      if (text !== "" && behaviour.injected === "refused") {
        say("554 5.5.0 Error: improper use of SMTP command pipelining");
        return true;
      }
      socket.write(`${reply}\r\n${behaviour.afterStarttls ?? ""}`);
      if (text !== "" && behaviour.injected === "closed") {
        socket.end();
        return true;
      }
      if (text !== "" && behaviour.injected === "answered in clear") say(replyTo("NOOP", "NOOP", false));
      socket.off("data", onData);
      if (behaviour.closeAt === "TLS") hangUp(socket);
      else if (behaviour.closeAt === "HELLO") socket.once("data", () => hangUp(socket));
      else if (behaviour.insteadOfTls !== undefined) socket.write(behaviour.insteadOfTls);
      else if (hangsUp || hangsUpOn || hangsUpOnOld) socket.once("data", (hello) => onHello(socket, hello));
      else converse(secured(socket), true, behaviour.injected === "carried out" ? text : "");
      return true;
    }
  }

  function ehlo(secure: boolean): string {
    const clear = behaviour.keywords ?? ["PIPELINING", "ENHANCEDSTATUSCODES", "STARTTLS", "8BITMIME"];
    const keywords = secure ? (behaviour.secureKeywords ?? ["PIPELINING", "AUTH PLAIN LOGIN", "8BITMIME"]) : clear;
    const lines = ["mail.example.test", ...keywords];
    return lines.map((line, i) => `250${i === lines.length - 1 ? " " : "-"}${line}`).join("\r\n");
  }

  function replyTo(line: string, verb: string, secure: boolean): string {
    const told = secure ? { ...soundSecure, ...behaviour.secure } : { ...soundClear, ...behaviour.clear };
    return told[line] ?? told[verb] ?? "502 5.5.2 Error: command not recognized";
  }
}

/** What a ClientHello offers that came in one piece (RFC 5246 section 7.4.1.2). */
function suitesIn(hello: Buffer): number[] {
  const sessionId = 43;
  const at = sessionId + 1 + (hello[sessionId] ?? 0);
  return Array.from({ length: hello.readUInt16BE(at) / 2 }, (_, i) => hello.readUInt16BE(at + 2 + 2 * i));
}

/** A server of another kind: the handler gets each socket. */
export function rawServer(onSocket: (socket: Socket) => void, host?: string): Promise<Running> {
  return listen(onSocket, [], host);
}

function listen(onSocket: (socket: Socket) => void, heard: string[], host = "127.0.0.1"): Promise<Running> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    onSocket(socket);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => {
      resolve({
        port: (server.address() as { port: number }).port,
        connections: () => connections,
        heard,
        stop: () =>
          new Promise((stopped) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => stopped());
          }),
      });
    });
  });
}

const queues = new WeakMap<Socket, Promise<void>>();

/** Byte by byte means a packet each, in order, whatever else is being written. */
function write(socket: Socket, text: string, byteByByte: boolean): void {
  if (!byteByByte) {
    socket.write(text);
    return;
  }
  socket.setNoDelay(true);
  const trickle = async () => {
    for (const byte of Buffer.from(text)) {
      if (socket.writable) await new Promise((sent) => socket.write(Buffer.from([byte]), sent));
      await new Promise((later) => setImmediate(later));
    }
  };
  queues.set(socket, (queues.get(socket) ?? Promise.resolve()).then(trickle));
}
