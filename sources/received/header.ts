/** A field of a header: its name in lower case, and its value on one line. */
export type Field = readonly [name: string, value: string];

/** The fields of a saved message up to its body, unfolded (RFC 5322 section 2.2.3); a `From ` line of an mbox is no field. */
export function headerOf(text: string): Field[] {
  const [head = ""] = text.replaceAll("\r\n", "\n").split("\n\n", 1);
  const lines: string[] = [];
  for (const line of head.split("\n")) {
    const last = lines.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) lines[last] += ` ${line.trim()}`;
    else lines.push(line.trimEnd());
  }
  return lines.flatMap((line): Field[] => {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trimEnd().toLowerCase();
    return colon > 0 && /^[!-9;-~]+$/.test(name) ? [[name, line.slice(colon + 1).trim()]] : [];
  });
}
