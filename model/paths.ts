/** The absolute paths in a line of a configuration; what stands behind a macro or variable is none. */
export function pathsIn(line: string): string[] {
  return [...line.matchAll(/(?:^|[\s="'`<(,;{])(\/[\w.+@%/-]+)/g)].map(([, path]) => path ?? "");
}
