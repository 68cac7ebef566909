import { createHmac } from "node:crypto";
import type { Report } from "../../model/report.js";
import { labHost, labIdentity, linesThatCheck, type Run } from "../setup/check-in-lab.js";
import { unpackedDovecot } from "../setup/dovecot.js";
import { runInLab } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, unpacked } from "../setup/unpacked.js";
import { base } from "./dovecot-cases.js";

const right = "correct horse ünd 'staple'";
const wrong = "c4nary-wr0ng-passw0rd";
const passwords = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"];
const tokens = ["OAUTHBEARER", "XOAUTH2"];
const key = "lab-key-of-32-bytes-0123456789ab";

/** A token as an issuer would sign it (RFC 7519). */
function bearer(sub: string, signedWith = key): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const body = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, iss: "lab", iat: now, nbf: now, exp: now + 600 })}`;
  return `${body}.${createHmac("sha256", signedWith).update(body).digest("base64url")}`;
}

const named = (mechanism: string, what: string, password: string): Run => ({
  name: `${mechanism}-${what}`,
  port: 587,
  args: ["--user", "alice", "--mechanism", mechanism, "--inventory", "--json"],
  password,
});

const dovecotRuns: Run[] = [
  ...passwords.flatMap((each) => [named(each, "right", right), named(each, "wrong", wrong)]),
  ...tokens.flatMap((each) => [named(each, "right", bearer("alice")), named(each, "wrong", bearer("alice", wrong))]),
  { name: "unasked", port: 587, args: ["--user", "alice", "--inventory", "--json"], password: right },
  { name: "on-465", port: 465, args: ["--user", "alice", "--inventory", "--json"], password: right },
  named("SCRAM-SHA-256-PLUS", "not-listed", right),
];

const postfixPasswords = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"];

const postfixRuns = postfixPasswords.flatMap((each) => [named(each, "right", right), named(each, "wrong", wrong)]);

const dovecotConf = `${base
  .replace("ssl_cert = <ssl/cert.pem", "ssl_cert = <own.pem")
  .replace("ssl_key = <ssl/key.pem", "ssl_key = <own.key")}
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = @LAB@/etc/oauth2.conf
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN @LAB@/etc/users
}
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 oauthbearer xoauth2
ssl = required
submission_relay_host = 127.0.0.1
submission_relay_port = 2500
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service submission-login {
  inet_listener submissions {
    port = 465
    ssl = yes
  }
}
`;

const oauth2Conf = `introspection_mode = local
local_validation_key_dict = fs:posix:prefix=@LAB@/etc/keys/
username_attribute = sub
issuers = lab
`;

/** Dovecot lets nobody in whose mail it could not hand on. */
const relay = `require("node:net").createServer((socket) => {
  socket.on("error", () => undefined).write("220 relay ESMTP\\r\\n");
  socket.on("data", (line) => socket.write(/^QUIT/i.test(line) ? "221 bye\\r\\n" : "250 relay\\r\\n"));
}).listen(2500, "127.0.0.1");
`;

const startDovecot = `
${process.execPath} @LAB@/etc/relay.cjs &
mkdir -p @LAB@/run @LAB@/state @LAB@/home
chmod -R a+rX @LAB@/etc
dovecot -c @LAB@/etc/dovecot.conf
sleep 1
${linesThatCheck(dovecotRuns)}
`;

const startPostfix = `
mkdir -p @LAB@/queue @LAB@/data
chown postfix @LAB@/data
printf '%s' ${JSON.stringify(right)} | saslpasswd2 -p -c -f @LAB@/etc/sasldb2 -u ${labHost} alice
chown postfix @LAB@/etc/sasldb2
postfix -c @LAB@/etc start
sleep 1
${linesThatCheck(postfixRuns)}
`;

const postfixMain = `compatibility_level = 3.6
queue_directory = @LAB@/queue
data_directory = @LAB@/data
multi_instance_name = postfix-login
multi_instance_enable = no
maillog_file = @LAB@/mail.log
maillog_file_prefixes = @LAB@
myhostname = ${labHost}
smtpd_error_sleep_time = 0
smtpd_tls_chain_files = @LAB@/etc/own-pair.pem
smtpd_tls_security_level = encrypt
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = ${labHost}
cyrus_sasl_config_path = @LAB@/etc/sasl
`;

const postfixMaster = `587 inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;

/** What the runs printed, and the server's own log. */
async function inLab(
  root: string,
  users: string[],
  files: Record<string, string>,
  start: string,
  runs: readonly Run[],
) {
  const [all] = await runInLab({ root, users }, [{ files, start, looks: [] }], ({ written, log }) => ({
    printed: new Map(runs.map(({ name }) => [name, { out: written(`out-${name}`), err: written(`err-${name}`) }])),
    log: `${log}${written("dovecot.log")}`,
  }));
  if (!all) throw new Error("the lab gave no result");
  return all;
}

type Lab = Awaited<ReturnType<typeof inLab>>;

/** The value of the login fact, and what the rule says. */
function told({ printed }: Lab, name: string) {
  const { out = "", err = "" } = printed.get(name) ?? {};
  if (!out.startsWith("{")) throw new Error(`${name} printed no report: ${err}`);
  const { facts, findings } = JSON.parse(out) as Report;
  const fact = facts.find((each) => each.name === "login");
  const finding = findings.find(({ rule }) => rule === "login-accepted");
  return { value: fact?.value, status: finding?.status };
}

const accepted = (mechanism: string) => ({ value: { mechanism, outcome: "accepted" }, status: "pass" });
const refused = (mechanism: string) => ({ value: { mechanism, outcome: "refused" }, status: "fail" });

const secrets = [right, wrong, Buffer.from(right).toString("base64"), Buffer.from(wrong).toString("base64"), "eyJ"];

describeWith(namespacesUnavailable())("a login at real servers", () => {
  let dovecot: Lab;
  let postfix: Lab;

  beforeAll(async () => {
    const identity = await labIdentity();
    const dovecotFiles = {
      ...identity,
      "etc/dovecot.conf": dovecotConf,
      "etc/oauth2.conf": oauth2Conf,
      "etc/relay.cjs": relay,
      "etc/users": `alice:{PLAIN}${right}\n`,
      "etc/keys/default/HS256/default": Buffer.from(key).toString("base64"),
    };
    const postfixFiles = {
      ...identity,
      "etc/main.cf": postfixMain,
      "etc/master.cf": postfixMaster,
      "etc/sasl/smtpd.conf": `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: @LAB@/etc/sasldb2\n`,
    };
    const dovecotRoot = unpackedDovecot();
    const postfixRoot = unpacked("postfix", ["postfix", "sasl2-bin", "libsasl2-modules", "iproute2", "openssl"]);
    [dovecot, postfix] = await Promise.all([
      inLab(dovecotRoot, ["dovecot", "dovenull", "vmail"], dovecotFiles, startDovecot, dovecotRuns),
      inLab(postfixRoot, ["postfix", "postdrop"], postfixFiles, startPostfix, postfixRuns),
    ]);
  }, 120_000);

  it.each([...passwords, ...tokens])("Dovecot, %s", (mechanism) => {
    expect(told(dovecot, `${mechanism}-right`)).toEqual(accepted(mechanism));
    expect(told(dovecot, `${mechanism}-wrong`)).toEqual(refused(mechanism));
    // The server's own words: one attempt a run.
    const count = (pattern: RegExp) => dovecot.log.split("\n").filter((line) => pattern.test(line)).length;
    const extra = mechanism === "SCRAM-SHA-256" ? 2 : 0;
    expect(count(new RegExp(`Login: user=<alice>, method=${mechanism},`))).toBe(1 + extra);
    expect(count(new RegExp(`auth failed, 1 attempts.* method=${mechanism},`))).toBe(1);
    expect(count(/auth failed, [2-9]/)).toBe(0);
  });

  it("takes the strongest mechanism unasked, on 465 too", () => {
    expect(told(dovecot, "unasked")).toEqual(accepted("SCRAM-SHA-256"));
    expect(told(dovecot, "on-465")).toEqual(accepted("SCRAM-SHA-256"));
  });

  it("sends nothing where the mechanism is not listed", () => {
    const { value, status } = told(dovecot, "SCRAM-SHA-256-PLUS-not-listed");
    expect(status).toBe("undecided");
    expect(JSON.stringify(value)).toContain("SCRAM-SHA-256-PLUS was asked for");
  });

  it.each(postfixPasswords)("Postfix with Cyrus SASL, %s", (mechanism) => {
    expect(told(postfix, `${mechanism}-right`).value).toEqual({ mechanism, outcome: "accepted" });
    expect(told(postfix, `${mechanism}-wrong`).value).toEqual({ mechanism, outcome: "refused" });
    const failed = postfix.log.split("\n").filter((line) => line.includes(`SASL ${mechanism} authentication failed`));
    expect(failed.length).toBe(1);
  });

  it("prints no secret anywhere", () => {
    const all = [...dovecot.printed.values(), ...postfix.printed.values()].map(({ out, err }) => out + err).join("\n");
    expect(all.length).toBeGreaterThan(10_000);
    for (const secret of secrets) expect(all.includes(secret)).toBe(false);
  });
});
