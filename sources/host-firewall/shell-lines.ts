/** A line of a shell script with those that belong to it. */
export interface ShellLine {
  /** Without the redirection of a here-document. */
  readonly text: string;
  /** Where it begins, from 1. */
  readonly number: number;
  /** The here-document that it is fed with; undefined without one. */
  readonly body?: string;
  /** A second here-document, or one that nothing ends: the line is not read. */
  readonly isOpen: boolean;
}

/** `<<EOF`, `<<-'EOF'`; `<<<` is a string, `<<` within a word is none (POSIX.1 2.7.4). */
const hereDocument = /(?<![<\w$(])\d?<<(-?)[ \t]*(["']?)([A-Za-z_][\w.-]*)\2(?![\w])/g;

/** The lines of a script: with a backslash at the end or a quote that is open they go on; remarks are none. */
export function shellLines(script: string): ShellLine[] {
  const lines = script.split("\n").map((line) => line.replace(/\r$/, ""));
  const found: ShellLine[] = [];
  for (let i = 0; i < lines.length; i++) {
    const number = i + 1;
    const parts = [lines[i] ?? ""];
    let quote = openAfter(parts[0] as string, "");
    for (; i + 1 < lines.length && (quote !== "" || isContinued(parts.at(-1) as string)); i++) {
      const next = lines[i + 1] ?? "";
      if (quote === "") parts.push((parts.pop() as string).slice(0, -1), " ");
      else parts.push("\n");
      parts.push(next);
      quote = openAfter(next, quote);
    }
    const whole = parts.join("").trim();
    if (whole === "" || whole.startsWith("#")) continue;
    const documents = [...whole.matchAll(hereDocument)];
    const [first] = documents;
    if (first === undefined) {
      found.push({ text: whole, number, isOpen: quote !== "" });
      continue;
    }
    const body: string[] = [];
    const isEnd = (line: string) => (first[1] ? line.replace(/^\t+/, "") : line).trimEnd() === first[3];
    while (i + 1 < lines.length && !isEnd(lines[i + 1] ?? "")) body.push(lines[++i] ?? "");
    const isOpen = documents.length > 1 || i + 1 >= lines.length || quote !== "";
    i++;
    found.push({ text: whole.replace(first[0], ""), number, body: body.join("\n"), isOpen });
  }
  return found;
}

function isContinued(line: string): boolean {
  return /(?<!\\)(?:\\\\)*\\$/.test(line) && !line.trimStart().startsWith("#");
}

/** The quote that is open after a line (`'`, `"`, or none), when one was open before it. */
function openAfter(line: string, before: string): string {
  let open = before;
  for (const [found] of line.matchAll(/\\.|['"]|(?<![^\s;&|(])#/g)) {
    if (found === "#" && open === "") return "";
    if (found.startsWith("\\") && open === "'" && found.endsWith("'")) open = "";
    if (found !== '"' && found !== "'") continue;
    if (open === "") open = found;
    else if (open === found) open = "";
  }
  return open;
}
