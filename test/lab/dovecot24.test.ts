import { dovecot24Version, type Result, runDovecot, with24 } from "../setup/dovecot.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import type { Case } from "./dovecot-cases.js";
import { derive, judge, looks } from "./dovecot-lab.js";
import { base24, cases24, passdb24 } from "./dovecot24-cases.js";
import { tally } from "./judge.js";

function filesOf({ lines = "", files = {} }: Case): Record<string, string> {
  return { "dovecot.conf": `${base24}${passdb24}${lines}\n`, ...files };
}

describeWith(namespacesUnavailable())("what the files say and what the real Dovecot 2.4 does", () => {
  const all = [...cases24];
  let results: Result[];
  const known = tally("Dovecot 2.4");

  beforeAll(async () => {
    results = await runDovecot(
      all.map((each) => ({ files: filesOf(each), looks })),
      with24,
    );
  }, 3_000_000);

  it.each(all.map((each, index) => [each.name, each, index] as const))("%s", async (_, one, index) => {
    const result = results[index] as Result;
    const { disagreements, open } = judge(one, result, await derive(result, dovecot24Version), known);
    expect(disagreements).toEqual([]);
    if (!one.generated) expect(open).toEqual([...(one.open ?? [])].sort());
  });
});
