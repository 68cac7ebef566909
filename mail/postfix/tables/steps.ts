import type { Notice } from "../../../model/network.js";
import type { Line } from "./table.js";

/** A rule, or a condition for those up to its `endif`. */
export type Step<P> =
  | { readonly kind: "rule" | "if"; readonly what: P; readonly at: string }
  | { readonly kind: "endif" };

/**
 * The lines of a table with rules, as Postfix reads them one after the other.
 * @param read what a rule or condition holds, or in a clause why Postfix skips it
 * @param bare whether an endif with a text behind it is none
 */
export function stepsOf<P>(
  lines: readonly Line[],
  read: (text: string, kind: "rule" | "if") => P | string,
  bare: boolean,
): { readonly steps: readonly Step<P>[]; readonly skipped: readonly Notice[] } {
  const steps: Step<P>[] = [];
  const skipped: Notice[] = [];
  const skip = (at: string, why: string) => skipped.push({ at, says: `Postfix skips this line: ${why}` });
  let depth = 0;
  for (const { text, at } of lines) {
    const written = text.trimEnd();
    const [, keyword = "", rest = ""] = /^(endif|if)(?![a-z0-9])\s*(.*)$/is.exec(written) ?? [];
    if (keyword.toLowerCase() === "endif") {
      if (bare && rest !== "") skip(at, "there is more behind endif");
      else if (depth === 0) skip(at, "no if stands before it");
      else {
        depth--;
        steps.push({ kind: "endif" });
      }
      continue;
    }
    const kind = keyword === "" ? "rule" : "if";
    const what = read(keyword === "" ? written : rest, kind);
    if (typeof what === "string") skip(at, what);
    else {
      if (kind === "if") depth++;
      steps.push({ kind, what, at });
    }
  }
  return { steps, skipped };
}
