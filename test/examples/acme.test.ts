import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { type PulumiEngine, pulumiEngine, whyNoPulumi } from "../setup/pulumi.js";
import { describeWith } from "../setup/real-part.js";

const file = "examples/acme/stack.json";
/** Not a literal: the compiler is not to look for the provider's SDK, which is not installed. */
const source: string = "../../examples/acme/index.js";

interface Resource {
  urn: string;
  id?: string;
  dependencies?: string[];
}

/** What differs from run to run (ids, times, order, positions in this checkout) is replaced by what follows from the URN. */
function stable(resources: readonly Resource[]): string {
  const rank = ({ urn, dependencies = [] }: Resource) =>
    urn.includes("::pulumi:") ? 0 : dependencies.length === 0 ? 1 : 2;
  const sorted = [...resources].sort((a, b) => rank(a) - rank(b) || (a.urn < b.urn ? -1 : 1));
  const kept = sorted.map((resource) => ({
    ...resource,
    sourcePosition: undefined,
    stackTrace: undefined,
    created: undefined,
    modified: undefined,
  }));
  const manifest = { time: "2026-11-24T00:00:00Z", magic: "", version: "" };
  const text = `${JSON.stringify({ version: 3, deployment: { manifest, resources: kept } }, null, 2)}\n`;
  return sorted.reduce((all, { urn, id }) => (id ? all.replaceAll(id, stableId(urn, id)) : all), text);
}

function stableId(urn: string, id: string): string {
  const digest = createHash("sha256").update(urn).digest("hex");
  return id
    .replace(/[0-9a-f]{17}$/, `0${digest.slice(0, 16)}`)
    .replace(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "00000000-0000-4000-8000-000000000000");
}

describeWith(whyNoPulumi())("examples/acme", () => {
  let engine: PulumiEngine & { dispose(): void };
  let directory: string;
  beforeAll(async () => {
    engine = await pulumiEngine();
    directory = mkdtempSync(join(tmpdir(), "port587-acme-"));
  }, 900_000);
  afterAll(() => {
    engine?.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  it("is the state that the real engine makes of its program", async () => {
    process.env.PATH = engine.env.PATH;
    const program = async () => {
      await import(source);
    };
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "prod", projectName: "acme", program },
      { workDir: directory, envVars: engine.env },
    );
    await stack.up({ onOutput: () => {} });
    const made = stable((await stack.exportStack()).deployment.resources);
    if (process.env.PORT587_UPDATE) writeFileSync(file, made);
    expect(made).toBe(readFileSync(file, "utf8"));
  }, 120_000);
});
