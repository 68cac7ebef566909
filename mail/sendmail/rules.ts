import { createHash } from "node:crypto";
import type { Configuration, Doubtful } from "./configuration.js";
import { generatedRules } from "./generated-rules.js";

/** A rewriting rule without the comment in its third column. */
export interface Rule {
  readonly lhs: string;
  readonly rhs: string;
  readonly at: string;
}

/** What a rule of somebody's own in these rulesets may decide (cf/m4/proto.m4); names in lower case. */
const rulesets: Readonly<Record<string, readonly Doubtful[]>> = {
  ...{ check_relay: ["refusing"], checkrelay: ["refusing"], basic_check_relay: ["refusing"] },
  ...{ local_check_relay: ["refusing"], check_data: ["refusing"], check_eom: ["refusing"], check_compat: ["refusing"] },
  ...{ check_mail: ["refusing", "tls"], checkmail: ["refusing", "tls"], basic_check_mail: ["refusing", "tls"] },
  ...{ local_check_mail: ["refusing", "tls"], check_rcpt: ["gates", "tls"], checkrcpt: ["gates", "tls"] },
  ...{
    basic_check_rcpt: ["gates", "tls"],
    local_check_rcpt: ["gates", "tls"],
    rcpt_ok: ["gates"],
    relay_ok: ["gates"],
  },
  ...{ relaytls: ["gates"], local_relay_auth: ["gates"], searchlist: ["gates"], d: ["dialogue"], a: ["dialogue"] },
  ...{ tls_client: ["tls"], tls_connection: ["tls"], tls_req: ["tls"], local_tls_client: ["tls"], max: ["tls"] },
  ...{ delay_tls_clt: ["tls"], delay_tls_clt2: ["tls"], srv_features: ["dialogue"], local_srv_features: ["dialogue"] },
  ...{ check_vrfy: ["vrfy"], check_expn: ["vrfy"] },
};
const needed = ["basic_check_relay", "basic_check_mail", "basic_check_rcpt", "rcpt_ok", "tls_client", "tls_connection"];

/** Takes from the rulesets, by their lower-case names, which features they were made with and what is not Sendmail's own. */
export function judgeRules(configuration: Configuration, rules: ReadonlyMap<string, readonly Rule[]>): void {
  const missing = needed.find((name) => !rules.has(name));
  if (missing !== undefined) {
    for (const kind of ["gates", "tls", "vrfy"] as const)
      configuration.doubt(kind, `the rulesets of ${configuration.at}: ${missing} is not among them`, configuration.at);
  }
  doubtOwnRules(configuration, rules);
  const find = (name: string, fits: (rule: Rule) => boolean) => rules.get(name)?.find(fits)?.at;
  configuration.delayed = find("check_rcpt", ({ rhs }) => rhs.includes("$>checkrcpt"));
  if (rules.has("basic_check_rcpt") && !find("basic_check_rcpt", ({ rhs }) => rhs.includes('$>"Relay_ok"')))
    configuration.promiscuous = rules.get("basic_check_rcpt")?.[0]?.at ?? configuration.at;
  configuration.localFrom = find("relay_ok", ({ lhs }) => /^<\?> \$\+ ?< ?@ \$=w ?>/.test(lhs));
  configuration.mailFrom = find("relay_ok", ({ rhs }) => rhs.includes("<! From>"));
  configuration.entireDomain = find("relay_ok", ({ lhs }) => lhs.includes("$=m"));
  const hater = find("check_rcpt", ({ rhs }) => rhs.includes("NOSPAMHATER"));
  if (hater) configuration.doubt("gates", `which recipients the access map calls haters of spam (${hater})`, hater);
  configuration.skips = find("a", ({ lhs }) => lhs.startsWith("<SKIP>")) !== undefined;
}

/** Rules that Sendmail's own files do not have may decide what their ruleset decides. */
export function doubtOwnRules(configuration: Configuration, rules: ReadonlyMap<string, readonly Rule[]>): void {
  for (const [name, kinds] of Object.entries(rulesets)) {
    const own = rules.get(name)?.find((rule) => !generatedRules.has(fingerprint(name, rule)));
    if (own)
      for (const kind of kinds) configuration.doubt(kind, `the rule of one's own in ${name} (${own.at})`, own.at);
  }
}

/** Texts of messages and the number of blanks do not count. */
function fingerprint(ruleset: string, { lhs, rhs }: Rule): string {
  const text = `${ruleset}\t${lhs}\t${rhs}`
    .replace(/(?<!>)"[^"]*"/g, '""')
    .replace(/[ \n]+/g, " ")
    .replace(/ ?\t ?/g, "\t")
    .trim();
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
