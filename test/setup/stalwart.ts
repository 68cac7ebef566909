import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./cache.js";
import { type Instance, type Result, runOneFile } from "./one-file.js";

/**
 * PORT587_STALWART names the program, else it is looked for in the cache. No registry has it: it is one of its project's own
 * releases, or built from its source (`cargo build -p mail-server --no-default-features --features sqlite`).
 */
function program(): string {
  return process.env.PORT587_STALWART ?? join(cacheDirectory(), "stalwart", "stalwart-mail");
}

/** Why there is no Stalwart on this machine. */
export function whyNoStalwart(): string | undefined {
  return existsSync(program())
    ? undefined
    : "no Stalwart is here (PORT587_STALWART names the program of a release; no registry has one)";
}

/** `0.11.8` */
export function stalwartVersion(): string {
  const said = execFileSync(program(), ["--version"], { encoding: "utf8" });
  const [version] = /\d+\.\d+\.\d+/.exec(said) ?? [];
  if (version === undefined) throw new Error(`Stalwart names no version: ${said}`);
  return version;
}

const start = `
mkdir -p data
RUST_BACKTRACE=0 ${program()} --config @LAB@/config.toml >mail.log 2>&1 &
for i in $(seq 150); do
  grep -q 'Startup complete\\|server.startup' mail.log && break
  kill -0 $! 2>/dev/null || break
  sleep 0.1
done
sleep 0.3
`;

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it. */
export function runStalwart(instances: readonly Instance[]): Promise<Result[]> {
  return runOneFile("config.toml", start, instances);
}
