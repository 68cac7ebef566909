import type { Line } from "./lines.js";
import { Refused } from "./stops.js";

export type Verb = "accept" | "deny" | "defer" | "discard" | "drop" | "require" | "warn";

const verbs: readonly string[] = ["accept", "deny", "defer", "discard", "drop", "require", "warn"];

/** What does not decide: texts, headers, logs, pauses. */
const modifiers: ReadonlySet<string> = new Set([
  ...["add_header", "continue", "control", "delay", "log_message", "log_reject_target", "logwrite", "message"],
  ...["queue", "remove_header", "set", "udpsend"],
]);

const conditions: ReadonlySet<string> = new Set([
  ...["acl", "authenticated", "condition", "decode", "dnslists", "domains", "encrypted", "hosts", "local_parts"],
  ...["malware", "mime_regex", "ratelimit", "recipients", "regex", "seen", "sender_domains", "senders", "spam"],
  ...["dkim_signers", "dkim_status", "dmarc_status", "spf", "spf_guess", "verify", "atrn_domains"],
]);

export interface Condition {
  readonly name: string;
  readonly negated: boolean;
  readonly value: string;
  readonly at: string;
}

/** `endpass` stands between the conditions; a hole is a file that is included here and is not at hand. */
export type Part = Condition | "endpass";

export interface Statement {
  readonly verb: Verb;
  readonly at: string;
  readonly parts: readonly Part[];
  readonly controls: readonly string[];
  /** A file that is included here and is not at hand: it may add statements. */
  readonly hole?: string;
}

/** @throws Refused for a word that begins no statement, or a condition that Exim does not have. */
export function statementsOf(lines: readonly Line[]): Statement[] {
  const statements: { verb: Verb; at: string; parts: Part[]; controls: string[]; hole?: string }[] = [];
  for (const { text, at, hole } of lines) {
    if (hole !== undefined) {
      statements.push({ verb: "warn", at, parts: [], controls: [], hole });
      continue;
    }
    const word = /^\w+/.exec(text)?.[0] ?? "";
    let rest = text;
    if (verbs.includes(word) && !/^\w+\s*=/.test(text)) {
      statements.push({ verb: word as Verb, at, parts: [], controls: [] });
      rest = text.slice(word.length).trim();
      if (rest === "") continue;
    }
    const statement = statements.at(-1);
    if (!statement) throw new Refused(`${word === "" ? "a line" : word} begins no ACL statement`, at);
    add(statement, rest, at);
  }
  return statements;
}

function add(statement: { readonly parts: Part[]; readonly controls: string[] }, text: string, at: string): void {
  const [, mark = "", name = "", value] =
    /^(!\s*)?(\w+)\s*(?:=\s*(.*))?$/s.exec(text.replace(/^set\s+\w+/, "set")) ?? [];
  if (name === "endpass") statement.parts.push("endpass");
  else if (name === "" || value === undefined) throw new Refused("an ACL condition has no value", at);
  else if (name === "control") statement.controls.push(value.trim());
  else if (conditions.has(name)) statement.parts.push({ name, negated: mark !== "", value, at });
  else if (!modifiers.has(name)) throw new Refused(`${name} is no condition of an ACL`, at);
}
