import { execFileSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./cache.js";

/**
 * A Python interpreter that can import the package: a virtual environment made once and kept in the cache.
 * @param extra what pip calls an extra: `server` of `moto[server]`.
 * @throws Error with pip's own words when it cannot be installed.
 */
export function pythonWith(name: string, version: string, extra?: string): string {
  const home = join(cacheDirectory(), `python-${name}-${version}`);
  const python = join("bin", "python");
  if (existsSync(home)) return join(home, python);
  // Made aside and then renamed, so that test workers side by side never see half an environment.
  const aside = `${home}.${process.pid}`;
  try {
    run("python3", "-m", "venv", aside);
    run(join(aside, python), "-m", "pip", "install", "--quiet", `${name}${extra ? `[${extra}]` : ""}==${version}`);
    if (!existsSync(home)) renameSync(aside, home);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return join(home, python);
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"], timeout: 300_000 });
}
