import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pythonWith } from "./python.js";

/** The AWS API stand-in of the moto project, on loopback. */
export interface Moto {
  readonly endpoint: string;
  /** Forgets everything that was created. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const version = "5.2.5";

const program = join(import.meta.dirname, "moto_server.py");

/** @throws Error when it cannot be installed or does not answer within a minute. */
export async function startMoto(): Promise<Moto> {
  const python = await pythonWith("moto", version, "server");
  const server = spawn(python, [program], { stdio: ["pipe", "ignore", "pipe"] });
  try {
    const endpoint = await addressOf(server);
    return {
      endpoint,
      reset: async () => void (await fetch(`${endpoint}/moto-api/reset`, { method: "POST" })),
      stop: () => end(server),
    };
  } catch (error) {
    await end(server);
    throw error;
  }
}

/** Reads the server's log up to the line that names its address, and keeps the pipe drained after it. */
async function addressOf(server: ChildProcess): Promise<string> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`moto did not start: ${said.join("\n")}`)), 60_000);
    const settle = (act: () => void) => {
      clearTimeout(late);
      act();
    };
    server.once("error", (error) => settle(() => reject(error)));
    server.once("exit", (code) => settle(() => reject(new Error(`moto ended with ${code}: ${said.join("\n")}`))));
    if (!server.stderr) return reject(new Error("moto has no log"));
    createInterface(server.stderr).on("line", (line) => {
      if (said.length < 50) said.push(line);
      const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address) settle(() => resolve(address));
    });
  });
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  const hard = setTimeout(() => server.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(hard);
}
