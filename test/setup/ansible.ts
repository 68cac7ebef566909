import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lacksIptables } from "./nftables.js";
import { pythonWith } from "./python.js";
import { lacks } from "./real-part.js";

const version = "2.19.14";

/** Undefined when Ansible can run here against a namespace's own packet filter; else what is missing. */
export function lacksAnsible(): string | undefined {
  return lacksIptables() ?? lacks("python3", "-c", "import sys; assert sys.version_info >= (3, 11)");
}

/** What `iptables-save` and `ip6tables-save` print after a playbook for the hosts `mail` has run in a network of its own. */
export async function savedByAnsible(playbook: string): Promise<{ readonly ipv4: string; readonly ipv6: string }> {
  const python = await pythonWith("ansible-core", version);
  const home = mkdtempSync(join(tmpdir(), "port587-ansible-"));
  try {
    writeFileSync(join(home, "site.yml"), playbook);
    writeFileSync(join(home, "hosts"), `[all]\nmail ansible_connection=local ansible_python_interpreter=${python}\n`);
    const run = `${python} -m ansible playbook -i ${home}/hosts ${home}/site.yml > ${home}/said 2>&1`;
    const script = `${run} || { cat ${home}/said; exit 1; }; iptables-save; echo ====; ip6tables-save`;
    const output = execFileSync("unshare", ["--net", "sh", "-c", `ip link set lo up; ${script}`], {
      encoding: "utf8",
      env: {
        ...process.env,
        ANSIBLE_HOME: home,
        ANSIBLE_LOCAL_TEMP: home,
        ANSIBLE_REMOTE_TEMP: home,
        LC_ALL: "C.UTF-8",
      },
    });
    const [ipv4 = "", ipv6 = ""] = output.split("====\n");
    return { ipv4, ipv6 };
  } catch (error) {
    throw new Error(`ansible-playbook failed: ${(error as { stdout?: string }).stdout ?? error}`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
