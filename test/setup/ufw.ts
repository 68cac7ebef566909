import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lacksIptables } from "./nftables.js";
import { lacks } from "./real-part.js";
import { unpacked } from "./unpacked.js";

/** Undefined when ufw runs here, unpacked beside the system; else what is missing. */
export function lacksUfw(): string | undefined {
  const missing = lacksIptables() ?? lacks("python3", "--version");
  if (missing !== undefined) return missing;
  try {
    savedByUfw([["--force", "enable"]]);
    return undefined;
  } catch (error) {
    return `ufw does not run here: ${(error as Error).message}`;
  }
}

/** What the kernel holds after these commands on a freshly installed ufw, as `iptables-save` and `ip6tables-save` print it. */
export interface Saved {
  readonly ipv4: string;
  readonly ipv6: string;
  /** What ufw said of commands that it refused. */
  readonly refused: string;
}

/** Runs ufw with a root directory of its own, in a network namespace of its own. */
export function savedByUfw(commands: readonly (readonly string[])[]): Saved {
  const root = unpacked("ufw", ["ufw"]);
  const home = mkdtempSync(join(tmpdir(), "port587-ufw-"));
  try {
    for (const name of ["etc", "lib", "usr"]) cpSync(join(root, name), join(home, name), { recursive: true });
    // What the package's script does when it is installed.
    const shared = join(home, "usr", "share", "ufw");
    for (const path of [shared, join(shared, "iptables")])
      for (const name of readdirSync(path).filter((each) => /\.(rules|conf)$/.test(each)))
        writeFileSync(join(home, "etc", "ufw", name), readFileSync(join(path, name)));
    const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");
    const ufw = `python3 ${home}/usr/sbin/ufw --rootdir=${home} --datadir=${home}`;
    const script = [
      "ip link set lo up",
      ...commands.map((words) => `${ufw} ${quoted(words)} > ${home}/said 2>&1 || cat ${home}/said >> ${home}/refused`),
      "iptables-save",
      "echo ====",
      "ip6tables-save",
      "echo ====",
      `cat ${home}/refused 2>/dev/null || true`,
    ].join("\n");
    writeFileSync(join(home, "run.sh"), script);
    const output = execFileSync("unshare", ["--net", "sh", join(home, "run.sh")], {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: join(home, "usr", "lib", "python3", "dist-packages") },
    });
    const [ipv4 = "", ipv6 = "", refused = ""] = output.split("====\n");
    return { ipv4, ipv6, refused };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
