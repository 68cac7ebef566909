import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import type { LookupType } from "./tables.js";

/** A text, known to the letter or only known not to be empty (`vague` names what it is). */
export type Text = { readonly text: string } | { readonly vague: string };

/** What stands outside of the text. */
export interface Scope {
  readonly variable: (name: string) => Maybe<Text>;
  readonly isThere: (path: string) => Maybe<boolean>;
  /** Whether the client is in a list of addresses; undefined for a list of anything else. */
  readonly isAmong: (list: string) => Maybe<boolean> | undefined;
  /** What `lsearch` and `iplsearch` find in a file; undefined where nothing is there. */
  readonly find: (type: LookupType, key: Text, path: string) => Maybe<string | undefined>;
}

/** `text` cannot be expanded by us: a lookup, an operator that is not folded. */
class NotFolded extends Error {}

const deepest = 50;

/**
 * Expands the forms that decide most configurations: variables, `${if …}` over comparisons, `${lc:}`, `${uc:}`; what
 * else stands in the text makes it unknown.
 * @param place names the setting and its line.
 */
export function expand(text: string, scope: Scope, place: string): Maybe<Text> {
  try {
    const reader = new Expander(text, scope, place);
    const found = reader.string("", 0);
    return reader.atEnd ? found : unknown(place);
  } catch (error) {
    if (error instanceof NotFolded || error instanceof RangeError) return unknown(place);
    throw error;
  }
}

/** The text alone; what is only vague is unknown. */
export function expandExactly(text: string, scope: Scope, place: string): Maybe<string> {
  const found = expand(text, scope, place);
  if (isUnknown(found)) return found;
  return "text" in found ? found.text : unknown(place);
}

class Expander {
  private at = 0;
  /** What lookups around this place have found, for `$value`. */
  private readonly values: Maybe<Text>[] = [];

  constructor(
    private readonly source: string,
    private readonly scope: Scope,
    private readonly place: string,
  ) {}

  get atEnd(): boolean {
    return this.at >= this.source.length;
  }

  /** Up to one of the marks that end it, which is left. */
  string(ends: string, depth: number): Maybe<Text> {
    if (depth > deepest) throw new NotFolded();
    let text = "";
    let vague: string | undefined;
    let open: Maybe<Text> | undefined;
    while (!this.atEnd && !ends.includes(this.source[this.at] as string)) {
      const character = this.source[this.at++] as string;
      if (character === "\\") text += this.escape();
      else if (character !== "$") text += character;
      else {
        const part = this.dollar(depth);
        if (isUnknown(part)) open ??= part;
        else if ("vague" in part) vague ??= part.vague;
        else text += part.text;
      }
    }
    return open ?? (vague === undefined ? { text } : { vague });
  }

  private escape(): string {
    const next = this.source[this.at++] ?? "";
    if (next === "N") {
      const end = this.source.indexOf("\\N", this.at);
      const text = this.source.slice(this.at, end < 0 ? undefined : end);
      this.at = end < 0 ? this.source.length : end + 2;
      return text;
    }
    if (/[0-9x]/.test(next)) throw new NotFolded();
    return { n: "\n", t: "\t", r: "\r" }[next] ?? next;
  }

  private dollar(depth: number): Maybe<Text> {
    const name = /[A-Za-z_]\w*/y;
    name.lastIndex = this.at;
    const plain = name.exec(this.source)?.[0];
    if (plain !== undefined) {
      this.at += plain.length;
      return this.named(plain);
    }
    if (this.source[this.at++] !== "{") throw new NotFolded();
    const head = /\s*([A-Za-z_]\w*)\s*/y;
    head.lastIndex = this.at;
    const word = head.exec(this.source)?.[1];
    if (word === undefined) throw new NotFolded();
    this.at = head.lastIndex;
    if (this.take("}")) return this.named(word);
    if (word === "if") return this.conditional(depth);
    if (word === "lookup") return this.lookup(depth);
    if ((word === "lc" || word === "uc") && this.take(":")) {
      const inner = this.string("}", depth + 1);
      this.need("}");
      if (isUnknown(inner) || "vague" in inner) return inner;
      return { text: word === "lc" ? inner.text.toLowerCase() : inner.text.toUpperCase() };
    }
    throw new NotFolded();
  }

  private named(name: string): Maybe<Text> {
    const value = name === "value" ? this.values.at(-1) : undefined;
    return value ?? this.scope.variable(name);
  }

  /** `${lookup{key} lsearch{/file} {found} {not}}`; without the first branch it is what was found. */
  private lookup(depth: number): Maybe<Text> {
    const key = this.argument(depth);
    this.blanks();
    const type = /(?:ip)?lsearch\b(?=\s*\{)/y;
    type.lastIndex = this.at;
    const name = type.exec(this.source)?.[0];
    if (name === undefined) throw new NotFolded();
    this.at += name.length;
    const path = this.argument(depth);
    if (isUnknown(key)) return key;
    if (isUnknown(path) || !("text" in path)) return unknown(this.place);
    const found = this.scope.find(name as LookupType, key, path.text.trim());
    this.values.push(isUnknown(found) ? found : { text: found ?? "" });
    this.blanks();
    const yes = this.take("}") ? undefined : this.branch(depth);
    const value = this.values.pop() as Maybe<Text>;
    if (!yes) return value;
    this.blanks();
    const no: Maybe<Text> = this.source[this.at] === "{" ? this.branch(depth) : { text: "" };
    this.blanks();
    this.need("}");
    return isUnknown(found) ? found : found === undefined ? no : yes;
  }

  private conditional(depth: number): Maybe<Text> {
    const holds = this.condition(depth + 1);
    this.blanks();
    // Without branches it is `true` or nothing.
    if (this.take("}")) return isUnknown(holds) ? holds : { text: holds ? "true" : "" };
    const yes = this.branch(depth);
    this.blanks();
    const no: Maybe<Text> = this.source[this.at] === "{" ? this.branch(depth) : { text: "" };
    this.blanks();
    this.need("}");
    if (!isUnknown(holds)) return holds ? yes : no;
    return JSON.stringify(yes) === JSON.stringify(no) && !isUnknown(yes) && "text" in yes ? yes : holds;
  }

  private branch(depth: number): Maybe<Text> {
    this.need("{");
    const text = this.string("}", depth + 1);
    this.need("}");
    return text;
  }

  private condition(depth: number): Maybe<boolean> {
    if (depth > deepest) throw new NotFolded();
    this.blanks();
    if (this.take("!")) {
      const inner = this.condition(depth + 1);
      return isUnknown(inner) ? inner : !inner;
    }
    const word = /==?|[<>]=?|[A-Za-z_]+/y;
    word.lastIndex = this.at;
    const name = word.exec(this.source)?.[0];
    if (name === undefined) throw new NotFolded();
    this.at += name.length;
    if (name === "def") return this.defined();
    this.blanks();
    if (name === "exists") return this.exists(depth);
    if (name === "match_ip") return this.among(depth);
    if (name === "and" || name === "or") return this.combined(name, depth);
    if (name === "bool" || name === "bool_lax") {
      const value = this.argument(depth);
      return isUnknown(value) ? value : "text" in value ? this.truth(value.text) : unknown(this.place);
    }
    const compare = comparisons[name];
    if (!compare) throw new NotFolded();
    const [one, other] = [this.argument(depth), this.argument(depth)];
    if (isUnknown(one)) return one;
    if (isUnknown(other)) return other;
    if ("text" in one && "text" in other) return compare(one.text, other.text) ?? unknown(this.place);
    const sameness = name === "eq" || name === "eqi";
    // What is not empty does not equal nothing.
    if (sameness && (("text" in one && one.text === "") || ("text" in other && other.text === ""))) return false;
    return unknown(this.place);
  }

  private combined(word: "and" | "or", depth: number): Maybe<boolean> {
    const parts: Maybe<boolean>[] = [];
    this.need("{");
    this.blanks();
    while (this.take("{")) {
      parts.push(this.condition(depth + 1));
      this.blanks();
      this.need("}");
      this.blanks();
    }
    this.need("}");
    const decisive = word === "or";
    if (parts.includes(decisive)) return decisive;
    return parts.find((each) => isUnknown(each)) ?? !decisive;
  }

  private defined(): Maybe<boolean> {
    const name = /:([A-Za-z_]\w*)/y;
    name.lastIndex = this.at;
    const found = name.exec(this.source)?.[1];
    if (found === undefined) throw new NotFolded();
    this.at = name.lastIndex;
    const value = this.named(found);
    return isUnknown(value) ? value : "vague" in value || value.text !== "";
  }

  private among(depth: number): Maybe<boolean> {
    const [who, list] = [this.argument(depth), this.argument(depth)];
    if (isUnknown(who)) return who;
    if (isUnknown(list)) return list;
    const isClient = "vague" in who && who.vague === "$sender_host_address";
    return (isClient && "text" in list ? this.scope.isAmong(list.text) : undefined) ?? unknown(this.place);
  }

  private exists(depth: number): Maybe<boolean> {
    const path = this.argument(depth);
    if (isUnknown(path)) return path;
    return "text" in path ? this.scope.isThere(path.text.trim()) : unknown(this.place);
  }

  private argument(depth: number): Maybe<Text> {
    this.blanks();
    return this.branch(depth);
  }

  private truth(text: string): Maybe<boolean> {
    return truthOf(text) ?? unknown(this.place);
  }

  private blanks(): void {
    while (/\s/.test(this.source[this.at] ?? "")) this.at++;
  }

  private take(mark: string): boolean {
    if (this.source[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private need(mark: string): void {
    if (!this.take(mark)) throw new NotFolded();
  }
}

/** `true`, `yes`, a number but 0; `false`, `no`, nothing, 0; undefined for other words. */
export function truthOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (/^-?\d+$/.test(word)) return Number(word) !== 0;
  if (word === "true" || word === "yes") return true;
  return word === "" || word === "false" || word === "no" ? false : undefined;
}

const comparisons: Readonly<Record<string, (one: string, other: string) => boolean | undefined>> = {
  eq: (one, other) => one === other,
  eqi: (one, other) => one.toLowerCase() === other.toLowerCase(),
  inlist: (one, other) => (/[+!<]/.test(other) ? undefined : plainItems(other).includes(one)),
  inlisti: (one, other) =>
    /[+!<]/.test(other) ? undefined : plainItems(other.toLowerCase()).includes(one.toLowerCase()),
  "=": numbers((one, other) => one === other),
  "==": numbers((one, other) => one === other),
  "<": numbers((one, other) => one < other),
  "<=": numbers((one, other) => one <= other),
  ">": numbers((one, other) => one > other),
  ">=": numbers((one, other) => one >= other),
};

function plainItems(list: string): string[] {
  return list.split(":").map((each) => each.trim());
}

function numbers(compare: (one: number, other: number) => boolean) {
  return (one: string, other: string): boolean | undefined => {
    const whole = /^\s*-?\d+\s*$/;
    return whole.test(one) && whole.test(other) ? compare(Number(one), Number(other)) : undefined;
  };
}
