/** Every choice among names, none of them and all of them among it; no choice where there are more than `most`. */
export function subsetsOf(names: readonly string[], most: number): string[][] {
  if (2 ** names.length > most) return [];
  return names.reduce<string[][]>((sets, name) => sets.flatMap((set) => [set, [...set, name]]), [[]]);
}
