import { eximFacts } from "../../../mail/exim/index.js";
import { AddressSet } from "../../../model/addresses.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import type { Fact, FactName } from "../../../model/fact.js";
import { isUnknown } from "../../../model/maybe.js";
import { Subjects } from "../../../model/subjects.js";

const anywhere = AddressSet.of("203.0.113.7");

function facts(files: Readonly<Record<string, string>>, version?: string): Fact[] {
  const texts = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, { at: `exim4/${path}`, text }] as const),
  );
  const definition = {
    id: "exim4",
    product: "exim",
    origin: "planned",
    files: texts,
    missing: [],
    ...(version ? { version } : {}),
  } as const;
  return eximFacts(definition, new Subjects(nothingDeclared));
}

function valueAt(all: readonly Fact[], name: FactName, port = 587): unknown {
  const found = all.filter(
    (fact) => fact.name === name && fact.subject.endsWith(`:${port}`) && fact.from.contains(anywhere),
  );
  expect(found).toHaveLength(1);
  return found[0]?.value;
}

const ports = "daemon_smtp_ports = 587 : 465\ntls_on_connect_ports = 465\ntls_certificate = /etc/exim4/exim.crt\n";

describe("Debian's parts", () => {
  const settings = (more: string) => `dc_eximconfig_configtype='internet'
dc_other_hostnames='mail.example'
dc_local_interfaces=''
dc_relay_domains=''
dc_minimaldns='false'
dc_relay_nets='198.51.100.0/24'
dc_localdelivery='mail_spool'
${more}`;
  const main = `UPEX4CmacrosUPEX4C = 1
domainlist local_domains = MAIN_LOCAL_DOMAINS
hostlist relay_from_hosts = MAIN_RELAY_NETS
.ifdef MAIN_LOCAL_INTERFACES
local_interfaces = MAIN_LOCAL_INTERFACES
.endif
${ports}acl_smtp_rcpt = acl_check_rcpt
`;
  const acl = "begin acl\n";
  const rcpt = `acl_check_rcpt:
  accept hosts = +relay_from_hosts
  require domains = +local_domains
  accept
`;
  const split = {
    "update-exim4.conf.conf": settings("dc_use_split_config='true'\n"),
    "conf.d/main/01_main": main,
    "conf.d/acl/00_header": acl,
    "conf.d/acl/30_rcpt": rcpt,
    "conf.d/acl/40_backup.dpkg-old": "acl_check_rcpt:\n  accept\n",
    "exim4.conf.template": "acl_smtp_rcpt = accept\n",
  };

  it("a split configuration: the template is dead text, and so are files with a dot in their name", () => {
    const all = facts(split);
    expect(valueAt(all, "authGate")).toBe("rcpt");
    expect(valueAt(all, "relay")).toBe("closed");
  });

  it("the networks that relay come from dc_relay_nets", () => {
    const trusted = facts(split).filter((fact) => fact.name === "relay" && fact.value === "open");
    expect(trusted.map((fact) => fact.from.toCidrs())).toEqual([
      ["127.0.0.1/32", "198.51.100.0/24", "::1/128"],
      ["127.0.0.1/32", "198.51.100.0/24", "::1/128"],
    ]);
  });

  it("a template: the split files are dead text, and the local macros come first", () => {
    const files = {
      ...split,
      "update-exim4.conf.conf": settings("dc_use_split_config='false'\n"),
      "exim4.conf.template": `${main}begin acl\n${rcpt}`,
      "exim4.conf.localmacros": "MAIN_RELAY_NETS = 0.0.0.0/0\n",
      "conf.d/acl/30_rcpt": "acl_check_rcpt:\n  deny\n",
    };
    expect(valueAt(facts(files), "relay")).toBe("open");
  });

  it("loopback alone, from dc_local_interfaces", () => {
    const own = settings("dc_use_split_config='true'\n").replace(
      "dc_local_interfaces=''",
      "dc_local_interfaces='127.0.0.1 ; ::1'",
    );
    expect(valueAt(facts({ ...split, "update-exim4.conf.conf": own }), "listening")).toBe(false);
  });

  it("exim4.conf beside them is used alone", () => {
    expect(valueAt(facts({ ...split, "exim4.conf": `${ports}acl_smtp_rcpt = accept\n` }), "relay")).toBe("open");
  });

  it("parts without update-exim4.conf.conf decide nothing", () => {
    const { "update-exim4.conf.conf": _, ...rest } = split;
    expect(valueAt(facts(rest), "listening")).toEqual({ unknown: ["update-exim4.conf.conf"] });
  });
});

describe("includes", () => {
  const open = `${ports}acl_smtp_rcpt = check\n`;

  it("a file of the definition, by its absolute path and by one beside it", () => {
    const whole = `${open}begin acl\n.include /etc/exim4/acl.conf\n`;
    expect(
      valueAt(
        facts({ "exim4.conf": whole, "acl.conf": ".include rcpt.conf\n", "rcpt.conf": "check:\n  accept\n" }),
        "relay",
      ),
    ).toBe("open");
  });

  it("a file that is not at hand leaves open what it may decide, and no more", () => {
    const all = facts({
      "exim4.conf": `${open}begin acl\ncheck:\n  .include_if_exists /etc/exim4/local_acl\n  deny\n`,
    });
    expect(valueAt(all, "relay")).toEqual({ unknown: ["/etc/exim4/local_acl"] });
    expect(valueAt(all, "starttlsOffered")).toBe("offered");
  });

  it("among the options it leaves open what no line sets", () => {
    const all = facts({ "exim4.conf": `${open}.include /srv/more.conf\nbegin acl\ncheck:\n  deny\n` }, "4.96");
    expect(valueAt(all, "authGate")).toEqual({ unknown: ["/srv/more.conf"] });
    expect(valueAt(all, "implicitTls", 465)).toBe(true);
  });
});

it("an option that this Exim may not know leaves everything open", () => {
  expect(valueAt(facts({ "exim4.conf": `${ports}hosts_xclient = 192.0.2.1\n` }), "listening")).toEqual({
    unknown: ["whether this Exim knows the option hosts_xclient (exim4/exim4.conf:4)"],
  });
  // No release knows this one.
  expect(valueAt(facts({ "exim4.conf": `${ports}no_such_option = 1\n` }), "listening")).toBe(false);
});

it("without a release it is open whether MAIL needs a HELO", () => {
  const text = `${ports}acl_smtp_helo = deny\nacl_smtp_rcpt = accept\n`;
  expect(valueAt(facts({ "exim4.conf": text }), "authGate")).toEqual({ unknown: ["the Exim version"] });
  expect(valueAt(facts({ "exim4.conf": text }, "4.96"), "authGate")).toBe("mail");
  expect(valueAt(facts({ "exim4.conf": text }, "4.94.2"), "authGate")).toBe("none");
});

it("a version that is none is an error", () => {
  expect(() => facts({ "exim4.conf": ports }, "latest")).toThrow(InputError);
});

it("unknowns name settings and lines, never values", () => {
  const text = `${ports}acl_smtp_rcpt = check\nbegin acl\ncheck:\n  accept condition = \${lookup mysql{SELECT 'hunter2'}}\n`;
  expect(JSON.stringify(facts({ "exim4.conf": text }))).not.toContain("hunter2");
});

describe("hostile input", () => {
  it.each([
    [
      "macros that double",
      Array.from({ length: 60 }, (_, i) => `M${i}X = ${i === 0 ? "xx" : `M${i - 1}X M${i - 1}X`}\n`).join(""),
    ],
    ["deep braces", `${ports}acl_smtp_rcpt = ${"${if eq{".repeat(20_000)}\n`],
    [
      "a long list",
      `${ports}host_reject_connection = ${Array.from({ length: 5_000 }, (_, i) => `10.${i >> 8}.${i & 255}.1`).join(" : ")}\n`,
    ],
    ["ACLs that call each other", `${ports}acl_smtp_rcpt = a\nbegin acl\na:\n${"  accept acl = a\n".repeat(500)}`],
    ["many continuations", `${ports}smtp_banner = ${"\\\n x".repeat(15_000)}\n`],
    [
      "many host lists",
      `${ports}acl_smtp_rcpt = a\nbegin acl\na:\n${Array.from({ length: 1000 }, (_, i) => `  accept hosts = 10.${i >> 8}.${i & 255}.0/24\n`).join("")}`,
    ],
  ])("%s end within seconds", (_, text) => {
    const began = Date.now();
    facts({ "exim4.conf": text });
    expect(Date.now() - began).toBeLessThan(5000);
  });
});

describe("bare newlines and early commands", () => {
  const main = (more: string, acl = "") => ({
    "exim4.conf": `${ports}${more}acl_smtp_rcpt = x\nbegin acl\nx:\n${acl}  accept\n`,
  });

  const nobody = "pipelining_connect_advertise_hosts =\n";
  it.each<[string, string | undefined, FactName, string | undefined]>([
    ["4.97.1", "4.97.1", "bareNewline", "normalized"],
    ["4.98", "4.98", "bareNewline", "normalized"],
    ["4.97: a distribution may have mended it", "4.97", "bareNewline", undefined],
    ["no release declared", undefined, "bareNewline", undefined],
    ["before 4.94 who may begin early depends on the build", "4.93", "earlyPipelining", undefined],
    ["from 4.94 on everyone may", "4.96", "earlyPipelining", "accepted"],
  ])("%s", (_, version, name, expected) =>
    expect(facts(main(""), version).find((each) => each.name === name && !isUnknown(each.value))?.value).toBe(expected),
  );

  it.each([
    ["nobody may begin early", main(nobody), "rejected"],
    ["no release declared", main(""), { unknown: ["the Exim version"] }],
    ["switched off", main("smtp_enforce_sync = false\n"), "accepted"],
    ["switched off by name alone", main("no_smtp_enforce_sync\n"), "accepted"],
    [
      "an ACL may switch it off",
      main(nobody, "  warn control = no_enforce_sync\n"),
      { unknown: ["the ACL with control = no_enforce_sync"] },
    ],
  ])("%s", (_, files, expected) => expect(valueAt(facts(files), "earlyPipelining")).toEqual(expected));
});
