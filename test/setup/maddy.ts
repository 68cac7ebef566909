import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { cacheDirectory } from "./cache.js";
import { withLock } from "./lock.js";
import { type Instance, type Result, runOneFile } from "./one-file.js";
import { lacks } from "./real-part.js";

/** The release that is built, `0.8.2`; PORT587_MADDY names another one that the Go module proxy has. */
export const release = process.env.PORT587_MADDY ?? "0.8.2";
const version = `v${release}`;
const module = "github.com/foxcpp/maddy";

function program(): string {
  return join(cacheDirectory(), "maddy", version, "maddy");
}

/** Why there is no maddy on this machine; `undefined` when there is one or it can be built. */
export function whyNoMaddy(): string | undefined {
  return existsSync(program()) ? undefined : lacks("go", "version");
}

/** Built from its Go module, once, under a lock (some minutes). */
async function built(): Promise<string> {
  const bin = program();
  await withLock(join(cacheDirectory(), "maddy.lock"), async () => {
    if (existsSync(bin)) return;
    const home = mkdtempSync(join(tmpdir(), "port587-maddy-build-"));
    try {
      const env = { ...process.env, GOFLAGS: "-mod=mod" };
      const go = (...args: string[]) => promisify(execFile)("go", args, { cwd: home, env });
      await go("mod", "init", "port587.test/maddy");
      await go("mod", "edit", `-require=${module}@${version}`);
      const { stdout } = await go("mod", "download", "-json", `${module}@${version}`);
      // A module's own replacements hold in the main module alone.
      for (const replacement of replacements(readFileSync((JSON.parse(stdout) as { GoMod: string }).GoMod, "utf8")))
        await go("mod", "edit", `-replace=${replacement}`);
      mkdirSync(dirname(bin), { recursive: true });
      const half = join(dirname(bin), `maddy.${process.pid}`);
      await go("get", "-tool", `${module}/cmd/maddy@${version}`);
      await go("build", "-tags", "libdns_separate", "-ldflags", "-s -w", "-o", half, `${module}/cmd/maddy`);
      renameSync(half, bin);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
  return bin;
}

function replacements(goMod: string): string[] {
  return [...goMod.matchAll(/^replace (\S+) => (\S+) (\S+)/gm)].map(([, from, to, at]) => `${from}=${to}@${at}`);
}

const start = (bin: string) => `
mkdir -p state run
${bin} -config @LAB@/maddy.conf run >mail.log 2>&1 &
for i in $(seq 100); do
  grep -q 'server started\\|listening on' mail.log && break
  kill -0 $! 2>/dev/null || break
  sleep 0.1
done
sleep 0.2
`;

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it. */
export async function runMaddy(instances: readonly Instance[]): Promise<Result[]> {
  const bin = await built();
  execFileSync(bin, ["version"]);
  return runOneFile("maddy.conf", start(bin), instances);
}
