/** Key and value of a line: the key lies between two offsets of the text. */
export interface Pair {
  readonly from: number;
  readonly to: number;
  readonly value: string;
  readonly line: number;
}

/** Every line that has key and value and is no comment. Lists of blocked addresses have hundred thousands of them. */
export function* pairsOf(text: string): Generator<Pair> {
  for (let from = 0, line = 1; from < text.length; line++) {
    const end = text.indexOf("\n", from);
    const stop = end < 0 ? text.length : end;
    let to = from;
    while (to < stop && !isSpace(text.charCodeAt(to))) to++;
    const value = text.slice(to, stop).trim();
    if (to > from && value !== "" && text[from] !== "#") yield { from, to, value, line };
    from = stop + 1;
  }
}

/** As `\s` has it. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(String.fromCharCode(code)));
}

/** `connect` of `Connect:192.0.2`; nothing before an address of IPv6 or where no tag stands. */
export function tagAt(text: string, from: number, to: number): string {
  let end = from;
  while (end < to && isWord(text.charCodeAt(end))) end++;
  if (end === from || end === to || text[end] !== ":") return "";
  const tag = text.slice(from, end).toLowerCase();
  return tag === "ipv6" ? "" : tag;
}

/** A letter of ASCII, or `_`. */
function isWord(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || code === 95;
}
