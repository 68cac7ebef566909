import { isUnknown, type Maybe, missingOf, unknown } from "../../model/maybe.js";
import { type Configuration, refusal } from "./configuration.js";
import type { Daemon } from "./daemon.js";
import { keepsPlaintext } from "./mechanisms.js";

/** What the server offers to one client, and asks of it (srvrsmtp.c, srvfeatures). */
export interface Features {
  readonly starttls: boolean;
  readonly auth: boolean;
  readonly login: boolean;
  /** No password goes over the line in clear. */
  readonly secret: Maybe<boolean>;
  readonly vrfy: Maybe<boolean>;
  readonly expn: Maybe<boolean>;
}

const privacy = new Set(
  `public needmailhelo needexpnhelo needvrfyhelo noexpn novrfy restrictexpand restrictmailq restrictqrun noetrn noverb
  authwarnings noreceipts nobodyreturn goaway noactualrecipient noreflection`.split(/\s+/),
);

/**
 * The modifiers of the port and the options, then the letters of `Srv_Features:`: a small one switches on, a capital off.
 * @throws InputError with `file:line` for a privacy option that Sendmail does not know.
 */
export function featuresOf(configuration: Configuration, { modifiers }: Daemon, letters: string): Features {
  const flags = privacyOf(configuration);
  const without = (name: string) => (isUnknown(flags) ? flags : !flags.has(name) && !flags.has("goaway"));
  const given = { s: !modifiers.has("S"), a: !modifiers.has("A"), l: modifiers.has("a") };
  let secret: Maybe<boolean> = keepsPlaintext(configuration);
  let expn: Maybe<boolean> = without("noexpn");
  for (const word of letters.split(/\s+/)) {
    const letter = word[0] ?? "";
    const small = letter.toLowerCase();
    const on = letter === small;
    if (small === "s" || small === "a" || small === "l") given[small] = on;
    else if (small === "c") secret = on;
    else if (small === "x") expn = on;
  }
  return { starttls: given.s, auth: given.a, login: given.l, secret, vrfy: without("novrfy"), expn };
}

function privacyOf(configuration: Configuration): Maybe<ReadonlySet<string>> {
  const settings = configuration.every("PrivacyOptions");
  const found = new Set<string>();
  for (const { value, at } of settings) {
    for (const word of isUnknown(value) ? [] : value.toLowerCase().split(/[^a-z\d]+/)) {
      if (word !== "" && !privacy.has(word)) throw refusal(at, "a privacy option is not known");
      found.add(word);
    }
  }
  const missing = missingOf(...settings.map(({ value }) => value));
  return missing.length > 0 ? unknown(...missing) : found;
}
