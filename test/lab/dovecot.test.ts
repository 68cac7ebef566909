import { nothingDeclared } from "../../model/declaration.js";
import { Subjects } from "../../model/subjects.js";
import { readMail } from "../../sources/mail/index.js";
import { mailFacts } from "../mail/facts.js";
import { dovecotVersion, type Result, runDovecot } from "../setup/dovecot.js";
import type { Seen } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { compare } from "./agreement.js";
import { base, type Case, cases, passdb } from "./dovecot-cases.js";
import { generatedCases } from "./dovecot-generated.js";
import { derive, judge, looks, words } from "./dovecot-lab.js";
import { drawn } from "./drawn.js";
import { tally } from "./judge.js";

// The long run looks for new disagreements: PORT587_SEED=random PORT587_CASES=500 npm test -- test/lab/dovecot
const { seed, count } = drawn("Dovecot", 100);

function filesOf({ lines = "", files = {} }: Case): Record<string, string> {
  const own = "no-passdb" in files ? {} : files;
  return { "dovecot.conf": `${base}${"no-passdb" in files ? "" : passdb}${lines}\n`, ...own };
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
    const { disagreements, open } = judge(one, result, await derive(result, dovecotVersion), known);
    expect(disagreements).toEqual([]);
    if (!one.generated) expect(open).toEqual([...(one.open ?? [])].sort());
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
