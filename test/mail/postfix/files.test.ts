import { postfixFacts } from "../../../mail/postfix/index.js";
import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import type { Fact, FactName } from "../../../model/fact.js";
import type { MailDefinition } from "../../../model/mail.js";
import { isUnknown } from "../../../model/maybe.js";
import { Subjects } from "../../../model/subjects.js";

const submission = "submission inet n - n - - smtpd\n";
const anywhere = AddressSet.of("203.0.113.7");

function facts(main: string, master: string = submission, more: Partial<MailDefinition> = {}): Fact[] {
  const files = { "main.cf": { at: "etc/main.cf", text: main }, "master.cf": { at: "etc/master.cf", text: master } };
  const definition = {
    id: "etc",
    product: "postfix",
    origin: "planned",
    files,
    missing: [],
    version: "3.7",
    ...more,
  } as const;
  return postfixFacts(definition, new Subjects(nothingDeclared));
}

function valueAt(all: readonly Fact[], name: FactName, port = 587): unknown {
  const found = all.filter(
    (fact) => fact.name === name && fact.subject.endsWith(`:${port}`) && fact.from.contains(anywhere),
  );
  expect(found).toHaveLength(1);
  return found[0]?.value;
}

describe("lines as Postfix reads them", () => {
  it.each([
    [
      "a value continued over comments and blank lines",
      "smtpd_tls_security_level =\n# none\n\n  # none\n encrypt\n",
      "mail",
    ],
    ["the last of two lines", "smtpd_tls_security_level = encrypt\nsmtpd_tls_security_level = may\n", "none"],
    ["carriage returns", "smtpd_tls_security_level = encrypt\r\nmyhostname = a.example\r\n", "mail"],
    ["no blanks around =", "smtpd_tls_security_level=encrypt", "mail"],
    ["names are case-sensitive", "SMTPD_TLS_SECURITY_LEVEL = encrypt\n", "none"],
    ["text that continues nothing", "  smtpd_tls_security_level = encrypt\nmyhostname = a.example\n", "none"],
    ["a reference", "smtpd_tls_security_level = $level\nlevel = $other\nother = encrypt\n", "mail"],
    ["a reference in parentheses", "smtpd_tls_security_level = $(level)\nlevel = encrypt\n", "mail"],
    ["a condition on a set name", `smtpd_tls_security_level = \${level?encrypt}\nlevel = x\n`, "mail"],
    ["a condition on an empty name", `smtpd_tls_security_level = \${level:encrypt}\n`, "mail"],
    ["both branches", `smtpd_tls_security_level = \${level ? {none} : {encrypt}}\n`, "mail"],
    ["a comparison", `smtpd_tls_security_level = \${{$level} == {a} ? {encrypt} : {none}}\nlevel = a\n`, "mail"],
    ["numbers compare as numbers", `smtpd_tls_security_level = \${{9} < {10} ? {encrypt} : {none}}\n`, "mail"],
    ["text compares as text", `smtpd_tls_security_level = \${{9a} < {10a} ? {encrypt} : {none}}\n`, "none"],
    [
      "levels compare as versions",
      `compatibility_level = 3.10\nsmtpd_tls_security_level = \${{$compatibility_level} >=level {3.9} ? {encrypt} : {none}}\n`,
      "mail",
    ],
  ])("%s", (_, main, gate) => {
    const level = main.includes("compatibility_level") ? "" : "\ncompatibility_level = 3.6\n";
    expect(valueAt(facts(`${main}${level}`), "tlsGate")).toBe(gate);
  });

  it.each([
    ["main.cf without =", "smtpd_tls_security_level encrypt\n", submission, "etc/main.cf:1"],
    ["main.cf without a name", "myhostname = a\n\n= encrypt\n", submission, "etc/main.cf:3"],
    ["too few fields", "", "# a comment\nsubmission inet n - n - -\n", "etc/master.cf:2"],
    ["a type that does not exist", "", "submission tcp n - n - - smtpd\n", "etc/master.cf:1"],
    ["an inet service that is private", "", "submission inet - - n - - smtpd\n", "etc/master.cf:1"],
    ["a field that is neither y nor n", "", "submission inet no - n - - smtpd\n", "etc/master.cf:1"],
    ["braces without an end", "", "submission inet n - n - - smtpd -o { a = b\n", "etc/master.cf:1"],
    ["a port that is none", "", "58x7 inet n - n - - smtpd\n", "etc/master.cf:1"],
    ["a port out of range", "", "70000 inet n - n - - smtpd\n", "etc/master.cf:1"],
  ])("%s: an error that names the line", (_, main, master, where) => {
    try {
      facts(main, master);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).where).toBe(where);
      return;
    }
    throw new Error("no error");
  });
});

describe("versions", () => {
  const decided =
    "compatibility_level = 2\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_chain_files = /k.pem\nmynetworks = 127.0.0.0/8\n";

  it("without a declared version, what all releases do is decided", () => {
    const all = facts(decided, submission, { version: undefined as unknown as string });
    expect(valueAt(all, "tlsGate")).toBe("mail");
    expect(valueAt(all, "relay")).toBe("closed");
  });

  it("without a declared version, what the releases do differently is open", () => {
    const all = facts(`${decided}smtpd_tls_mandatory_protocols = >=TLSv1.2\n`, submission, {
      version: undefined as unknown as string,
    });
    expect(valueAt(all, "starttlsOffered")).toEqual({ unknown: ["the Postfix version"] });
    expect(valueAt(all, "tlsGate")).toBe("mail");
  });

  it.each([
    ["3.5", "refused"],
    ["3.6", "offered"],
    ["3.10.1", "offered"],
    ["3.11.7", "offered"],
  ])("release %s: >=TLSv1.2 makes STARTTLS %s", (version, value) => {
    const all = facts(`${decided}smtpd_tls_mandatory_protocols = >=TLSv1.2\n`, submission, { version });
    expect(valueAt(all, "starttlsOffered")).toBe(value);
  });

  it("a level with a dot is no level before 3.6: that release is not the one meant", () => {
    const main = decided.replace("= 2", "= 3.6");
    expect(valueAt(facts(main, submission, { version: "3.5" }), "listening")).toBe(false);
    expect(valueAt(facts(main, submission, { version: undefined as unknown as string }), "tlsGate")).toBe("mail");
  });

  it.each(["2.11", "3.4", "latest"])("release %s is not supported", (version) => {
    expect(() => facts(decided, submission, { version })).toThrow(InputError);
  });
});

describe("what is not at hand", () => {
  it("main.cf", () => {
    const files = { "master.cf": { at: "etc/master.cf", text: submission } };
    expect(valueAt(facts("", "", { files }), "listening")).toEqual({ unknown: ["main.cf"] });
  });

  it("master.cf", () => {
    const files = { "main.cf": { at: "etc/main.cf", text: "myhostname = a.example\n" } };
    const all = facts("", "", { files, missing: ["urn:x#data"] });
    expect(valueAt(all, "listening")).toEqual({ unknown: ["urn:x#data"] });
    expect(all.map((fact) => fact.subject)).toEqual(["a.example:465", "a.example:587"]);
  });

  it("a declared port without a service is silent", () => {
    const endpoint = {
      host: "mail.example",
      port: 465,
      role: "submission",
      exposure: AddressSet.everything,
      config: "etc",
    } as const;
    const files = {
      "main.cf": { at: "etc/main.cf", text: "compatibility_level = 3.6\n" },
      "master.cf": { at: "etc/master.cf", text: submission },
    };
    const definition = { id: "etc", product: "postfix", origin: "planned", files, missing: [] } as const;
    const all = postfixFacts(definition, new Subjects({ ...nothingDeclared, endpoints: [endpoint] }));
    expect(valueAt(all, "listening", 465)).toBe(false);
  });
});

describe("evidence", () => {
  it("names the line that decides, or the default, and no value", () => {
    const all = facts(
      "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nsmtpd_sasl_path = inet:secret.example:1\nsmtpd_tls_chain_files = /k.pem\n",
      `${submission}  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes\n`,
    );
    const texts = JSON.stringify(all);
    expect(texts).not.toContain("secret.example");
    const gate = all.find((fact) => fact.name === "tlsGate");
    expect(gate?.evidence).toEqual([
      { kind: "code", at: "etc/master.cf:1", says: "smtpd_tls_security_level refuses mail in clear" },
    ]);
    const relay = all.filter((fact) => fact.name === "relay");
    expect(relay.map((fact) => [fact.value, fact.from.toString()])).toContainEqual(["open", "127.0.0.0/8"]);
    expect(relay.flatMap((fact) => fact.evidence.map((each) => each.at))).toContain("etc/main.cf:2");
    expect(relay.flatMap((fact) => fact.evidence.map((each) => each.at))).toContain("Postfix 3.7");
  });
});

describe("hostile input ends soon", () => {
  const within = (milliseconds: number, run: () => Fact[]): Fact[] => {
    const start = performance.now();
    const all = run();
    expect(performance.now() - start).toBeLessThan(milliseconds);
    return all;
  };
  const level = (value: string) => `compatibility_level = 3.6\nsmtpd_client_restrictions = ${value}\n`;

  it.each([
    ["names that refer to each other", level("$a\na = $b\nb = $a")],
    ["a name that refers to itself in a condition", level(`\${{$smtpd_client_restrictions} == {x} ? {a} : {b}}`)],
  ])("%s: smtpd stops", (_, main) => {
    const all = within(2000, () => facts(main));
    expect(valueAt(all, "pathFailure")).toMatchObject({ stage: "greeting" });
    expect(isUnknown(valueAt(all, "relay"))).toBe(true);
  });

  it("an expansion that doubles forty times is not followed", () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `n${i} = $n${i + 1}$n${i + 1}`).join("\n");
    const all = within(4000, () => facts(level(`$n0\n${doubling}\nn40 = permit`)));
    expect(valueAt(all, "relay")).toEqual({ unknown: ["a shorter value of smtpd_client_restrictions"] });
  });

  it("restriction classes that double forty times are not followed", () => {
    const names = Array.from({ length: 40 }, (_, i) => `c${i}`);
    const classes = names.map((name, i) => `${name} = ${i < 39 ? `c${i + 1} c${i + 1}` : "permit_sasl_authenticated"}`);
    const main = `compatibility_level = 3.6\nsmtpd_restriction_classes = ${names.join(" ")}\n${classes.join("\n")}\nsmtpd_client_restrictions = c0\n`;
    expect(
      isUnknown(
        valueAt(
          within(4000, () => facts(main)),
          "relay",
        ),
      ),
    ).toBe(true);
  });

  it("classes that hold each other are an error of the server", () => {
    const main =
      "compatibility_level = 3.6\nsmtpd_restriction_classes = a b\na = b\nb = a\nsmtpd_client_restrictions = a\n";
    expect(
      valueAt(
        within(2000, () => facts(main)),
        "relay",
      ),
    ).toBe("closed");
  });

  it.each([
    ["one long line", `compatibility_level = 3.6\nx = ${"a ".repeat(5_000_000)}\n`],
    ["many lines", `compatibility_level = 3.6\n${"x = y\n".repeat(1_600_000)}`],
    ["continuation lines", `compatibility_level = 3.6\nx =\n${" y\n".repeat(3_000_000)}`],
    ["comments", `compatibility_level = 3.6\n${"#\n".repeat(5_000_000)}`],
    ["brackets without an end", level("x").concat(`y = ${"{".repeat(10_000_000)}\n`)],
    ["a list of ten megabytes", level("permit_sasl_authenticated, ".repeat(370_000))],
  ])("ten megabytes: %s", (_, main) => {
    within(8000, () => facts(main));
  });
});

describe("defences by release", () => {
  const value = (name: FactName, main: string, version?: string) =>
    valueAt(
      facts(
        `compatibility_level = 2\n${main}`,
        submission,
        version === undefined ? { version: undefined as never } : { version },
      ),
      name,
    );
  const set = "smtpd_forbid_bare_newline = normalize\nmynetworks = 127.0.0.0/8\n";
  const pipelining = "smtpd_forbid_unauth_pipelining = yes\n";

  it.each<[string, FactName, string, string, string]>([
    ["off before 3.9", "bareNewline", "", "3.8", "accepted"],
    ["on from 3.9 on", "bareNewline", "mynetworks = 127.0.0.0/8\n", "3.9", "normalized"],
    ["on from 3.9 on, for those of mynetworks not", "bareNewline", "mynetworks = 203.0.113.0/24\n", "3.9", "accepted"],
    ["set", "bareNewline", set, "3.7", "normalized"],
    ["set in a release that has it", "bareNewline", set, "3.7.10", "normalized"],
    ["set in a release that does not have it yet", "bareNewline", set, "3.7.8", "accepted"],
    ["pipelining off before 3.9", "earlyPipelining", "", "3.8", "accepted"],
    ["pipelining on from 3.9 on", "earlyPipelining", "", "3.10", "rejected"],
    ["and in 3.11", "earlyPipelining", "", "3.11", "rejected"],
    ["pipelining set", "earlyPipelining", pipelining, "3.5", "rejected"],
    ["pipelining set in a release that has it", "earlyPipelining", pipelining, "3.6.10", "rejected"],
    ["pipelining set in one that does not", "earlyPipelining", pipelining, "3.6.9", "accepted"],
  ])("%s", (_, name, main, version, expected) => expect(value(name, main, version)).toBe(expected));

  it.each<[string, FactName, string, boolean]>([
    ["not set, and no release is declared", "bareNewline", "mynetworks = 127.0.0.0/8\n", false],
    ["set, and no release is declared", "bareNewline", set, true],
    ["pipelining not set", "earlyPipelining", "", false],
    ["pipelining set", "earlyPipelining", pipelining, true],
    ["pipelining refused at DATA", "earlyPipelining", "smtpd_data_restrictions = reject_unauth_pipelining\n", true],
    [
      "a policy service at DATA",
      "earlyPipelining",
      "smtpd_data_restrictions = check_policy_service unix:p, reject_unauth_pipelining\n",
      false,
    ],
    ["a value that is none", "bareNewline", "smtpd_forbid_bare_newline = maybe\n", false],
  ])("%s", (_, name, main, isKnown) => expect(isUnknown(value(name, main) as never)).toBe(!isKnown));

  it.each<[string, string, string | undefined]>([
    ["no certificate", "smtpd_tls_security_level = may\n", "none"],
    ["no TLS", "smtpd_tls_security_level = none\n", undefined],
    [
      "a certificate that is not looked at",
      "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /etc/a.pem\n",
      "elsewhere",
    ],
  ])("certificates: %s", (_, main, expected) =>
    expect(facts(`compatibility_level = 2\n${main}`).find(({ name }) => name === "certificateFile")?.value).toBe(
      expected,
    ),
  );
});

describe("a release that is newer than those that are known", () => {
  const main = "compatibility_level = 3.6\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /etc/a.pem\n";
  it.each<[string, FactName, unknown]>([
    ["what a line sets", "tlsGate", "mail"],
    ["where it listens", "listening", true],
    ["what rests on a default", "tlsVersions", { unknown: ["the defaults of Postfix 3.12 (known up to 3.11)"] }],
  ])("%s", (_, name, value) => expect(valueAt(facts(main, submission, { version: "3.12.2" }), name)).toEqual(value));
});
