import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, urnOf, type Written } from "../sources/pulumi/programs.js";
import { type Case, compare, compareHidden } from "./agreement.js";
import { batchesOf } from "./batches.js";
import { hiddenIn } from "./gcp-hidden.js";
import { machineOf } from "./gcp-nftables.js";
import { configuration, programOf } from "./gcp-programs.js";

const questions = {
  peers: [
    ...["8.8.8.8", "51.15.3.4", "10.1.2.3", "10.1.2.4", "172.20.0.9"],
    ...["2001:4860:4860::8888", "2a00:1450::7", "fd00::5", "fd00::6"],
  ],
  inward: [25, 587],
  outward: [25, 587],
};
const provider = "Google Cloud documentation, Sending email from an instance";

function machine(program: readonly Written[], front?: string) {
  const urns = new Map(program.map((each) => [each.name, urnOf(each)]));
  return machineOf(program, (name) => urns.get(name) ?? name, provider, front);
}

async function interfaceOf(program: readonly Written[], name: string): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find((each) => each.name === name) as NetworkInterface;
}

describeWith(lacksNftables())("the kernel's packet filter, for Google Cloud", () => {
  const { batches, told, sample } = batchesOf({ usualSeed: 587_465_25 });

  it.each(batches)(
    `agrees about random programs, with the deciding rule ${told}`,
    async (k) => {
      const cases = await Promise.all(
        sample(configuration, k).map(async (drawn, i): Promise<Case> => {
          const program = programOf(drawn, i);
          return { nic: await interfaceOf(program, "mail"), machine: machine(program) };
        }),
      );
      const found = compare(cases, questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(cases.length);
    },
    300_000,
  );

  it.each(batches)(
    `agrees about forwarding rules ${told}`,
    async (k) => {
      const fronted = sample(configuration, k).filter(({ front }) => front !== undefined);
      const cases = await Promise.all(
        fronted.map(async (drawn, i): Promise<Case> => {
          const program = programOf(drawn, i);
          return { nic: await interfaceOf(program, "front"), machine: machine(program, "front") };
        }),
      );
      const found = compare(cases, { ...questions, outward: [] });
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where one input is hidden ${told}`,
    async (k) => {
      let first = 0;
      const hidden = sample(configuration, k).flatMap((drawn, i) => {
        const found = hiddenIn(programOf(drawn, first), i);
        first += found?.worlds.length ?? 0;
        return found ?? [];
      });
      const cases = await Promise.all(
        hidden.map(async ({ program, worlds, ...rest }) => ({
          ...rest,
          nic: await interfaceOf(program, "mail"),
          worlds: worlds.map((each) => machine(each)),
        })),
      );
      const found = compareHidden(cases, questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
