import fc from "fast-check";
import type { Case } from "./exim-cases.js";

/** Mostly decided; now and then something that the files leave open. */
const hosts = fc.constantFrom(
  ...[
    "*",
    ":",
    "127.0.0.2",
    "192.0.2.0/24",
    "!127.0.0.3",
    "!127.0.0.0/8 : *",
    "<; ::1 ; 127.0.0.3",
    "::::1 : 192.0.2.10",
  ],
  ...[
    "+trusted",
    "!+trusted",
    "+trusted : 127.0.0.0/8",
    "127.0.0.9/28",
    "!192.0.2.0/25 : 192.0.2.0/24",
    "@[] : 127.0.0.9",
  ],
);
const domains = fc.constantFrom(
  "+local_domains",
  "!+local_domains",
  "*",
  "lab.example",
  "*.lab.example",
  "@ : lab.example",
);
const condition = fc.constantFrom(
  ...["yes", "no", "0", "1", "true", "maybe", `\${if eq{$tls_in_cipher}{}}`, `\${if def:tls_in_cipher {yes}{no}}`],
  ...[`\${if ={$received_port}{{plain}}}`, `\${if or{{={$received_port}{25}}{={$received_port}{{implicit}}}}{1}{0}}`],
  ...[`\${if !eq{$authenticated_id}{}}`, `\${if and{{def:tls_in_cipher}{={$received_port}{{plain}}}}}`],
  ...[`\${if inlist{$received_port}{25:{implicit}}{true}{false}}`, `\${if bool{false}{yes}{no}}`, "SWITCH"],
);
const part = fc.oneof(
  { weight: 4, arbitrary: hosts.map((list) => `hosts = ${list}`) },
  { weight: 3, arbitrary: fc.constant("encrypted = *") },
  { weight: 3, arbitrary: fc.constant("authenticated = *") },
  { weight: 3, arbitrary: condition.map((text) => `condition = ${text}`) },
  { weight: 2, arbitrary: fc.constant("acl = nested") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("verify = certificate", "set acl_m_seen = 1", "control = dkim_disable_verify"),
  },
);
const recipientPart = fc.oneof(
  { weight: 8, arbitrary: part },
  { weight: 2, arbitrary: domains.map((list) => `domains = ${list}`) },
);
const verb = fc.constantFrom("accept", "accept", "deny", "deny", "require", "require", "warn", "drop", "defer");

const negatable = /^(hosts|encrypted|authenticated|condition|acl|domains) /;

const statement = (parts: fc.Arbitrary<string>, verbs: fc.Arbitrary<string>) =>
  fc
    .tuple(
      verbs,
      fc.array(fc.tuple(parts, fc.boolean()), { maxLength: 3 }),
      fc.integer({ min: 1, max: 9999 }),
      fc.boolean(),
    )
    .map(([word, chosen, number, endpass]) => {
      const conditions = chosen.map(([each, not], index) =>
        not && index === 0 && negatable.test(each) ? `!${each}` : each,
      );
      const refuses = word !== "accept" && word !== "warn";
      const lines = [
        ...(refuses ? [`message = refusal ${number}`] : []),
        ...conditions.slice(0, 2),
        ...(endpass && word === "accept" && conditions.length > 2 ? ["endpass"] : []),
        ...conditions.slice(2),
      ];
      return `  ${word} ${lines.join("\n    ")}\n`;
    });

const acl = (parts: fc.Arbitrary<string>, verbs = verb) =>
  fc.array(statement(parts, verbs), { maxLength: 4 }).map((each) => each.join(""));

const version = fc.constantFrom("1.0", "1.1", "1.2", "1.3");
const ciphers = fc.oneof(
  fc.constantFrom("NORMAL", "SECURE128", "PERFORMANCE", "NORMAL:%SERVER_PRECEDENCE"),
  fc.array(version, { maxLength: 3 }).map((each) => ["NORMAL", ...each.map((one) => `-VERS-TLS${one}`)].join(":")),
  fc
    .array(version, { minLength: 1, maxLength: 3 })
    .map((each) => ["SECURE128", "-VERS-ALL", ...each.map((one) => `+VERS-TLS${one}`)].join(":")),
);
const inTls = `\${if eq{$tls_in_cipher}{}{}{*}}`;

const settings: Readonly<Record<string, fc.Arbitrary<string>>> = {
  auth_advertise_hosts: fc.constantFrom("*", inTls, "127.0.0.0/8", "", "+trusted", "!+trusted"),
  tls_require_ciphers: ciphers,
  tls_on_connect_ports: fc.constantFrom("{implicit}", "{implicit}", "{implicit} : 465", "", "<; {plain} ; {implicit}"),
  local_interfaces: fc.constantFrom(
    "0.0.0.0",
    "<; ::0 ; 0.0.0.0",
    "127.0.0.1",
    "<; 127.0.0.1 ; ::1",
    "127.0.0.1.{plain}",
  ),
  disable_ipv6: fc.constantFrom("true", "false"),
  smtp_enforce_sync: fc.constantFrom("true", "false"),
  pipelining_connect_advertise_hosts: fc.constantFrom("", "*", "127.0.0.2", "192.0.2.0/28"),
  hosts_require_helo: fc.constantFrom("", "127.0.0.2"),
};

/** What is in force only once TLS is not offered to all: the refusals are not worded, so those of TLS are left out. */
const tlsLimits: Readonly<Record<string, fc.Arbitrary<string>>> = {
  tls_advertise_hosts: fc.constantFrom("*", "", "127.0.0.0/8", "!127.0.0.2 : *"),
  acl_smtp_starttls: fc.constantFrom("accept", "deny"),
};

const optional = (from: Readonly<Record<string, fc.Arbitrary<string>>>) =>
  fc
    .tuple(
      ...Object.entries(from).map(([name, value]) =>
        fc.option(
          value.map((one) => `${name} = ${one}\n`),
          { freq: 2 },
        ),
      ),
    )
    .map((lines) => lines.filter((line) => line !== null).join(""));

const advertise = fc.option(
  fc.constantFrom(`\${if def:tls_in_cipher}`, "yes", "no", `\${if ={$received_port}{{implicit}}{yes}{no}}`),
);

const seldom = (text: fc.Arbitrary<string>) =>
  fc.tuple(fc.integer({ min: 1, max: 5 }), text).map(([one, each]) => (one === 1 ? each : null));

const configuration = fc
  .record({
    main: optional(settings),
    limits: fc.option(optional(tlsLimits), { freq: 3, nil: "" }),
    unset: fc.boolean(),
    twice: fc.integer({ min: 1, max: 25 }),
    connect: seldom(
      acl(
        hosts.map((list) => `hosts = ${list}`),
        fc.constantFrom("accept", "deny", "warn"),
      ),
    ),
    helo: seldom(acl(part, fc.constantFrom("accept", "deny", "warn"))),
    auth: fc.option(acl(part, fc.constantFrom("accept", "deny", "require")), { freq: 2 }),
    mail: fc.option(acl(part), { freq: 3 }),
    rcpt: fc.option(acl(recipientPart), { freq: 9 }),
    mailboxes: fc.option(
      fc.tuple(fc.constantFrom("vrfy", "expn"), acl(part, fc.constantFrom("accept", "deny", "deny"))),
      {
        freq: 3,
      },
    ),
    nested: acl(
      hosts.map((list) => `hosts = ${list}`),
      fc.constantFrom("accept", "deny", "require"),
    ),
    advertise,
    macro: fc.constantFrom("yes", "no"),
  })
  .map((each) => {
    const acls = { connect: each.connect, helo: each.helo, auth: each.auth, mail: each.mail, rcpt: each.rcpt };
    const written = Object.entries(acls).filter((one): one is [string, string] => one[1] !== null);
    const set = each.mailboxes === null ? written : [...written, each.mailboxes];
    // A refused HELO hides STARTTLS, too.
    const limited = each.limits !== "" || each.helo !== null;
    const text = set.map(([name, body]) =>
      `check_${name}:\n${body}  accept\n`.replace(each.unset ? "  accept\n" : "", ""),
    );
    const main = [
      "SWITCH = ",
      each.macro,
      "\nhostlist trusted = 127.0.0.2 : <192.0.2.0/28\n".replace("<", ""),
      "domainlist local_domains = @ : lab.example\n",
      ...set.map(([name]) => `acl_smtp_${name} = check_${name}\n`),
      each.main,
      each.limits ?? "",
      each.twice === 1 ? "smtp_banner = one\nsmtp_banner = two\n" : "",
    ].join("");
    const own = each.main.includes("tls_on_connect_ports") ? "" : "tls_on_connect_ports = {implicit}\n";
    const condition = each.advertise === null ? "" : `  server_advertise_condition = ${each.advertise}\n`;
    const body = `${text.join("")}nested:\n${each.nested}`;
    return {
      ports: `daemon_smtp_ports = {plain} : {implicit}\n${own}`,
      main,
      acl: limited ? withoutTls(body) : body,
      authenticators: `plain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n  server_condition = false\n${condition}`,
    };
  });

/** Where some get no TLS, a refusal for want of it cannot be told by comparing: none is made. */
function withoutTls(acl: string): string {
  return acl
    .replaceAll("encrypted = *", "authenticated = *")
    .replaceAll("$tls_in_cipher", "$authenticated_id")
    .replaceAll("def:tls_in_cipher", "def:authenticated_id");
}

/** Random configurations; the same seed gives the same ones. */
export function generatedCases(seed: number, count: number): Case[] {
  return fc.sample(configuration, { seed, numRuns: count }).map((each, index) => ({
    name: `generated ${index + 1} of seed ${seed}`,
    ...each,
    generated: true as const,
  }));
}
