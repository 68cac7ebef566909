// Opens TCP connections and says which of them the kernel's filter let through: every port listens here, and a packet
// that the filter stops is answered with a reset.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";

/** @type {{packets: {from: string, to: string, port: number, clientPort?: number}[], ports: number[]}} */
const { packets, ports } = JSON.parse(readFileSync(0, "utf8"));

function passes({ from, to, port, clientPort }) {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from, localPort: clientPort, timeout: 3000 });
    const end = (verdict) => {
      socket.destroy();
      resolve(verdict);
    };
    socket.on("connect", () => end(true));
    socket.on("timeout", () => end("timeout"));
    socket.on("error", ({ code }) => end(code === "ECONNREFUSED" ? false : code));
  });
}

const servers = ports.map((port) =>
  createServer((socket) => socket.on("error", () => {}).destroy()).listen(port, "::"),
);
await Promise.all(servers.map((server) => once(server, "listening")));
const verdicts = [];
for (const packet of packets) verdicts.push(await passes(packet));
for (const server of servers) server.close();
process.stdout.write(JSON.stringify(verdicts));
