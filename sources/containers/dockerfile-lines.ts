/** One instruction of a Dockerfile with its here-documents. */
export interface Instruction {
  readonly instruction: string;
  readonly rest: string;
  readonly bodies: readonly string[];
  readonly at: string;
}

/** A word such as `<<EOF`, `<<-"EOF"` or `3<<EOF`; `<<<` is a string of the shell's (BuildKit's parser). */
const hereDocument = /(?<!\S)\d*<<(-?)["']?([A-Za-z_]\w*)["']?/g;
const withDocuments: readonly string[] = ["RUN", "COPY", "ADD"];

/** Lines with a backslash at their end go on; comments are none (Dockerfile reference, Format and Here-Documents). */
export function instructionsIn(text: string, file: string): Instruction[] {
  const lines = text.split(/\r?\n/);
  const found: Instruction[] = [];
  for (let i = 0; i < lines.length; i++) {
    const at = `${file}:${i + 1}`;
    let part = (lines[i] ?? "").trim();
    if (part === "" || part.startsWith("#")) continue;
    const parts: string[] = [];
    while (part.endsWith("\\") && i + 1 < lines.length) {
      parts.push(part.slice(0, -1).trim());
      part = (lines[++i] ?? "").trim();
      // A comment between two lines is as if it were not there.
      while (part.startsWith("#") && i + 1 < lines.length) part = (lines[++i] ?? "").trim();
    }
    const line = [...parts, part.startsWith("#") ? "" : part].join(" ");
    const [, name = "", rest = ""] = /^([A-Za-z]+)\s+(.*)$/s.exec(line) ?? [];
    const instruction = name.toUpperCase();
    const bodies: string[] = [];
    for (const [, dash, end = ""] of withDocuments.includes(instruction) ? rest.matchAll(hereDocument) : []) {
      const body: string[] = [];
      const isEnd = (each: string) => (dash ? each.replace(/^\t+/, "") : each) === end;
      while (i + 1 < lines.length && !isEnd(lines[++i] ?? "")) body.push(lines[i] ?? "");
      bodies.push(body.join("\n"));
    }
    found.push({ instruction, rest: rest.trim(), bodies, at });
  }
  return found;
}

/** The flags before an instruction's arguments, and the rest. */
export function withoutFlags(rest: string): { readonly flags: string; readonly plain: string } {
  const flags = /^(?:--\S+\s+)*/.exec(rest)?.[0] ?? "";
  return { flags, plain: rest.slice(flags.length) };
}

/** The words of the exec form (`["a", "b"]`); undefined for any other text. */
export function execForm(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === "string") ? words : undefined;
  } catch {
    // What is no list of strings goes to the shell.
    return undefined;
  }
}
