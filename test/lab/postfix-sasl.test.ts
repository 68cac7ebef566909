import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import { Subjects } from "../../model/subjects.js";
import { mailFacts } from "../mail/facts.js";
import { type Result, runInLab } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, unpacked } from "../setup/unpacked.js";
import { helpers } from "./postfix-lab.js";
import { saslDovecot } from "./sasl-dovecot.js";

const main = `compatibility_level = 3.6
myhostname = mail.lab.example
mydestination =
mynetworks = 127.0.0.9
inet_protocols = ipv4
smtpd_tls_security_level = may
smtpd_tls_chain_files = @LAB@/pair.pem
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
queue_directory = @LAB@/queue
data_directory = @LAB@/data
multi_instance_name = postfix-sasl
multi_instance_enable = no
maillog_file = @LAB@/mail.log
maillog_file_prefixes = @LAB@
default_transport = discard:
smtpd_error_sleep_time = 0
`;
const master = "587 inet n - n - - smtpd\n465 inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n";
const all = "plain login cram-md5 digest-md5 scram-sha-256 anonymous external";

/** What Dovecot has, what main.cf and Dovecot say besides, and whether the files leave something open. */
const cases: readonly (readonly [name: string, mechanisms: string, main: string, dovecot?: string, open?: true])[] = [
  ["PLAIN and LOGIN", "plain login", ""],
  ["all mechanisms", all, ""],
  ["no passwords in clear", all, "smtpd_sasl_security_options = noanonymous, noplaintext\n", "", true],
  [
    "no passwords in clear, but inside TLS",
    all,
    "smtpd_sasl_security_options = noanonymous, noplaintext\nsmtpd_sasl_tls_security_options = noanonymous\n",
    ...(["", true] as const),
  ],
  ["nothing that a dictionary breaks", all, "smtpd_sasl_security_options = noanonymous nodictionary\n"],
  ["nothing active", all, "smtpd_sasl_security_options = noactive\n"],
  ["no option: ANONYMOUS too", all, "smtpd_sasl_security_options =\n"],
  ["a filter", all, "smtpd_sasl_mechanism_filter = !login, !external, static:rest\n"],
  ["a socket by its whole path", "login", "smtpd_sasl_path = @LAB@/queue/private/auth\n"],
  ["a socket by its kind", "login", "smtpd_sasl_path = unix:private/auth\n"],
  ["AUTH inside TLS alone", "plain cram-md5", "smtpd_tls_auth_only = yes\n"],
  ["passwords in clear, Dovecot's own setting", "plain cram-md5", "", "disable_plaintext_auth = no\n"],
];

const filesOf = ([, mechanisms, ownMain, ownDovecot = ""]: (typeof cases)[number]) => ({
  "etc/main.cf": `${main}${ownMain}`,
  "etc/master.cf": `${master}${helpers}`,
  "dovecot.conf": `${saslDovecot}auth_mechanisms = ${mechanisms}\n${ownDovecot}`,
});

const start = `
mkdir -p @LAB@/queue/private @LAB@/data @LAB@/run @LAB@/state
chown postfix @LAB@/data @LAB@/queue/private
echo 'alice:{PLAIN}secret' >@LAB@/users
dovecot -c @LAB@/dovecot.conf
until [ -S @LAB@/queue/private/auth ]; do sleep 0.1; done
postfix -c @LAB@/etc start
`;

const looks = [587, 465].map((port) => ({ from: "192.0.2.10", to: "192.0.2.1", port }));

async function derive(files: Readonly<Record<string, string>>): Promise<Fact[]> {
  const definition = (id: string, product: "postfix" | "dovecot", paths: Readonly<Record<string, string>>) => {
    const own = Object.entries(paths).map(([path, from]) => [path, { at: `${id}/${path}`, text: files[from] ?? "" }]);
    const version = product === "postfix" ? "3.7" : "2.3";
    return { id, product, origin: "planned", files: Object.fromEntries(own), missing: [], version } as const;
  };
  const postfix = definition("lab/postfix", "postfix", { "main.cf": "etc/main.cf", "master.cf": "etc/master.cf" });
  const provider = definition("lab/dovecot", "dovecot", { "dovecot.conf": "dovecot.conf" });
  return mailFacts([postfix, provider], new Subjects(nothingDeclared));
}

/** What is said of AUTH on a port: sorted lists, or `?`. */
function said(facts: readonly Fact[], port: number) {
  const own = facts.filter(({ subject }) => subject.endsWith(`:${port}`));
  const [before, inside] = (["authBeforeTls", "authMechanisms"] as const).map(
    (name) => own.find((each) => each.name === name)?.value,
  );
  return { before: isUnknown(before) ? "?" : before, inside: isUnknown(inside) ? "?" : inside };
}

describeWith(namespacesUnavailable())("what Postfix takes from Dovecot's mechanisms", () => {
  let results: Result[];
  beforeAll(async () => {
    const root = unpacked("postfix-dovecot", ["postfix", "dovecot-core", "iproute2", "openssl"]);
    const users = ["postfix", "postdrop", "dovecot", "dovenull"];
    const instances = cases.map((each) => ({ files: filesOf(each), start, looks }));
    results = await runInLab({ root, users }, instances, (result) => ({
      ...result,
      log: `${result.log}${result.written("dovecot.log")}`,
    }));
  }, 300_000);

  it.each(cases.map(([name, , , , open], index) => [name, index, open === true] as const))(
    "%s",
    async (_, index, open) => {
      const { files = {}, seen = [], log = "" } = results[index] ?? {};
      const facts = await derive(files);
      const [plain, wrapped] = seen;
      const sorted = (names: readonly string[] = []) => [...new Set(names)].sort();
      const clear = { offered: sorted(plain?.clear?.authOffered), accepted: sorted(plain?.clear?.authAccepted) };
      expect({ ...said(facts, 587), log: "" }).toEqual({
        before: open ? "?" : clear,
        inside: sorted(plain?.tls?.auth),
        log: expect.any(String),
      });
      expect(said(facts, 465).inside).toEqual(sorted(wrapped?.tls?.auth));
      expect([plain?.tls?.hello, wrapped?.tls?.hello, log]).toEqual([250, 250, expect.any(String)]);
    },
  );
});
