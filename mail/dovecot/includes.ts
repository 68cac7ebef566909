import { posix } from "node:path";
import type { MailDefinition } from "../../model/mail.js";
import { isPattern, matchesGlob } from "../glob.js";
import { Undecided } from "./syntax.js";

/** The usual homes of dovecot.conf: absolute paths below them are files of the definition. */
const homes = ["/etc/dovecot/", "/usr/local/etc/dovecot/"];

/** Names of files that the reader in sources/mail/dovecot.ts gathers, beside those that are included by name: others may exist unseen. */
const gathered = /\.(conf|ext|protocol|pem)$/;

/** Debian's packages add a protocol each here. */
const packaged = /^\/usr\/share\/dovecot\/protocols\.d\//;

/** A path as the definition's files are named; undefined where it lies outside. */
export function pathFrom(including: string, written: string): string | undefined {
  const home = homes.find((each) => written.startsWith(each));
  if (written.startsWith("/") && !home) return undefined;
  const path = posix.normalize(home ? written.slice(home.length) : posix.join(posix.dirname(including), written));
  return path.startsWith("../") || path.startsWith("/") ? undefined : path;
}

/**
 * The files that `!include` and `!include_try` read, in that order: relative to the including file, sorted.
 * @returns `packaged` for the protocols of Debian's packages.
 * @throws Undecided for files that may exist and are not at hand.
 */
export function included(
  { files, missing }: MailDefinition,
  including: string,
  written: string,
  mayFail: boolean,
  at: string,
): readonly string[] | "packaged" {
  if (packaged.test(written)) return "packaged";
  const path = pathFrom(including, written);
  if (path === undefined || path.includes("{") || !(path in files || gathered.test(path)))
    throw new Undecided([written], at);
  const found = isPattern(path)
    ? Object.keys(files).filter((each) => matchesGlob(each, path))
    : [path].filter((each) => each in files);
  if (missing.length > 0 && (isPattern(path) || found.length === 0)) throw new Undecided(missing, at);
  if (found.length === 0 && !mayFail) throw new Undecided([written], at);
  return found.sort((a, b) => (a < b ? -1 : 1));
}

/** Certificates, keys and passwords: what they hold decides nothing, and is nobody's business. */
const secret = /^ssl_|password|secret|_key/;

/** What Dovecot makes of a line's end behind the value, which it keeps: no mechanism, mode, port or boolean has one. */
const refusesLineEnds = /^(?:auth_mechanisms|ssl|(?:inet_listener_)?port|disable_plaintext_auth|auth_allow_cleartext)$/;

/** What the file of `key = <written` holds; undefined where it is not at hand, or unknown how Dovecot takes it. */
export function textOfValue(
  { files }: MailDefinition,
  including: string,
  key: string,
  written: string,
): string | undefined {
  const path = secret.test(key) ? undefined : pathFrom(including, written);
  const text = path === undefined ? undefined : files[path]?.text;
  return text?.includes("\n") && !refusesLineEnds.test(key) ? undefined : text;
}
