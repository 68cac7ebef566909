import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { LabServer } from "./submission-server.js";

/** Listens with the smallest backlog and then sleeps: it never accepts anything, and ends by itself after two minutes. */
const sleeper = `
  const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.stdout.write(server.address().port + "\\n", () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120_000);
      process.exit();
    });
  });
`;

/**
 * A port on which connections time out, as behind a firewall that drops packets: once the backlog of a listener that
 * accepts nothing is full, the kernel leaves further SYNs unanswered. Needs no privilege.
 */
export async function droppingPort(): Promise<LabServer> {
  const child = spawn(process.execPath, ["-e", sleeper], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(line.toString());
  const fillers: Socket[] = [];
  while (fillers.length < 16 && (await opens(port, fillers))) {
    // Each connection that opens takes a place in the backlog; the first that does not shows that it is full.
  }
  return {
    port,
    async stop() {
      for (const socket of fillers) socket.destroy();
      child.kill("SIGKILL");
    },
  };
}

function opens(port: number, fillers: Socket[]): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1" });
    fillers.push(socket);
    socket.on("error", () => done(false)).on("connect", () => done(true));
    setTimeout(() => done(false), 300).unref();
  });
}
