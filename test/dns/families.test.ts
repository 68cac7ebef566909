import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";

/** `check` in a network of its own that has loopback alone, with these lines as /etc/hosts. */
function check(hosts: string, name: string) {
  const directory = mkdtempSync(join(tmpdir(), "port587-families-"));
  try {
    writeFileSync(join(directory, "hosts"), hosts);
    const script = `mount --bind "${directory}/hosts" /etc/hosts && ip link set lo up && exec "$@"`;
    const command = [process.execPath, resolve("dist/cli/main.js"), "check", `${name}:587`];
    return spawnSync("unshare", ["-m", "-n", "sh", "-c", script, "sh", ...command], { encoding: "utf8" });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describeWith(namespacesUnavailable())("on a machine without a route", () => {
  it.each([
    [
      "IPv6 alone",
      "2001:db8::7 mail.test\n",
      /mail\.test has IPv6 addresses alone, and this machine has no route for IPv6/,
    ],
    ["IPv4 alone", "192.0.2.7 mail.test\n", /this machine's own rules or routes/],
    ["both", "192.0.2.7 mail.test\n2001:db8::7 mail.test\n", /this machine's own rules or routes/],
  ])("%s: the machine is named, and nothing is decided of the server", (_, hosts, says) => {
    const { status, stdout } = check(hosts, "mail.test");
    expect(stdout.replace(/\s+/g, " ")).toMatch(says);
    expect(stdout).toMatch(/\? connect .*ENETUNREACH/);
    expect(status).toBe(3);
  });
});
