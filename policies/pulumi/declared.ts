import { resolve } from "node:path";
import { type Declaration, nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import { findDeclaration, loadDeclaration } from "../../sources/declaration.js";
import { rules } from "../index.js";
import { projectDirectories } from "./project.js";

export interface Declared {
  readonly declaration: Declaration;
  /** The file it stands in; absent when none was found. */
  readonly path: string | undefined;
  /** The directories from which it was looked for, upward. */
  readonly searched: readonly string[];
  readonly problems: readonly InputError[];
}

/** The project's port587.yaml: the one that was named, else the nearest one upward from the project's directory. */
export async function readDeclaration(named: unknown): Promise<Declared> {
  const searched = projectDirectories();
  const base = searched[0] ?? process.cwd();
  const path = typeof named === "string" ? resolve(base, named) : await nearestOf(searched);
  if (path === undefined) return { declaration: nothingDeclared, path, searched, problems: [] };
  try {
    const { declaration } = await loadDeclaration(path, rules, base);
    return { declaration, path, searched, problems: [] };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { declaration: nothingDeclared, path, searched, problems: [error] };
  }
}

async function nearestOf(directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const found = await findDeclaration(directory);
    if (found !== undefined) return found;
  }
  return undefined;
}
