import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

function explain(...args: string[]) {
  return spawnSync(process.execPath, ["dist/cli/main.js", "explain", ...args], { encoding: "utf8" });
}

const legacy = "examples/acme/postfix/legacy";

/** Of the legacy server: a fact, its value, and the line that decides it; `default`: no line does. */
const lines: [subject: string, name: string, value: unknown, at: string][] = [
  ["legacy.acme.example:587", "tlsGate", "none", `${legacy}/main.cf:7`],
  ["legacy.acme.example:587", "listening", true, `${legacy}/master.cf:3`],
  ["legacy.acme.example:587", "authGate", "rcpt", `${legacy}/master.cf:3`],
  ["legacy.acme.example:25", "authGate", "rcpt", `${legacy}/main.cf:11`],
  ["legacy.acme.example:25", "authMechanisms", [], "default"],
];

it.each(lines)("%s %s is %j, decided at %s", (subject, name, value, at) => {
  const { stdout, status } = explain("--config", legacy, "--release", "3.7", "--json");
  const facts = JSON.parse(stdout) as {
    subject: string;
    name: string;
    value: unknown;
    evidence: { kind: string; at: string }[];
  }[];
  const fact = facts.find((each) => each.subject === subject && each.name === name);
  expect(fact?.value).toEqual(value);
  expect(fact?.evidence.map((each) => (each.kind === "default" ? "default" : each.at))).toContain(at);
  expect(status).toBe(0);
});

it("takes the declaration of a directory with it: the host, and the release that decides", () => {
  const { stdout, stderr } = explain("--config", "examples/stalwart");
  expect(stdout).toContain("mail.example.com:587");
  expect(stdout + stderr).not.toContain("unknown");
});

it("prints facts in the report's shape", () => {
  const schema = JSON.parse(readFileSync("schemas/report.schema.json", "utf8"));
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(schema, "report");
  const isFacts = ajv.compile({ type: "array", items: { $ref: "report#/definitions/fact" } });
  expect(isFacts(JSON.parse(explain("--config", legacy, "--json").stdout))).toBe(true);
});

it("says for people where no line decides", () => {
  const { stdout } = explain("--config", legacy);
  expect(stdout).toContain(`${legacy}/main.cf:7  smtpd_tls_security_level offers TLS and demands none`);
  expect(stdout).toContain("no line sets it (Postfix 3.11)");
});

it.each([
  ["no path", [], "required option '--config <PATH>'"],
  ["a path that does not exist", ["--config", "nowhere"], "nowhere: cannot be read (ENOENT)"],
  ["a source without a mail definition", ["--config", "package.json"], "is nothing that port587 can read"],
])("%s ends with 2 and says what is wrong", (_, args, message) => {
  const { status, stdout, stderr } = explain(...args);
  expect(stderr).toContain(message);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});
