import fc from "fast-check";
import type { Case } from "./postfix-cases.js";

/** A table's text within the option that names it; `named` gives it a file. */
const inFile = (type: string, lines: fc.Arbitrary<string[]>) =>
  lines.map((each) => `${type}:<<${Buffer.from(`${each.join("\n")}\n`).toString("base64url")}>>`);
const action = fc.constantFrom(
  ...["OK", "REJECT", "DUNNO", "RELAY", "reject go away", "554 5.7.1 no", "450 later", "permit", "reject", "12345"],
  ...[
    "permit_mynetworks, reject",
    "reject_unauth_destination",
    "DEFER_IF_PERMIT",
    "PREPEND X-A: b",
    "permit_mynetworks",
  ],
  ...[
    "reject_plaintext_session",
    "no_such_restriction",
    "defer_unauth_destination",
    "DISCARD",
    "warn_if_reject reject",
  ],
);
const refusal = fc.constantFrom("REJECT", "554 no", "DUNNO", "DEFER", "reject");
const row = (keys: readonly string[], actions: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom(...keys), actions).map(([key, what]) => `${key} ${what}`);
const rows = (one: fc.Arbitrary<string>) => fc.array(one, { minLength: 1, maxLength: 4 });
const blocks = [
  ...["127.0.0.2", "127.0.0.0/8", "127.0.0.0/30", "192.0.2.0/24", "[192.0.2.10]", "::1", "[::]/0", "0.0.0.0/0"],
  ...["!127.0.0.2", "!192.0.2.0/28", "127.0.0.3/8", "999.1.1.1", "!::/0", "if 127.0.0.0/30\n127.0.0.3"],
];
const cidrRows = fc
  .tuple(fc.option(fc.constantFrom("if 127.0.0.0/8", "if !127.0.0.0/8", "IF ::/0")), rows(row(blocks, action)))
  .map(([condition, each]) => (condition === null ? each : [condition, ...each, "endif", "0.0.0.0/0 DUNNO"]));
const networks = ["127", "127.0", "127.0.0", "127.0.0.2", "127.0.0.3", "192.0.2", "192.0.2.10", "::1", "127.0.0.0/8"];
const networkRows = rows(row(networks, action));
const clients = fc.oneof(
  { weight: 4, arbitrary: inFile("cidr", cidrRows) },
  { weight: 2, arbitrary: inFile("texthash", networkRows) },
  inFile("hash", networkRows),
  networkRows.map((each) => `inline:{${each.map((line) => `{${line.replace(" ", " = ")}}`).join(",")}}`),
  inFile("regexp", rows(row(["/^/", "/./", "/.*/i", "/^(.*)$/"], action))),
);
const strangers = row(["spam.example", "bad@other.example", "bulk@", "/x/"], refusal);
const patterns = row(["/@spam\\.example$/", "/^bulk-/i", "if /^news/\n/./", "|ab|"], refusal);
const texts = fc.oneof(
  inFile("texthash", rows(strangers)),
  inFile("regexp", rows(patterns)),
  inFile(
    "regexp",
    fc.tuple(rows(patterns), row(["/^/", "/(.+)/"], action)).map(([each, last]) => [...each, last]),
  ),
);
const recipients = inFile("texthash", rows(fc.oneof(strangers, row(["lab.example", "x@lab.example"], action))));
const tables = fc.oneof(
  { weight: 3, arbitrary: clients.map((table) => `check_client_access,${table}`) },
  texts.map((table) => `check_sender_access,${table}`),
  texts.map((table) => `check_helo_access,${table}`),
  recipients.map((table) => `check_recipient_access,${table}`),
);

const yesNo = fc.constantFrom("yes", "no");
const word = fc.constantFrom(
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
const entry = fc.oneof({ weight: 3, arbitrary: word }, tables);
const list = fc.array(entry, { maxLength: 4 }).map((entries) => entries.join(","));
// Without one of these no smtpd starts, and nothing else of the configuration is seen.
const required = fc.constantFrom("reject_unauth_destination", "defer_unauth_destination", "reject", "defer");
const refusing = fc
  .tuple(fc.array(entry, { maxLength: 3 }), required)
  .map(([entries, last]) => [...entries, last].join(","));
const version = fc.constantFrom("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
const protocols = fc.oneof(
  version.map((each) => `>=${each}`),
  version.map((each) => `<=${each}`),
  fc.array(version, { minLength: 1, maxLength: 3 }).map((each) => each.join(",")),
  fc.array(version, { minLength: 1, maxLength: 3 }).map((each) => each.map((one) => `!${one}`).join(":")),
);
const plain = ["127.0.0.2", "127.0.0.0/8", "!127.0.0.3", "192.0.2.0/24", "[::1]/128", "[::]/0", "0.0.0.0/0"];
const block = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...plain) },
  inFile("cidr", cidrRows),
  inFile("texthash", networkRows),
  inFile("!cidr", cidrRows),
  inFile("file", rows(fc.constantFrom(...plain))).map((each) => each.replace("file:", "")),
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
  smtpd_discard_ehlo_keyword_address_maps: inFile("cidr", rows(row(blocks, fc.constantFrom("starttls", "auth,dsn")))),
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
    ...named(each, index),
    generated: true as const,
  }));
}

/** Gives the tables files of their own. */
function named(written: string, index: number): Pick<Case, "options" | "tables"> {
  const tables: Record<string, string> = {};
  const options = written.replaceAll(/(\w*)(:?)<<([\w-]*)>>/g, (_, type: string, colon: string, text: string) => {
    const name = `g${index}-${Object.keys(tables).length}.${type}`;
    tables[name] = Buffer.from(text, "base64url").toString();
    return `${type}${colon}@LAB@/etc/${name}`;
  });
  return { options, tables };
}
