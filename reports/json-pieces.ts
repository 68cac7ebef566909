/**
 * What `JSON.stringify(value, null, 2)` gives, in pieces: objects and arrays are written member by member, `depth` levels deep,
 * and what lies below in one piece each.
 */
export function* jsonPieces(value: unknown, depth: number, level = 0): Generator<string> {
  const members = depth > 0 ? membersOf(value) : [];
  if (members.length === 0) {
    yield indented(value, level);
    return;
  }
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const margin = "  ".repeat(level);
  let before = `${open}\n`;
  for (const [name, member] of members) {
    yield `${before}${margin}  ${name}`;
    yield* jsonPieces(member, depth - 1, level + 1);
    before = ",\n";
  }
  yield `\n${margin}${close}`;
}

/** What stands before each member, and the member; none of what is no object or has none. */
function membersOf(value: unknown): (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.map((member) => ["", member] as const);
  if (typeof value !== "object" || value === null || "toJSON" in value) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[`${JSON.stringify(name)}: `, member] as const],
  );
}

/** As it stands so many levels deep: within as many arrays, which are taken off again. */
function indented(value: unknown, level: number): string {
  const within = Array.from({ length: level }).reduce<unknown>((inner) => [inner], value);
  const text = JSON.stringify(within, null, 2);
  return level === 0 ? text : text.slice(level * (level + 3), -level * (level + 1));
}
