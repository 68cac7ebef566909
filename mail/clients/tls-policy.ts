import { Undecided } from "../postfix/settings.js";
import { nameAndValue, tokens, withinBraces } from "../postfix/tokens.js";

const setting = "smtp_tls_policy_maps";

/**
 * The TLS level that the tables of smtp_tls_policy_maps give a destination as relayhost writes it (`[host]:587`), in
 * lower case; undefined where none of them knows it. A bare name is looked up with its parent domains, too.
 * @param maps the setting's value.
 * @throws Undecided for a table that does not stand in the setting itself, as `static:` and `inline:` do.
 */
export function policyLevel(maps: string, destination: string): string | undefined {
  const tables = tokens(maps);
  for (const key of keysOf(destination.toLowerCase()))
    for (const table of tables) {
      const found = lookedUp(table, key);
      if (found !== undefined) return tokens(found)[0]?.toLowerCase() ?? "";
    }
  return undefined;
}

/** `mail.example.com`, `.example.com`, `.com`. */
function keysOf(destination: string): string[] {
  if (!/^[\w.-]+$/.test(destination)) return [destination];
  const labels = destination.split(".");
  return [destination, ...labels.slice(1).map((_, i) => `.${labels.slice(i + 1).join(".")}`)];
}

function lookedUp(table: string, key: string): string | undefined {
  const [, type = "", rest = ""] = /^(\w+):(.*)$/s.exec(table) ?? [];
  if (type === "static") return withinBraces(rest) ?? rest;
  const inside = type === "inline" ? withinBraces(rest) : undefined;
  if (inside === undefined) throw new Undecided(setting);
  for (const entry of tokens(inside)) {
    const pair = nameAndValue(withinBraces(entry) ?? entry);
    if (pair?.name === key) return pair.value;
  }
  return undefined;
}
