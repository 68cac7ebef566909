import fc from "fast-check";
import type { Case } from "./postfix-cases.js";

const yesNo = fc.constantFrom("yes", "no");
const entry = fc.constantFrom(
  ...["permit_mynetworks", "permit_sasl_authenticated", "permit_auth_destination", "permit_inet_interfaces"],
  ...["reject", "defer", "reject_unauth_destination", "defer_unauth_destination", "reject_plaintext_session"],
  ...[
    "permit",
    "check_client_access,static:DUNNO",
    "check_sender_access,static:OK",
    "check_recipient_access,static:REJECT",
    "check_helo_access,static:OK",
    "check_helo_access,static:REJECT",
    "check_sender_access,static:DEFER_IF_PERMIT",
  ],
  ...[
    "reject_non_fqdn_sender",
    "reject_unlisted_recipient",
    "warn_if_reject,reject",
    "static:{reject_unauth_destination}",
  ],
  ...["inline:{lab.example=OK}", "defer_if_permit", "permit_tls_all_clientcerts", "no_such_restriction"],
);
const list = fc.array(entry, { maxLength: 4 }).map((entries) => entries.join(","));
// Without one of these no smtpd starts, and nothing else of the configuration is seen.
const refusal = fc.constantFrom("reject_unauth_destination", "defer_unauth_destination", "reject", "defer");
const refusing = fc
  .tuple(fc.array(entry, { maxLength: 3 }), refusal)
  .map(([entries, last]) => [...entries, last].join(","));
const version = fc.constantFrom("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
const protocols = fc.oneof(
  version.map((each) => `>=${each}`),
  version.map((each) => `<=${each}`),
  fc.array(version, { minLength: 1, maxLength: 3 }).map((each) => each.join(",")),
  fc.array(version, { minLength: 1, maxLength: 3 }).map((each) => each.map((one) => `!${one}`).join(":")),
);
const block = fc.constantFrom(
  "127.0.0.2",
  "127.0.0.0/8",
  "!127.0.0.3",
  "192.0.2.0/24",
  "[::1]/128",
  "[::]/0",
  "0.0.0.0/0",
);
/** Postfix takes the address for a table's type, and no smtpd starts. */
const withoutBrackets = "::/0";

/** The settings that decide, each with some likelihood. */
const settings: Readonly<Record<string, fc.Arbitrary<string>>> = {
  smtpd_tls_security_level: fc.constantFrom("may", "encrypt", "none", "", "MAY"),
  smtpd_tls_wrappermode: fc.constantFrom("no", "no", "no", "yes"),
  smtpd_sasl_auth_enable: yesNo,
  smtpd_tls_auth_only: yesNo,
  smtpd_use_tls: yesNo,
  smtpd_delay_reject: yesNo,
  smtpd_helo_required: yesNo,
  smtpd_relay_before_recipient_restrictions: yesNo,
  smtpd_client_restrictions: list,
  smtpd_helo_restrictions: list,
  smtpd_sender_restrictions: list,
  smtpd_relay_restrictions: fc.oneof({ weight: 9, arbitrary: refusing }, { weight: 1, arbitrary: list }),
  smtpd_recipient_restrictions: list,
  smtpd_tls_protocols: protocols,
  smtpd_tls_mandatory_protocols: protocols,
  mynetworks: fc
    .tuple(fc.array(block, { minLength: 1, maxLength: 3 }), fc.integer({ max: 14, min: 0 }))
    .map(([blocks, dice]) => [...blocks, ...(dice === 0 ? [withoutBrackets] : [])].join(",")),
  smtpd_discard_ehlo_keywords: fc.constantFrom("", "", "starttls", "auth", "dsn,vrfy"),
  smtpd_sasl_exceptions_networks: fc.constantFrom("", "127.0.0.0/30", "!127.0.0.2,127.0.0.0/8"),
};

const options = fc
  .tuple(...Object.entries(settings).map(([name, value]) => fc.option(value.map((one) => `${name}=${one}`))))
  .map((lines) => lines.filter((line) => line !== null).join("\n"));

/** Random configurations; the same seed gives the same ones. */
export function generatedCases(seed: number, count: number): Case[] {
  return fc.sample(options, { seed, numRuns: count }).map((each, index) => ({
    name: `generated ${index + 1} of seed ${seed}`,
    options: each,
    generated: true as const,
  }));
}
