/** One logical line of a Postfix file, and the number of the physical line it starts on (from 1). */
export interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** White space as C's isspace knows it, within a line: a no-break space or a byte order mark is text. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || (code >= 0x0b && code <= 0x0d);
}

const hash = 0x23;

/**
 * Splits as Postfix does (postconf(5), `readllines`): a line that starts with white space continues the one before;
 * blank lines and lines whose first character is `#` are dropped and do not end a logical line; text that continues
 * nothing is dropped. Linear in the length of the text.
 */
export function logicalLines(text: string): LogicalLine[] {
  const lines: LogicalLine[] = [];
  let parts: string[] = [];
  let first = 0;
  const end = () => {
    if (parts.length > 0 && !isBlank((parts[0] as string).charCodeAt(0)))
      lines.push({ text: parts.join(""), line: first });
    parts = [];
  };
  let number = 0;
  for (const physical of text.split("\n")) {
    number++;
    let start = 0;
    while (start < physical.length && isBlank(physical.charCodeAt(start))) start++;
    if (start === physical.length || physical.charCodeAt(start) === hash) continue;
    if (start === 0) end();
    if (parts.length === 0) first = number;
    parts.push(physical);
  }
  end();
  return lines;
}
