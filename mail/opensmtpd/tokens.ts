import { InputError } from "../../model/errors.js";

/** `word`: unquoted and no reserved word; `string`: quoted; `key`: a reserved word; `mark`: one sign. */
export interface Token {
  readonly kind: "word" | "string" | "key" | "mark" | "end";
  readonly text: string;
  readonly line: number;
}

/** The reserved words of 6.4 to 6.8 (smtpd/parse.y, lookup), and `protocols`, which 6.9 brought. */
const reserved: ReadonlySet<string> = new Set(
  `action admd alias any auth auth-optional backup bounce bypass ca cert chain chroot ciphers commit compression connect
  data data-line dhe disconnect domain ehlo encryption expand-only fcrdns filter for forward-only from group helo helo-src
  host hostname hostnames include inet4 inet6 junk key limit listen lmtp local mail-from maildir mask-src masquerade match
  max-deferred max-message-size mbox mda mta mx no-dsn no-verify noop on phase pki port proc proc-exec protocols proxy-v2 queue quit
  rcpt-to rdns received-auth recipient regex reject relay report rewrite rset scheduler senders smtp smtp-in smtp-out smtps
  socket src srs sub-addr-delim table tag tagged tls tls-require ttl user userbase verify virtual warn-interval
  wrapper`.split(/\s+/),
);

const longest = 8000;

/**
 * The tokens of a text; a line's end is one, and `\` joins lines. Macros are expanded outside quotes, once.
 * @throws InputError with `file:line` for an unknown macro, quotes without an end, or a carriage return (`smtpd -n`: syntax error).
 */
export function tokensOf(
  text: string,
  at: string,
  macros: ReadonlyMap<string, string> | undefined,
  first = 1,
): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\\\n|[ \t]+|#(?:\\\n|[^\n])*|\n|\$\w*|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[\w:](?:\\\n|[^\s(){}<>!=#,"'\\])*|=>|[\s\S]/gy;
  let line = first;
  for (const [part] of text.matchAll(pattern)) {
    const token = tokenOf(part, line, at);
    if (token?.text.startsWith("$") && token.kind === "mark" && macros) tokens.push(...expanded(token, at, macros));
    else if (token) tokens.push(token);
    line += lineEnds(part);
  }
  return tokens;
}

function lineEnds(part: string): number {
  let count = 0;
  for (let i = part.indexOf("\n"); i >= 0; i = part.indexOf("\n", i + 1)) count++;
  return count;
}

function tokenOf(part: string, line: number, at: string): Token | undefined {
  if (part === "\n") return { kind: "end", text: part, line };
  if (/^(\\\n|[ \t]|#)/.test(part)) return undefined;
  if (part === "\r")
    throw new InputError(
      `${at}:${line}`,
      "a carriage return, which smtpd does not take",
      "Save the file with Unix line ends (LF).",
    );
  const quote = part[0];
  if (quote === '"' || quote === "'") {
    if (part.length === 1)
      throw new InputError(`${at}:${line}`, "a quoted string does not end", "Close it with the same quote.");
    const inside = part
      .slice(1, -1)
      .replace(/\\\n|\n/g, "")
      .replace(/\\(["' \t])/g, "$1");
    if (inside.length > longest) throw new InputError(`${at}:${line}`, "a string is too long", "Shorten it.");
    return { kind: "string", text: inside, line };
  }
  if (!/^[\w:]/.test(part)) return { kind: "mark", text: part, line };
  const word = part.replaceAll("\\\n", "");
  return { kind: reserved.has(word) ? "key" : "word", text: word, line };
}

function expanded({ text, line }: Token, at: string, macros: ReadonlyMap<string, string>): Token[] {
  const value = macros.get(text.slice(1));
  if (value === undefined)
    throw new InputError(`${at}:${line}`, "a macro is not defined", 'Define it above: name = "value".');
  return tokensOf(value, at, undefined, line).map((each) => ({ ...each, line }));
}
