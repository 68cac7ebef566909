import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { PortSet } from "../../model/ports.js";
import { familySets } from "./box.js";
import { type Line, linesOf, type Tables } from "./pf-lines.js";
import type { BaseChain, Rule, Verdict } from "./ruleset.js";
import { statefulChain } from "./stateful.js";
import {
  address,
  always,
  destinationPort,
  flags,
  inDoubt,
  interfaceName,
  never,
  ofFamily,
  others,
  sourcePort,
  type Test,
  tcpOnly,
} from "./tests.js";
import { portOf } from "./values.js";

/** A rule of one or both directions, and whether it ends the search. */
interface PfRule extends Rule {
  readonly directions: readonly ("in" | "out")[];
  readonly quick: boolean;
}

/** Words that begin a line of pf.conf(5) with no say about TCP to or from this host. */
const idle = ["set", "scrub", "match", "queue", "altq", "antispoof", "nat", "binat", "no", "table", "nat-anchor"];

/** pf.conf: a `pass` or `block` with words that stand in no other file. */
export function recognisesPf(start: string): boolean {
  return (
    /^\s*(?:pass|block)\s+(?:(?:in|out|all|quick|log|drop|return|on|inet6?|proto|from)\b|$)/m.test(start) &&
    !/^\s*[[{<]/.test(start)
  );
}

/**
 * Reads pf.conf(5): the last rule that matches decides, unless one before says `quick`; `pass` keeps state.
 * @throws InputError with `file:line`.
 */
export function readPf(text: string, path: string): BaseChain[] {
  const { lines, tables } = linesOf(text, path);
  const rules = lines.flatMap((line) => ruleOf(line, tables));
  return (["in", "out"] as const).map((direction) => {
    const own = rules.filter(({ directions }) => directions.includes(direction));
    const ordered = [...own.filter(({ quick }) => quick), ...own.filter(({ quick }) => !quick).reverse()];
    return statefulChain(direction, {
      layer: "pf",
      at: path,
      rules: [...ordered, unmatched(rules, direction, path)],
      policy: "accept",
    });
  });
}

/** What no rule matches passes without a state, so that a rule may stop its answers. */
function unmatched(rules: readonly PfRule[], direction: "in" | "out", path: string): Rule {
  const back = rules.some(
    ({ directions, verdict }) => verdict.kind !== "accept" && directions.some((each) => each !== direction),
  );
  const what = "whether answers pass to what no rule matches, which keeps no state";
  return { at: path, tests: [], verdict: back ? { kind: "unclear", what } : { kind: "accept" } };
}

function ruleOf(line: Line, tables: Tables): PfRule[] {
  const [first = ""] = line.words;
  if (first === "set" && line.words[1] === "skip") return skipped(line);
  const passes = first === "pass";
  if (first === "match" && !line.words.some((word) => word === "rdr-to")) return [];
  if (first === "rdr" || first === "match") return [unclear(line, "a redirection")];
  if (first === "anchor" || first === "include" || first === "rdr-anchor")
    return [unclear(line, `${line.at}: ${first}, which is not read`)];
  if (!passes && first !== "block") {
    if (idle.includes(first) || first === "load") return [];
    throw new InputError(line.at, "no line of pf.conf", "Check the file with `pfctl -nf`.");
  }
  return new Reader(line, tables).rule(passes);
}

function unclear({ at }: Line, what: string): PfRule {
  return { at, tests: [], verdict: { kind: "unclear", what }, directions: ["in", "out"], quick: true };
}

function skipped({ at, words }: Line): PfRule[] {
  const names = words.slice(3).filter((word) => !["{", "}", ","].includes(word) && !/^lo\d*$/.test(word));
  return names.length === 0
    ? []
    : [
        {
          at,
          tests: [inDoubt("the interface of the connection")],
          verdict: { kind: "accept" },
          directions: ["in", "out"],
          quick: true,
        },
      ];
}

class Reader {
  private next = 1;
  private readonly tests: Test[] = [];
  private verdict: Verdict = { kind: "drop" };

  constructor(
    private readonly line: Line,
    private readonly tables: Tables,
  ) {}

  rule(passes: boolean): PfRule[] {
    const { at, words } = this.line;
    if (passes) this.verdict = { kind: "accept" };
    let directions: PfRule["directions"] = ["in", "out"];
    let quick = false;
    let tcpFlags = passes ? "S/SA" : "any";
    for (let word = this.take(); word !== undefined; word = this.take()) {
      if (word === "in" || word === "out") directions = [word];
      else if (word === "quick") quick = true;
      else if (["return", "return-rst", "return-icmp", "return-icmp6"].includes(word))
        this.verdict = { kind: "reject" };
      else if (word === "on") this.through(this.list());
      else if (word === "inet" || word === "inet6") this.tests.push(ofFamily(word === "inet" ? "ipv4" : "ipv6"));
      else if (word === "proto")
        this.tests.push(this.list().some((each) => each === "tcp" || each === "6") ? tcpOnly : never);
      else if (word === "from" || word === "to") this.end(word === "from" ? "source" : "destination");
      else if (word === "flags") tcpFlags = this.take() ?? "any";
      else if (word === "no" && words[this.next] === "state") this.doubt("no state, so that answers are judged apart");
      else if (["rdr-to", "divert-to", "divert-packet", "route-to", "reply-to", "af-to", "dup-to"].includes(word))
        this.doubt(`the ${word} of this rule`, true);
      else if (
        ["user", "group", "os", "tagged", "probability", "received-on", "rtable", "rdomain", "once", "!"].includes(word)
      )
        this.doubt(word);
      else if (["label", "tag", "queue", "set", "tos", "prio", "nat-to"].includes(word)) this.list();
      else if (word === "(") this.skipParenthesis();
      else if (
        ![
          "all",
          "log",
          "drop",
          "keep",
          "modulate",
          "synproxy",
          "state",
          "allow-opts",
          "static-port",
          "fragment",
        ].includes(word)
      )
        this.doubt(`${at}: "${word}", which is not read`);
    }
    if (tcpFlags !== "any" && /^[FSRPAUEW]*\/[FSRPAUEW]+$/.test(tcpFlags)) this.tests.push(flagTest(tcpFlags));
    return [{ at, tests: this.tests, verdict: this.verdict, directions, quick }];
  }

  private doubt(what: string, changes = false): void {
    if (changes) this.verdict = { kind: "unclear", what };
    else this.tests.push(inDoubt(what));
  }

  private through(names: readonly string[]): void {
    const negated = names[0] === "!";
    const own = names.filter((name) => name !== "!").map((name) => (/^lo\d*$/.test(name) ? "lo" : name));
    if (own.includes("any")) return;
    this.tests.push((packet) => interfaceName(packet.side, own, negated, "never equal")(packet));
  }

  /** `from` or `to`: hosts and, after `port`, ports. */
  private end(end: "source" | "destination"): void {
    if (this.line.words[this.next] !== "port") this.hosts(end, this.list());
    if (this.line.words[this.next] !== "port") return;
    this.next++;
    const ports = this.ports();
    const make = end === "source" ? sourcePort : destinationPort;
    this.tests.push(ports === undefined ? inDoubt(`the ports of ${this.line.at}`) : make(ports));
  }

  private hosts(end: "source" | "destination", words: readonly string[]): void {
    const sets: AddressSet[] = [];
    for (let i = 0; i < words.length; i++) {
      const negated = words[i] === "!";
      if (negated) i++;
      const word = words[i] ?? "";
      const isUs = word === "self" && !negated;
      const set = word === "any" ? AddressSet.everything : this.hostSet(word);
      if (isUs) {
        this.tests.push((packet) => ((end === "destination") === (packet.side === "in") ? always : perhapsUs)(packet));
        return;
      }
      if (set === undefined) {
        this.tests.push(inDoubt(`the addresses of ${word}`));
        return;
      }
      const family =
        set.ipv4.length === 0 ? familySets.ipv6 : set.ipv6.length === 0 ? familySets.ipv4 : AddressSet.everything;
      sets.push(negated ? family.subtract(set) : set);
    }
    const found = AddressSet.union(...sets);
    if (!found.equals(AddressSet.everything)) this.tests.push(address(end, found, AddressSet.everything));
  }

  private hostSet(word: string): AddressSet | undefined {
    if (word.startsWith("<")) return this.tables.get(word.slice(1, -1));
    return addressSet(word, this.line.at);
  }

  private ports(): PortSet | undefined {
    const signs = ["=", "!=", "<", "<=", ">", ">="];
    const sign = signs.includes(this.line.words[this.next] ?? "") ? this.take() : "=";
    const words = this.list();
    const middle = this.line.words[this.next];
    const between = middle === "><" || middle === "<>";
    if (between) this.next++;
    const high = between ? portOf(this.take() ?? "") : undefined;
    try {
      const sets = words.map((word) => {
        const [low, top = low] = word.split(":").map((part) => portOf(part));
        return low === undefined || top === undefined ? undefined : PortSet.range(low, top);
      });
      if (!sets.every((set) => set !== undefined)) return undefined;
      const set = PortSet.union(...sets);
      const low = set.ranges[0]?.[0] ?? 0;
      if (between) {
        if (high === undefined) return undefined;
        const inner = high - low > 1 ? PortSet.range(low + 1, high - 1) : PortSet.empty;
        return middle === "><" ? inner : others(inner.union(PortSet.of(low, high)));
      }
      const from = (port: number) => (port > 65535 ? PortSet.empty : PortSet.range(port, 65535));
      const relation = {
        "=": set,
        "!=": others(set),
        "<": others(from(low)),
        "<=": others(from(low + 1)),
        ">": from(low + 1),
        ">=": from(low),
      };
      return relation[sign as keyof typeof relation];
    } catch (error) {
      if (error instanceof RangeError)
        throw new InputError(this.line.at, error.message, "Expected `587`, `465:587` or a service.");
      throw error;
    }
  }

  /** One word, or those between braces. */
  private list(): string[] {
    const { words } = this.line;
    const negated = words[this.next] === "!";
    if (negated) this.next++;
    if (words[this.next] === "(") {
      this.next++;
      const inside = words[this.next] ?? "";
      this.skipParenthesis();
      return [...(negated ? ["!"] : []), `(${inside})`];
    }
    if (words[this.next] !== "{") return [...(negated ? ["!"] : []), this.take() ?? ""];
    const close = words.indexOf("}", this.next);
    if (close < 0) throw new InputError(this.line.at, "a brace that is not closed", "Check the file with `pfctl -nf`.");
    const inside = words.slice(this.next + 1, close).filter((word) => word !== "," && word !== "{");
    this.next = close + 1;
    return inside;
  }

  private skipParenthesis(): void {
    const close = this.line.words.indexOf(")", this.next);
    this.next = close < 0 ? this.line.words.length : close + 1;
  }

  private take(): string | undefined {
    return this.line.words[this.next++];
  }
}

const perhapsUs: Test = inDoubt("the host's address");

/** `S/SA`: of the flags after the slash exactly those before it. */
function flagTest(text: string): Test {
  const [set = "", mask = ""] = text.split("/");
  const bits = (letters: string) => [...letters].reduce((all, letter) => all | (1 << "FSRPAUEW".indexOf(letter)), 0);
  return flags((byte) => (byte & bits(mask)) === bits(set));
}

/** Undefined for interfaces and names, whose addresses the host alone knows. */
export function addressSet(word: string, at: string): AddressSet | undefined {
  if (!/^[\d.]+(?:\/\d+)?$|^[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:\/\d+)?$/.test(word)) return undefined;
  try {
    return AddressSet.of(word);
  } catch (error) {
    throw new InputError(at, (error as RangeError).message, "Expected `192.0.2.1` or `192.0.2.0/24`.");
  }
}
