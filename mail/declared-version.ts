import { InputError } from "../model/errors.js";
import type { HostedProduct, MailDefinition, MailProduct } from "../model/mail.js";

/** The releases of servers that are read in one way, and how to declare one; the others judge their versions themselves. */
const releases: Partial<Record<MailProduct | HostedProduct, readonly [name: string, pattern: RegExp, mend: string]>> = {
  maddy: ["maddy", /^0\.[5-9](\.|$)/, 'a release from "0.5" to "0.9"'],
  haraka: ["Haraka", /^3\.\d/, 'a release of "3.1" or later'],
  opensmtpd: ["OpenSMTPD", /^(6\.[4-9]|7\.\d)/, 'a release from "6.4" to "7.9"'],
  sendmail: ["Sendmail", /^8\.\d/, 'a release of Sendmail 8, "8.17"'],
  courier: ["Courier", /^[0-2]\.\d/, 'a release up to 2, as "1.4.1"'],
  exchange: ["Exchange", /^15\.[0-2](\.|$)/, 'a release from "15.0" (2013) to "15.2" (2019, Subscription Edition)'],
  stalwart: ["Stalwart", /^0\.([7-9]|1[0-5])(\.|$)/, 'a release from "0.7" to "0.15"'],
};

/** Stalwart since 0.16, whose settings are a plan. */
const planned = ["Stalwart", /^0\.(1[6-9]|[2-9]\d)(\.|$)/, 'a release from "0.16" on'] as const;

/** @throws InputError for a declared version that is none of these. */
export function checkVersion({ product, version, id, files }: MailDefinition): void {
  const [name, pattern, mend] = product === "stalwart" && !files["config.toml"] ? planned : (releases[product] ?? []);
  if (version === undefined || pattern === undefined || pattern.test(version)) return;
  throw new InputError(id, `the declared ${name} version is not known`, `Declare ${mend}, or leave it out.`);
}
