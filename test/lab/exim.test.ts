import type { Fact } from "../../model/fact.js";
import { eximVersion, runExim, type ShareResult } from "../setup/exim.js";
import type { Seen } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { compare, type Words } from "./agreement.js";
import { factsOf } from "./derived.js";
import { drawn } from "./drawn.js";
import { cases } from "./exim-cases.js";
import { generatedCases } from "./exim-generated.js";
import { place } from "./exim-lab.js";
import { tableCases } from "./exim-tables.js";
import { tally } from "./judge.js";

// A normal run generates the same configurations every time. The long run looks for new disagreements:
//   PORT587_SEED=random PORT587_CASES=500 npm test -- test/lab/exim
// PORT587_DEBIAN=trixie has the Exim of Debian 13 looked at.
const { seed, count } = drawn("Exim", 40);

function derive(text: string, tables: Readonly<Record<string, string>>): Promise<Fact[]> {
  return factsOf("exim", { ...tables, "exim4.conf": text }, eximVersion());
}

describeWith(namespacesUnavailable())("what the files say and what the real Exim does", () => {
  const { shares, placed } = place([...cases, ...tableCases, ...generatedCases(seed, count)]);
  let results: ShareResult[];
  const known = tally("Exim, drawn configurations");

  beforeAll(async () => {
    results = await runExim(shares);
  }, 3_600_000);

  it.each(placed.map((each) => [each.case.name, each] as const))(
    "%s",
    async (_, { case: one, share, index, ports }) => {
      const result = results[share] as ShareResult;
      const text = result.configurations[index] ?? "";
      const facts = await derive(text, result.tables);
      const disagreements: string[] = [];
      const open = new Set<string>();
      for (const [at, look] of (shares[share]?.looks ?? []).entries()) {
        if (!ports.includes(look.port)) continue;
        const seen = result.seen[at];
        if (!seen) throw new Error("the observer saw nothing");
        const agreement = compare(facts, look, seen, wordsFor(seen));
        const where = `${look.from} -> ${look.to}:${look.port}`;
        disagreements.push(...agreement.disagreements.map((each) => `${where} ${each} ${JSON.stringify(seen)}`));
        for (const name of agreement.open) open.add(name);
        if (one.generated) {
          known.known += agreement.compared;
          known.unknown += agreement.open.length;
        }
      }
      if (disagreements.length > 0) disagreements.push(text, result.log);
      expect(disagreements).toEqual([]);
      const since497 = Number(eximVersion().split(".")[1]) >= 97;
      const foretold = (since497 && one.openSince497) || (one.open ?? []);
      if (!one.generated) expect([...open].sort()).toEqual([...foretold].sort());
    },
  );
});

/**
 * Exim says whatever a `message` says. A refusal is for want of TLS when the same client inside TLS gets as far and does not
 * hear it; where there is no TLS, the cases word it.
 */
function wordsFor({ clear, tls }: Seen): Words {
  const order = ["mail", "rcpt", "none"];

  const lacksTls = (reply: string) => {
    if (tls === undefined) return reply.includes("TLS required");
    const further = order.indexOf(tls.gate) - order.indexOf(clear?.gate ?? "mail");
    return further > 0 || (further === 0 && reply !== tls.reply);
  };
  return { demandsTls: lacksTls, lacksTls, states: ["vrfy"] };
}
