import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { Subjects } from "../../model/subjects.js";
import { readMail } from "../../sources/mail/index.js";
import { mailFacts } from "../mail/facts.js";
import { type Look, type Result, runInLab } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, unpacked } from "../setup/unpacked.js";
import { compare, type Words } from "./agreement.js";
import { helpers } from "./postfix-lab.js";
import { saslDovecot } from "./sasl-dovecot.js";

/** The servers of examples/acme and the ports that their master.cf opens. */
const servers: readonly (readonly [name: string, ports: readonly number[]])[] = [
  ["mail", [25, 587, 465]],
  ["relay", [25, 587]],
  ["legacy", [25, 587]],
];

/** From this machine, from `mynetworks` of the examples, from elsewhere. */
const visits: readonly Omit<Look, "port">[] = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "10.20.0.9", to: "10.20.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
];
const looksAt = (ports: readonly number[]) => ports.flatMap((port) => visits.map((visit) => ({ ...visit, port })));

/** Where the lab runs it; no line decides a fact but the last, without which OpenSSL has no TLS below 1.2 to offer. */
const machine = `
queue_directory = @LAB@/queue
data_directory = @LAB@/data
multi_instance_name = postfix-example
multi_instance_enable = no
maillog_file = @LAB@/mail.log
maillog_file_prefixes = @LAB@
default_transport = discard:
smtpd_error_sleep_time = 0
tls_medium_cipherlist = ALL:@SECLEVEL=0
`;

/** Dovecot checks the logins of all three, at the socket that they name. */
const dovecot = `${saslDovecot}disable_plaintext_auth = no\n`;

// The certificate lies where the example says.
const startOf = (name: string) => `
mkdir -p @LAB@/queue/private @LAB@/data @LAB@/run @LAB@/state @LAB@/etc-postfix
chown postfix @LAB@/data @LAB@/queue/private
echo 'alice:{PLAIN}secret' >@LAB@/users
cp -a /etc/postfix/. @LAB@/etc-postfix/
mount --bind @LAB@/etc-postfix /etc/postfix
mv @LAB@/pair.pem /etc/postfix/${name}.pem
ip address add 10.20.0.1/32 dev lo
ip route add local 10.20.0.0/16 dev lo
dovecot -c @LAB@/dovecot.conf
until [ -S @LAB@/queue/private/auth ]; do sleep 0.1; done
postfix -c @LAB@/etc start
`;

const words: Words = {
  demandsTls: (reply) => reply.startsWith("530 5.7.0"),
  lacksTls: (reply) => reply.includes("Session encryption is required"),
};

describeWith(namespacesUnavailable())("examples/acme/postfix, started", () => {
  let results: Result[];

  beforeAll(async () => {
    const root = unpacked("postfix-dovecot", ["postfix", "dovecot-core", "iproute2", "openssl"]);
    const instances = await Promise.all(
      servers.map(async ([name, ports]) => {
        const files = await filesOf(name);
        return {
          files: {
            "etc/main.cf": `${files["main.cf"]}${machine}`,
            "etc/master.cf": `${files["master.cf"]}${helpers}`,
            "dovecot.conf": dovecot,
          },
          start: startOf(name),
          looks: looksAt(ports),
        };
      }),
    );
    const users = ["postfix", "postdrop", "dovecot", "dovenull"];
    results = await runInLab({ root, users }, instances, (result) => ({
      ...result,
      log: `${result.log}${result.written("dovecot.log")}`,
    }));
  }, 300_000);

  it.each(servers.map(([name, ports], index) => [name, ports, index] as const))(
    "%s: it serves every port and does what its facts say, none of them open",
    async (name, ports, index) => {
      const facts = await factsOf(name);
      const { seen = [], log = "" } = results[index] ?? {};
      const agreements = looksAt(ports).map((look, at) => {
        const one = seen[at];
        if (!one) throw new Error(`the observer saw nothing of ${name}: ${log}`);
        const { disagreements, open, compared } = compare(facts, look, one, words);
        const where = `${look.from} -> ${look.to}:${look.port}`;
        return { wrong: disagreements.map((each) => `${where} ${each} ${JSON.stringify(one)}`), open, compared };
      });
      expect(agreements.flatMap(({ wrong }) => wrong)).toEqual([]);
      expect(seen.map(({ listening, greeting }) => ({ listening, greeting }))).toEqual(
        looksAt(ports).map(() => ({ listening: true, greeting: undefined })),
      );
      expect(agreements.flatMap(({ open }) => open)).toEqual([]);
      expect(Math.min(...agreements.map(({ compared }) => compared))).toBeGreaterThan(5);
    },
  );

  it("what the comments of their main.cf claim is so, seen from elsewhere", () => {
    const outside = (index: number) => {
      const [, ports = []] = servers[index] ?? [];
      return results[index]?.seen[looksAt(ports).findIndex(({ from, port }) => from === "192.0.2.10" && port === 587)];
    };
    for (const index of [0, 1]) {
      expect(outside(index)?.clear).toMatchObject({ gate: "mail", authOffered: [], authAccepted: [] });
      expect(outside(index)?.versions).toEqual(["TLSv1.2", "TLSv1.3"]);
      expect(outside(index)?.tls?.auth).toEqual(["PLAIN"]);
    }
    expect(outside(2)?.clear?.authOffered).toEqual(["PLAIN"]);
    expect(outside(2)?.versions).toEqual(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]);
  });
});

/** The files of one of the servers as they stand in the example. */
async function filesOf(name: string): Promise<Readonly<Record<string, string>>> {
  const [definition] = await readMail(`examples/acme/postfix/${name}`);
  if (!definition) throw new Error(`examples/acme/postfix/${name} holds no configuration`);
  return Object.fromEntries(Object.entries(definition.files).map(([path, { text }]) => [path, text]));
}

/** What the untouched files say, of the release that examples/acme/port587.yaml declares. */
async function factsOf(name: string): Promise<Fact[]> {
  const definitions = await readMail(`examples/acme/postfix/${name}`);
  return mailFacts(
    definitions.map((each) => ({ ...each, version: "3.7" })),
    new Subjects(nothingDeclared),
  );
}
