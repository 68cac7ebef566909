import { AddressSet } from "../../model/addresses.js";
import type { NetworkInterface } from "../../model/network.js";
import { type Explanation, explain } from "../../reach/explain.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, urnOf, type Written } from "../sources/pulumi/programs.js";
import { saidOf } from "./agreement.js";
import { batchesOf, mostCases } from "./batches.js";
import { type Answer, connected, hostIn, leadsElsewhere, outside, type Question } from "./transit-compiler.js";
import { hiddenIn } from "./transit-hidden.js";
import { cards, mail, programOf, siteOf, subnetBlocks } from "./transit-programs.js";

async function nicOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find((each) => each.name === "mail") as NetworkInterface;
}

interface Asked extends Question {
  readonly way: "in" | "out";
  readonly peer: string;
}

const peers = (["hub", "out"] as const).flatMap((network) =>
  subnetBlocks[network].flatMap((pair) => pair.map((block) => ({ network, peer: hostIn(block) }))),
);

function questionsOf(site: number): Asked[] {
  const own = (peer: string) => (peer.includes(":") ? mail[1] : mail[0]);
  return [
    ...[...peers.map(({ peer }) => peer), outside].map(
      (peer): Asked => ({ site, way: "out", peer, to: peer, from: { network: "app", address: own(peer) } }),
    ),
    ...peers.map(
      ({ peer, network }): Asked => ({ site, way: "in", peer, to: own(peer), from: { network, address: peer } }),
    ),
  ];
}

/** The same addresses in somebody else's network ask, too. */
function fromElsewhere(site: number): Asked[] {
  const inward = questionsOf(site).filter(({ way }) => way === "in");
  return inward.map((each) => ({ ...each, from: { ...each.from, network: "elsewhere" } }));
}

const ownTable = urnOf({ type: "table", name: "rt-app0" });
/** The route by which the machine's subnet leads to the gateway stands for what is lost behind it without a rule. */
const wayThere = `${ownTable}#routes[`;
const named = (at: string, id: string) => (id === "" ? at.startsWith(wayThere) : at === id);

/**
 * What stopped it is named by a layer that is closed; what let it pass on its whole way is what the open layers name, which
 * are the ACLs' alone.
 */
function sameRules({ layers }: Explanation, { open, passed, stopped }: Answer): boolean {
  const closed = layers.filter(({ verdict }) => verdict === "closed");
  const isNamed = stopped.every((id) => closed.some(({ decidedBy }) => decidedBy.some(({ at }) => named(at, id))));
  if (!open) return isNamed && stopped.length === 1;
  const guards = layers.filter(({ layer }) => layer.includes("ACL")).flatMap(({ decidedBy }) => decidedBy);
  const ours = guards.map(({ at }) => at).filter((at) => at.includes("acl-"));
  return stopped.length === 0 && [...new Set(ours)].sort().join() === [...new Set(passed)].sort().join();
}

const said = (nic: NetworkInterface, { way, peer }: Asked) => explain(nic, "mail", way, 587, AddressSet.of(peer));

/** As many networks as one internet has addresses for. */
const mostSites = 150;

describeWith(lacksNftables())("the kernel's routing, for transit gateways", () => {
  const { batches, told, sample } = batchesOf();
  const hiding = batchesOf({ usualCases: 48 });

  it.each(batches)(
    `agrees about who is reached through a gateway and back, by which rules ${told}`,
    async (k) => {
      const drawn = sample(cards, k);
      const asked = drawn.flatMap((_, i) => questionsOf(i));
      const kernel = connected(
        drawn.map((card) => siteOf(card)),
        asked,
      );
      const whole = await Promise.all(drawn.map((card) => nicOf(programOf(card))));
      /** Whom the machine has no route to gets no answer: that is told, and not what stops the question before. */
      const routeless = new Set(
        asked.flatMap(({ site, way, peer }, i) =>
          way === "out" && kernel[i]?.stopped.includes(`${ownTable}#routes`) ? [`${site} ${peer}`] : [],
        ),
      );
      const truths = asked.map(({ site, way, peer }, i): Answer => {
        const found = kernel[i] as Answer;
        return way === "in" && routeless.has(`${site} ${peer}`) ? { ...found, stopped: [`${ownTable}#routes`] } : found;
      });
      const differing = asked.flatMap((each, i) => {
        const truth = truths[i] as Answer;
        const ours = said(whole[each.site] as NetworkInterface, each);
        const is = truth.open ? "open" : "closed";
        const isNamed = sameRules(ours, truth);
        if (ours.verdict === is && isNamed) return [];
        const { way, peer, site } = each;
        const layers = ours.layers.map(({ layer, verdict, decidedBy }) => [
          layer,
          verdict,
          decidedBy.map(({ at }) => at),
        ]);
        const found = { ours: ours.verdict, missing: ours.missing, layers };
        return [{ way, peer, truth, ...found, card: JSON.stringify(drawn[site]) }];
      });
      expect(differing.slice(0, 2)).toEqual([]);
      for (const six of [false, true]) {
        const open = kernel.filter((each, i) => each.open && asked[i]?.peer.includes(":") === six).length;
        const all = asked.filter(({ peer }) => peer.includes(":") === six).length;
        expect(Math.min(open, all - open)).toBeGreaterThan(0);
      }
    },
    300_000,
  );

  it.each(hiding.batches)(
    `agrees that an answer is unknown only where a hidden input changes it ${hiding.told}`,
    async (k) => {
      const cases = hiding.sample(cards, k).map((card, i) => hiddenIn(card, k * mostCases + i));
      const worlds = cases.flatMap((each, owner) => each.worlds.map((site) => ({ owner, site })));
      const opened = worlds.map(() => new Set<string>());
      for (let start = 0; start < worlds.length; start += mostSites) {
        const part = worlds.slice(start, start + mostSites);
        const asked = part.flatMap(({ site }, i) => [
          ...questionsOf(i),
          ...(leadsElsewhere(site) ? fromElsewhere(i) : []),
        ]);
        const sites = part.map(({ site }) => site);
        connected(sites, asked).forEach(({ open }, i) => {
          const { site, way, peer } = asked[i] as Asked;
          if (open) opened[start + site]?.add(`${way} ${peer}`);
        });
      }
      const counts = { open: 0, closed: 0, unknown: 0 };
      const wrong: object[] = [];
      for (const [owner, { program, hidden }] of cases.entries()) {
        const nic = await nicOf(program);
        const own = opened.filter((_, i) => worlds[i]?.owner === owner);
        for (const each of questionsOf(owner)) {
          const { way, peer } = each;
          const found = new Set(own.map((open) => (open.has(`${way} ${peer}`) ? "open" : "closed")));
          const truth = found.size === 1 ? ([...found][0] as "open" | "closed") : "unknown";
          counts[truth]++;
          const ours = said(nic, each);
          if (ours.verdict === truth) continue;
          wrong.push({ hidden, ...{ way, peer, truth, ours: saidOf(ours), owner } });
        }
      }
      expect(wrong.slice(0, 2)).toEqual([]);
      expect(Math.min(counts.open, counts.closed, counts.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
