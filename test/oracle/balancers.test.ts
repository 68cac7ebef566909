import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import type { NetworkInterface } from "../../model/network.js";
import { explain } from "../../reach/explain.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState } from "../sources/pulumi/programs.js";
import { saidOf, sameRules } from "./agreement.js";
import { type Cloud, clients, clouds, world } from "./balancers-clouds.js";
import { type Outcome, type Site, truths } from "./balancers-kernel.js";
import { batchesOf } from "./batches.js";

function drawn(cloud: Cloud): fc.Arbitrary<{ site: Site; mode: string }> {
  const blocks = fc.constantFrom(...cloud.blocks);
  const pass = cloud.ordered ? fc.constantFrom(true, true, false) : fc.constant(true);
  const rule = fc.record({
    ...{ pass, blocks, protocol: fc.constantFrom("tcp" as const, "tcp" as const, "tcp" as const, "udp" as const) },
    ports: fc.constantFrom("2587", "2587", "587", "465-2600", "1-65535"),
  });
  const listener = fc.record({
    target: fc.constantFrom(2587, 2587, 587, 465),
    mail: fc.constantFrom(true, true, true, false),
  });
  const own = fc.record({
    rules: fc.array(
      fc.record({
        pass: cloud.own === "order" ? fc.boolean() : fc.constant(true),
        blocks: fc.constantFrom(...(cloud.own === "none" ? [world] : clients)),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    rest: cloud.own === "allow" ? fc.constant(false) : fc.boolean(),
  });
  return fc
    .record({
      listeners: fc.tuple(fc.option(listener), fc.option(listener)),
      rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
      policy: cloud.ordered ? fc.boolean() : fc.constant(false),
      own: cloud.own === "none" ? fc.constant(null) : fc.option(own, { freq: 2 }),
      mode: fc.constantFrom(...Object.keys(cloud.modes)),
    })
    .map(({ listeners, own: filter, mode, ...more }) => {
      const kept = listeners.flatMap((each, i) => (each ? [{ ...each, listen: i === 0 ? 587 : 465 }] : []));
      // Addresses to deny, where there is no order: none of them passes.
      const denied = filter && cloud.own === "lists" && filter.rest;
      const rules = filter?.rules.map((each) => (denied ? { ...each, pass: false } : each));
      return {
        mode,
        site: {
          ...{ ...more, listeners: kept, version6: cloud.version6, sees: cloud.modes[mode] as Site["sees"] },
          ...(filter && rules ? { own: { rest: filter.rest, rules } } : {}),
        },
      };
    });
}

const ports = [587, 465];
const nothing: Outcome = { truth: "closed", decidedBy: [], isWhole: true };

describeWith(lacksNftables())("the kernel's packet filter, behind load balancers", () => {
  const { batches, told, sample } = batchesOf();

  describe.each(Object.entries(clouds))("%s", (_, cloud) => {
    it.each(batches)(
      `agrees about listeners, target ports and the address that machines see, with the deciding rule ${told}`,
      async (k) => {
        const cases = sample(drawn(cloud), k);
        const kernel = truths(
          cases.map(({ site }) => ({ ...site, names: cloud.names })),
          cloud.peers,
          ports,
        );
        const counts = { open: 0, closed: 0, unknown: 0 };
        const differing: object[] = [];
        for (const [i, { site, mode }] of cases.entries()) {
          const { interfaces } = await fromState(cloud.programOf(site, mode));
          const balancer = interfaces.find(({ name }) => name === "lb") as NetworkInterface;
          const outcomes = kernel[i] ?? [];
          for (const [p, peer] of cloud.peers.entries())
            for (const [q, port] of ports.entries()) {
              const { truth, decidedBy, isWhole } = outcomes[p]?.[q] ?? nothing;
              const ours = explain(balancer, "lb", "in", port, AddressSet.of(peer));
              const { verdict } = ours;
              counts[truth]++;
              const open = truth === "open" && isWhole;
              const isRight = verdict === truth && sameRules(balancer, ours, { open, decidedBy });
              if (!isRight)
                differing.push({
                  peer,
                  port,
                  truth,
                  decidedBy,
                  ours: JSON.stringify(saidOf(ours)),
                  mode,
                  site: JSON.stringify(site),
                });
            }
        }
        expect(differing.slice(0, 2)).toEqual([]);
        expect(Math.min(counts.open, counts.closed)).toBeGreaterThan(0);
      },
      300_000,
    );
  });
});
