import { spawn } from "node:child_process";
import { once } from "node:events";
import type { FactName, FactOf } from "../../model/fact.js";
import type { Report } from "../../model/report.js";

/** One run of the built command. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function port587(args: readonly string[], cwd = process.cwd()): Promise<Run> {
  const main = `${process.cwd()}/dist/cli/main.js`;
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"], timeout: 40_000 });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  const [code] = (await once(child, "close")) as [number];
  return { code, ...texts };
}

/** The report of `check` with these arguments. */
export async function reportOf(...args: string[]): Promise<Report> {
  const { stdout, stderr } = await port587(["check", "--json", ...args]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

/** `pass`, `fail` or `undecided`; undefined where the rule said nothing. */
export function statusOf({ findings }: Report, rule: string, subject: string): string | undefined {
  return findings.find((each) => each.rule === rule && each.subject === subject)?.status;
}

export function factValue<N extends FactName>({ facts }: Report, name: N, subject: string): FactOf<N>["value"] {
  const found = facts.filter((each) => each.name === name && each.subject === subject);
  if (found.length !== 1) throw new Error(`${found.length} facts ${name} of ${subject}`);
  return found[0]?.value as FactOf<N>["value"];
}
