// Opens TCP connections from given addresses and ports, many at a time, and says which of them were answered. Every
// port that is asked for listens here.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

/** @type {{from: string, fromPort: number, to: string, port: number}[]} */
const probes = JSON.parse(readFileSync(0, "utf8"));
const atOnce = 400;
const patience = 900;

function opens({ from, fromPort, to, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from, localPort: fromPort });
    const timer = setTimeout(() => end(false), patience);
    const end = (verdict) => {
      clearTimeout(timer);
      socket.resetAndDestroy();
      resolve(verdict);
    };
    socket.on("connect", () => end(true));
    socket.on("error", ({ code }) => end(code === "ECONNREFUSED" ? false : code));
  });
}

const servers = [...new Set(probes.map(({ port }) => port))].map((port) =>
  createServer((socket) => socket.on("error", () => {})).listen({ port, host: "::", backlog: 2000 }),
);
await Promise.all(servers.map((server) => once(server, "listening")));
const verdicts = new Array(probes.length);
let next = 0;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let i = next++; i < probes.length; i = next++) verdicts[i] = await opens(probes[i]);
  }),
);
process.stdout.write(JSON.stringify(verdicts), () => process.exit());
