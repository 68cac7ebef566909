/** Members of an array that are written in one piece: enough that a piece costs little beside them. */
const together = 8;

/**
 * What `JSON.stringify(value, null, 2)` gives, in pieces: objects and arrays are written member by member, `depth` levels deep,
 * and what lies below is not taken apart: of an array some members make a piece.
 */
export function* jsonPieces(value: unknown, depth: number, level = 0): Generator<string> {
  const members = depth > 0 ? membersOf(value, depth === 1 ? together : 1) : [];
  if (members.length === 0) {
    yield indented([value], level);
    return;
  }
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const margin = "  ".repeat(level);
  let before = `${open}\n`;
  for (const [name, values] of members) {
    yield `${before}${margin}  ${name}`;
    if (values.length === 1) yield* jsonPieces(values[0], depth - 1, level + 1);
    else yield indented(values, level + 1);
    before = ",\n";
  }
  yield `\n${margin}${close}`;
}

/** What stands before each member, and the member, or up to so many of an array; none of what is no object or has none. */
function membersOf(value: unknown, most: number): (readonly [string, readonly unknown[]])[] {
  if (Array.isArray(value))
    return Array.from({ length: Math.ceil(value.length / most) }, (_, i) => [
      "",
      value.slice(i * most, (i + 1) * most),
    ]);
  if (typeof value !== "object" || value === null || "toJSON" in value) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[`${JSON.stringify(name)}: `, [member]] as const],
  );
}

/** Values, one after the other, as they stand so many levels deep: within as many arrays, which are taken off again. */
function indented(values: readonly unknown[], level: number): string {
  if (level === 0) return JSON.stringify(values[0], null, 2);
  const within = Array.from({ length: level - 1 }).reduce<unknown>((inner) => [inner], values);
  return JSON.stringify(within, null, 2).slice(level * (level + 3), -level * (level + 1));
}
