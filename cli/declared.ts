import { stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { type Declaration, nothingDeclared } from "../model/declaration.js";
import { InputError } from "../model/errors.js";
import type { Input } from "../model/report.js";
import { rules } from "../policies/index.js";
import { findDeclaration, loadDeclaration } from "../sources/declaration.js";
import { digest } from "../sources/digest.js";
import { isSource } from "../sources/index.js";

/** What was declared, and whether its own sources are audited with it: then every machine it names has to be there. */
export interface Declared {
  readonly written: Declaration;
  readonly sources: readonly string[];
  readonly inputs: readonly Input[];
  readonly isWhole: boolean;
}

/**
 * A path that is a port587.yaml, or a directory with one, declares and brings its sources; other paths are sources.
 * Without such a path the file found upward from here declares; its own sources count only when no path is given.
 */
export async function declared(paths: readonly string[]): Promise<Declared> {
  const found = await Promise.all(paths.map(declarationAt));
  const named = [...new Set(found.filter((path) => path !== undefined))];
  if (named.length > 1)
    throw new InputError(named.join(", "), "more than one port587.yaml is named", "Audit one declaration at a time.");
  const others = paths.filter((_, i) => found[i] === undefined);
  const file = named[0] ?? (await findDeclaration(process.cwd()));
  if (!file) return { written: nothingDeclared, sources: others, inputs: [], isWhole: false };
  const { declaration, sources } = await loadDeclaration(file, rules);
  const isWhole = named.length > 0 || paths.length === 0;
  const input: Input = { name: relative(".", file), kind: "port587.yaml", sha256: digest(file) };
  return { written: declaration, sources: [...(isWhole ? sources : []), ...others], inputs: [input], isWhole };
}

/** YAML of any name may declare, unless it is known to be something else. */
async function declarationAt(path: string): Promise<string | undefined> {
  const candidate = /\.ya?ml$/.test(path) ? path : join(path, "port587.yaml");
  const isFile = await stat(candidate).then(
    (file) => file.isFile(),
    () => false,
  );
  return isFile && (basename(candidate) === "port587.yaml" || !(await isSource(candidate))) ? candidate : undefined;
}
