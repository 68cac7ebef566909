import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { type Syntax, stops, Undecided } from "./syntax.js";

/** The newest release whose `dovecot_config_version` Debian's 2.4.1 takes; upstream's own takes none that is newer than itself. */
const newestTaken = 4;

/**
 * Does the declared release read this grammar? 2.4 demands `dovecot_config_version` first, 2.3 does not know it.
 * @param written the value of `dovecot_config_version`, where it is the first setting.
 * @throws InputError for a release before 2.3; Stops where the release refuses the file; Undecided where that depends on its build.
 */
export function fits(
  { version, id }: MailDefinition,
  syntax: Syntax,
  written?: { readonly value: string; readonly at: string },
): void {
  const [major, minor, release] = version === undefined ? [] : numbers(version);
  if (version !== undefined && (major !== 2 || minor === undefined || minor < 3 || minor > 4))
    throw new InputError(id, "the declared Dovecot version is not supported", 'Declare a release of "2.3" or "2.4".');
  if (version !== undefined && syntax !== `${major}.${minor}`)
    throw stops(
      written?.at ?? id,
      `dovecot_config_version is ${syntax === "2.4" ? "there, and 2.3 does not know it" : "missing as the first setting"}`,
    );
  if (!written) return;
  const [, wanted] = /^2\.4\.(\d{1,3})$/.exec(written.value) ?? [];
  if (wanted === undefined && version === undefined && /^3\.\d+\.\d+$/.test(written.value))
    throw new Undecided(["which edition of Dovecot reads a dovecot_config_version of 3"], written.at);
  if (wanted === undefined)
    throw stops(written.at, "dovecot_config_version is none of 2.4.0 and later, with three numbers");
  if (release === undefined || Number.isNaN(release) || Number(wanted) <= release) return;
  if (Number(wanted) > Math.max(release, newestTaken))
    throw stops(written.at, "dovecot_config_version is newer than the declared release takes");
  throw new Undecided(
    ["whether this build takes a dovecot_config_version newer than itself, as Debian's does"],
    written.at,
  );
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
