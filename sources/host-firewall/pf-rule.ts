import { onceFor } from "../../model/once.js";
import { Ends } from "./pf-ends.js";
import type { Line, Tables } from "./pf-lines.js";
import type { Rule, Verdict } from "./ruleset.js";
import { always, flags, inDoubt, interfaceName, ofFamily, type Test } from "./tests.js";

/** A rule of one or both directions, and whether it ends the search. */
export interface PfRule extends Rule {
  readonly directions: readonly ("in" | "out")[];
  readonly quick: boolean;
}

/** The rule of a line that begins with `pass` or `block`. @throws InputError with `file:line`. */
export type RuleReader = (line: Line, passes: boolean) => PfRule;

/** Rules of one file, which repeat few interfaces many times. */
export function ruleReader(tables: Tables): RuleReader {
  const through = onceFor(throughTest);
  return (line, passes) => new Reader(line, tables, through).rule(passes);
}

const accept: Verdict = { kind: "accept" };
const drop: Verdict = { kind: "drop" };
const reject: Verdict = { kind: "reject" };
const bothWays = ["in", "out"] as const;

class Reader extends Ends {
  private verdict = drop;

  constructor(
    line: Line,
    tables: Tables,
    private readonly through: (names: string) => Test,
  ) {
    super(line, tables);
  }

  rule(passes: boolean): PfRule {
    const { at, words } = this.line;
    if (passes) this.verdict = accept;
    let directions: PfRule["directions"] = bothWays;
    let quick = false;
    let tcpFlags = passes ? firstPackets : undefined;
    for (let word = this.take(); word !== undefined; word = this.take()) {
      if (word === "in" || word === "out") directions = [word];
      else if (word === "quick") quick = true;
      else if (["return", "return-rst", "return-icmp", "return-icmp6"].includes(word)) this.verdict = reject;
      else if (word === "on") this.tests.push(this.through(this.list().join("\n")));
      else if (word === "inet" || word === "inet6") this.tests.push(ofFamily(word === "inet" ? "ipv4" : "ipv6"));
      else if (word === "proto") this.protocols(this.list());
      else if (word === "from" || word === "to") this.end(word === "from" ? "source" : "destination");
      else if (word === "flags") tcpFlags = flagTest(this.take() ?? "any");
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
    if (tcpFlags) this.tests.push(tcpFlags);
    return { at, tests: this.tests.slice(), verdict: this.verdict, directions, quick };
  }

  private doubt(what: string, changes = false): void {
    if (changes) this.verdict = { kind: "unclear", what };
    else this.tests.push(inDoubt(what));
  }
}

function throughTest(listed: string): Test {
  const names = listed.split("\n");
  const negated = names[0] === "!";
  const own = names.filter((name) => name !== "!").map((name) => (/^lo\d*$/.test(name) ? "lo" : name));
  if (own.includes("any")) return always;
  const [inwards, outwards] = bothWays.map((side) => interfaceName(side, own, negated, "never equal")) as [Test, Test];
  return (packet) => (packet.side === "in" ? inwards : outwards)(packet);
}

/** `S/SA`: of the flags after the slash exactly those before it. Undefined for what asks for none. */
function flagTest(text: string): Test | undefined {
  const [set = "", mask = ""] = /^([FSRPAUEW]*)\/([FSRPAUEW]+)$/.exec(text)?.slice(1) ?? [];
  if (mask === "") return undefined;
  const bits = (letters: string) => [...letters].reduce((all, letter) => all | (1 << "FSRPAUEW".indexOf(letter)), 0);
  const [wanted, looked] = [bits(set), bits(mask)];
  return flags((byte) => (byte & looked) === wanted);
}

const firstPackets = flagTest("S/SA");
