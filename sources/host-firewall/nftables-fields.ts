import { Unread } from "./nftables-cursor.js";
import type { Json } from "./nftables-json.js";
import { ValueReader } from "./nftables-values.js";
import { headers, metaKeys } from "./nftables-vocabulary.js";

/** Reads what a match looks at: fields of headers and of the packet's surroundings, alone, joined or masked. */
export abstract class FieldReader extends ValueReader {
  protected left(): Json {
    const first = this.primary();
    const behind = this.peek();
    if (behind === ".") {
      const parts = [first];
      while (this.peek() === ".") {
        this.take();
        parts.push(this.primary());
      }
      return { concat: parts };
    }
    if (behind === "&" || behind === "and") {
      this.take();
      return { "&": [first, this.right()] };
    }
    if (["|", "^", "<<", ">>", "or", "xor", "map"].includes(behind)) throw new Unread();
    return first;
  }

  protected primary(): Json {
    const word = this.take().text;
    if (word === "meta") return { meta: { key: this.take().text } };
    if (metaKeys.has(word)) return { meta: { key: word } };
    if (word === "ct") return this.tracked();
    if (word === "tcp" && this.peek() === "option") {
      this.take();
      const name = this.take().text;
      if (["size", "length", "kind", "left", "right", "tsval", "tsecr", "count"].includes(this.peek())) this.take();
      return { "tcp option": { name } };
    }
    if (word === "fib") return this.fib();
    if (headers.has(word)) return { payload: { protocol: word, field: this.take().text } };
    throw new Unread();
  }

  protected tracked(): Json {
    const first = this.take().text;
    if (first !== "original" && first !== "reply") return { ct: { key: first } };
    const key = this.take().text;
    return { ct: { key: ["ip", "ip6"].includes(key) ? `${key} ${this.take().text}` : key, dir: first } };
  }

  protected fib(): Json {
    const flags = [this.take().text];
    while (this.peek() === ".") {
      this.take();
      flags.push(this.take().text);
    }
    return { fib: { result: this.take().text, flags } };
  }
}
