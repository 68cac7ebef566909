import { InputError } from "../../model/errors.js";

/** A word, a quoted string or a sign of nftables' own syntax; `;` also stands for the end of a line. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** `file:line` */
  readonly at: string;
}

const address = "[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:/\\d+)?";
const word = "[A-Za-z0-9_$@*./\\\\+](?:[A-Za-z0-9_$@*./\\\\+-]*[A-Za-z0-9_$@*./\\\\])?";
const grammar = new RegExp(
  `(?<skip>[ \\t\\r]+|#[^\\n]*|\\\\\\n)|(?<end>\\n)|"(?<quoted>[^"\\n]*)"|(?<six>${address}-${address}|${address})|(?<word>${word})|(?<sign>[=!<>]=|<<|>>|[^])`,
  "y",
);

/** @throws InputError with `file:line` for a brace that is not closed or closes nothing. */
export function tokensOf(text: string, path: string): Token[] {
  const tokens: Token[] = [];
  const open: Token[] = [];
  let line = 1;
  grammar.lastIndex = 0;
  for (let match = grammar.exec(text); match; match = grammar.exec(text)) {
    const groups = match.groups ?? {};
    const at = `${path}:${line}`;
    if (match[0].includes("\n")) line++;
    if (groups.skip !== undefined) continue;
    const found = groups.end !== undefined ? ";" : (groups.quoted ?? match[0]);
    const token = { text: found, quoted: groups.quoted !== undefined, at };
    tokens.push(token);
    if (token.quoted) continue;
    if (found === "{") open.push(token);
    if (found === "}" && !open.pop())
      throw new InputError(at, "a brace that closes nothing", "Check it with `nft -c -f`.");
  }
  const unclosed = open.at(-1);
  if (unclosed) throw new InputError(unclosed.at, "a brace that is not closed", "Check the file with `nft -c -f`.");
  return tokens;
}

export function isSign(token: Token | undefined, text: string): boolean {
  return token !== undefined && !token.quoted && token.text === text;
}

/** Parts between separators that stand in no braces; empty ones are left out. */
export function splitAt(tokens: readonly Token[], separators: readonly string[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSign(token, "{")) depth++;
    if (isSign(token, "}")) depth--;
    if (depth === 0 && !token.quoted && separators.includes(token.text)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}
