import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../model/report.js";
import { fronts, network, type Said } from "./fronts.js";

const service = (name: string, ports: string) =>
  `  ${name}:\n    image: mailserver/docker-mailserver:14\n    environment: { SSL_TYPE: manual }\n    ports: ["${ports}"]\n`;
const compose = `services:\n${service("compose", "587:587")}${service("compose-to-nothing", "587:2587")}`;

describe("what leads to a mail server", () => {
  const directory = mkdtempSync(join(tmpdir(), "port587-fronts-"));
  let report: Report;
  beforeAll(() => {
    const resources = [...network, ...fronts.flatMap(([, each]) => each)];
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, "stack.json"),
      JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }),
    );
    writeFileSync(join(directory, "compose.yaml"), compose);
    const args = ["dist/cli/main.js", "audit", directory, "--format", "json"];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: 60_000,
      maxBuffer: 1 << 26,
    });
    expect(stderr).toBe("");
    report = JSON.parse(stdout) as Report;
  }, 60_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const all: [string, Said, string][] = [
    ...fronts.map(([name, , said, subject]): [string, Said, string] => [name, said, subject ?? `${name}:587`]),
    ["compose", "pass", "compose:587"],
    ["compose-to-nothing", "no server", "compose-to-nothing:587"],
  ];
  it.each(all)("audit: %s: %s", (_, said, subject) => {
    const of = (rule: string) => report.findings.find((each) => each.subject === subject && each.rule === rule)?.status;
    const [none, cut] = [of("submission-without-server"), of("listener-cut-off")];
    const found = none === "fail" ? "no server" : cut === "fail" ? "cut off" : (none ?? cut ?? "pass");
    expect(found).toBe(said);
    const listens = report.facts.filter((each) => each.subject === subject && each.name === "listening");
    const isServed = !subject.includes("-to-nothing");
    expect(listens.map(({ value }) => value)).toEqual([isServed]);
  });
});
