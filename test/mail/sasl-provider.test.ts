import { nothingDeclared } from "../../model/declaration.js";
import type { MailDefinition } from "../../model/mail.js";
import { Subjects } from "../../model/subjects.js";
import { mailFacts } from "./facts.js";

const main = `smtpd_tls_security_level = may
smtpd_tls_cert_file = /k
smtpd_relay_restrictions = reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
`;
const master = "587 inet n - n - - smtpd\n";
const service = "service auth {\n  unix_listener /var/spool/postfix/private/auth {\n    mode = 0660\n  }\n}\n";
const dovecot23 = `protocols = imap\nauth_mechanisms = plain cram-md5\npassdb {\n  driver = passwd-file\n}\n${service}`;
const dovecot24 = `dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
auth_mechanisms {
  plain = yes
  cram-md5 = yes
}
passdb passwd-file {
  passwd_file_path = /etc/dovecot/users
}
${service}`;

type More = Partial<MailDefinition>;
const definition = (id: string, product: MailDefinition["product"], texts: Record<string, string>, more: More = {}) => {
  const files = Object.entries(texts).map(([name, text]) => [name, { at: `${id}/${name}`, text }]);
  return { id, product, origin: "planned", files: Object.fromEntries(files), missing: [], ...more } as MailDefinition;
};
const postfix = (lines = "", more: More = {}, services = master) =>
  definition("etc/postfix", "postfix", { "main.cf": `${main}${lines}`, "master.cf": services }, more);
const dovecot = (text = dovecot23, more: More = {}) =>
  definition("etc/dovecot", "dovecot", { "dovecot.conf": text }, more);

const both = ["CRAM-MD5", "PLAIN"];
const unseen = ["*"];

/** Which Dovecot checks the logins of a Postfix; what the mechanisms then are is compared with the real ones in the lab. */
it.each<[name: string, definitions: MailDefinition[], mechanisms: readonly string[]]>([
  ["Dovecot 2.3 in the directory beside", [postfix(), dovecot()], both],
  ["Dovecot 2.4", [postfix(), dovecot(dovecot24)], both],
  ["none", [postfix()], unseen],
  ["one elsewhere", [postfix(), dovecot(dovecot23, { id: "other/dovecot" })], unseen],
  ["on the same machine", [postfix("", { hostedBy: "m" }), dovecot(dovecot23, { id: "x", hostedBy: "m" })], both],
  ["on another machine", [postfix("", { hostedBy: "m" }), dovecot(dovecot23, { hostedBy: "n" })], unseen],
  ["another socket", [postfix(), dovecot(dovecot23.replace("private/auth", "private/other"))], unseen],
  ["a socket that is not opened", [postfix(), dovecot(dovecot23.replace("0660", "0"))], unseen],
  ["another queue directory", [postfix("queue_directory = /srv/queue\n"), dovecot()], unseen],
  ["Cyrus SASL", [postfix("smtpd_sasl_type = cyrus\n"), dovecot()], unseen],
  [
    "Cyrus SASL for one service",
    [postfix("", {}, `${master.trimEnd()}\n  -o smtpd_sasl_type=cyrus\n`), dovecot()],
    unseen,
  ],
  ["two of them", [postfix(), dovecot(), dovecot(dovecot24, { id: "etc/dovecot2" })], unseen],
  ["an include that is not at hand", [postfix(), dovecot(`${dovecot23}!include /elsewhere.conf\n`)], unseen],
  ["what commands change", [postfix(), dovecot(dovecot23, { changedBy: ["runcmd:1"] })], unseen],
  ["no passdb", [postfix(), dovecot(dovecot23.replace(/passdb \{\n.*\n\}\n/, ""))], unseen],
  ["a plugin's mechanism", [postfix(), dovecot(dovecot23.replace("cram-md5", "x-own"))], unseen],
  ["a filter by a table", [postfix("smtpd_sasl_mechanism_filter = /x\n", { version: "3.7" }), dovecot()], unseen],
  [
    "a filter that 3.5 does not know",
    [postfix("smtpd_sasl_mechanism_filter = /x\n", { version: "3.5" }), dovecot()],
    both,
  ],
  ["an option that asks for more", [postfix("smtpd_sasl_security_options = mutual_auth\n"), dovecot()], unseen],
])("%s", async (_, definitions, mechanisms) => {
  const facts = await mailFacts(definitions, new Subjects(nothingDeclared));
  const found = facts.filter(({ name, subject }) => name === "authMechanisms" && subject.endsWith(":587"));
  expect(found.map(({ value }) => value)).toEqual([mechanisms]);
  const names = found.flatMap(({ evidence }) => evidence.map(({ at }) => at.split("/").at(-1)?.split(":")[0]));
  expect(names.includes("dovecot.conf")).toBe(mechanisms === both);
});
