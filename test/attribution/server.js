// What listens in one namespace of the lab (see lab.js). A line of JSON on standard input, `{ports: {587: {kind: "smtp"}}}`, puts
// its listeners in place of those before, and is answered `ready`. Shares no code with the product.
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { createSecureContext, TLSSocket } from "node:tls";

const suites = "ECDHE+AESGCM:ECDHE+CHACHA20";
const clearReplies = {
  MAIL: "530 5.7.0 Must issue a STARTTLS command first",
  RSET: "250 2.0.0 Ok",
  NOOP: "250 2.0.0 Ok",
};
const secureReplies = { ...clearReplies, MAIL: "250 2.1.0 Ok", RCPT: "554 5.7.1 Relay access denied" };

let servers = [];
const sockets = new Set();

function listen(port, take) {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    take(socket);
  });
  return new Promise((listening) => server.listen({ port, host: "::" }, () => listening(server)));
}

const kinds = {
  smtp: (socket, what, pairs) => converse(socket, what, pairs),
  smtps: (socket, what, pairs) => converse(secured(socket, what, pairs), what, pairs, true),
  silent: () => undefined,
  closing: (socket) => socket.end(),
  resetting: (socket) => socket.resetAndDestroy(),
  saying: (socket, { text }) => socket.end(text),
  /** A line a second, and never the last one. */
  tarpit: (socket) => {
    const timer = setInterval(() => socket.write("220-please wait\r\n"), 300);
    socket.on("close", () => clearInterval(timer));
  },
  /** Hands on to another server, and changes what passes in the clear. */
  relay: (socket, { to, replace: [from, into] = ["", ""] }) => {
    const onward = connect({ host: to, port: socket.localPort > 1000 ? socket.localPort - 1000 : socket.localPort });
    onward.on("error", () => socket.destroy());
    socket.on("data", (chunk) => onward.write(chunk));
    onward.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      socket.write(Buffer.from(from === "" ? text : text.replaceAll(from, into), "latin1"));
    });
    socket.on("close", () => onward.destroy());
    onward.on("close", () => socket.end());
  },
};

function secured(socket, { pair = "sound" }, pairs) {
  const secureContext = createSecureContext({ ...pairs[pair], ciphers: suites });
  const tls = new TLSSocket(socket, { isServer: true, secureContext });
  tls.on("error", () => tls.destroy());
  return tls;
}

function converse(socket, what, pairs, secure = false, greeted = false) {
  const say = (line) => socket.write(`${line}\r\n`);
  const keywords = secure ? ["PIPELINING", "AUTH PLAIN LOGIN"] : (what.keywords ?? ["PIPELINING", "STARTTLS"]);
  const ehlo = ["mail.example.test", ...keywords].map(
    (each, i, all) => `250${i === all.length - 1 ? " " : "-"}${each}`,
  );
  let text = "";
  if (!greeted) setTimeout(() => say(what.greeting ?? "220 mail.example.test ESMTP"), what.delay ?? 0);
  const onData = (chunk) => {
    text += chunk.toString("latin1");
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const line = text.slice(0, end).replace(/\r$/, "");
      text = text.slice(end + 1);
      const verb = line.split(" ")[0].toUpperCase();
      if (verb === "EHLO") say(ehlo.join("\r\n"));
      else if (verb === "QUIT") return socket.end("221 2.0.0 Bye\r\n");
      else if (verb === "STARTTLS" && !secure && keywords.includes("STARTTLS")) {
        say("220 2.0.0 Ready to start TLS");
        socket.off("data", onData);
        if (what.resetsTls) return socket.once("data", () => socket.resetAndDestroy());
        return converse(secured(socket, what, pairs), what, pairs, true, true);
      } else say((secure ? secureReplies : clearReplies)[verb] ?? "502 5.5.2 Error: command not recognized");
    }
  };
  socket.on("data", onData);
}

for await (const line of createInterface({ input: process.stdin })) {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  const { ports, pairs } = JSON.parse(line);
  servers = await Promise.all(
    Object.entries(ports).map(([port, what]) =>
      listen(Number(port), (socket) => kinds[what.kind](socket, what, pairs)),
    ),
  );
  process.stdout.write("ready\n");
}
