import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { Subjects } from "../../model/subjects.js";
import { readSources } from "../../sources/index.js";
import { mailFacts } from "../mail/facts.js";
import { type Look, type Result, runInLab } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, suite, unpacked } from "../setup/unpacked.js";
import { compare } from "./agreement.js";

const visits: readonly Omit<Look, "port">[] = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
];
const looks = [25, 587, 465].flatMap((port) => visits.map((visit) => ({ ...visit, port })));

const submission = [
  "postconf -M submission/inet='submission inet n - y - - smtpd'",
  "postconf -P submission/inet/smtpd_tls_security_level=encrypt",
  "postconf -P 'submission/inet/smtpd_relay_restrictions=permit_sasl_authenticated,reject'",
];

/** What debconf is told, what its answer makes of inet_interfaces (the package's postinst), and the commands that follow. */
const cases: readonly (readonly [name: string, selections: string, interfaces: string, commands: readonly string[]])[] =
  [
    ["nothing but a name", "", "all", ["postconf -e myhostname=mail.lab.example"]],
    ["submission", "", "all", submission],
    [
      "submission and submissions",
      "",
      "all",
      [
        ...submission,
        "postconf -M submissions/inet='submissions inet n - y - - smtpd'",
        "postconf -P submissions/inet/smtpd_tls_wrappermode=yes",
      ],
    ],
    [
      "TLS and networks",
      "",
      "all",
      [...submission, "postconf -e 'smtpd_tls_mandatory_protocols = >=TLSv1.3' mynetworks=192.0.2.0/24"],
    ],
    ["local only", "postfix postfix/main_mailer_type select Local only", "loopback-only", submission],
  ];

function dockerfile(selections: string, commands: readonly string[]): string {
  const told = selections === "" ? "" : `echo "${selections}" | debconf-set-selections && `;
  return `FROM debian:12-slim
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update && ${told}apt-get install -y postfix
RUN ${commands.join(" && \\\n  ")}
`;
}

// The package's own files, and of its postinst what the answers decide; then the Dockerfile's commands, as they stand.
const startOf = (interfaces: string, commands: readonly string[]) => `
mkdir -p @LAB@/queue @LAB@/data @LAB@/etc-postfix
chown postfix @LAB@/data
cp -a /etc/postfix/. @LAB@/etc-postfix/
mount --bind @LAB@/etc-postfix /etc/postfix
cat /usr/share/postfix/main.cf.debian /usr/share/postfix/main.cf.tls >/etc/postfix/main.cf
cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
postconf -e 'smtpd_relay_restrictions=permit_mynetworks permit_sasl_authenticated defer_unauth_destination' relayhost= \\
  'mynetworks=127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128' mailbox_size_limit=0 recipient_delimiter=+ \\
  inet_interfaces=${interfaces}
${commands.join("\n")}
postconf -F '*/*/chroot=n'
postconf -e queue_directory=@LAB@/queue data_directory=@LAB@/data maillog_file=@LAB@/mail.log maillog_file_prefixes=@LAB@ \\
  smtpd_tls_cert_file=@LAB@/cert.pem smtpd_tls_key_file=@LAB@/key.pem default_transport=discard: smtpd_error_sleep_time=0
postconf -M postlog/unix-dgram='postlog unix-dgram n - n - 1 postlogd'
postfix start
`;

async function factsOf(text: string): Promise<Fact[]> {
  const directory = mkdtempSync(join(tmpdir(), "port587-package-"));
  try {
    writeFileSync(join(directory, "Dockerfile"), text);
    const { estate } = await readSources([directory]);
    return await mailFacts(estate.definitions, new Subjects(nothingDeclared));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

// The files of another release are others.
const unlikely = suite === undefined ? undefined : `the package is Debian 12's, not ${suite}'s`;

describeWith(unlikely ?? namespacesUnavailable())(
  "Debian's packaged Postfix, edited by RUN postconf and started",
  () => {
    let results: Result[];

    beforeAll(async () => {
      const root = unpacked("postfix-dovecot", ["postfix", "dovecot-core", "iproute2", "openssl"]);
      const instances = cases.map(([, , interfaces, commands]) => ({
        files: {},
        start: startOf(interfaces, commands),
        looks,
      }));
      results = await runInLab({ root, users: ["postfix", "postdrop"] }, instances, (result) => result);
    }, 300_000);

    it.each(
      cases.map(([name, selections, , commands], index) => [name, dockerfile(selections, commands), index] as const),
    )("%s", async (_, text, index) => {
      const facts = await factsOf(text);
      const { seen = [], log = "" } = results[index] ?? {};
      const agreements = looks.map((look, at) => {
        const one = seen[at];
        if (!one) throw new Error(`the observer saw nothing: ${log}`);
        const { disagreements, open, compared } = compare(facts, look, one, {
          demandsTls: (reply) => reply.startsWith("530 5.7.0"),
        });
        return { wrong: disagreements.map((each) => `${look.from}:${look.port} ${each}`), open, compared };
      });
      expect({ wrong: agreements.flatMap(({ wrong }) => wrong), log }).toEqual({ wrong: [], log });
      expect(agreements.flatMap(({ open }) => open)).toEqual([]);
      const counted = agreements.reduce((sum, { compared }) => sum + compared, 0);
      expect(counted).toBeGreaterThan(15);
    });
  },
);
