import { execFileSync } from "node:child_process";

/**
 * `describe` where a real part can run. Where it cannot, the tests are skipped and the reason is printed; with `CI=true`
 * there is no excuse and they fail.
 */
export function describeWith(missing: string | undefined): typeof describe | typeof describe.skip {
  if (missing === undefined) return describe;
  if (process.env.CI === "true") throw new Error(`CI must run these tests, but ${missing}`);
  process.stderr.write(`skipped: ${missing}\n`);
  return describe.skip;
}

/** Undefined when the command answers, else what is missing. */
export function lacks(command: string, ...args: string[]): string | undefined {
  try {
    execFileSync(command, args, { stdio: "ignore", timeout: 30_000 });
    return undefined;
  } catch {
    return `${command} does not run here`;
  }
}
