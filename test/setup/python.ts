import { execFileSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./cache.js";
import { withLock } from "./lock.js";

/**
 * A Python interpreter that can import the package: a virtual environment made once and kept in the cache.
 * @param extra what pip calls an extra: `server` of `moto[server]`.
 * @throws Error with pip's own words when it cannot be installed.
 */
export async function pythonWith(name: string, version: string, extra?: string): Promise<string> {
  const home = join(cacheDirectory(), `python-${name}-${version}`);
  const python = join("bin", "python");
  await withLock(`${home}.lock`, async () => {
    if (existsSync(home)) return;
    // Made aside and then renamed, so that an interrupted installation is not taken for a whole one.
    const aside = `${home}.new`;
    rmSync(aside, { recursive: true, force: true });
    run("python3", "-m", "venv", aside);
    run(join(aside, python), "-m", "pip", "install", "--quiet", `${name}${extra ? `[${extra}]` : ""}==${version}`);
    renameSync(aside, home);
  });
  return join(home, python);
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"], timeout: 300_000 });
}
