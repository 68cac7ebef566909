import type { Result } from "../setup/one-file.js";
import { runStalwart, stalwartVersion, whyNoStalwart } from "../setup/stalwart.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { factsOf } from "./derived.js";
import { drawn } from "./drawn.js";
import { judge, tally } from "./judge.js";
import { cases, configToml, generatedCases } from "./stalwart-cases.js";

// No registry has Stalwart: where its program is not, these tests are skipped, also where CI allows no other to be.
//   PORT587_STALWART=/opt/stalwart/bin/stalwart npm test -- test/lab/stalwart
const { seed, count } = drawn("Stalwart", 40);
const missing = namespacesUnavailable() ?? whyNoStalwart();
if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`);

const visits = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
];
const looks = [25, 587, 465, 2525].flatMap((port) => visits.map((visit) => ({ ...visit, port })));

(missing === undefined ? describe : describe.skip)("what config.toml says and what the real Stalwart does", () => {
  const all = [...cases, ...generatedCases(seed, count)];
  const known = tally("Stalwart");
  let results: Result[];
  let version: string;

  beforeAll(async () => {
    version = stalwartVersion();
    results = await runStalwart(all.map((each) => ({ text: configToml(each), looks })));
  }, 3_600_000);

  it.each(all.map((each, index) => [each.name, each, index] as const))("%s", async (_, one, index) => {
    const { text, seen, log } = results[index] as Result;
    const facts = await factsOf("stalwart", { "config.toml": text }, version);
    const { disagreements, open } = judge(facts, looks, seen, { demandsTls: () => false }, known);
    if (disagreements.length > 0) disagreements.push(text, log.slice(-1500));
    expect(disagreements).toEqual([]);
    if (!one.generated) expect(open).toEqual(one.open ?? []);
  });
});
