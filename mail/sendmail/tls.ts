import type { FactValues, TlsVersion } from "../../model/fact.js";
import { all, isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../model/maybe.js";
import { type Configuration, refusal, type Setting } from "./configuration.js";

const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const satisfies readonly TlsVersion[];
const switches: Readonly<Record<string, TlsVersion | undefined>> = {
  ...{ SSL_OP_NO_TLSV1: "TLSv1", SSL_OP_NO_TLSV1_1: "TLSv1.1", SSL_OP_NO_TLSV1_2: "TLSv1.2" },
  SSL_OP_NO_TLSV1_3: "TLSv1.3",
};
const needed = ["ServerCertFile", "ServerKeyFile", "CACertPath", "CACertFile"] as const;

export interface Certificate {
  /** Whether the daemon can speak TLS, as far as options tell: files are not looked at. */
  readonly works: Maybe<boolean>;
  readonly setting: Setting | undefined;
  /** The option that is wanting. */
  readonly lacks: string | undefined;
}

/** Without all four TLS does not start; a path that does not begin with `/` is none (tls.c, inittls). */
export function certificateOf(configuration: Configuration): Certificate {
  const settings = needed.map((name) => configuration.last(name));
  const present = settings.map((setting) =>
    setting ? mapKnown(setting.value, (path) => path.startsWith("/")) : false,
  );
  const lacks = needed[present.indexOf(false)];
  const server = configuration.every("TLSSrvOptions");
  const withoutCertificate = server.some(({ value }) => isUnknown(value) || words(value).includes("C"));
  const works = all(...present);
  return {
    works:
      withoutCertificate && works !== true
        ? unknown("what TLSSrvOptions makes of a server without a certificate")
        : works,
    setting: lacks === undefined ? settings[0] : configuration.last(lacks),
    lacks,
  };
}

/** The first letter of each word counts. */
export function words(text: string): string[] {
  return text.split(/[\s,]+/).flatMap((word) => (word === "" ? [] : [word[0] as string]));
}

/**
 * TLS 1.0 and 1.1 are in neither list where the security level of the TLS library decides: without `@SECLEVEL=0` in
 * CipherList.
 * @throws InputError with `file:line` for an option that Sendmail does not know.
 */
export function versionsOf(configuration: Configuration): Maybe<FactValues["tlsVersions"]> {
  const off = new Set<TlsVersion>();
  for (const { value, at } of configuration.every("ServerSSLOptions")) {
    if (isUnknown(value)) return value;
    for (const word of value.split(/[\s,]+/).filter((each) => each !== "")) {
      const name = word.replace(/^[-+]/, "").toUpperCase();
      if (/^\d/.test(name)) return unknown(`the number in ServerSSLOptions (${at})`);
      if (!name.startsWith("SSL_OP_")) throw refusal(at, "an option of ServerSSLOptions is not known");
      const version = switches[name];
      if (version && word.startsWith("-")) off.delete(version);
      else if (version) off.add(version);
    }
  }
  const ciphers = configuration.last("CipherList")?.value ?? "";
  if (isUnknown(ciphers)) return unknown(...missingOf(ciphers));
  const low = /@SECLEVEL=0\b/.test(ciphers);
  const accepted = versions.filter((each) => !off.has(each) && (low || each === "TLSv1.2" || each === "TLSv1.3"));
  return { accepted, refused: ["SSLv3", ...versions.filter((each) => off.has(each))] };
}
