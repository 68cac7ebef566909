import { postfix } from "../setup/clients/postfix.js";
import { suite } from "../setup/unpacked.js";
import { type Case, judgeClients } from "./clients-judge.js";
import { helpers } from "./postfix-lab.js";

const main = (relayhost: string, ...lines: string[]): string =>
  [
    "compatibility_level = 3.6",
    "queue_directory = @DIR@/queue",
    "data_directory = @DIR@/data",
    "maillog_file = @DIR@/mail.log",
    "maillog_file_prefixes = @DIR@",
    "myhostname = client.lab.example",
    "mydestination =",
    "inet_interfaces = loopback-only",
    // No DNS in the lab: its names stand in /etc/hosts.
    "smtp_host_lookup = native",
    "smtp_tls_CAfile = @CA@",
    "smtp_helo_timeout = 4s",
    `relayhost = ${relayhost}`,
    ...lines,
    "",
  ].join("\n");

const to = (relayhost: string, ...lines: string[]): Record<string, string> => withOptions([], relayhost, ...lines);

const withOptions = (options: readonly string[], relayhost: string, ...lines: string[]): Record<string, string> => ({
  "main.cf": main(relayhost, ...lines),
  "master.cf": `smtp unix - - n - - smtp\n${options.map((each) => `  -o ${each}\n`).join("")}${helpers}`,
});

const relay = "[@HOST@]:587";
const level = (word: string) => `smtp_tls_security_level = ${word}`;
const login = [
  "smtp_sasl_auth_enable = yes",
  "smtp_sasl_password_maps = static:me:hunter2",
  "smtp_sasl_security_options = noanonymous",
];
const wrapper = "smtp_tls_wrappermode = yes";

const cases: readonly Case[] = [
  ["by default", to(relay)],
  ["by default, with a login", to(relay, ...login)],
  ["no port", to("[@HOST@]")],
  // No earlier release starts with a level of its own future.
  ...(suite === "sid" ? [["level 3.11", to(relay, "compatibility_level = 3.11")] as const] : []),
  ["a service", to("[@HOST@]:submission", level("encrypt"))],
  ["none", to(relay, level("none"), ...login)],
  ["may", to(relay, level("may"))],
  ["may, with a login", to(relay, level("may"), ...login)],
  ["encrypt", to(relay, level("encrypt"))],
  ["encrypt, with a login", to(relay, level("encrypt"), ...login)],
  ["verify", to(relay, level("verify"), ...login)],
  ["secure", to(relay, level("secure"), "smtp_tls_secure_cert_match = hostname")],
  ["fingerprint", to(relay, level("fingerprint"), ...fingerprint("@FINGERPRINT@"))],
  ["dane", to(relay, level("dane")), ["clientTls", "clientVerifiesCertificate"]],
  ["a level that is none", to(relay, level("always")), ["clientTls", "clientVerifiesCertificate"]],
  ["use_tls", to(relay, "smtp_use_tls = yes")],
  ["enforce_tls", to(relay, "smtp_enforce_tls = yes")],
  ["enforce_tls of anybody", to(relay, "smtp_enforce_tls = yes", "smtp_tls_enforce_peername = no")],
  ["enforce_tls beside a level", to(relay, level("may"), "smtp_enforce_tls = yes")],
  ["wrapper mode", to("[@HOST@]:465", level("encrypt"), wrapper, ...login)],
  ["wrapper mode at a service", to("[@HOST@]:submissions", level("secure"), wrapper)],
  ["wrapper mode without a level", to("[@HOST@]:465", wrapper), ["clientTls"]],
  ["wrapper mode that may", to("[@HOST@]:465", level("may"), wrapper), ["clientTls"]],
  ["a login without passwords", to(relay, level("may"), "smtp_sasl_auth_enable = yes"), ["clientAuth"]],
  ["passwords without a login", to(relay, "smtp_sasl_password_maps = static:me:hunter2")],
  ["options of the service", withOptions([`${level("encrypt").replaceAll(" ", "")}`], relay, level("none"))],
  ["a policy for everybody", to(relay, level("may"), "smtp_tls_policy_maps = static:encrypt")],
  [
    "a policy for the relay",
    to(relay, level("none"), `smtp_tls_policy_maps = inline:{ {${relay} = VERIFY match=hostname} }`),
  ],
  ["a policy for another", to(relay, level("may"), "smtp_tls_policy_maps = inline:{ {other.example = encrypt} }")],
  [
    "two tables of policies",
    to(relay, `smtp_tls_policy_maps = inline:{ other.example=none }, inline:{ {${relay} = secure} }, static:none`),
  ],
  [
    "a file of policies",
    { ...to(relay, "smtp_tls_policy_maps = texthash:@DIR@/policy"), policy: `${relay} encrypt\n` },
  ],
  [
    "a file of policies without the relay",
    { ...to(relay, level("may"), "smtp_tls_policy_maps = texthash:@DIR@/policy"), policy: "@HOST@ encrypt\n" },
  ],
  [
    "a file of policies that cannot be opened",
    { ...to(relay, "smtp_tls_policy_maps = texthash:@DIR@/policy"), policy: `${relay} none\n${relay} encrypt\n` },
    ["clientTls", "clientVerifiesCertificate"],
  ],
  ["patterns of policies", { ...to(relay, "smtp_tls_policy_maps = regexp:@DIR@/policy"), policy: "/^/ secure\n" }],
];

function fingerprint(of: string): string[] {
  return ["smtp_tls_fingerprint_digest = sha256", `smtp_tls_fingerprint_cert_match = ${of}`];
}

judgeClients("what Postfix does with its relayhost is what its settings are read to say", [
  ["Postfix", postfix, cases],
]);
