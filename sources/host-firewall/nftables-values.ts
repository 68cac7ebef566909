import { Cursor, Unread } from "./nftables-cursor.js";
import type { Json } from "./nftables-json.js";
import { isSign, splitAt, type Tokens } from "./nftables-tokens.js";
import { statements } from "./nftables-vocabulary.js";

/** Reads what fields are compared with: values, lists, sets and the elements of maps, which lead to statements. */
export abstract class ValueReader extends Cursor {
  abstract statement(): Json[];

  protected abstract over(tokens: Tokens): ValueReader;

  element(): unknown[] {
    if (this.isNext("{")) return this.braced();
    const value = this.concatenated();
    const more = () => ["timeout", "expires", "comment", "counter", "limit", "packets", "bytes"].includes(this.peek());
    while (more()) this.next += this.peek() === "counter" ? 1 : 2;
    if (this.done) return [value];
    this.expect(":");
    const [verdict = null] = this.statement();
    if (!this.done) throw new Unread();
    return [[value, verdict]];
  }

  protected right(): unknown {
    if (this.isNext("{")) return { set: this.braced() };
    const first = this.concatenated();
    if (!isListSign(this.peek())) return first;
    const list = [first];
    while (isListSign(this.peek())) {
      this.take();
      list.push(this.concatenated());
    }
    return list;
  }

  protected concatenated(): unknown {
    const first = this.value();
    if (!this.isNext(".")) return first;
    const parts = [first];
    while (this.isNext(".")) {
      this.take();
      parts.push(this.value());
    }
    return { concat: parts };
  }

  protected value(): unknown {
    const token = this.take();
    if (token.quoted) return token.text;
    if (token.text === "(") {
      const inside: unknown[] = [];
      while (this.peek() !== ")") {
        if (["|", ","].includes(this.peek())) this.take();
        inside.push(this.value());
      }
      this.take();
      return inside.length === 1 ? inside[0] : inside;
    }
    if (!/^[@A-Za-z0-9_.*:/+-]/.test(token.text) || statements.has(token.text)) throw new Unread();
    if (!token.text.includes("-")) return valueFrom(token.text);
    const [low = "", high] = rangeOf(token.text);
    if (high !== undefined) return { range: [valueFrom(low), valueFrom(high)] };
    return valueFrom(token.text);
  }

  protected setOrName(): unknown {
    return this.isNext("{") ? { set: this.braced() } : this.value();
  }

  protected braced(): unknown[] {
    const start = this.next + 1;
    let depth = 0;
    do {
      const token = this.take();
      if (isSign(token, "{")) depth++;
      if (isSign(token, "}")) depth--;
    } while (depth > 0);
    const found: unknown[] = [];
    for (const part of splitAt(this.tokens.slice(start, this.next - 1), ","))
      for (const element of this.over(part).element()) found.push(element);
    return found;
  }
}

function isListSign(sign: string): boolean {
  return sign === "," || sign === "|";
}

/** `465-587`, `192.0.2.1-192.0.2.9`, `fd00::1-fd00::9`; a dash in a name is none of these. */
function rangeOf(text: string): string[] {
  const ends = text.split("-");
  const isEnd = (end: string) => /^\d+$|^\d+(\.\d+){3}$|:/.test(end);
  return ends.length === 2 && ends.every(isEnd) ? ends : [text];
}

function valueFrom(text: string): unknown {
  if (/^\d+$|^0x[0-9a-fA-F]+$/.test(text)) return Number(text);
  if (!text.includes("/")) return text;
  const [addr = "", length] = text.split("/");
  if (/^\d+(\.\d+){3}$|:/.test(addr) && length !== undefined && /^\d+$/.test(length)) {
    return { prefix: { addr, len: Number(length) } };
  }
  return text;
}
