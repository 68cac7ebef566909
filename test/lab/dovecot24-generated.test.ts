import { dovecot24Version, type Result, runDovecot, with24 } from "../setup/dovecot.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { derive, judge, looks } from "./dovecot-lab.js";
import { base24, passdb24 } from "./dovecot24-cases.js";
import { generatedCases24 } from "./dovecot24-generated.js";
import { drawn } from "./drawn.js";
import { tally } from "./judge.js";

// The long run looks for new disagreements: PORT587_SEED=random PORT587_CASES=500 npm test -- test/lab/dovecot24-generated
const { seed, count } = drawn("Dovecot 2.4", 20);

describeWith(namespacesUnavailable())("random configurations, and what the real Dovecot 2.4 does", () => {
  const all = generatedCases24(seed, count);
  let results: Result[];
  const known = tally("Dovecot 2.4");

  beforeAll(async () => {
    const instances = all.map(({ lines = "", files }) => ({
      files: { "dovecot.conf": `${base24}${passdb24}${lines}\n`, ...files },
      looks,
    }));
    results = await runDovecot(instances, with24);
  }, 3_000_000);

  it.each(all.map((each, index) => [each.name, each, index] as const))("%s", async (_, one, index) => {
    const result = results[index] as Result;
    expect(judge(one, result, await derive(result, dovecot24Version), known).disagreements).toEqual([]);
  });

  it("leaves at most one fact in twenty open", () => {
    expect(known.share()).toBeLessThan(0.05);
  });
});
