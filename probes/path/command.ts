import { execFile } from "node:child_process";

/** What a command wrote, on both streams; undefined when it is not there. It never outlives `ms`. */
export function outputOf(command: string, args: readonly string[], ms: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: "C" };
    execFile(command, args, { timeout: ms, killSignal: "SIGKILL", env, maxBuffer: 1 << 16 }, (error, out, err) =>
      resolve(error?.code === "ENOENT" || error?.code === "EACCES" ? undefined : `${out}${err}`),
    );
  });
}
