import { isUnknown, type Maybe, missingOf, unknown } from "../../model/maybe.js";
import type { Configuration } from "./configuration.js";
import { words } from "./tls.js";

/** What is listed only to a client that has shown a certificate, and what no longer exists. */
const withheld = new Set(["EXTERNAL", "KERBEROS_V4"]);
const plaintext = new Set(["PLAIN", "LOGIN"]);
/** What AuthOptions may hold without a mechanism being left out for it, but for `p` and `y`. */
const harmless = new Set(["A", "p", "y", "c"]);
/** SASL's own list of mechanisms for this server. */
const saslFiles = ["sasl/Sendmail.conf.2", "sasl/Sendmail.conf"];

/** Whether AuthOptions keeps passwords in clear for connections inside TLS. */
export function keepsPlaintext(configuration: Configuration): Maybe<boolean> {
  const values = configuration.every("AuthOptions").map(({ value }) => value);
  if (values.some(isUnknown)) return unknown(...missingOf(...values));
  return values.some((value) => words(value as string).includes("p"));
}

/**
 * The mechanisms that are offered: those of AuthMechanisms for which SASL has a module, which is taken for granted.
 * @param secret whether mechanisms that send the password as it is are left out.
 */
export function mechanismsOf(configuration: Configuration, secret: boolean): Maybe<readonly string[]> {
  const setting = configuration.last("AuthMechanisms");
  if (!setting) return unknown("the modules of SASL (AuthMechanisms is not set)");
  const values = configuration.every("AuthOptions").map(({ value }) => value);
  if (isUnknown(setting.value) || values.some(isUnknown)) return unknown(...missingOf(setting.value, ...values));
  const letters = values.flatMap((value) => words(value as string));
  if (letters.some((letter) => !harmless.has(letter))) return unknown("which mechanisms AuthOptions leaves");
  const listed = setting.value.split(/\s+/).filter((word) => word !== "");
  const sasl = saslFiles.flatMap((path) => configuration.definition.files[path]?.text ?? []);
  const limits = sasl.flatMap((text) => /^\s*mech_list\s*:(.*)$/m.exec(text)?.[1] ?? []);
  const limit = limits[0]?.trim().toUpperCase().split(/\s+/);
  const offered = listed.filter(
    (name) =>
      !withheld.has(name.toUpperCase()) &&
      !(secret && plaintext.has(name.toUpperCase())) &&
      !(letters.includes("y") && name.toUpperCase() === "ANONYMOUS") &&
      (limit === undefined || limit.includes(name.toUpperCase())),
  );
  return [...new Set(offered.map((name) => name.toUpperCase()))].sort();
}
