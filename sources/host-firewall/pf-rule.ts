import { Ends } from "./pf-ends.js";
import type { Line, Tables } from "./pf-lines.js";
import type { Rule, Verdict } from "./ruleset.js";
import { flags, inDoubt, interfaceName, ofFamily, type Test } from "./tests.js";

/** A rule of one or both directions, and whether it ends the search. */
export interface PfRule extends Rule {
  readonly directions: readonly ("in" | "out")[];
  readonly quick: boolean;
}

/** The rule of a line that begins with `pass` or `block`. @throws InputError with `file:line`. */
export function filterRule(line: Line, tables: Tables, passes: boolean): PfRule[] {
  return new Reader(line, tables).rule(passes);
}

class Reader extends Ends {
  private verdict: Verdict = { kind: "drop" };

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
      else if (word === "proto") this.protocols(this.list());
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
}

/** `S/SA`: of the flags after the slash exactly those before it. */
function flagTest(text: string): Test {
  const [set = "", mask = ""] = text.split("/");
  const bits = (letters: string) => [...letters].reduce((all, letter) => all | (1 << "FSRPAUEW".indexOf(letter)), 0);
  return flags((byte) => (byte & bits(mask)) === bits(set));
}
