import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const rooms = ["cli", "sources", "model", "reach", "mail", "policies", "probes", "confirm", "reports", "schemas"];
const cruise = (...paths: string[]) =>
  spawnSync("node_modules/.bin/depcruise", ["--config", ".dependency-cruiser.cjs", ...paths], { encoding: "utf8" });

describe("imports go one way", () => {
  it("in every room", () => {
    const { status, stdout } = cruise(...rooms);
    expect(stdout).toContain("no dependency violations");
    expect(status).toBe(0);
  }, 60_000);

  const forbidden = [
    ["model", "../../sources/index.js", "model-direction"],
    ["probes", "../../confirm/index.js", "probes-direction"],
    ["reach", "../../mail/index.js", "reach-direction"],
    ["policies/rules", "../../../probes/index.js", "policies-rules-direction"],
    ["sources", "@pulumi/policy", "policy-sdk-only-in-the-pack"],
  ] as const;
  it.each(forbidden)(
    "a file in %s that imports %s is refused",
    (room, target, rule) => {
      const directory = mkdtempSync(join(room, "forbidden-"));
      try {
        writeFileSync(join(directory, "file.ts"), `import * as other from "${target}";\nexport { other };\n`);
        const { status, stdout } = cruise(directory);
        expect(stdout).toContain(rule);
        expect(status).not.toBe(0);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
    60_000,
  );
});

it("is written in one style", () => {
  const { status, stderr } = spawnSync("node_modules/.bin/biome", ["check", "."], { encoding: "utf8" });
  expect(stderr).not.toContain("━");
  expect(status).toBe(0);
}, 60_000);

it("has pages that say what the rules, the table of providers and the profiles say", async () => {
  const { stdout } = spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      "import { pages, profilesPage, providerPage } from './scripts/docs.js'; import { profiles } from './dist/policies/profiles/index.js'; import { providerBlocks } from './dist/model/provider-blocks.js'; console.log(JSON.stringify([...pages(), ['../provider-blocks.md', providerPage(providerBlocks)], ['../profiles.md', profilesPage(profiles)]]))",
    ],
    { encoding: "utf8" },
  );
  const pages = new Map(JSON.parse(stdout) as [string, string][]);
  const names = [...pages.keys()].filter((name) => !name.startsWith("../"));
  expect(readdirSync("docs/rules").sort()).toEqual(names.sort());
  for (const [name, text] of pages) expect(readFileSync(`docs/rules/${name}`, "utf8")).toBe(text);
});
