import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** What an audit of each mail server's example, started in its own directory, ends with and fails, as its README tells. */
const examples: [name: string, exit: number, failed: readonly string[], undecided: readonly string[]][] = [
  ["courier", 1, ["early-pipelining"], ["early-pipelining"]],
  ["dovecot", 0, [], []],
  [
    ...(["exchange", 1] as const),
    ["auth-on-port-25", "auth-required", "submissions-port-missing", "tls-required", "weak-auth-mechanisms"],
    ["bare-newline", "open-relay", "tls-version"],
  ],
  ["exim", 0, [], []],
  ["haraka", 1, ["auth-before-tls", "early-pipelining", "tls-required"], []],
  ["maddy", 1, ["early-pipelining"], []],
  [
    ...(["mail-manager", 1, ["submissions-port-missing", "tls-required"]] as const),
    [
      ...["auth-before-tls", "client-tls-downgrade", "client-tls-required", "client-verifies-certificate"],
      ...["open-relay", "tls-version", "weak-auth-mechanisms"],
    ],
  ],
  ["opensmtpd", 1, ["bare-newline"], ["tls-version"]],
  ["sendmail", 0, [], []],
  ["stalwart", 0, [], []],
];

it.each(examples)("examples/%s", (name, code, failed, undecided) => {
  const { status: exit, stdout } = spawnSync(process.execPath, [main, "audit", "--format", "json"], {
    cwd: fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)),
    encoding: "utf8",
  });
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; status: string }[] };
  const rules = (status: string) =>
    [...new Set(findings.filter((each) => each.status === status).map((each) => each.rule))].sort();
  expect([exit, rules("fail"), rules("undecided")]).toEqual([code, failed, undecided]);
});
