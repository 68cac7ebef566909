import { release, runMaddy, whyNoMaddy } from "../setup/maddy.js";
import { hygiene } from "../setup/mail-lab.js";
import type { Result } from "../setup/one-file.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { factsOf } from "./derived.js";
import { drawn } from "./drawn.js";
import { judge, tally } from "./judge.js";
import { cases, generatedCases, maddyConf } from "./maddy-cases.js";

// A normal run generates the same configurations every time. The long run looks for new disagreements:
//   PORT587_SEED=random PORT587_CASES=100 npm test -- test/lab/maddy
const { seed, count } = drawn("maddy", 40);

const visits = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
];
const looks = [587, 465, 2525, 2526].flatMap((port) => visits.map((visit) => ({ ...visit, port, hygiene })));

describeWith(namespacesUnavailable() ?? whyNoMaddy())("what the file says and what the real maddy does", () => {
  const all = [...cases, ...generatedCases(seed, count)];
  let results: Result[];

  beforeAll(async () => {
    results = await runMaddy(all.map((each) => ({ text: maddyConf(each), looks })));
  }, 3_600_000);

  const known = tally("maddy");
  it.each(all.map((each, index) => [each.name, each, index] as const))("%s", async (_, one, index) => {
    const result = results[index] as Result;
    const { disagreements, open } = judge(
      await factsOf("maddy", { "maddy.conf": result.text }, release),
      looks,
      result.seen,
      { demandsTls: () => false, states: hygiene },
      known,
    );
    if (disagreements.length > 0) disagreements.push(result.text, result.log.slice(-1500));
    expect(disagreements).toEqual([]);
    if (!one.generated)
      expect(open.filter((name) => name !== "listening")).toEqual(
        (one.open ?? []).filter((name) => name !== "listening"),
      );
  });

  it("leaves at most 5 % of the facts open", () => {
    expect(known.share()).toBeLessThanOrEqual(0.05);
  });
});
