import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./cache.js";
import { lacksNftables } from "./nftables.js";

const home = join(cacheDirectory(), "firewalld");
const packages = ["firewalld", "python3-firewall", "python3-nftables"];
/** Starts firewalld's core with each directory as /etc/firewalld; without D-Bus, which it needs for its commands alone. */
const program = `
import subprocess, sys
home, *directories = sys.argv[1:]
sys.path[:0] = [home + "/usr/lib/python3/dist-packages"]
import firewall.config
firewall.config.set_default_config_paths(home + "/usr/lib/firewalld")
from firewall.core.fw import Firewall
for directory in directories:
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    firewall.config.set_system_config_paths(directory)
    Firewall().start()
    print(subprocess.run(["nft", "-j", "list", "ruleset"], check=True, capture_output=True, text=True).stdout.strip())
`;

/** Undefined when firewalld's core runs here, unpacked beside the system; else what is missing. */
export function lacksFirewalld(): string | undefined {
  const missing = lacksNftables();
  if (missing !== undefined) return missing;
  try {
    if (!existsSync(join(home, "usr", "lib", "firewalld"))) unpack();
    listedByFirewalld();
    return undefined;
  } catch (error) {
    return `firewalld does not run: ${String((error as { stderr?: string }).stderr || error).slice(-200)}`;
  }
}

/** The rules that firewalld loads from each directory, in a network namespace of their own, as nft lists them. */
export function listedByFirewalld(...directories: string[]): string[] {
  const script = 'ip link set lo up; exec /usr/bin/python3 -c "$PROGRAM" "$@"';
  return execFileSync("unshare", ["--net", "sh", "-c", script, "sh", home, ...directories], {
    encoding: "utf8",
    env: { ...process.env, PROGRAM: program },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 28,
  })
    .split("\n")
    .filter((line) => line.startsWith("{"));
}

function unpack(): void {
  mkdirSync(home, { recursive: true });
  const options = { cwd: home, stdio: "ignore", timeout: 300_000 } as const;
  try {
    execFileSync("apt-get", ["download", "-qq", ...packages], options);
  } catch {
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync("apt-get", ["download", "-qq", ...packages], options);
  }
  for (const name of readdirSync(home).filter((each) => each.endsWith(".deb")))
    execFileSync("dpkg", ["-x", name, "."], options);
}
