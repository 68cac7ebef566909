import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { cacheDirectory } from "./cache.js";
import { withLock } from "./lock.js";

/** The engine that is built where no `pulumi` is installed. */
const version = "v3.259.0";
const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

export interface PulumiEngine {
  /** Path of the `pulumi` program. */
  readonly bin: string;
  /** What it has to be started with: a state directory of its own, its helpers on the path, and no look outside. */
  readonly env: Record<string, string>;
}

/** Why there is no engine on this machine; `undefined` when there is one or it can be built. */
export function whyNoPulumi(): string | undefined {
  if (onPath("pulumi") || existsSync(builtEngine()) || onPath("go")) return undefined;
  return "neither pulumi nor go (to build it) is installed";
}

/**
 * The real Pulumi engine: the installed one, else one built from its Go module, once, under a lock (some minutes).
 * Its state lives in a fresh directory below the temporary one; `dispose` removes it.
 */
export async function pulumiEngine(): Promise<PulumiEngine & { dispose(): void }> {
  const bin = onPath("pulumi") ?? (await build());
  const home = mkdtempSync(join(tmpdir(), "port587-pulumi-"));
  mkdirSync(join(home, "state"));
  const env = {
    PATH: [helpers(), dirname(bin), process.env.PATH ?? ""].join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "port587",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  return { bin, env, dispose: () => rmSync(home, { recursive: true, force: true }) };
}

function onPath(program: string): string | undefined {
  const found = (process.env.PATH ?? "").split(delimiter).map((directory) => join(directory, program));
  return found.find((path) => existsSync(path));
}

function builtEngine(): string {
  return join(cacheDirectory(), "pulumi", version, "pulumi");
}

async function build(): Promise<string> {
  const bin = builtEngine();
  await withLock(join(cacheDirectory(), "pulumi.lock"), async () => {
    if (existsSync(bin)) return;
    const module = mkdtempSync(join(tmpdir(), "port587-pulumi-build-"));
    try {
      const half = join(dirname(bin), `pulumi.${process.pid}`);
      mkdirSync(dirname(bin), { recursive: true });
      const go = (...args: string[]) => run("go", args, module, { ...process.env, GOFLAGS: "-mod=mod" });
      await go("mod", "init", "port587.test/pulumi");
      // The engine's own module replaces this dependency; a replacement holds in the main module alone.
      const clipboard = "github.com/tgummerer/clipboard@v0.0.0-20241001131231-d02d263e614e";
      await go("mod", "edit", `-replace=github.com/atotto/clipboard=${clipboard}`);
      await go("get", "-tool", `${command}@${version}`);
      // Without a version of its own the Automation API refuses the engine as too old.
      const stamp = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
      await go("build", "-o", half, "-ldflags", stamp, command);
      renameSync(half, bin);
    } finally {
      rmSync(module, { recursive: true, force: true });
    }
  });
  return bin;
}

async function run(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child: ChildProcess = spawn(program, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr?.on("data", (data) => {
    errors = (errors + data).slice(-4000);
  });
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${errors}`);
}

/**
 * A directory with the engine's helpers: the starter of policy packs, which stands in for the Node.js language host
 * (not published as a Go module), and the providers that echo. Its name follows the content, so that it is never stale.
 */
function helpers(): string {
  const node = process.execPath;
  const echo = join(process.cwd(), "test", "setup", "provider", "echo.js");
  const starter = 'require(require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [process.cwd()] }));';
  const programs = {
    "pulumi-analyzer-policy-nodejs": `#!${node}\n${starter}\n`,
    "pulumi-resource-aws": `#!${node}\nimport(${JSON.stringify(echo)});\n`,
    "pulumi-resource-kubernetes": `#!${node}\nimport(${JSON.stringify(echo)});\n`,
  };
  const digest = createHash("sha256").update(JSON.stringify(programs)).digest("hex").slice(0, 12);
  const directory = join(cacheDirectory(), "pulumi", `helpers-${digest}`);
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(programs)) {
    const half = join(directory, `.${name}.${process.pid}`);
    writeFileSync(half, text);
    chmodSync(half, 0o755);
    renameSync(half, join(directory, name));
  }
  return directory;
}

/** Runs `pulumi` and gives what it printed on both channels; a failure is an answer, not an error. */
export function pulumi(engine: PulumiEngine, args: readonly string[], cwd: string): { code: number; output: string } {
  try {
    const options = { cwd, env: { ...process.env, ...engine.env, PWD: cwd }, encoding: "utf8" as const };
    return { code: 0, output: execFileSync(engine.bin, args, { ...options, stdio: ["ignore", "pipe", "pipe"] }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    return { code: status ?? -1, output: `${stdout}${stderr}` };
  }
}
