import { InputError } from "../model/errors.js";
import type { HostedProduct, MailDefinition, MailProduct } from "../model/mail.js";

/** The releases of servers that are read in one way, and how to declare one; the others judge their versions themselves. */
const releases: Partial<Record<MailProduct | HostedProduct, readonly [name: string, pattern: RegExp, mend: string]>> = {
  maddy: ["maddy", /^0\.[5-9](\.|$)/, 'a release from "0.5" to "0.9"'],
  haraka: ["Haraka", /^3\.\d/, 'a release of "3.1" or later'],
  opensmtpd: ["OpenSMTPD", /^(6\.[4-9]|7\.\d)/, 'a release from "6.4" to "7.8"'],
  sendmail: ["Sendmail", /^8\.\d/, 'a release of Sendmail 8, "8.17"'],
  courier: ["Courier", /^[01]\.\d/, 'a release as "1.0"'],
  stalwart: ["Stalwart", /^0\.([7-9]|1[0-5])(\.|$)/, 'a release from "0.7" to "0.15"'],
};

/** @throws InputError for a declared version that is none of these. */
export function checkVersion({ product, version, id }: MailDefinition): void {
  const [name, pattern, mend] = releases[product] ?? [];
  if (version === undefined || pattern === undefined || pattern.test(version)) return;
  throw new InputError(id, `the declared ${name} version is not known`, `Declare ${mend}, or leave it out.`);
}
