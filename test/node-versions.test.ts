import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { nodeOfVersion, whyNoOtherNode } from "./setup/node-version.js";
import { describeWith } from "./setup/real-part.js";

const cli = resolve("dist/cli/main.js");
const acme = resolve("examples/acme");

describeWith(whyNoOtherNode()).each(["22.23.3", "24.21.0"])(
  "on Node %s, without a word on standard error",
  (version) => {
    let node: string;
    let directory: string;
    beforeAll(async () => {
      node = await nodeOfVersion(version);
      directory = mkdtempSync(join(tmpdir(), "port587-node-"));
    }, 300_000);
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    const run = (cwd: string, ...args: string[]) =>
      spawnSync(node, args, { cwd, encoding: "utf8", timeout: 60_000, env: { PATH: process.env.PATH } });

    it("is that version", () => {
      expect(run(directory, "--version").stdout).toBe(`v${version}\n`);
    });

    it("says its version", () => {
      const { status, stdout, stderr } = run(directory, cli, "--version");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    });

    it("audits the example", () => {
      const { status, stdout, stderr } = run(directory, cli, "audit", acme, "--format", "json");
      expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
      expect(JSON.parse(stdout).findings.length).toBeGreaterThan(0);
    });

    it("runs the lab and audits it", () => {
      symlinkSync(resolve("examples"), join(directory, "examples"));
      const { status, stdout, stderr } = run(directory, resolve("dist/examples/lab/demo.js"));
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain("The audit ended with exit code 1");
    }, 60_000);
  },
);
