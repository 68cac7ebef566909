import { AddressSet } from "../../../model/addresses.js";
import { type Step, stepsOf } from "./steps.js";
import { type Answers, anything, type Finds, type Found, type Line, type Meaning, type Table } from "./table.js";

/** Which texts a rule matches: every one; those that hold a certain text; any may be among them. */
type Reach = "every" | "holding" | "some";

interface Rule extends Found {
  readonly reach: Reach;
}

/**
 * `regexp:` and `pcre:` tables (regexp_table(5), pcre_table(5)): the first pattern that matches counts. Patterns are not
 * run, for what they meet is not known: told apart are those that every text matches.
 */
export function patternTable(lines: readonly Line[]): Table {
  const { steps, skipped } = stepsOf(lines, ruleOf, false);
  const all = (meaning: Meaning) => answers(rulesOf(steps, meaning));
  return { skipped, answers: all, under: () => all((value) => value).names };
}

function answers(rules: readonly Rule[]): Answers {
  const tried = new Map<string, Rule>();
  let last: Found | undefined;
  for (const rule of rules) {
    if (rule.reach === "every") {
      last = rule;
      break;
    }
    const key = `${rule.reach} ${rule.value}`;
    if (!tried.has(key)) tried.set(key, rule);
  }
  const possible = (reaches: readonly Reach[]) => [...tried.values()].filter(({ reach }) => reaches.includes(reach));
  const any: Finds = [...possible(["holding", "some"]), last];
  const addresses = () => [{ from: AddressSet.everything, finds: any }];
  return {
    names: any,
    addresses,
    networks: addresses,
    texts: [...possible(["some"]), last],
    named: () => possible(["holding"]),
  };
}

function rulesOf(steps: readonly Step<Written>[], meaning: Meaning): Rule[] {
  const rules: Rule[] = [];
  const conditions: Reach[] = [];
  for (const step of steps) {
    if (step.kind === "endif") conditions.pop();
    else if (step.kind === "if") conditions.push(step.what.reach);
    else {
      const reach = narrowest([...conditions, step.what.reach]);
      rules.push({ value: meant(step.what.result, meaning), at: step.at, reach });
    }
  }
  return rules;
}

/** `$1` is what a group matched: it tells nothing unless whatever it is comes to the same. */
function meant(result: string, meaning: Meaning): string {
  const [one, other] = ["OK", "REJECT"].map((group) =>
    meaning(result.replaceAll(/\$(?:(\$)|\d+|\{\w+\}|\(\w+\))/g, (_, dollar?: string) => dollar ?? group)),
  );
  return one === undefined || one !== other ? anything : one;
}

/** Inside `if` a rule reaches no further than the condition. */
function narrowest(reaches: readonly Reach[]): Reach {
  if (reaches.includes("holding")) return "holding";
  return reaches.every((each) => each === "every") ? "every" : "some";
}

interface Written {
  readonly reach: Reach;
  readonly result: string;
}

/** `/pattern/flags result`, with any sign for `/`, behind `!` for those that do not match. */
function ruleOf(text: string, kind: "rule" | "if"): Written | string {
  const [, marks = "", delimited = ""] = /^((?:!\s*)*)(.*)$/s.exec(text) ?? [];
  const delimiter = delimited[0];
  if (delimiter === undefined || (kind === "rule" && marks === "" && /[a-z0-9]/i.test(delimiter)))
    return "no pattern stands between two signs like /";
  const negated = (marks.match(/!/g)?.length ?? 0) % 2 === 1;
  for (let i = 1; i < delimited.length; i++) {
    if (delimited[i] === "\\") i++;
    else if (delimited[i] === delimiter) {
      const [, flags = "", result = ""] = /^(\S*)\s*(.*)$/s.exec(delimited.slice(i + 1)) ?? [];
      return { reach: negated ? "some" : reachOf(delimited.slice(1, i), flags, result), result };
    }
  }
  return `no ${delimiter} ends the pattern`;
}

/** Matches whatever has a character. */
const matchesAll = /^(?:\^?(?:\.[*+]?|\(\.[*+]?\))?|\^?(?:\.[*+]|\(\.[*+]\))\$|\$)$/;

function reachOf(pattern: string, flags: string, result: string): Reach {
  // With `x` a pattern is of another grammar.
  if (/x/i.test(flags)) return "some";
  // A rule that refers to a group it does not have is skipped, and so is one with a flag that is none.
  const groups = pattern.includes("(") ? /\$(?!\$|1(?!\d)|\{1\}|\(1\))/ : /\$(?!\$)/;
  if (matchesAll.test(pattern))
    return /[^ims]/.test(flags) || groups.test(result.replaceAll("$$", "")) ? "some" : "every";
  return holdsText(pattern) ? "holding" : "some";
}

/** Whether what it matches holds two characters that the pattern spells out: no choice, and no group, around them. */
function holdsText(pattern: string): boolean {
  if (pattern.includes("|") || pattern.includes("(?")) return false;
  let [depth, inBrackets, length] = [0, false, 0];
  for (let i = 0; i < pattern.length; i++) {
    let sign = pattern[i] as string;
    const escaped = sign === "\\";
    if (escaped) sign = pattern[++i] ?? "";
    if (inBrackets) inBrackets = sign !== "]";
    else if (!escaped && sign === "[") inBrackets = true;
    else if (!escaped && sign === "(") depth++;
    else if (!escaped && sign === ")") depth--;
    else if (depth === 0 && !/[*?{]/.test(pattern[i + 1] ?? "") && (escaped ? /[^\w]/ : /[\w@-]/).test(sign)) {
      if (++length === 2) return true;
      continue;
    }
    length = 0;
  }
  return false;
}
