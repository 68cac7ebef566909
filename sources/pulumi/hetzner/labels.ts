import { isUnknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";

/**
 * Whether a label selector matches a server's labels: `key`, `!key`, `key=value`, `key==value`, `key!=value`,
 * `key in (a,b)`, `key notin (a,b)`, all of a list with commas (docs.hetzner.cloud, Label Selector).
 */
export function selects(selector: string, labels: Input): boolean | "unknown" {
  const terms = selector.match(/[^,(]+(\([^)]*\))?/g) ?? [];
  const found = terms.map((term) => matches(term.trim(), labels));
  if (found.includes(false)) return false;
  return found.includes("unknown") || found.length === 0 ? "unknown" : true;
}

function matches(term: string, labels: Input): boolean | "unknown" {
  const [, negated = "", key = "", operator = "", rest = ""] =
    /^(!?)\s*([^\s=!]+)\s*(==|=|!=|in\b|notin\b)?\s*(.*)$/.exec(term) ?? [];
  const label = labels.member(key);
  const value = label.isAbsent ? undefined : label.text();
  if (key === "" || isUnknown(value)) return "unknown";
  if (operator === "") return rest !== "" ? "unknown" : (value !== undefined) === (negated === "");
  const list = /^(in|notin)$/.test(operator) ? rest.replace(/[()]/g, "").split(",") : [rest];
  const among = value !== undefined && list.map((each) => each.trim()).includes(value);
  return operator === "!=" || operator === "notin" ? !among : among;
}
