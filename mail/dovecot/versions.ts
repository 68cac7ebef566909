import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { type Syntax, stops } from "./syntax.js";

/**
 * Does the declared release read this grammar? 2.4 demands `dovecot_config_version` first, 2.3 does not know it.
 * @throws InputError for a release before 2.3; Stops where the release refuses the file.
 */
export function fits({ version, id }: MailDefinition, syntax: Syntax): void {
  if (version === undefined) return;
  const [major, minor] = numbers(version);
  if (major !== 2 || minor < 3 || minor > 4)
    throw new InputError(id, "the declared Dovecot version is not supported", 'Declare a release of "2.3" or "2.4".');
  if (syntax !== `${major}.${minor}`)
    throw stops(id, `dovecot_config_version is ${syntax === "2.4" ? "there, and 2.3 does not know it" : "missing"}`);
}

/** `ssl_min_protocol` where no line sets it: TLSv1.2 since 2.3.15. */
export function defaultMinimum({ version }: MailDefinition, syntax: Syntax): Maybe<string> {
  if (syntax === "2.4") return "TLSv1.2";
  const release = version === undefined ? undefined : numbers(version)[2];
  if (release === undefined || Number.isNaN(release)) return unknown("ssl_min_protocol", "the Dovecot version");
  return release >= 15 ? "TLSv1.2" : "TLSv1";
}

function numbers(version: string): [number, number, number] {
  const [, major, minor, release] = /^(\d{1,2})\.(\d{1,2})(?:\.(\d{1,3}))?(?:[.-].*)?$/.exec(version) ?? [];
  return [Number(major), Number(minor), Number(release)];
}
