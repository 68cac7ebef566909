import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDirectories } from "../../../policies/pulumi/project.js";
import { write } from "./preview.js";

describe("the directory of the judged project", () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "port587-projects-")));
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  write(join(root, "acme", "Pulumi.yaml"), "name: acme\nruntime: nodejs\n");
  write(join(root, "other", "Pulumi.yml"), 'runtime: nodejs\nname: "other" # quoted\n');
  mkdirSync(join(root, "acme", "deep", "down"), { recursive: true });
  mkdirSync(join(root, "none"));

  it.each([
    ["the project itself", "acme", true],
    ["a directory below it", "acme/deep/down", true],
    ["a directory outside every project", "none", true],
    ["another project", "other", false],
  ])("the shell in %s", (_, directory, counts) => {
    process.env.PWD = join(root, directory);
    process.env.PULUMI_PROJECT = "acme";
    expect(projectDirectories().includes(join(root, directory))).toBe(counts);
  });

  it("no project named by the engine, as when a state file is analysed", () => {
    process.env.PWD = join(root, "other");
    delete process.env.PULUMI_PROJECT;
    delete process.env.PULUMI_NODEJS_PROJECT;
    expect(projectDirectories()).toContain(join(root, "other"));
  });
});
