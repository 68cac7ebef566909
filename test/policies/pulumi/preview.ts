import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import type { PulumiEngine } from "../../setup/pulumi.js";

/** The pack as users name it on the command line; its main file is the compiled one. */
export const pack = join(process.cwd(), "policies", "pulumi");

export interface Violation {
  readonly policy: string;
  readonly level: string;
  /** The logical name of the resource; empty for the stack. */
  readonly resource: string;
  readonly message: string;
}

export interface Answer {
  /** Did the engine let the preview through? */
  readonly passed: boolean;
  /** All that the command printed, as a user sees it. */
  readonly output: string;
  /** Sorted by policy and resource. */
  readonly violations: readonly Violation[];
}

export interface Project {
  readonly program: () => void;
  /** Files beside Pulumi.yaml. */
  readonly files?: Readonly<Record<string, string>>;
  readonly pack?: string;
  /** What goes into the file of `--policy-pack-config`. */
  readonly config?: object;
}

/** Previews a program with the real engine and a policy pack, in a project directory of its own. */
export async function preview(engine: PulumiEngine, project: Project): Promise<Answer> {
  return inProject(project, async (directory) => {
    const stack = await stackOf(engine, project.program, directory);
    const config = join(directory, "levels.json");
    if (project.config) writeFileSync(config, JSON.stringify(project.config));
    const events: EngineEvent[] = [];
    const run = stack.preview({
      policyPacks: [project.pack ?? pack],
      ...(project.config ? { policyPackConfigs: [config] } : {}),
      color: "never",
      onEvent: (event) => events.push(event),
    });
    return run.then(
      ({ stdout, stderr }) => ({ passed: true, output: stdout + stderr, violations: violationsOf(events) }),
      (error: Error) => ({ passed: false, output: error.message, violations: violationsOf(events) }),
    );
  });
}

/** Deploys a program with the stand-in providers and gives its state as `pulumi stack export` writes it. */
export async function stateOf(engine: PulumiEngine, program: () => void): Promise<string> {
  return inProject({ program }, async (directory) => {
    const stack = await stackOf(engine, program, directory);
    await stack.up({ color: "never" });
    return JSON.stringify(await stack.exportStack());
  });
}

async function stackOf(engine: PulumiEngine, program: () => void, workDir: string): Promise<Stack> {
  const projectName = "acme";
  // Stacks of one backend must differ in name; the directory's name is unique.
  const stackName = `s${workDir.slice(-6).replace(/\W/g, "x")}`;
  return LocalWorkspace.createStack(
    { projectName, stackName, program: async () => void program() },
    { workDir, envVars: engine.env, projectSettings: { name: projectName, runtime: "nodejs" } },
  );
}

async function inProject<T>(project: Project, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "port587-project-"));
  try {
    for (const [name, text] of Object.entries(project.files ?? {})) write(join(directory, name), text);
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function violationsOf(events: readonly EngineEvent[]): Violation[] {
  const found = events.flatMap(({ policyEvent }) =>
    policyEvent
      ? [
          {
            policy: policyEvent.policyName,
            level: policyEvent.enforcementLevel,
            resource: policyEvent.resourceUrn?.split("::")[3] ?? "",
            message: policyEvent.message.replace(/<\{%.*?%\}>/g, ""),
          },
        ]
      : [],
  );
  const key = ({ policy, resource, message }: Violation) => `${policy}\n${resource}\n${message}`;
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
