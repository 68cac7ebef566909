/** One logical line of a Postfix file, and the number of the physical line it starts on (from 1). */
export interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** White space as C's isspace knows it: a no-break space or a byte order mark is text. */
const blank = /^[ \t\v\f\r]/;
const firstText = /[^ \t\v\f\r]/;

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
    if (parts.length > 0 && !blank.test(parts[0] as string)) lines.push({ text: parts.join(""), line: first });
    parts = [];
  };
  let number = 0;
  for (const physical of text.split("\n")) {
    number++;
    if (!blank.test(physical) && !physical.startsWith("#") && physical !== "") end();
    const start = physical.search(firstText);
    if (start < 0 || physical[start] === "#") continue;
    if (parts.length === 0) first = number;
    parts.push(physical);
  }
  end();
  return lines;
}
