import { dovecot24Version, dovecotVersion, type Result, runDovecot, with24 } from "../setup/dovecot.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { base, type Case, passdb } from "./dovecot-cases.js";
import { derive, judge, looks } from "./dovecot-lab.js";
import { base24, briefCases24, cases24, passdb24 } from "./dovecot24-cases.js";
import { tally } from "./judge.js";

function filesOf({ lines = "", files = {} }: Case): Record<string, string> {
  return { "dovecot.conf": `${base24}${passdb24}${lines}\n`, ...files };
}

const few = looks.filter(({ from }) => from === "192.0.2.10");
const rows = [...cases24.map((each) => ({ ...each, looks })), ...briefCases24.map((each) => ({ ...each, looks: few }))];

describeWith(namespacesUnavailable())("what the files say and what the real Dovecot 2.4 does", () => {
  let results: Result[];
  const known = tally("Dovecot 2.4");

  beforeAll(async () => {
    results = await runDovecot(
      rows.map((each) => ({ files: filesOf(each), looks: each.looks })),
      with24,
    );
  }, 3_000_000);

  it.each(rows.map((each, index) => [each.name, each, index] as const))("%s", async (_, one, index) => {
    const result = results[index] as Result;
    const { disagreements, open } = judge(one, result, await derive(result, dovecot24Version), known, one.looks);
    expect(disagreements).toEqual([]);
    expect(open).toEqual([...(one.open ?? [])].sort());
  });

  it.each([
    ["a file of 2.3 under 2.4", { "dovecot.conf": base + passdb }, dovecot24Version, with24],
    ["a file of 2.4 under 2.3", { "dovecot.conf": base24 + passdb24 }, dovecotVersion, undefined],
  ] as const)(
    "%s: it does not start, and the facts say so",
    async (_, files, version, release) => {
      const [result] = await runDovecot([{ files, looks: few }], release);
      if (!result) throw new Error("the lab told nothing");
      expect(result.accepted).toBe(false);
      expect(result.seen.map(({ listening }) => listening)).toEqual([false, false, false]);
      const facts = await derive(result, version);
      expect(facts.filter(({ name }) => name === "listening").map(({ value }) => value)).toContain(false);
      expect(facts.map(({ name, value }) => `${name} ${value}`)).not.toContain("listening true");
    },
    120_000,
  );
});
