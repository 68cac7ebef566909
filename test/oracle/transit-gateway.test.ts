import { AddressSet } from "../../model/addresses.js";
import type { NetworkInterface } from "../../model/network.js";
import { type Explanation, explain } from "../../reach/explain.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, urnOf, type Written } from "../sources/pulumi/programs.js";
import { batchesOf } from "./batches.js";
import { type Answer, connected, hostIn, outside, type Question } from "./transit-compiler.js";
import { cards, hiddenIn, mail, programOf, siteOf, subnetBlocks } from "./transit-programs.js";

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

describeWith(lacksNftables())("the kernel's routing, for transit gateways", () => {
  const { batches, told, sample } = batchesOf();

  it.each(batches)(
    `agrees about who is reached through a gateway and back, by which rules, and is never wrong with an input hidden ${told}`,
    async (k) => {
      const drawn = sample(cards, k);
      const asked = drawn.flatMap((_, i) => questionsOf(i));
      const kernel = connected(drawn.map(siteOf), asked);
      const whole = await Promise.all(drawn.map((card) => nicOf(programOf(card))));
      const partly = await Promise.all(drawn.map((card) => nicOf(hiddenIn(programOf(card), card.hidden))));
      const said = (nics: readonly NetworkInterface[], { site, way, peer }: Asked) =>
        explain(nics[site] as NetworkInterface, "mail", way, 587, AddressSet.of(peer));
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
      const answers = asked.map((each) => said(partly, each).verdict);
      const differing = asked.flatMap((each, i) => {
        const truth = truths[i] as Answer;
        const ours = said(whole, each);
        const is = truth.open ? "open" : "closed";
        if (ours.verdict === is && [is, "unknown"].includes(answers[i] ?? "") && sameRules(ours, truth)) return [];
        const { way, peer, site } = each;
        const layers = ours.layers.map(({ layer, verdict, decidedBy }) => [
          layer,
          verdict,
          decidedBy.map(({ at }) => at),
        ]);
        const found = { ours: ours.verdict, hidden: answers[i], missing: ours.missing, layers };
        return [{ way, peer, truth, ...found, card: JSON.stringify(drawn[site]) }];
      });
      expect(differing.slice(0, 2)).toEqual([]);
      for (const six of [false, true]) {
        const open = kernel.filter((each, i) => each.open && asked[i]?.peer.includes(":") === six).length;
        const all = asked.filter(({ peer }) => peer.includes(":") === six).length;
        expect(Math.min(open, all - open)).toBeGreaterThan(0);
      }
      expect(answers.filter((each) => each === "unknown").length).toBeGreaterThan(0);
    },
    300_000,
  );
});
