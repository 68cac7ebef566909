import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const cli = resolve("dist/cli/main.js");
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "port587-cli-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function port587(args: readonly string[], files: Record<string, string | Buffer> = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: directory,
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

const empty =
  '{"version":3,"deployment":{"manifest":{"time":"2026-01-01T00:00:00Z","magic":"","version":""},"resources":[]}}';
const group = "urn:pulumi:a::b::aws:ec2/securityGroup:SecurityGroup::mail";
const stack = empty.replace(
  '"resources":[]',
  `"resources":[{"urn":"${group}","type":"aws:ec2/securityGroup:SecurityGroup","custom":true,"id":"sg-1","inputs":{"ingress":[],"egress":[]},"outputs":{"id":"sg-1"}}]`,
);
const yaml = (text: string) => ({ "port587.yaml": text });

/** What is given, and what the one error must say: where, what, and how to mend it. */
type Case = [name: string, args: string[], files: Record<string, string | Buffer>, says: RegExp];
const cases: Case[] = [
  ["no command", [], {}, /Usage: port587/],
  ["an unknown command", ["chekc"], {}, /Did you mean check\?/],
  ["an unknown option", ["audit", "--lvie"], {}, /Did you mean --live\?/],
  ["no host", ["check"], {}, /missing required argument/],
  ["nothing to audit", ["audit"], {}, /nothing to audit.*\n.*port587\.yaml/],
  [
    "a file that is not there",
    ["audit", "nothing.json"],
    {},
    /nothing\.json: cannot be read \(ENOENT\)\n.*does not exist/,
  ],
  [
    "a file of no known kind",
    ["audit", "notes.txt"],
    { "notes.txt": "hello" },
    /notes\.txt: is nothing that port587 can read\n.*Expected/,
  ],
  [
    "malformed JSON",
    ["audit", "stack.json"],
    { "stack.json": '{"version": 3, "deployment": {,}}' },
    /stack\.json:1:\d+/,
  ],
  [
    "a state of another version",
    ["audit", "stack.json"],
    { "stack.json": empty.replace('"version":3', '"version":99') },
    /stack\.json.*99/s,
  ],
  [
    "a malformed Compose file",
    ["audit", "."],
    { "compose.yaml": "services:\n  mail:\n    image: [axllent/mailpit\n    ports: ['1025:1025']\n" },
    /compose\.yaml:\d+:\d+: malformed YAML/,
  ],
  [
    "malformed settings of a client",
    ["audit", "."],
    { "application.yml": "spring:\n  mail:\n    host: [smtp.example.net\n    port: 587\n" },
    /application\.yml:\d+:\d+: malformed YAML/,
  ],
  ["malformed YAML", ["audit"], yaml("endpoints:\n  - host: [\n"), /port587\.yaml:\d+:\d+: is not valid YAML/],
  [
    "an unknown key",
    ["audit"],
    yaml("sources: []\nendpiont: []\n"),
    /port587\.yaml:2: unknown key "endpiont"\n.*Did you mean endpoints\?/,
  ],
  [
    "an unknown key below",
    ["audit"],
    yaml("endpoints:\n  - host: a.example\n    ports: [587]\n    exposre: internet\n"),
    /port587\.yaml:4: unknown key "exposre"\n.*exposure/,
  ],
  [
    "a port out of range in the declaration",
    ["audit"],
    yaml("endpoints:\n  - host: a.example\n    ports: [70000]\n"),
    /port587\.yaml:3: .*65535/,
  ],
  [
    "an address that is none",
    ["audit"],
    yaml("trustedNetworks: [10.0.0.0/40]\n"),
    /port587\.yaml:1: .*10\.0\.0\.0\/40/,
  ],
  [
    "an unknown rule",
    ["audit"],
    yaml("rules:\n  tls-require: false\n"),
    /port587\.yaml:2: there is no rule "tls-require"\n.*tls-required/,
  ],
  [
    "an unknown option of a rule",
    ["audit"],
    yaml("rules:\n  certificate-expiry:\n    day: 3\n"),
    /port587\.yaml:3: .*no option "day"\n.*days/,
  ],
  [
    "an option of the wrong type",
    ["audit"],
    yaml("rules:\n  certificate-expiry:\n    days: soon\n"),
    /port587\.yaml:3: expected a value of type integer/,
  ],
  [
    "an exemption without reason",
    ["audit"],
    yaml("exemptions:\n  - rule: tls-required\n    subject: a.example:587\n    expires: 2027-01-01\n"),
    /port587\.yaml:2: .*reason/,
  ],
  [
    "an exemption without a date",
    ["audit"],
    yaml(
      'exemptions:\n  - rule: tls-required\n    subject: a.example:587\n    reason: because it is so\n    expires: "soon"\n',
    ),
    /port587\.yaml:5: .*date/,
  ],
  [
    "an exemption of no rule",
    ["audit"],
    yaml(
      'exemptions:\n  - rule: tls\n    subject: a.example:587\n    reason: because it is so\n    expires: "2027-01-01"\n',
    ),
    /port587\.yaml:2: there is no rule "tls"/,
  ],
  [
    "a machine that no source has",
    ["audit"],
    {
      "stack.json": stack,
      ...yaml("sources: [stack.json]\nendpoints:\n  - host: a.example\n    ports: [587]\n    resource: mial\n"),
    },
    /port587\.yaml:3: no source has a machine "mial"\n.*Did you mean mail\?/,
  ],
  [
    "a client of a relay that no source has",
    ["audit"],
    { "stack.json": stack, ...yaml("sources: [stack.json]\nrelays:\n  - host: a.example\n    clients: [app]\n") },
    /port587\.yaml:3: no source has a machine "app"\n.*The sources have: mail\./,
  ],
  [
    "a version that is none",
    ["audit"],
    yaml("endpoints:\n  - host: a.example\n    ports: [587]\n    version: latest\n"),
    /port587\.yaml:4: .*version|port587\.yaml:4: .*latest/,
  ],
  [
    "a version that is not known",
    ["audit"],
    {
      "main.cf": "myhostname = a.example\n",
      "master.cf": "submission inet n - n - - smtpd\n",
      ...yaml('sources: [.]\nendpoints:\n  - { host: a.example, ports: [587], config: ., version: "2.1" }\n'),
    },
    /the declared Postfix version is not supported\n.*"3\.5"/,
  ],
  ["a source that is not there", ["audit"], yaml("sources: [nothing.json]\n"), /nothing\.json: cannot be read/],
  [
    "a main.cf that Postfix refuses",
    ["audit", "."],
    { "main.cf": "myhostname = a.example\nthis line is none\n", "master.cf": "" },
    /main\.cf:2/,
  ],
  [
    "a master.cf that Postfix refuses",
    ["audit", "."],
    { "main.cf": "", "master.cf": "submission inet n\n" },
    /master\.cf:1/,
  ],
  ["a binary main.cf", ["audit", "."], { "main.cf": Buffer.from([0, 1, 2, 3]), "master.cf": "" }, /main\.cf/],
  [
    "an unknown format",
    ["audit", "stack.json", "--format", "htlm=x"],
    { "stack.json": empty },
    /there is no format "htlm"\n.*html/,
  ],
  [
    "an unknown profile",
    ["check", "mail.example.com", "--profile", "ncsc-nl-2025-50"],
    {},
    /there is no profile "ncsc-nl-2025-50"\n.*ncsc-nl-2025-05/,
  ],
  [
    "a profile of no near name",
    ["audit", "--profile", "hipaa-security"],
    {},
    /there is no profile "hipaa-security"\n.*rfc, nist-800-52r2, bsi/,
  ],
  [
    "a user without a password",
    ["check", "mail.example.com", "--user", "alice"],
    {},
    /--user: no password is given\n.*PORT587_PASSWORD.*--password-file/,
  ],
  [
    "a user for two hosts",
    ["check", "mail.example.com", "mail.example.org", "--user", "alice", "--password-file", "p"],
    { p: "secret\n" },
    /--user: more than one host is named\n/,
  ],
  [
    "an empty password file",
    ["check", "mail.example.com", "--user", "alice", "--password-file", "p"],
    { p: "\n" },
    /p: holds no password\n/,
  ],
  [
    "a password file that is not there",
    ["check", "mail.example.com", "--user", "alice", "--password-file", "p"],
    {},
    /p: cannot be read \(ENOENT\)\n/,
  ],
  [
    "an unknown mechanism",
    ["check", "mail.example.com", "--user", "alice", "--mechanism", "scram-sha-265", "--password-file", "p"],
    { p: "secret" },
    /--mechanism: "scram-sha-265" is not known\n.*SCRAM-SHA-256/,
  ],
  [
    "a mechanism without a user",
    ["check", "mail.example.com", "--mechanism", "PLAIN"],
    {},
    /--mechanism: goes with --user\n/,
  ],
  [
    "a test message without an account",
    ["check", "mail.example.com", "--send-test", "me@example.com"],
    {},
    /--send-test: goes with --user\n.*--user NAME/,
  ],
  ...[
    "me",
    "me@",
    "@example.com",
    "me@192.0.2.7",
    "me@example.com\nBcc:x@example.com",
    "a..b@example.com",
    "jürgen@example.com",
  ].map(
    (to): Case => [
      `a test message to ${JSON.stringify(to)}`,
      ["check", "mail.example.com", "--user", "alice", "--send-test", to],
      {},
      /--send-test: "[\s\S]*" is not a mail address[\s\S]*user@example\.com/,
    ],
  ),
  ["a user name of two lines", ["check", "mail.example.com", "--user", "a\nb"], {}, /--user: is no user name\n/],
  [
    "two formats on standard output",
    ["audit", "stack.json", "--format", "json", "--format", "sarif"],
    { "stack.json": empty },
    /more than one format/,
  ],
  [
    "a report in no directory",
    ["audit", "stack.json", "--format", "html=no/such/report.html"],
    { "stack.json": empty },
    /no\/such\/report\.html: cannot be written/,
  ],
  ["an unknown severity", ["audit", "stack.json", "--fail-on", "hihg"], { "stack.json": empty }, /Did you mean high\?/],
  ["a host that is none", ["check", "mail example"], {}, /mail example: is not a host/],
  ["a mail address", ["check", "user@bücher.example"], {}, /user@bücher\.example: is a mail address, not a host/],
  ["a label that is too long", ["check", `${"a".repeat(64)}.example`], {}, /aaaa\.example: is not a host/],
  ["a name that is too long", ["check", `${"a.".repeat(130)}example`], {}, /example: is not a host/],
  ["an empty label", ["check", "mail..example.com"], {}, /mail\.\.example\.com: is not a host/],
  [
    "a mail address as domain",
    ["check", "127.0.0.1", "--domain", "a@b.example"],
    {},
    /--domain: "a@b\.example" is a mail/,
  ],
  [
    "an address as domain",
    ["check", "127.0.0.1", "--domain", "192.0.2.1"],
    {},
    /--domain: "192\.0\.2\.1" is an address/,
  ],
  ["a port as domain", ["check", "127.0.0.1", "--domain", "b.example:25"], {}, /"b\.example:25" is not a domain/],
  [
    "a mail address as declared domain",
    ["audit", "--live"],
    yaml("domains: [a@b.example]\nendpoints:\n  - { host: 127.0.0.1, ports: [9] }\n"),
    /port587\.yaml: "a@b\.example" is a mail address/,
  ],
  ["a resolver that is a name", ["check", "127.0.0.1", "--resolver", "dns.example"], {}, /--resolver: "dns\.example"/],
  [
    "a resolver without a port",
    ["check", "127.0.0.1", "--resolver", "127.0.0.1:0"],
    {},
    /--resolver: "0" is not a port/,
  ],
  ["a port out of range", ["check", "127.0.0.1:70000"], {}, /"70000" is not a port/],
  ["a port list that is none", ["check", "127.0.0.1", "--ports", "587,smtp"], {}, /--ports: "smtp" is not a port/],
  ["a name without address", ["check", "nobody.invalid"], {}, /nobody\.invalid: has no address\n.*spelling/],
  ["a redirection that is none", ["check", "127.0.0.1", "--connect-to", "a:587:b"], {}, /--connect-to: .*four parts/],
  [
    "a file without certificates",
    ["check", "127.0.0.1", "--ca", "ca.pem"],
    { "ca.pem": "nothing" },
    /ca\.pem: holds no PEM certificate/,
  ],
  ["a time that is none", ["check", "127.0.0.1", "--timeout", "long"], {}, /--timeout: "long"/],
];

describe("bad input is refused with place, reason and mend, and exit code 2", () => {
  it.each(cases)("%s", (_, args, files, says) => {
    const { status, stderr, stdout } = port587(args, files);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/not your fault|\n {4}at /);
    expect(status).toBe(2);
    // Where there is a report it says the same.
    expect(stdout).not.toMatch(/^exit [013]:/m);
  });

  it("says so when a file cannot be read", () => {
    // Root may read any file, but nobody can follow a link to itself.
    symlinkSync("stack.json", join(directory, "stack.json"));
    const { status, stderr } = port587(["audit", "stack.json"]);
    expect(stderr).toMatch(/stack\.json: cannot be read \(ELOOP\)\n.*readable/);
    expect(status).toBe(2);
  });

  it("one broken configuration keeps no other from being judged, and the exit code says so", () => {
    for (const name of ["broken", "dangling", "whole"])
      cpSync("examples/acme/postfix/legacy", join(directory, name), { recursive: true });
    writeFileSync(join(directory, "broken", "main.cf"), "\uFEFF# Ours\nmyhostname = a.example\n");
    rmSync(join(directory, "dangling", "main.cf"));
    symlinkSync("nowhere", join(directory, "dangling", "main.cf"));
    const { status, stdout, stderr } = port587(["audit", "."]);
    expect(stderr + stdout).toMatch(/broken\/main\.cf:1: /);
    expect(stderr + stdout).toMatch(/dangling\/main\.cf: the file cannot be read \(ENOENT\)/);
    expect(stdout).toMatch(/CRITICAL +auth-before-tls +legacy\.acme\.example:587/);
    expect(stderr).not.toMatch(/not your fault/);
    expect(status).toBe(2);
  });

  it("a server of which it is not known where it listens is no clean audit", () => {
    const main = "daemon_smtp_ports = 25 : 587\nlocal_interfaces = 0.0.0.0\nhosts_xclient = 192.0.2.1\nbegin acl\n";
    const { status, stdout } = port587(["audit", "exim4.conf"], { "exim4.conf": main });
    expect(stdout).toMatch(/where the server listens is undecided: whether this Exim knows the option hosts_xclient/);
    expect(stdout).toMatch(/exit 3: 1 check could not be decided/);
    expect(status).toBe(3);
  });

  it("leaves no half-written report", () => {
    port587(["audit", "stack.json", "nothing.json", "--format", "html=report.html"], { "stack.json": empty });
    expect(readdirSync(directory)).toEqual(["stack.json"]);
  });
});

describe("help", () => {
  it.each([["--help"], ["check", "--help"], ["audit", "--help"], ["--version"]])("%s %s", (...args) => {
    const { status, stdout } = port587(args.filter(Boolean));
    expect(status).toBe(0);
    expect(stdout).toMatch(/Usage: port587|^\d+\.\d+\.\d+\n$/);
  });
});
