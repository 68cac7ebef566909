import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { confirm } from "../../confirm/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import type { Report } from "../../model/report.js";
import { port587 } from "../dns/cli.js";
import { fact } from "../facts.js";

const host = (i: number) => `127.5.${Math.floor(i / 250)}.${(i % 250) + 1}`;

it("of endpoints that fail alike 32 are looked into, and the terminal tells all of them in a few blocks", async () => {
  const directory = mkdtempSync(join(tmpdir(), "port587-dead-"));
  try {
    // Nothing listens at these addresses of this machine.
    const lines = Array.from({ length: 40 }, (_, i) => `  - { host: ${host(i)}, ports: [587] }\n`);
    writeFileSync(join(directory, "port587.yaml"), `endpoints:\n${lines.join("")}`);
    const run = await port587(
      ["audit", "--live", "--format", "terminal", "--format", "json=all.json", "--timeout", "3"],
      directory,
    );
    expect(run.stderr).toBe("");
    expect(run.code).toBe(1);
    const text = run.stdout.replace(/\s+/g, " ");
    expect(text).toMatch(/! fails as 32 others do, which were looked into; .*, and 3 more ✗/);
    expect(text).toMatch(/✗ HIGH submission-unreachable 40 endpoints /);
    expect(text.match(/■ BLOCKED \d+ endpoints /g)?.sort()).toEqual([
      "■ BLOCKED 32 endpoints ",
      "■ BLOCKED 8 endpoints ",
    ]);
    expect(text).toMatch(/\? UNDECIDED critical \d+ rules 40 endpoints /);
    expect(text).toMatch(/127\.5\.0\.10:587, (\S+, ){3}\S+ and 35 more, which the JSON report names/);
    expect(run.stdout.split("\n").length).toBeLessThan(80);
    const { facts, probes } = JSON.parse(readFileSync(join(directory, "all.json"), "utf8")) as Report;
    expect(probes.length).toBe(40);
    expect(facts.filter(({ name }) => name === "pathTrials").length).toBe(32);
    expect(facts.filter(({ name }) => name === "attributedBlock").length).toBe(40);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);

it("who blocks thousands of endpoints is found in a time that grows with them, not with their square", () => {
  const seconds = (count: number) => {
    const failed = { stage: "connect", kind: "timeout", afterMs: 5000, detail: "no answer within 5000 ms" } as const;
    const facts = Array.from({ length: count }, (_, i) => [
      fact(`${host(i)}:587`, "reachable", false, { origin: "observed" }),
      fact(`${host(i)}:587`, "pathFailure", { ...failed, address: host(i) }, { origin: "observed" }),
    ]).flat();
    const began = process.cpuUsage();
    const { blocks } = confirm([], facts, nothingDeclared, new Date(0), () => "");
    expect(blocks.length).toBe(count);
    // None names all of the others.
    expect(JSON.stringify(blocks).length).toBeLessThan(2000 * count);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  seconds(200);
  const small = seconds(500);
  // Eight times as many: their square would take 64 times as long.
  expect(seconds(4000)).toBeLessThan(32 * small);
});
