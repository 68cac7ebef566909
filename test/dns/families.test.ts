import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Report } from "../../model/report.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";

/** `check` in a network of its own that has loopback alone and no DNS server, with these lines as /etc/hosts. */
function check(hosts: string, name: string, ...flags: string[]) {
  const directory = mkdtempSync(join(tmpdir(), "port587-families-"));
  try {
    writeFileSync(join(directory, "hosts"), hosts);
    const script = `mount --bind "${directory}/hosts" /etc/hosts && ip link set lo up && exec "$@"`;
    const command = [process.execPath, resolve("dist/cli/main.js"), "check", `${name}:587`, ...flags];
    return spawnSync("unshare", ["-m", "-n", "sh", "-c", script, "sh", ...command], { encoding: "utf8" });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describeWith(namespacesUnavailable())("on a machine without a route", () => {
  it.each([
    ["IPv6 alone", ["2001:db8::7"], "mail.test has IPv6 addresses alone, and this machine has no route for IPv6."],
    ["IPv4 alone", ["192.0.2.7"], "this machine has no route to it, or a rule of its own forbids it."],
    ["both", ["192.0.2.7", "2001:db8::7"], "this machine has no route to it, or a rule of its own forbids it."],
    [
      "a hundred",
      Array.from({ length: 100 }, (_, i) => `192.0.2.${i + 1}`),
      "this machine has no route to it, or a rule of its own forbids it.",
    ],
  ])("%s: the machine is named in the last line, and nothing is decided of the server", (_, addresses, says) => {
    const { status, stdout } = check(addresses.map((each) => `${each} mail.test\n`).join(""), "mail.test");
    expect(stdout.trim().replace(/\s+/g, " ")).toMatch(/ Port 587 of mail\.test is blocked here: .*\.$/);
    expect(stdout.trim().replace(/\s+/g, " ").endsWith(`is blocked here: ${says}`)).toBe(true);
    expect(stdout.match(/^ {2}\? connect .*ENETUNREACH/gm)?.length).toBe(Math.min(addresses.length, 4));
    expect(status).toBe(3);
  });

  it("asks for a name in any script by its ASCII form", () => {
    const { stdout } = check("127.0.0.1 xn--bcher-kva.test\n", "bücher.test");
    expect(stdout).toMatch(/✗ connect .*127\.0\.0\.1 {2}connect: refused/);
    expect(stdout).toMatch(/\nPort 587 of bücher\.test is refused: no service listens/);
  });

  it("tells a DNS that does not answer from a name that is not there", () => {
    const { status, stdout } = check("127.0.0.1 localhost\n", "mail.test", "--resolver", "127.0.0.1");
    expect(stdout).toMatch(/\nPort 587 of mail\.test cannot be tried: the DNS does not answer for mail\.test\.\n$/);
    expect(stdout).toMatch(/name another with\s+--resolver/);
    expect(status).toBe(3);
  });

  it("says nothing of records that nobody asked for where no DNS server answers, and shows it", () => {
    const { stdout } = check("127.0.0.1 mail.example.com\n", "mail.example.com", "--json");
    const { facts, probes, findings } = JSON.parse(stdout) as Report;
    expect(facts.map(({ name }) => name).filter((name) => ["tlsa", "caa", "ptr"].includes(name))).toEqual([]);
    expect(findings.filter(({ rule }) => /^(tlsa|caa)-/.test(rule))).toEqual([]);
    expect(probes[0]?.steps.filter(({ outcome }) => outcome === "unknown").map(({ name }) => name)).toEqual([
      "tlsa",
      "caa",
    ]);
  });

  it("leaves them undecided where one was named", () => {
    const { stdout } = check("127.0.0.1 mail.test\n", "mail.test", "--json", "--resolver", "127.0.0.1");
    const { facts } = JSON.parse(stdout) as Report;
    const found = facts.filter(({ name }) => name === "tlsa" || name === "caa");
    expect(found.map(({ value }) => value)).toEqual([
      { unknown: [expect.stringContaining("ECONNREFUSED")] },
      { unknown: [expect.stringContaining("ECONNREFUSED")] },
    ]);
  });
});
