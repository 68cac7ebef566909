/** A word, a quoted string or a sign of nftables' own syntax; `;` also stands for the end of a line. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** `file:line` */
  readonly at: string;
}

const address = "[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:/\\d+)?";
const first = "A-Za-z0-9_$@*./\\\\+";
const word = `[${first}](?:[${first}-]*[A-Za-z0-9_$@*./\\\\])?`;
const grammar = new RegExp(
  `(?<skip>[ \\t\\r]+|#[^\\n]*|\\\\\\n)|"(?<quoted>[^"\\n]*)"|(?:${address}-${address}|${address})|${word}|[=!<>]=|<<|>>|[^]`,
  "y",
);

const [tab, lineEnd, blank, plus, dash, colon, backslash] = [..."\t\n +-:\\"].map((sign) => sign.charCodeAt(0));
const carriage = "\r".charCodeAt(0);
const among = (signs: RegExp) =>
  Uint8Array.from({ length: 128 }, (_, code) => (signs.test(String.fromCharCode(code)) ? 1 : 0));
const isFirst = among(new RegExp(`[${first}]`));
const isHexadecimal = among(/[0-9a-fA-F]/);

/** Few tokens are asked where they stand. */
class PlacedToken implements Token {
  constructor(
    readonly text: string,
    readonly quoted: boolean,
    private readonly prefix: string,
    private readonly line: number,
  ) {}

  get at(): string {
    return this.prefix + this.line;
  }
}

/** Where the tokens of a text stand. */
class Scanned {
  length = 0;
  private starts = new Int32Array(1024);
  private ends = new Int32Array(1024);
  private lines = new Int32Array(1024);
  /** The code of a sign, of `$` before a name; 0 for other words, 1 for what is quoted. */
  private signs = new Uint16Array(1024);
  private readonly prefix: string;
  /** The one that was asked for last: readers look at a token several times before they take it. */
  private lastPlace = -1;
  private lastToken: Token | undefined;

  constructor(
    private readonly text: string,
    path: string,
  ) {
    this.prefix = `${path}:`;
  }

  add(start: number, end: number, line: number, isQuoted = false): void {
    if (this.length === this.starts.length) this.grow();
    const i = this.length++;
    const code = this.text.charCodeAt(start);
    this.starts[i] = start;
    this.ends[i] = end;
    this.lines[i] = line;
    this.signs[i] = isQuoted ? 1 : end - start === 1 || code === dollar ? code : 0;
  }

  private grow(): void {
    const twice = <A extends Int32Array | Uint16Array>(old: A, wide: A): A => {
      wide.set(old);
      return wide;
    };
    const length = this.length * 2;
    this.starts = twice(this.starts, new Int32Array(length));
    this.ends = twice(this.ends, new Int32Array(length));
    this.lines = twice(this.lines, new Int32Array(length));
    this.signs = twice(this.signs, new Uint16Array(length));
  }

  tokenAt(i: number): Token {
    if (this.lastToken && this.lastPlace === i) return this.lastToken;
    const sign = this.signs[i] as number;
    const text = sign === lineEnd ? ";" : this.text.slice(this.starts[i], this.ends[i]);
    this.lastPlace = i;
    this.lastToken = new PlacedToken(text, sign === 1, this.prefix, this.lines[i] as number);
    return this.lastToken;
  }

  signAt(i: number): string {
    const sign = this.signs[i] as number;
    return sign < 2 ? "" : sign === lineEnd ? ";" : (signTexts[sign] ?? String.fromCharCode(sign));
  }
}

const dollar = "$".charCodeAt(0);
const signTexts = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** Words and blanks, of which most of a text consists, are looked through by hand; the grammar reads the rest. */
export function scanned(text: string, path: string): Scanned {
  const found = new Scanned(text, path);
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === blank || code === tab || code === carriage) at++;
    else if (code === lineEnd) found.add(at, ++at, line++);
    else {
      const end = endOfWord(text, at);
      if (end > at) {
        found.add(at, end, line);
        at = end;
        continue;
      }
      grammar.lastIndex = at;
      const [whole, skipped, quoted] = grammar.exec(text) as unknown as [string, string?, string?];
      if (quoted !== undefined) found.add(at + 1, at + 1 + quoted.length, line, true);
      else if (skipped === undefined) found.add(at, at + whole.length, line);
      else if (whole.endsWith("\n")) line++;
      at += whole.length;
    }
  }
  return found;
}

/** Where a word ends that begins here; the same place where none does, or what may be an address of IPv6 or a line that goes on. */
function endOfWord(text: string, start: number): number {
  let end = start;
  if (text.charCodeAt(start) === backslash || !isFirst[text.charCodeAt(start)]) return start;
  while (isHexadecimal[text.charCodeAt(end)]) end++;
  if (text.charCodeAt(end) === colon) return start;
  for (let code = text.charCodeAt(end); isFirst[code] || code === dash; code = text.charCodeAt(end)) end++;
  for (let code = text.charCodeAt(end - 1); end > start + 1 && (code === dash || code === plus); ) {
    end--;
    code = text.charCodeAt(end - 1);
  }
  return end;
}
