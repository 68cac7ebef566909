import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { PulumiEngine } from "../../setup/pulumi.js";

/** What the real engine writes about one program, before and after it is deployed with the stand-in providers. */
export interface Renderings {
  readonly preview: string;
  readonly state: string;
  /** Once deployed: a preview that leaves the unchanged resources out, and one that shows them. */
  readonly gappedPreview: string;
  readonly fullPreview: string;
}

/** Has the engine preview and deploy a program in a directory of its own. */
export async function renderings(engine: PulumiEngine, program: () => void): Promise<Renderings> {
  const workDir = mkdtempSync(join(tmpdir(), "port587-renderings-"));
  try {
    const stack = await LocalWorkspace.createStack(
      { projectName: "acme", stackName: "dev", program: async () => program() },
      {
        workDir,
        envVars: { ...engine.env },
        pulumiCommand: await jsonCommand(engine, workDir),
        projectSettings: { name: "acme", runtime: "nodejs" },
      },
    );
    const json = async (flags: string) => {
      stack.workspace.envVars.PREVIEW_FLAGS = flags;
      return (await stack.preview()).stdout;
    };
    const preview = await json("--json");
    await stack.up();
    const state = JSON.stringify(await stack.exportStack(), undefined, 2);
    return { preview, state, gappedPreview: await json("--json"), fullPreview: await json("--json --show-sames") };
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

/** The engine behind a wrapper that adds flags to `preview`: the Automation API itself cannot ask for JSON. */
async function jsonCommand(engine: PulumiEngine, root: string): Promise<PulumiCommand> {
  const wrapper = join(root, "bin", "pulumi");
  mkdirSync(join(root, "bin"));
  writeFileSync(wrapper, `#!/bin/sh\n[ "$1" = preview ] && set -- "$@" $PREVIEW_FLAGS\nexec '${engine.bin}' "$@"\n`);
  chmodSync(wrapper, 0o755);
  return PulumiCommand.get({ root });
}
