/** A word of maddy.conf with the number of its line (from 1). */
export interface Token {
  readonly text: string;
  readonly line: number;
}

const space = /\s/;
const word = /[^\s#]+/y;

/**
 * Splits as maddy's lexer does: words between white space; a word that begins with `"` ends at the next `"` that no
 * backslash escapes; `#` outside quotes ends the line, also within a word. Linear in the length of the text.
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let [at, end] = [text.startsWith("\ufeff") ? 1 : 0, text.length];
  while (at < end) {
    const char = text[at] as string;
    if (char === "\n") line++;
    if (char === " " || char === "\n" || (char !== "#" && char !== '"' && space.test(char))) {
      at++;
    } else if (char === "#") {
      at = endOfLine(text, at);
    } else if (char === '"') {
      const [inside, next] = quoted(text, at + 1);
      tokens.push({ text: inside, line });
      for (const each of text.slice(at, next)) if (each === "\n") line++;
      at = next;
    } else {
      word.lastIndex = at;
      const [found = ""] = word.exec(text) ?? [];
      at += found.length;
      tokens.push({ text: found, line });
      // A comment that touches a word is skipped with it.
      if (text[at] === "#") at = endOfLine(text, at);
    }
  }
  return tokens;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function quoted(text: string, start: number): [string, number] {
  const parts: string[] = [];
  let at = start;
  for (; at < text.length && text[at] !== '"'; at++) {
    if (text[at] === "\\" && at + 1 < text.length) {
      at++;
      parts.push(text[at] === '"' ? '"' : `\\${text[at]}`);
    } else parts.push(text[at] as string);
  }
  return [parts.join(""), at + 1];
}
