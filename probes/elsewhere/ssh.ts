import { execFile } from "node:child_process";
import { isIPv6 } from "node:net";
import { InputError } from "../../model/errors.js";
import type { Elsewhere, Trial } from "../../model/trial.js";

/** The far end has a greeting to wait for and a search of its own to make. */
const longestMs = 120_000;
const connectSeconds = 6;

/** `ssh://[USER@]HOST[:PORT]` as ssh itself takes it; a password in it is refused. */
export interface SshPlace {
  readonly from: string;
  readonly destination: string;
}

/** @throws InputError */
export function sshPlace(text: string): SshPlace {
  const [, user = "", host = "", port = ""] =
    /^ssh:\/\/(?:([\w.][\w.-]*)@)?([\w.][\w.-]*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/?$/i.exec(text) ?? [];
  if (host === "")
    throw new InputError(
      "--from",
      `"${text}" is not a place`,
      "Write ssh://USER@HOST:PORT; keys stand in ssh's own configuration.",
    );
  const who = user === "" ? "" : `${user}@`;
  return { from: `ssh://${host}`, destination: `ssh://${who}${host}${port === "" ? "" : `:${port}`}` };
}

/**
 * Asks the same of a machine that one may log in to: with its own port587, and where it has none with one TCP connection of its
 * bash. ssh runs as configured, without a question.
 * @throws InputError when ssh does not get there, or the far end has neither.
 */
export async function viaSsh({ from, destination }: SshPlace, host: string, port: number): Promise<Elsewhere> {
  if (!/^[\w.:-]+$/.test(host)) throw new InputError(from, `${host} cannot be asked for there`, "Name it in ASCII.");
  const target = isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
  const remote = `if command -v port587 >/dev/null; then port587 check '${target}' --json; else
command -v bash >/dev/null && command -v timeout >/dev/null || exit 127
timeout ${connectSeconds} bash -c 'exec 3<>/dev/tcp/${host}/${port}'; echo "bash $?"; fi`;
  const { code, out, err } = await ssh(["-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "--", destination, remote]);
  if (code === 255) throw new InputError(from, `ssh does not get there (${lastLine(err)})`, `Try: ssh ${destination}`);
  if (code === 127) throw new InputError(from, "has neither port587 nor bash and timeout", "Install port587 there.");
  const trial = /^bash \d+$/m.test(out) ? ofBash(out, err) : ofReport(out);
  if (!trial) throw new InputError(from, "its port587 did not answer with a report", "Install the same release there.");
  return { from, ...trial };
}

type Seen = Pick<Elsewhere, "outcome" | "detail">;

function ofBash(out: string, err: string): Seen {
  const status = /^bash (\d+)$/m.exec(out)?.[1];
  if (status === "0") return { outcome: "open", detail: "" };
  if (status === "124") return { outcome: "timeout", detail: `no answer within ${connectSeconds} s` };
  const words: readonly (readonly [RegExp, Trial["outcome"]])[] = [
    [/Connection refused/, "refused"],
    [/Connection timed out/, "timeout"],
    [/No route to host|Network is unreachable|Permission denied/, "unreachable"],
    [/not known|resolution|No address/, "not-found"],
  ];
  const outcome = words.find(([pattern]) => pattern.test(err))?.[1] ?? "local";
  return {
    outcome,
    detail: lastLine(err)
      .replace(/^.*?: (?=\w)/, "")
      .slice(0, 100),
  };
}

/** The facts of another port587, of which only what is needed is believed. */
function ofReport(out: string): Seen | undefined {
  try {
    const { facts } = JSON.parse(out) as { facts: { name: string; origin: string; value: unknown }[] };
    const value = facts.find(({ name, origin }) => name === "pathFailure" && origin === "observed")?.value;
    if (value === undefined) return facts.length > 0 ? { outcome: "open", detail: "" } : undefined;
    const { kind, stage, detail } = value as { kind: Trial["outcome"]; stage: string; detail: string };
    return { outcome: kind, detail: `${stage}: ${detail}`.slice(0, 100) };
  } catch {
    return undefined;
  }
}

function ssh(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile("ssh", args, { timeout: longestMs, killSignal: "SIGKILL", maxBuffer: 1 << 25 }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 255;
      resolve({ code, out, err: err || (error?.message ?? "") });
    });
  });
}

function lastLine(text: string): string {
  return (text.trim().split("\n").at(-1) ?? "").replace(/[^\x20-\x7e]/g, " ").slice(0, 200);
}
