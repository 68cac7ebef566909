import { readFileSync, readlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * The directories in which the user's project may stand, best first. The engine starts a pack in the pack's own
 * directory and does not say which program it judges: on Linux the parent process stands there; `PWD` is the shell's.
 */
export function projectDirectories(): string[] {
  const shell = process.env.PWD;
  return [
    ...new Set(
      [...parentDirectory(), ...(shell && !isOfAnotherProject(shell) ? [shell] : [])].map((each) => resolve(each)),
    ),
  ];
}

function parentDirectory(): string[] {
  try {
    return [readlinkSync(`/proc/${process.ppid}/cwd`)];
  } catch {
    return [];
  }
}

/** With `pulumi --cwd` the shell may stand in another project, whose declaration does not hold here. */
function isOfAnotherProject(directory: string): boolean {
  const judged = process.env.PULUMI_PROJECT ?? process.env.PULUMI_NODEJS_PROJECT;
  const there = projectName(directory);
  return judged !== undefined && there !== undefined && there !== judged;
}

/** The name in the nearest Pulumi.yaml at or above the directory. */
function projectName(directory: string): string | undefined {
  const text = ["Pulumi.yaml", "Pulumi.yml"]
    .map((name) => textOf(join(directory, name)))
    .find((each) => each !== undefined);
  if (text !== undefined) return /^name:\s*["']?([^\s"'#]+)/m.exec(text)?.[1];
  const above = dirname(directory);
  return above === directory ? undefined : projectName(above);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
