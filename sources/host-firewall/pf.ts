import { InputError } from "../../model/errors.js";
import { type Line, linesOf } from "./pf-lines.js";
import { type PfRule, type RuleReader, ruleReader } from "./pf-rule.js";
import type { BaseChain, Rule } from "./ruleset.js";
import { statefulChain } from "./stateful.js";
import { inDoubt } from "./tests.js";

/** Words that begin a line of pf.conf(5) with no say about TCP to or from this host. */
const idle = ["set", "scrub", "match", "queue", "altq", "antispoof", "nat", "binat", "no", "table", "nat-anchor"];

/**
 * pf.conf: a `pass` or `block` with words of its language, and a first statement of it. Programs have lines with `pass`
 * alone, and prose has some that begin with `pass in`.
 */
export function recognisesPf(start: string): boolean {
  const rule = /^[^\S\n]*(?:pass|block)[^\S\n]+(?:in|out|all|quick|log|drop|return|on|inet6?|proto|from)\b/m;
  return rule.test(start) && first.test(start.replace(/^(?:[^\S\n]*(?:#.*)?\n)*/, ""));
}

const first =
  /^\s*(?:\w+\s*=|table\s*<|(?:set|pass|block|match|scrub|anchor|load|antispoof|(?:no\s+)?(?:nat|rdr|binat)(?:-anchor)?|include|altq|queue)\b)/;

/**
 * Reads pf.conf(5): the last rule that matches decides, unless one before says `quick`; `pass` keeps state.
 * @throws InputError with `file:line`.
 */
export function readPf(text: string, path: string): BaseChain[] {
  const { lines, tables } = linesOf(text, path);
  const filterRule = ruleReader(tables);
  const rules: PfRule[] = [];
  for (const line of lines) rules.push(...ruleOf(line, filterRule));
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

function ruleOf(line: Line, filterRule: RuleReader): PfRule[] {
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
  return [filterRule(line, passes)];
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
