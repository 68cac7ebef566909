import { resolve } from "node:path";
import { authority } from "../../examples/lab/certificates.js";

/** The server's name in its certificate; nothing resolves it, so the command line says where it is. */
export const labHost = "mail.lab.example";

/** One run of `port587 check` inside the lab: its arguments beside the host's, and its environment. */
export interface Run {
  readonly name: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly password?: string;
}

const atOnce = 3;

/** What each run prints goes into `out-NAME` and `err-NAME` below the instance's directory. */
export function linesThatCheck(runs: readonly Run[]): string {
  const cli = resolve("dist/cli/main.js");
  const lines = runs.map(({ name, port, args, password }, index) => {
    const to = `--connect-to ${labHost}:${port}:192.0.2.1:${port} --ca @LAB@/etc/ca.pem`;
    const given = password === undefined ? "" : `PORT587_PASSWORD=${quoted(password)} `;
    const command = `${given}${process.execPath} ${cli} check ${labHost}:${port} ${to} ${args.map(quoted).join(" ")}`;
    const before = index >= atOnce ? `wait $run${index - atOnce}\n` : "";
    return `${before}${command} >@LAB@/out-${name} 2>@LAB@/err-${name} </dev/null & run${index}=$!`;
  });
  const last = runs.map((_, index) => `$run${index}`).slice(-atOnce);
  return [...lines, `wait ${last.join(" ")}`].join("\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Key, certificate and authority of the lab's host, as files below the configuration directory. */
export async function labIdentity(): Promise<Record<string, string>> {
  const ca = await authority(new Date());
  const { key, cert } = await ca.issue(labHost, 80);
  return { "etc/ca.pem": ca.pem, "etc/own.key": key, "etc/own.pem": cert, "etc/own-pair.pem": `${key}\n${cert}` };
}
