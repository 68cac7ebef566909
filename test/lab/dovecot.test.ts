import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { Subjects } from "../../model/subjects.js";
import { readMail } from "../../sources/mail/index.js";
import { mailFacts } from "../mail/facts.js";
import { dovecotVersion, type Result, runDovecot } from "../setup/dovecot.js";
import type { Look, Seen } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { compare, type Words } from "./agreement.js";
import { base, type Case, cases, passdb } from "./dovecot-cases.js";
import { generatedCases } from "./dovecot-generated.js";
import { drawn } from "./drawn.js";
import { tally } from "./judge.js";

// The long run looks for new disagreements: PORT587_SEED=random PORT587_CASES=500 npm test -- test/lab/dovecot
const { seed, count } = drawn("Dovecot", 40);

const ports = [587, 465, 2587];
const visits = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "127.0.0.1", to: "127.0.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
];
const looks = ports.flatMap((port) => visits.map((visit) => ({ ...visit, port })));

function filesOf({ lines = "", files = {} }: Case): Record<string, string> {
  const own = "no-passdb" in files ? {} : files;
  return { "dovecot.conf": `${base}${"no-passdb" in files ? "" : passdb}${lines}\n`, ...own };
}

function derive({ files }: Pick<Result, "files">): Promise<Fact[]> {
  const texts = { ...files, "ssl/cert.pem": "", "ssl/key.pem": "" };
  const at = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { at: path, text }]));
  const definition = { id: "lab", product: "dovecot", origin: "planned", files: at, missing: [] } as const;
  return mailFacts([{ ...definition, version: dovecotVersion }], new Subjects(nothingDeclared));
}

describeWith(namespacesUnavailable())("what the files say and what the real Dovecot does", () => {
  const all = [...cases, ...generatedCases(seed, count)];
  let results: Result[];
  const known = tally("Dovecot");

  beforeAll(async () => {
    results = await runDovecot(all.map((each) => ({ files: filesOf(each), looks })));
  }, 3_000_000);

  it.each(all.map((each, index) => [each.name, each, index] as const))("%s", async (_, one, index) => {
    const result = results[index] as Result;
    const facts = await derive(result);
    const disagreements: string[] = [];
    const open = new Set<string>();
    looks.forEach((look, i) => {
      const seen = result.seen[i];
      if (!seen) throw new Error("the observer saw nothing");
      if (isElsewhere(result.sockets, look)) return;
      const agreement = compare(facts, look, seen, words);
      const stated = facts.some((fact) => fact.subject.endsWith(`:${look.port}`));
      if (seen.listening && !stated) disagreements.push(`${look.port} listens and no fact says so`);
      if (!seen.listening && facts.some((fact) => isServed(fact, look.port)) && !result.accepted)
        disagreements.push(`${look.port}: Dovecot refuses the configuration`);
      disagreements.push(...agreement.disagreements.map((each) => `${look.from} -> ${look.to}:${look.port} ${each}`));
      for (const name of agreement.open) open.add(name);
      if (one.generated) {
        known.known += agreement.compared;
        known.unknown += agreement.open.length;
      }
    });
    if (disagreements.length > 0) disagreements.push(one.lines ?? "", JSON.stringify(result.seen), said(result.log));
    expect(disagreements).toEqual([]);
    if (!one.generated) expect([...open].sort()).toEqual([...(one.open ?? [])].sort());
  });

  it("leaves at most one fact in twenty open", () => {
    if (count === 0) return;
    expect(known.share()).toBeLessThan(0.05);
  });

  it("examples/dovecot: TLS and a login before anything, as its facts say", async () => {
    const [definition] = await readMail("examples/dovecot/dovecot");
    if (!definition) throw new Error("the example holds no dovecot.conf");
    const files = Object.fromEntries(Object.entries(definition.files).map(([path, { text }]) => [path, text]));
    const [result] = await runDovecot([{ files: { ...files, "local.conf": machine }, looks }]);
    const facts = await mailFacts([{ ...definition, version: dovecotVersion }], new Subjects(nothingDeclared));
    const seen = looks.map((look, i) => ({ look, seen: result?.seen[i] as Seen }));
    expect(seen.flatMap((each) => compare(facts, each.look, each.seen, words).disagreements)).toEqual([]);
    const [outside] = seen.filter(({ look }) => look.from === "192.0.2.10" && look.port === 587);
    expect(outside?.seen.clear).toMatchObject({ gate: "mail", authOffered: [], authAccepted: [] });
    expect(facts.filter(({ name }) => name === "tlsGate").map(({ value }) => value)).not.toContain(undefined);
  }, 60_000);
});

/** What an example needs to run in the lab, at a place that it includes. */
const machine = base
  .split("\n")
  .filter((line) => /^(base_dir|state_dir|log_path|instance_name|default_vsz_limit|ssl_)/.test(line))
  .join("\n");

/** What the server complained of. */
function said(log: string): string {
  return log
    .split("\n")
    .filter((line) => !line.includes("Info: "))
    .join("\n");
}

/** The port is open on other addresses than the one visited: facts are about clients that go to where it is. */
function isElsewhere(sockets: readonly string[], { port, to }: Look): boolean {
  const addresses = sockets
    .filter((each) => each.endsWith(`:${port}`))
    .map((each) => each.slice(0, -`:${port}`.length));
  const family = addresses.filter((each) => each.includes(":") === to.includes(":"));
  const wildcard = to.includes(":") ? "[::]" : "0.0.0.0";
  return family.length > 0 && !family.includes(wildcard) && !family.includes(to.includes(":") ? `[${to}]` : to);
}

function isServed(fact: Fact, port: number): boolean {
  return fact.name === "listening" && fact.value === true && fact.subject.endsWith(`:${port}`);
}

const words: Words = {
  demandsTls: (reply) => reply.startsWith("530 5.7.0 TLS required") || reply.includes("TLS required"),
};
