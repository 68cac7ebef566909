import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { isUnknown } from "../../model/maybe.js";
import type { NetworkInterface } from "../../model/network.js";
import { readHostFirewall } from "../../sources/host-firewall/index.js";
import { lacksIptables, lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { factsOf } from "../sources/pulumi/programs.js";
import { type Answer, type Differing, differences, inLabs, type Told } from "./host-firewall-agreement.js";
import { type Case, iptablesCase, nftCase } from "./host-firewall-cases.js";
import { placesIn } from "./host-firewall-places.js";

const seed = Number(process.env.PORT587_SEED ?? 587);
const cases = Number(process.env.PORT587_CASES ?? 100);

async function toldBy(files: Readonly<Record<string, string>>): Promise<Told> {
  const directory = mkdtempSync(join(tmpdir(), "port587-host-firewall-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const estate = await readHostFirewall(directory);
    const [found] = estate.interfaces;
    const nic = { ...(found as NetworkInterface), name: "host" };
    const places = Object.entries(files).flatMap(([name, text]) => [...placesIn(name, text)]);
    const within = places.map(([at, place]) => [join(directory, at), place] as const);
    return { facts: factsOf({ ...estate, interfaces: [nic] }), nic, places: new Map(within) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function compare(work: readonly { rules: Case; index: number }[], patience: number) {
  const answers = await inLabs(work, patience);
  const differing: Differing[] = [];
  const seen = new Map<string, number>();
  const refused: string[] = [];
  let unknown = 0;
  for (const [i, { rules, index }] of work.entries()) {
    const answer = answers[i] as Answer;
    if (answer.refused !== undefined) {
      refused.push(`${answer.refused}\n${textOf(rules)}`);
      continue;
    }
    for (const result of [...answer.inward, ...answer.outward]) seen.set(result, (seen.get(result) ?? 0) + 1);
    const written: Record<string, string> = rules.iptables
      ? { "rules.v4": rules.iptables.ipv4, "rules.v6": rules.iptables.ipv6 }
      : { "nftables.conf": rules.nft ?? "" };
    const saved: Record<string, string> =
      answer.saved.nft === undefined
        ? { "rules.v4": answer.saved.ipv4 ?? "", "rules.v6": answer.saved.ipv6 ?? "" }
        : { "ruleset.json": answer.saved.nft };
    for (const files of [saved, written]) {
      const told = await toldBy(files);
      unknown += told.facts.filter(({ name, value }) => name === "reachable" && isUnknown(value)).length;
      differing.push(...differences(rules, index, answer, told));
    }
  }
  return { differing, seen, refused, unknown };
}

function textOf({ nft, iptables }: Case): string {
  return nft ?? `${iptables?.ipv4}${iptables?.ipv6}`;
}

/** A busy machine can be late: what differs is tried once more with patience. */
async function agree(arbitrary: fc.Arbitrary<Case>): Promise<void> {
  const work = fc.sample(arbitrary, { numRuns: cases, seed }).map((rules, index) => ({ rules, index }));
  const { differing, seen, refused, unknown } = await compare(work, 600);
  const again = new Set(differing.map(({ index }) => index));
  const final =
    again.size === 0
      ? []
      : (
          await compare(
            work.filter(({ index }) => again.has(index)),
            3_000,
          )
        ).differing;
  const counts = [...seen]
    .map(([result, count]) => `${count} ${result}`)
    .sort()
    .join(", ");
  process.stderr.write(
    `PORT587_SEED=${seed}: ${cases} rule sets, ${counts}; ${unknown} facts unknown; the kernel refused ${refused.length}; tried again ${again.size}\n`,
  );
  expect(refused.slice(0, refused.length > cases / 10 ? 10 : 0)).toEqual([]);
  expect([...seen.keys()].sort()).toEqual(["open", "refused", "timeout"]);
  expect(final.slice(0, 3).map(({ problem, rules }) => `${problem}\n${textOf(rules)}`)).toEqual([]);
}

const limit = 60_000 + cases * 1_000;

describeWith(lacksIptables())("iptables in the kernel", () => {
  it(`agree about random rule sets (PORT587_SEED=${seed})`, () => agree(iptablesCase), limit);
});

describeWith(lacksNftables())("nftables in the kernel", () => {
  it(`agree about random rule sets (PORT587_SEED=${seed})`, () => agree(nftCase), limit);
});
