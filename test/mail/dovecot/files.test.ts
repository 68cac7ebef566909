import { dovecotFacts } from "../../../mail/dovecot/index.js";
import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import type { Fact, FactName } from "../../../model/fact.js";
import type { MailDefinition } from "../../../model/mail.js";
import { isUnknown } from "../../../model/maybe.js";
import { Subjects } from "../../../model/subjects.js";

const anywhere = AddressSet.of("203.0.113.7");
const start = "protocols = submission\npassdb {\n  driver = pam\n}\nssl_cert = <cert.pem\n";
const start24 =
  "dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.1\nprotocols = submission\npassdb pam {\n}\nssl_server_cert_file = /etc/c.pem\n";

function factsOf(texts: Readonly<Record<string, string>>, more: Partial<MailDefinition> = {}): Fact[] {
  const files = Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [path, { at: `etc/${path}`, text }] as const),
  );
  const definition = { id: "etc", product: "dovecot", origin: "planned", files, missing: [], ...more } as const;
  return dovecotFacts(definition, new Subjects(nothingDeclared));
}

const facts = (text: string, more?: Partial<MailDefinition>) => factsOf({ "dovecot.conf": text }, more);

function valueAt(all: readonly Fact[], name: FactName, port = 587): unknown {
  const found = all.filter(
    (fact) => fact.name === name && fact.subject.endsWith(`:${port}`) && fact.from.contains(anywhere),
  );
  expect(found).toHaveLength(1);
  return found[0]?.value;
}

describe("2.4, as its documentation has it", () => {
  it.each([
    ["both listeners are built in", "", "implicitTls", 465, true],
    ["required refuses MAIL in clear", "ssl = required\n", "tlsGate", 587, "mail"],
    ["no cleartext passwords by default", "", "authBeforeTls", 587, { offered: [], accepted: [] }],
    [
      "cleartext passwords",
      "auth_allow_cleartext = yes\n",
      "authBeforeTls",
      587,
      { offered: ["PLAIN"], accepted: ["PLAIN"] },
    ],
    ["a list as a block adds", "auth_mechanisms {\n  login = yes\n}\n", "authMechanisms", 587, ["LOGIN", "PLAIN"]],
    [
      "a list as a block takes away",
      "auth_mechanisms {\n  plain = no\n  login = yes\n}\n",
      "authMechanisms",
      587,
      ["LOGIN"],
    ],
    [
      "trusted networks are not secured where TLS is required",
      "ssl = required\nlogin_trusted_networks = 203.0.113.0/24\n",
      "tlsGate",
      587,
      "mail",
    ],
    ["a group leaves its name out", "ssl_server {\n  cert_file =\n}\n", "certificateFile", 587, "none"],
  ] as const)("%s", (_, lines, name, port, value) => {
    expect(valueAt(facts(`${start24}${lines}`), name, port)).toEqual(value);
  });

  it.each([
    [
      "at the top",
      "ssl_server_cert_fil = /etc/d.pem\n",
      "etc/dovecot.conf:7",
      /^ssl_server_cert_fil is no.*did you mean ssl_server_cert_file\?/,
    ],
    ["of 2.3", "disable_plaintext_auth = no\n", "etc/dovecot.conf:7", /^disable_plaintext_auth is no/],
    [
      "in a filter",
      "protocol submission {\n  auth_mechanism = plain\n}\n",
      "etc/dovecot.conf:8",
      /^auth_mechanism is no.*did you mean auth_mechanisms\?/,
    ],
    [
      "of a block",
      "ssl_serber {\n  cert_file =\n}\n",
      "etc/dovecot.conf:7",
      /^ssl_serber is no.*did you mean ssl_server\?/,
    ],
    [
      "in a block",
      "ssl_server {\n  cert_fil =\n}\n",
      "etc/dovecot.conf:8",
      /^cert_fil is no.*in ssl_server neither; did you mean cert_file\?/,
    ],
  ])("a name that is not known, %s: it does not start, and the name is told", (_, lines, at, says) => {
    const all = facts(`${start24}${lines}`);
    expect(valueAt(all, "listening")).toBe(false);
    const [evidence] = all.find((fact) => fact.name === "listening")?.evidence ?? [];
    expect(evidence).toMatchObject({ at, says: expect.stringMatching(says) });
  });

  it("a name of another release or plugin: the server is undecided, and the name told", () => {
    const value = valueAt(facts(`${start24}cassandra_hosts = 192.0.2.1\n`), "listening");
    expect(JSON.stringify(value)).toMatch(/cassandra_hosts, which Debian's 2\.4\.1 has not \(etc\/dovecot\.conf:7\)/);
  });

  it("protocols as a block", () => {
    const text = start24.replace("protocols = submission", "protocols {\n  submission = yes\n}");
    expect(valueAt(facts(text), "listening")).toBe(true);
  });

  it.each([
    ["2.3 does not know dovecot_config_version", start24, "2.3.19"],
    ["2.4 demands it", start, "2.4.1"],
  ])("%s: it does not start", (_, text, version) => {
    expect(valueAt(facts(text, { version }), "listening")).toBe(false);
  });

  it("other releases are not supported", () => {
    expect(() => facts(start, { version: "2.2" })).toThrow(InputError);
  });
});

describe("what is not at hand", () => {
  it.each([
    ["an absolute path elsewhere", "!include_try /srv/shared/*.conf\n", {}, "/srv/shared/*.conf"],
    ["a file that is not there", "!include more.conf\n", {}, "more.conf"],
    ["a path above the directory", "!include ../more.conf\n", {}, "../more.conf"],
    ["files that something else writes", "!include_try conf.d/*.conf\n", { missing: ["urn:x#data"] }, "urn:x#data"],
  ])("%s leaves it open, and is named", (_, lines, more, missing) => {
    expect(valueAt(facts(`${start}${lines}`, more), "listening")).toEqual({ unknown: [missing] });
  });

  it("Debian's packages add their protocols outside /etc", () => {
    const debian = "!include_try /usr/share/dovecot/protocols.d/*.protocol\n";
    expect(isUnknown(valueAt(facts(`${start}${debian}`), "listening"))).toBe(true);
    expect(valueAt(facts(`${debian}${start}`), "listening")).toBe(true);
  });

  it("absolute paths below /etc/dovecot are files of the definition", () => {
    const texts = { "dovecot.conf": `${start}!include /etc/dovecot/a.conf\n`, "a.conf": "ssl = required\n" };
    expect(valueAt(factsOf(texts), "tlsGate")).toBe("mail");
  });

  it("before 2.3.15 TLS 1.0 was permitted: without a version that is open", () => {
    expect(valueAt(facts(start), "tlsVersions")).toEqual({ unknown: ["ssl_min_protocol", "the Dovecot version"] });
    expect(valueAt(facts(start, { version: "2.3.7" }), "tlsVersions")).toMatchObject({ refused: ["SSLv3"] });
  });

  it("dovecot.conf itself", () => {
    expect(valueAt(factsOf({ "other.conf": "" }), "listening")).toEqual({ unknown: ["dovecot.conf"] });
  });
});

describe("text that Dovecot refuses", () => {
  it.each([
    ["no { after a section's name", `${start}service auth\n`, "etc/dovecot.conf:6"],
    ["something after the {", `${start}service auth { user = x }\n`, "etc/dovecot.conf:6"],
    ["a } too many", `${start}}\n`, "etc/dovecot.conf:6"],
    ["a } too few", `${start}service auth {\n`, "etc/dovecot.conf:6"],
    ["a file that includes itself", `${start}!include dovecot.conf\n`, "etc/dovecot.conf:6"],
  ])("%s: an error that names the line", (_, text, where) => {
    try {
      facts(text);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).where).toBe(where);
      return;
    }
    throw new Error("no error");
  });
});

describe("the server that it relays to", () => {
  it.each([
    ["no", "none", false],
    ["smtps", "implicit", true],
    ["starttls", "required", true],
  ])("submission_relay_ssl = %s", (mode, tls, verifies) => {
    const all = facts(
      `${start}hostname = mail.example\nsubmission_relay_host = relay.example\nsubmission_relay_ssl = ${mode}\n`,
    );
    const client = all.filter((fact) => fact.subject === "mail.example -> relay.example:25");
    expect(client.find((fact) => fact.name === "clientTls")?.value).toBe(tls);
    expect(client.find((fact) => fact.name === "clientVerifiesCertificate")?.value).toBe(verifies);
  });

  it("its password never shows", () => {
    const all = facts(`${start}submission_relay_host = r.example\nsubmission_relay_password = Hunter2Hunter2\n`);
    expect(JSON.stringify(all)).not.toContain("Hunter2");
    expect(all.find((fact) => fact.name === "clientAuth")?.value).toEqual({ login: true, password: "plain file" });
  });
});

describe("hostile input", () => {
  it.each([
    ["one long line", `x = ${"a ".repeat(4_000_000)}`],
    ["a continued line", `x = \\\n${"y \\\n".repeat(100_000)}`],
    ["many settings", "x = y\n".repeat(900_000)],
    ["quotes without an end", `x = ${'"'.repeat(4_000_000)}`],
    ["a variable that doubles", `x = y\n${"x = $x $x\n".repeat(60)}`],
    ["many blocks", "remote 192.0.2.0/24 {\nssl = yes\n}\n".repeat(20_000)],
    [
      "many different blocks",
      Array.from({ length: 20_000 }, (_, i) => `remote 10.${i >> 8}.${i & 255}.0 {\nssl = no\n}\n`).join(""),
    ],
    [
      "blocks up to the bound",
      Array.from({ length: 190 }, (_, i) => `remote 10.0.${i}.0/28 {\nssl = ${i % 2 ? "yes" : "required"}\n}\n`).join(
        "",
      ),
    ],
    [
      "many listeners",
      `service submission-login {\n${Array.from({ length: 50_000 }, (_, i) => `inet_listener l${i} {\nport = ${i}\n}\n`).join("")}}\n`,
    ],
  ])("%s ends soon", (_, text) => {
    const begun = performance.now();
    try {
      facts(`${start}${text}\n`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
    expect(performance.now() - begun).toBeLessThan(8000);
  });

  it("files that include others twice, forty deep, end soon", () => {
    const texts: Record<string, string> = { "dovecot.conf": `${start}!include 0.conf\n` };
    for (let i = 0; i < 40; i++) texts[`${i}.conf`] = `base_dir = x\n!include ${i + 1}.conf\n!include ${i + 1}.conf\n`;
    texts["40.conf"] = "base_dir = x\n";
    expect(() => factsOf(texts)).toThrow(InputError);
  });
});
