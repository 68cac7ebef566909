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

/**
 * The text of a file that the program names by a path relative to where it runs: beside the nearest Pulumi.yaml. A file of a
 * program that `main` puts elsewhere is not looked for.
 */
export function besideProgram(path: string): string | undefined {
  const project = projectDirectories()[0];
  const found = project === undefined ? undefined : projectOf(project);
  if (!found || /^main:/m.test(found.text)) return undefined;
  return textOf(resolve(found.directory, path));
}

/** The name in the nearest Pulumi.yaml at or above the directory. */
function projectName(directory: string): string | undefined {
  const found = projectOf(directory);
  return found && /^name:\s*["']?([^\s"'#]+)/m.exec(found.text)?.[1];
}

/** The nearest Pulumi.yaml at or above the directory. */
function projectOf(directory: string): { readonly directory: string; readonly text: string } | undefined {
  const text = ["Pulumi.yaml", "Pulumi.yml"]
    .map((name) => textOf(join(directory, name)))
    .find((each) => each !== undefined);
  if (text !== undefined) return { directory, text };
  const above = dirname(directory);
  return above === directory ? undefined : projectOf(above);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
