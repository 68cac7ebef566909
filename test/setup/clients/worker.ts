import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ClientLab, Sender } from "./lab.js";

/** Milliseconds that one message may take. */
const patience = 60_000;

/**
 * A program that is slow to start, started once: it reads the directories of visits, a line each, and answers each with
 * the same line when its message is sent or has failed. Its end is the lab's end.
 */
export function worker(
  lab: ClientLab,
  program: string,
  args: readonly string[],
  { root, environment = {} }: { root?: string; environment?: Record<string, string> } = {},
): Sender {
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    SSL_CERT_FILE: lab.authority,
    ...environment,
  };
  const child = spawn(...lab.command(program, args, root), { env, stdio: ["pipe", "pipe", "ignore"] });
  // unshare heeds no other signal, and ends what it has started with itself.
  lab.onClose(() => child.kill("SIGKILL"));
  const waiting = new Map<string, () => void>();
  createInterface({ input: child.stdout }).on("line", (line) => waiting.get(line)?.());
  return ({ directory }) =>
    new Promise((resolve, reject) => {
      const ended = () => {
        clearTimeout(timer);
        reject(new Error(`${program} has ended`));
      };
      const timer = setTimeout(ended, patience);
      child.once("exit", ended);
      waiting.set(directory, () => {
        clearTimeout(timer);
        child.off("exit", ended);
        resolve();
      });
      child.stdin.write(`${directory}\n`);
    });
}
