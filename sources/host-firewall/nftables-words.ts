import { Unread } from "./nftables-cursor.js";
import { FieldReader } from "./nftables-fields.js";
import type { Json } from "./nftables-json.js";
import { isSign, signAt, splitAt, type Tokens } from "./nftables-tokens.js";
import { bitwise, parameters, relations, statements } from "./nftables-vocabulary.js";

/**
 * The statements of a rule as `nft -j` lists them (libnftables-json(5)); from where it is not understood, one statement
 * `unread` that tells the place.
 */
export function statementsOf(tokens: Tokens): Json[] {
  const reader = new Reader(withoutEnds(tokens));
  const found: Json[] = [];
  try {
    while (!reader.done) for (const statement of reader.statement()) found.push(statement);
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    found.push({ unread: `${reader.at}, which is not understood` });
  }
  return found;
}

/** The elements of `{ … }`, of a set or a map. Undefined when one of them is not understood. */
export function elementsOf(tokens: Tokens): unknown[] | undefined {
  const found: unknown[] = [];
  try {
    for (const part of splitAt(tokens, ",")) {
      const words = withoutEnds(part);
      if (words.length > 0) for (const element of new Reader(words).element()) found.push(element);
    }
    return found;
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

/** Lines end within braces too. */
function withoutEnds(tokens: Tokens): Tokens {
  for (let i = 0; i < tokens.length; i++)
    if (signAt(tokens, i) === ";") return [...tokens].filter((token) => !isSign(token, ";"));
  return tokens;
}

class Reader extends FieldReader {
  protected over(tokens: Tokens): Reader {
    return new Reader(tokens);
  }

  statement(): Json[] {
    const word = this.peek();
    if (!statements.has(word)) return [this.match()];
    switch (word) {
      case "accept":
      case "drop":
      case "continue":
      case "return":
      case "notrack":
        this.take();
        return [{ [word]: null }];
      case "jump":
      case "goto":
        this.take();
        return [{ [word]: { target: this.take().text } }];
      case "reject":
        this.take();
        return [{ reject: this.answer() }];
      case "masquerade":
      case "snat":
      case "dnat":
      case "redirect":
      case "tproxy":
      case "synproxy":
      case "queue":
        this.next = this.tokens.length;
        return [{ [word]: null }];
      case "counter":
      case "quota":
      case "limit":
      case "log":
        this.take();
        while (this.parameter(word));
        return [{ [word]: null }];
      case "comment":
        this.take();
        this.take();
        return [];
      case "add":
      case "update":
      case "delete":
        return [this.setStatement()];
      // `flow`
      default:
        this.take();
        this.take();
        this.take();
        return [{ flow: null }];
    }
  }

  private match(): Json {
    if (this.peek() === "ct" && this.peek(1) === "count") {
      this.next += this.peek(2) === "over" ? 4 : 3;
      return { "ct count": null };
    }
    const left = this.left();
    const field = fieldOf(left);
    const op = this.peek();
    if (op === "set") {
      this.take();
      this.assigned();
      return { mangle: { key: left, value: null } };
    }
    if (op === "vmap") {
      this.take();
      return { vmap: { key: left, data: this.setOrName() } };
    }
    const relation = relations.get(op);
    if (relation !== undefined) this.take();
    const right = this.right();
    if (this.isNext("/")) {
      this.take();
      return { match: { op: relation ?? "==", left: { "&": [left, this.right()] }, right } };
    }
    const bits = bitwise.includes(field) && typeof right !== "object" ? "in" : "==";
    const listed = bitwise.includes(field) && Array.isArray(right) ? "in" : bits;
    const plain = typeof right === "string" && right.startsWith("@") ? "==" : listed;
    return { match: { op: relation ?? plain, left, right } };
  }

  private setStatement(): Json {
    this.take();
    if (!this.peek().startsWith("@")) throw new Unread();
    this.take();
    if (this.isNext("{")) {
      const before = this.next;
      while (!this.isNext("}")) this.take();
      if (this.next > before) this.take();
    }
    return { set: null };
  }

  private answer(): Json | null {
    if (this.peek() !== "with") return null;
    this.take();
    const kind = this.take().text;
    if (kind === "tcp") return this.take() && { type: "tcp reset" };
    if (this.peek() === "type") this.take();
    this.take();
    return { type: kind };
  }

  /** Takes one parameter of a statement; false when another statement follows. */
  private parameter(statement: string): boolean {
    const known = parameters[statement] ?? {};
    const word = this.peek();
    const amount = statement === "limit" || statement === "quota";
    if (amount && /^\d|^(?:[kmg]?bytes|packets)(?:\/\w+)?$/.test(word)) return this.take() !== undefined;
    if (!Object.hasOwn(known, word)) return false;
    this.take();
    const ofHeader = word === "flags" && ["tcp", "ip"].includes(this.peek());
    for (let i = ofHeader ? -1 : 0; i < (known[word] ?? 0); i++) this.take();
    while (this.peek() === ",") this.next += 2;
    return true;
  }

  /** The value that a field is set to, which changes nothing here. */
  private assigned(): void {
    const before = this.next;
    try {
      this.primary();
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      this.next = before;
      this.value();
    }
    while (["and", "or", "xor", "&", "|", "^", "<<", ">>"].includes(this.peek())) {
      this.take();
      this.value();
    }
    if (this.peek() === "map") throw new Unread();
  }
}

function fieldOf(left: Json): string {
  const payload = left.payload as Json | undefined;
  const ct = left.ct as Json | undefined;
  return String(payload?.protocol === "tcp" ? payload.field : (ct?.key ?? ""));
}
