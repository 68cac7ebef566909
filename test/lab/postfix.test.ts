import { parameters } from "../../mail/postfix/defaults.js";
import { parseMainCf } from "../../mail/postfix/main-cf.js";
import { postfixNotices } from "../../mail/postfix/notices.js";
import { Settings, Stops, Undecided } from "../../mail/postfix/settings.js";
import { parseVersion } from "../../mail/postfix/versions.js";
import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { Subjects } from "../../model/subjects.js";
import { mailFacts } from "../mail/facts.js";
import { type Instance, postfixVersion, type Result, runPostfix } from "../setup/postfix.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, suite } from "../setup/unpacked.js";
import { compare, type Words } from "./agreement.js";
import { drawn } from "./drawn.js";
import { tally } from "./judge.js";
import { cases } from "./postfix-cases.js";
import { found } from "./postfix-found.js";
import { generatedCases } from "./postfix-generated.js";
import { place } from "./postfix-lab.js";
import { tableCases } from "./postfix-tables.js";

// A normal run generates the same configurations every time. The long run looks for new disagreements:
//   PORT587_SEED=20261127 PORT587_CASES=500 npm test -- test/lab/postfix
const { seed, count } = drawn("Postfix", 40);

function derive(result: Result, version: string): Promise<Fact[]> {
  return mailFacts([definitionOf(result, version)], new Subjects(nothingDeclared));
}

function definitionOf({ directory, main, master, tables }: Result, version: string): MailDefinition {
  const texts = { ...tables, "main.cf": main, "master.cf": master };
  const files = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, { at: `${directory}/${name}`, text }]),
  );
  return { id: "lab", product: "postfix", origin: "planned", files, missing: [], version };
}

/** Names of a user's own, with and without something that asks for them, and what they may be derived from. */
const named = {
  main: `smtpd_tls_securty_level = may
my_own = yes
smtpd_helo_required = $my_own
my_unused = 7
smtpd_restriction_classes = greet
greet = permit
slow_destination_concurrency_limit = 2
slowx_destination_concurrency_limit = 2
ldapx_server_host = ldap.lab.example
ldapx_frob = 3
ldapy_server_host = ldap.lab.example
virtual_alias_maps = ldap:ldapx
use_srv_lookup = submission
default_destination_concurency_limit = 3
smtpd_banner = a
smtpd_banner = b
smtpd_noop_commands = a
smtpd_noop_commands = a
`,
  master: `slow unix - - n - - smtp
  -o smtp_tls_securty_level=may
  -o my_helo=mail.lab.example
  -o smtp_helo_name=$my_helo
`,
};

/** The names that the real one says are asked for by nothing, and ours says are passed over. */
function namesIn(result: Result, version: string): { readonly real: string[]; readonly ours: string[] } {
  const said = (pattern: RegExp, lines: readonly string[]) =>
    [...new Set(lines.flatMap((line) => pattern.exec(line)?.[1] ?? []))].sort();
  const notices = postfixNotices(definitionOf(result, version)).map(({ says }) => says);
  return {
    real: said(/unused parameter: ([^=]+)=/, result.warnings),
    ours: said(/^(\S+) (?:is no setting of|came with)/, notices),
  };
}

describeWith(namespacesUnavailable())("what the files say and what the real Postfix does", () => {
  const { instances, placed } = place([...cases, ...tableCases, ...found, ...generatedCases(seed, count)]);
  const served = tally("Postfix, clients that drawn configurations serve");
  let results: Result[];
  let version: string;

  beforeAll(async () => {
    version = postfixVersion();
    const [first] = instances as [Instance, ...Instance[]];
    const unusual = { main: first.main + named.main, master: first.master + named.master, looks: [] };
    results = await runPostfix([...instances, unusual]);
  }, 3_600_000);

  it.each(placed.map((each) => [each.case.name, each] as const))("%s", async (_, { case: one, instance, ports }) => {
    const result = results[instance] as Result;
    const facts = await derive(result, version);
    const looks = instances[instance]?.looks ?? [];
    const visits = looks
      .map((look, index) => ({ look, seen: result.seen[index] }))
      .filter(({ look }) => ports.includes(look.port));
    const disagreements: string[] = [];
    const open = new Set<string>();
    for (const { look, seen } of visits) {
      if (!seen) throw new Error("the observer saw nothing");
      const agreement = compare(facts, look, seen, words);
      // Of an smtpd that dies at once, or turns this client away, nothing is to be known but that.
      if (one.generated && seen.banner === 220) {
        served.known += agreement.compared;
        served.unknown += agreement.open.length;
      }
      disagreements.push(...agreement.disagreements.map((each) => `${look.from} -> ${look.to}:${look.port} ${each}`));
      // VRFY is looked at in postfix-hygiene.test.ts.
      for (const name of agreement.open) if (name !== "authMechanisms" && name !== "vrfy") open.add(name);
    }
    if (disagreements.length > 0)
      disagreements.push(one.options ?? "", JSON.stringify(one.tables), JSON.stringify(visits));
    expect(disagreements).toEqual([]);
    // What is foretold to stay open is so of this machine's release.
    if (!one.generated && suite === undefined) expect([...open].sort()).toEqual([...(one.open ?? [])].sort());
  });

  it("leaves at most 5 % of the facts open where a drawn configuration serves the client", () => {
    expect(served.share()).toBeLessThanOrEqual(0.05);
  });

  it("expands every parameter as postconf -x does", () => {
    const differences = results.flatMap((result, index) => {
      const settings = new Settings(parseVersion(version, "lab"), parseMainCf(result.main, "main.cf").entries);
      return parameters.flatMap(({ name }) => {
        const real = result.expanded.get(name);
        const ours = attempt(() => settings.text(name).replaceAll(/\s+/g, " "));
        return real === undefined || ours === undefined || ours === real
          ? []
          : [`${index} ${name}: ${ours} is ${real}`];
      });
    });
    expect(differences).toEqual([]);
    expect(results.filter(({ expanded }) => expanded.size > 500).length).toBeGreaterThan(20);
  });

  it("names the parameters that postconf says nothing asks for", () => {
    const all = results.map((result) => namesIn(result, version));
    expect(all.filter(({ real, ours }) => real.join() !== ours.join())).toEqual([]);
    expect(all.at(-1)?.real.length).toBeGreaterThan(5);
  });

  it("says of lines that a later one takes back what postconf warns of, where they differ", () => {
    const result = results.at(-1) as Result;
    expect(result.warnings.join("\n")).toMatch(/overriding earlier entry: smtpd_banner=a/);
    const notices = postfixNotices(definitionOf(result, version));
    expect(notices.filter(({ says }) => says.includes("again here")).map(({ says }) => says.split(" ")[0])).toEqual([
      "smtpd_banner",
    ]);
  });
});

const words: Words = {
  demandsTls: (reply) => reply.startsWith("530 5.7.0"),
  lacksTls: (reply) => reply.includes("Session encryption is required"),
};

/** The value, or undefined where the files do not decide it or Postfix stops. */
function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Undecided || error instanceof Stops) return undefined;
    throw error;
  }
}
