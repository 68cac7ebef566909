import type { Json } from "./nftables-json.js";
import { isSign, splitAt, type Token } from "./nftables-tokens.js";

/** Words that begin a statement, so that they end the value before them. */
const statements = [
  ...["accept", "drop", "continue", "return", "reject", "jump", "goto", "counter", "log", "limit", "quota", "comment"],
  ...[
    "queue",
    "notrack",
    "masquerade",
    "snat",
    "dnat",
    "redirect",
    "tproxy",
    "synproxy",
    "add",
    "update",
    "delete",
    "flow",
  ],
];
const metaKeys = [
  ...["iif", "oif", "iifname", "oifname", "iiftype", "oiftype", "iifgroup", "oifgroup", "mark", "skuid", "skgid"],
  ...[
    "nfproto",
    "l4proto",
    "protocol",
    "length",
    "priority",
    "pkttype",
    "cpu",
    "cgroup",
    "rtclassid",
    "time",
    "hour",
    "day",
  ],
];
const headers = [
  ...["ip", "ip6", "tcp", "udp", "th", "icmp", "icmpv6", "sctp", "dccp", "udplite", "esp", "ah", "comp", "igmp"],
  ...["ether", "vlan", "arp"],
];
const relations: Readonly<Record<string, string>> = {
  ...{ "==": "==", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=" },
  ...{ eq: "==", ne: "!=", lt: "<", gt: ">", le: "<=", ge: ">=" },
};
/** Fields of which one bit is enough when no relation is written. */
const bitwise = ["flags", "state", "status"];

/** nft(8): the words after a statement, each with the number of its arguments. */
const parameters: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  counter: { packets: 1, bytes: 1, name: 1 },
  quota: { over: 0, until: 0, used: 0, name: 1 },
  limit: { rate: 0, over: 0, until: 0, burst: 0, name: 1 },
  log: {
    ...{ prefix: 1, level: 1, group: 1, snaplen: 1, "queue-threshold": 1, flags: 1 },
  },
};

/** Something that is written in nftables' syntax but not read here. */
class Unread extends Error {}

/**
 * The statements of a rule as `nft -j` lists them (libnftables-json(5)); from where it is not understood, one statement
 * `unread` that tells the place.
 */
export function statementsOf(tokens: readonly Token[]): Json[] {
  const reader = new Reader(tokens.filter((token) => !isSign(token, ";")));
  const found: Json[] = [];
  try {
    while (!reader.done) found.push(...reader.statement());
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    found.push({ unread: `${reader.at}, which is not understood` });
  }
  return found;
}

/** The elements of `{ … }`, of a set or a map. Undefined when one of them is not understood. */
export function elementsOf(tokens: readonly Token[]): unknown[] | undefined {
  try {
    return splitAt(
      tokens.filter((token) => !isSign(token, ";")),
      [","],
    ).flatMap((part) => new Reader(part).element());
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

class Reader {
  private next = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get done(): boolean {
    return this.next >= this.tokens.length;
  }

  get at(): string {
    return (this.tokens[Math.min(this.next, this.tokens.length - 1)] as Token).at;
  }

  statement(): Json[] {
    const word = this.peek();
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
      case "flow":
        this.take();
        this.take();
        this.take();
        return [{ flow: null }];
      default:
        return [this.match()];
    }
  }

  element(): unknown[] {
    if (isSign(this.tokens[this.next], "{")) return this.braced();
    const value = this.concatenated();
    const more = () => ["timeout", "expires", "comment", "counter", "limit", "packets", "bytes"].includes(this.peek());
    while (more()) this.next += this.peek() === "counter" ? 1 : 2;
    if (this.done) return [value];
    this.expect(":");
    const [verdict = null] = this.statement();
    if (!this.done) throw new Unread();
    return [[value, verdict]];
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
    const relation = Object.hasOwn(relations, op) ? relations[op] : undefined;
    if (relation !== undefined) this.take();
    const right = this.right();
    if (isSign(this.tokens[this.next], "/")) {
      this.take();
      return { match: { op: relation ?? "==", left: { "&": [left, this.right()] }, right } };
    }
    const bits = bitwise.includes(field) && typeof right !== "object" ? "in" : "==";
    const listed = bitwise.includes(field) && Array.isArray(right) ? "in" : bits;
    const plain = typeof right === "string" && right.startsWith("@") ? "==" : listed;
    return { match: { op: relation ?? plain, left, right } };
  }

  private left(): Json {
    const parts = [this.primary()];
    while (this.peek() === ".") {
      this.take();
      parts.push(this.primary());
    }
    const [first] = parts as [Json];
    if (parts.length > 1) return { concat: parts };
    if (this.peek() === "&" || this.peek() === "and") {
      this.take();
      return { "&": [first, this.right()] };
    }
    if (["|", "^", "<<", ">>", "or", "xor", "map"].includes(this.peek())) throw new Unread();
    return first;
  }

  private primary(): Json {
    const word = this.take().text;
    if (word === "meta") return { meta: { key: this.take().text } };
    if (metaKeys.includes(word)) return { meta: { key: word } };
    if (word === "ct") return this.tracked();
    if (word === "tcp" && this.peek() === "option") {
      this.take();
      const name = this.take().text;
      if (["size", "length", "kind", "left", "right", "tsval", "tsecr", "count"].includes(this.peek())) this.take();
      return { "tcp option": { name } };
    }
    if (word === "fib") return this.fib();
    if (headers.includes(word)) return { payload: { protocol: word, field: this.take().text } };
    throw new Unread();
  }

  private tracked(): Json {
    const first = this.take().text;
    if (first !== "original" && first !== "reply") return { ct: { key: first } };
    const key = this.take().text;
    return { ct: { key: ["ip", "ip6"].includes(key) ? `${key} ${this.take().text}` : key, dir: first } };
  }

  private fib(): Json {
    const flags = [this.take().text];
    while (this.peek() === ".") {
      this.take();
      flags.push(this.take().text);
    }
    return { fib: { result: this.take().text, flags } };
  }

  private right(): unknown {
    if (isSign(this.tokens[this.next], "{")) return { set: this.braced() };
    const list = [this.concatenated()];
    while (this.peek() === "," || this.peek() === "|") {
      this.take();
      list.push(this.concatenated());
    }
    return list.length === 1 ? list[0] : list;
  }

  private concatenated(): unknown {
    const parts = [this.value()];
    while (this.peek() === ".") {
      this.take();
      parts.push(this.value());
    }
    return parts.length === 1 ? parts[0] : { concat: parts };
  }

  private value(): unknown {
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
    if (!/^[@A-Za-z0-9_.*:/+-]/.test(token.text) || statements.includes(token.text)) throw new Unread();
    const [low = "", high] = rangeOf(token.text);
    if (high !== undefined) return { range: [valueFrom(low), valueFrom(high)] };
    return valueFrom(token.text);
  }

  private setOrName(): unknown {
    return isSign(this.tokens[this.next], "{") ? { set: this.braced() } : this.value();
  }

  private braced(): unknown[] {
    const start = this.next + 1;
    let depth = 0;
    do {
      const token = this.take();
      if (isSign(token, "{")) depth++;
      if (isSign(token, "}")) depth--;
    } while (depth > 0);
    return splitAt(this.tokens.slice(start, this.next - 1), [","]).flatMap((part) => new Reader(part).element());
  }

  private setStatement(): Json {
    this.take();
    if (!this.peek().startsWith("@")) throw new Unread();
    this.take();
    if (isSign(this.tokens[this.next], "{")) {
      const before = this.next;
      while (!isSign(this.tokens[this.next], "}")) this.take();
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

  private expect(sign: string): void {
    if (!isSign(this.tokens[this.next], sign)) throw new Unread();
    this.next++;
  }

  private peek(ahead = 0): string {
    const token = this.tokens[this.next + ahead];
    return token && !token.quoted ? token.text : "";
  }

  private take(): Token {
    const token = this.tokens[this.next];
    if (!token) throw new Unread();
    this.next++;
    return token;
  }
}

function fieldOf(left: Json): string {
  const payload = left.payload as Json | undefined;
  const ct = left.ct as Json | undefined;
  return String(payload?.protocol === "tcp" ? payload.field : (ct?.key ?? ""));
}

/** `465-587`, `192.0.2.1-192.0.2.9`, `fd00::1-fd00::9`; a dash in a name is none of these. */
function rangeOf(text: string): string[] {
  const ends = text.split("-");
  const isEnd = (end: string) => /^\d+$|^\d+(\.\d+){3}$|:/.test(end);
  return ends.length === 2 && ends.every(isEnd) ? ends : [text];
}

function valueFrom(text: string): unknown {
  if (/^\d+$|^0x[0-9a-fA-F]+$/.test(text)) return Number(text);
  const [addr = "", length] = text.split("/");
  if (/^\d+(\.\d+){3}$|:/.test(addr) && length !== undefined && /^\d+$/.test(length)) {
    return { prefix: { addr, len: Number(length) } };
  }
  return text;
}
