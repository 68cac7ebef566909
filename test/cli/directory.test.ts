import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = mkdtempSync(join(tmpdir(), "port587-directory-"));
const audit = (path: string, ...more: string[]) =>
  spawnSync(process.execPath, ["dist/cli/main.js", "audit", path, "--format", "json", ...more], { encoding: "utf8" });
const inputsOf = (stdout: string) => JSON.parse(stdout).inputs as { name: string; kind: string; problem?: string }[];

beforeAll(() => {
  cpSync("examples/acme/postfix/legacy", join(home, "estate/mail/legacy"), { recursive: true });
  cpSync("examples/acme/stack.json", join(home, "estate/stack.json"));
  mkdirSync(join(home, "estate/notes"));
  writeFileSync(join(home, "estate/notes/readme.txt"), "nothing of ours\n");
  cpSync(join(home, "estate"), join(home, "broken"), { recursive: true });
  mkdirSync(join(home, "broken/bad"));
  writeFileSync(join(home, "broken/bad/master.cf"), "submission inet n - n\n");
  writeFileSync(join(home, "broken/stack.json"), '{"deployment": ');
  mkdirSync(join(home, "nothing/at/all"), { recursive: true });
});

afterAll(() => rmSync(home, { recursive: true }));

it("a directory of many kinds is read by what lies in it", () => {
  const { stdout, stderr, status } = audit(join(home, "estate"));
  expect(inputsOf(stdout).map(({ name, kind }) => [name.slice(home.length), kind])).toEqual([
    ["/estate/mail/legacy", "postfix"],
    ["/estate/stack.json", "pulumi-state"],
  ]);
  expect(stderr).toBe("");
  expect(status).toBe(1);
});

it("what is broken does not stop the rest; every format and the exit code say so", () => {
  const { stdout, stderr, status } = audit(join(home, "broken"));
  const inputs = inputsOf(stdout);
  const problems = inputs.filter(({ problem }) => problem !== undefined).map(({ name }) => name.slice(home.length));
  expect(problems).toEqual(["/broken/bad", "/broken/stack.json"]);
  expect(JSON.parse(stdout).findings.length).toBeGreaterThan(0);
  expect(stderr).toContain("bad/master.cf:1: this service has 5 of 8 fields");
  expect(stderr).toContain("stack.json");
  expect(status).toBe(2);
  expect(JSON.parse(stdout).summary).toMatchObject({
    exitCode: 2,
    because: expect.stringMatching(/^2 inputs could not be read; \d+ findings? of severity low or higher$/),
  });
  for (const format of ["terminal", "html", "junit", "sarif"])
    expect(
      spawnSync(process.execPath, ["dist/cli/main.js", "audit", join(home, "broken"), "--format", format], {
        encoding: "utf8",
      }).stdout,
    ).toContain("bad/master.cf:1");
});

it.each([
  ["beside other programs' settings", { "shop/settings.py": "EMAIL_HOST = 'smtp.example.net'\n" }, 1],
  ["beside a mail server", { "main.cf": "mynetworks = 127.0.0.0/8\n", "master.cf": "587 inet n - n - - smtpd\n" }, 1],
  ["alone", {}, 0],
])("the settings of a program that cannot be read stop nothing else: %s", (name, files, others) => {
  const root = join(home, name.replaceAll(/\W/g, "-"));
  mkdirSync(join(root, "shop"), { recursive: true });
  writeFileSync(join(root, "msmtprc"), "account a\0\n");
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  const { stdout, stderr, status } = audit(root);
  expect(stderr).toContain("msmtprc: the file is binary");
  expect(status).toBe(2);
  if (others === 0) return;
  const inputs = inputsOf(stdout);
  expect(inputs.filter(({ problem }) => problem !== undefined).map(({ kind }) => kind)).toEqual(["mail-client"]);
  expect(inputs.filter(({ problem }) => problem === undefined)).toHaveLength(others);
});

it("a directory in which nothing is known is an error that says what is expected", () => {
  const { stdout, stderr, status } = audit(join(home, "nothing"));
  expect(stderr).toContain("nothing: is nothing that port587 can read");
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

it("the digest of a directory changes with every file below it", () => {
  const sha256 = () => JSON.parse(audit(join(home, "fingerprint")).stdout).inputs[0].sha256;
  cpSync("examples/acme/postfix/legacy", join(home, "fingerprint"), { recursive: true });
  const before = sha256();
  expect(sha256()).toBe(before);
  mkdirSync(join(home, "fingerprint/sasl/deep"), { recursive: true });
  writeFileSync(join(home, "fingerprint/sasl/deep/smtpd.conf"), "pwcheck_method: saslauthd\n");
  expect(sha256()).not.toBe(before);
});

it.each([
  ["manifests", "examples/kubernetes/mail.yaml", "kubernetes"],
  ["a client's settings", "alertmanager.yml", "mail-client"],
])("a YAML file of %s is no declaration", (_, path, kind) => {
  writeFileSync(join(home, "alertmanager.yml"), "global:\n  smtp_smarthost: mail.example.com:587\n");
  const { stdout, stderr } = audit(path.startsWith("examples") ? path : join(home, path));
  expect(stderr).toBe("");
  expect(inputsOf(stdout).map((input) => input.kind)).toEqual([kind]);
});
