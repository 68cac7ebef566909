import { AddressSet } from "../../../model/addresses.js";
import type { Block } from "../../../model/cidr.js";
import { families } from "../../sockets.js";
import { networkOf } from "../network.js";
import { type Step, stepsOf } from "./steps.js";
import {
  type Answers,
  eachOnce,
  type Found,
  firstMatches,
  firstOfBlocks,
  type Line,
  type Meaning,
  type Table,
} from "./table.js";

/** Addresses of one family, and what is found for them; a condition has no result. */
interface Pattern {
  readonly block: Block;
  readonly negated: boolean;
  readonly result: string;
}

type Rule = Found & { readonly from: AddressSet };

/** `cidr:` tables (cidr_table(5)): blocks, `!`, `if` and `endif`; the first rule that matches counts. */
export function cidrTable(lines: readonly Line[]): Table {
  const { steps, skipped } = stepsOf(lines, patternOf, true);
  return { skipped, answers: (meaning) => answers(rulesOf(steps, meaning)), under: () => [undefined] };
}

function answers(rules: readonly Rule[]): Answers {
  const parts = firstMatches(rules);
  const addresses = () => parts;
  const found = eachOnce(rules);
  // A HELO name may be an IP address.
  const named: Answers["named"] = (of) => (of === "hosts" ? found : []);
  return { names: [undefined], addresses, networks: addresses, texts: [undefined], named };
}

function rulesOf(steps: readonly Step<Pattern>[], meaning: Meaning): Rule[] {
  const rules: Rule[] = [];
  const conditions: AddressSet[] = [];
  const add = ({ from, ...found }: Rule) =>
    rules.push({ ...found, from: conditions.reduce((rest, condition) => rest.intersect(condition), from) });
  let plain: (Found & { readonly block: Block })[] = [];
  const end = () => {
    for (const each of firstOfBlocks(plain)) add(each);
    plain = [];
  };
  for (const step of steps) {
    if (step.kind === "rule" && !step.what.negated) {
      plain.push({ value: meaning(step.what.result), at: step.at, block: step.what.block });
      continue;
    }
    end();
    if (step.kind === "endif") conditions.pop();
    else if (step.kind === "if") conditions.push(setOf(step.what));
    else add({ value: meaning(step.what.result), at: step.at, from: setOf(step.what) });
  }
  end();
  return rules;
}

function setOf({ block, negated }: Pattern): AddressSet {
  const set = AddressSet.ofBlocks([block]);
  return negated ? families[block.family].subtract(set) : set;
}

function patternOf(text: string, kind: "rule" | "if"): Pattern | string {
  const [, marks = "", written = "", result = ""] =
    (kind === "if" ? /^(!*)\s*(.*)$/s : /^(!*)\s*(\S+)\s*(.*)$/s).exec(text) ?? [];
  const block = networkOf(written);
  if (!block) return `${shown(written)} is no block of addresses, or has bits of the host`;
  if (kind === "rule" && result === "") return "no result stands behind the block";
  return { block, negated: marks.length % 2 === 1, result };
}

function shown(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

const longestShown = 60;
