import { type Settings, Undecided } from "../postfix/settings.js";
import { anything } from "../postfix/tables/table.js";
import { tokens } from "../postfix/tokens.js";

const setting = "smtp_tls_policy_maps";

/**
 * The TLS level that the tables of smtp_tls_policy_maps give a destination as relayhost writes it (`[host]:587`), in
 * lower case; undefined where none of them knows it. A bare name is looked up with its parent domains, too.
 * @throws Undecided for a table that is not at hand, cannot be opened, or depends on patterns.
 */
export function policyLevel(settings: Settings, destination: string): string | undefined {
  const tables = tokens(settings.text(setting)).map((word) => settings.table(word, setting));
  for (const key of keysOf(destination.toLowerCase()))
    for (const table of tables) {
      const [found, ...others] = table && table.failsAt === undefined ? table.under(key) : [undefined, undefined];
      if (others.length > 0 || found?.value === anything) throw new Undecided(setting);
      if (found) return tokens(found.value)[0]?.toLowerCase() ?? "";
    }
  return undefined;
}

/** `mail.example.com`, `.example.com`, `.com`. */
function keysOf(destination: string): string[] {
  if (!/^[\w.-]+$/.test(destination)) return [destination];
  const labels = destination.split(".");
  return [destination, ...labels.slice(1).map((_, i) => `.${labels.slice(i + 1).join(".")}`)];
}
