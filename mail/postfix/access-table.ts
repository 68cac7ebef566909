import { type Outcome, pass, permit, reject } from "./outcome.js";
import { tokens, withinBraces } from "./tokens.js";

/** Walks the restrictions that an entry names. */
type Evaluate = (restrictions: readonly string[]) => Outcome;

/** `static:` always finds its value and `inline:` shows what it may find; any other table may say anything. */
export function lookUp(table: string, name: string, warn: boolean, evaluate: Evaluate): Outcome {
  const [, type = "", rest = ""] = /^(\w+):(.*)$/s.exec(table) ?? [];
  if (type === "static") return action(withinBraces(rest) ?? rest, warn, evaluate);
  const missing = [`the table of ${name}`];
  const inside = type === "inline" ? withinBraces(rest) : undefined;
  if (inside === undefined) return { permits: true, rejects: !warn, passes: true, missing };
  const found = tokens(inside).map((entry) => {
    const pair = withinBraces(entry) ?? entry;
    return action(pair.slice(pair.indexOf("=") + 1).trim(), warn, evaluate);
  });
  const permits = found.some((each) => each.permits);
  const rejects = found.some((each) => each.rejects);
  const defers = found.some((each) => each.defers && each.defers !== "none") ? "possible" : "none";
  return permits || rejects || defers !== "none" ? { permits, rejects, passes: true, defers, missing } : pass;
}

/** What the right-hand side of an access table does (access(5)). */
function action(value: string, warn: boolean, evaluate: Evaluate): Outcome {
  const [, command = "", text = ""] = /^(\S*)\s*(.*)$/s.exec(value) ?? [];
  const refusal = warn ? pass : reject;
  if (/^\d+$/.test(value)) return permit;
  if (/^[45]\d\d$/.test(command) && text !== "") return refusal;
  switch (command.toUpperCase()) {
    case "OK":
    case "RELAY":
    case "DISCARD":
      return permit;
    case "REJECT":
    case "DEFER":
    case "HANGUP":
      return refusal;
    case "DEFER_IF_PERMIT":
      return warn ? pass : { passes: true, defers: "certain" };
    case "DUNNO":
    case "DEFER_IF_REJECT":
    case "INFO":
    case "WARN":
    case "FILTER":
    case "HOLD":
    case "REDIRECT":
    case "BCC":
    case "PREPEND":
      return pass;
    case "":
      return permit;
  }
  return value.includes(":") ? reject : evaluate(tokens(value));
}
