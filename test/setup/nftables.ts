import { execFileSync } from "node:child_process";
import { lacks } from "./real-part.js";

/** Undefined when network namespaces and nftables work here, or root could install them; else what is missing. */
export function lacksNftables(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "packet filters need Linux and root";
  if (lacks("nft", "--version")) install("nftables");
  if (lacks("ip", "-V")) install("iproute2");
  return lacks("unshare", "--net", "nft", "list", "ruleset");
}

/** The same for iptables-restore and ip6tables-restore, which work on nftables here. */
export function lacksIptables(): string | undefined {
  const missing = lacksNftables();
  if (missing !== undefined) return missing;
  if (lacks("iptables-restore", "--version")) install("iptables");
  return lacks("unshare", "--net", "iptables-save") ?? lacks("unshare", "--net", "ip6tables-save");
}

function install(name: string): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args: string[]) =>
    execFileSync("apt-get", [...args, "-qq"], { stdio: "ignore", timeout: 300_000, env });
  try {
    apt("update");
    apt("install", "-y", "--no-install-recommends", name);
  } catch {
    process.stderr.write(`apt-get could not install ${name}\n`);
  }
}
