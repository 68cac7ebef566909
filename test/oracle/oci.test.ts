import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { compare, compareHidden } from "./agreement.js";
import { batchesOf } from "./batches.js";
import { type Card, machineOf, type Names, type SecurityRule } from "./oci-nftables.js";

const peers = ["8.8.8.8", "10.1.2.3", "2001:4860:4860::8888", "fd00::5"];
const questions = { peers, inward: [465, 587], outward: [587] };
const fromPorts = { peers, inward: [587], outward: [587], clientPorts: [1024, 40000, 65535] };

/** `stateful`: every connection is tracked, so that no answer is lost and the deciding rules can be compared. */
const ruleWith = (stateful: boolean): fc.Arbitrary<SecurityRule> =>
  fc
    .record({
      protocol: fc.constantFrom("6", "6", "6", "all", "17", "1"),
      peer: fc.constantFrom(
        "0.0.0.0/0",
        "0.0.0.0/0",
        "::/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "10.0.0.0/8",
        "8.8.8.8/32",
        "2000::/3",
        "fd00::/8",
      ),
      range: fc.option(fc.constantFrom([587, 587], [465, 587], [25, 25], [1, 65535], [1024, 65535], [32768, 60999]), {
        nil: undefined,
      }),
      own: stateful ? fc.constant(undefined) : fc.constantFrom(undefined, undefined, [587, 587], [40000, 65535]),
      stateless: stateful ? fc.constant(false) : fc.boolean(),
    })
    .map(({ protocol, peer, range, own, stateless }) => ({
      ...{ protocol, peer, stateless },
      ...(range && protocol === "6" ? { min: range[0] as number, max: range[1] as number } : {}),
      ...(own && protocol === "6" ? { sourceMin: own[0] as number, sourceMax: own[1] as number } : {}),
    }));
const cardWith = (stateful: boolean): fc.Arbitrary<Card> =>
  fc.record({
    ingress: fc.array(ruleWith(stateful), { maxLength: 5 }),
    egress: fc.array(ruleWith(stateful), { maxLength: 5 }),
    publicIpv4: fc.constantFrom(true, true, true, false),
    publicIpv6: fc.constantFrom(true, true, true, false),
  });

const mail = urnOf({ type: "ociInstance", name: "mail" });
const list = urnOf({ type: "ociList", name: "list" });
/** The first two rules of a direction stand in the subnet's list, the others in a group. */
const inList = 2;
const names: Names = {
  rule: (direction, i) =>
    i < inList ? `${list}#${direction}SecurityRules[${i}]` : urnOf({ type: "ociRule", name: `${direction}${i}` }),
  rest: `${mail}#createVnicDetails.subnetId`,
  address: `${mail}#createVnicDetails`,
  ipv4: `${mail}#createVnicDetails.assignPublicIp`,
  ipv6: `${mail}#createVnicDetails.assignIpv6ip`,
};

function programOf({ ingress, egress, publicIpv4, publicIpv6 }: Card): Written[] {
  const inline = (rules: readonly SecurityRule[], name: string) =>
    rules.slice(0, inList).map(({ protocol, peer, stateless, min, max, sourceMin, sourceMax }) => ({
      ...{ protocol, [name]: peer, stateless },
      ...(min === undefined && sourceMin === undefined
        ? {}
        : {
            tcpOptions: {
              ...(min === undefined ? {} : { min, max }),
              ...(sourceMin === undefined ? {} : { sourcePortRange: { min: sourceMin, max: sourceMax } }),
            },
          }),
    }));
  const separate = (rules: readonly SecurityRule[], direction: string, name: string) =>
    rules.slice(inList).map(
      ({ protocol, peer, stateless, min, max, sourceMin, sourceMax }, i): Written => ({
        type: "ociRule",
        name: `${direction}${i + inList}`,
        inputs: {
          ...{ networkSecurityGroupId: "nsg", direction: direction.toUpperCase(), protocol, [name]: peer, stateless },
          ...(min === undefined && sourceMin === undefined
            ? {}
            : {
                tcpOptions: {
                  ...(min === undefined ? {} : { destinationPortRange: { min, max } }),
                  ...(sourceMin === undefined ? {} : { sourcePortRange: { min: sourceMin, max: sourceMax } }),
                },
              }),
        },
      }),
    );
  return [
    { type: "ociVcn", name: "vcn", id: "vcn", inputs: {} },
    {
      type: "ociList",
      name: "list",
      id: "list",
      inputs: {
        vcnId: "vcn",
        ingressSecurityRules: inline(ingress, "source"),
        egressSecurityRules: inline(egress, "destination"),
      },
    },
    {
      type: "ociSubnet",
      name: "subnet",
      id: "subnet",
      inputs: { vcnId: "vcn", securityListIds: ["list"], cidrBlock: "10.9.0.0/24" },
    },
    { type: "ociGroup", name: "nsg", id: "nsg", inputs: { vcnId: "vcn" } },
    ...separate(ingress, "ingress", "source"),
    ...separate(egress, "egress", "destination"),
    {
      type: "ociInstance",
      name: "mail",
      inputs: {
        createVnicDetails: {
          subnetId: "subnet",
          nsgIds: ["nsg"],
          assignPublicIp: String(publicIpv4),
          assignIpv6ip: publicIpv6,
        },
      },
    },
  ];
}

async function mailOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find(({ name }) => name === "mail") as NetworkInterface;
}

/** One input hidden, and what it can be. */
function hiddenIn(card: Card, pick: number) {
  const direction = pick % 3 === 0 ? "egress" : "ingress";
  const rules = card[direction];
  const name = direction === "ingress" ? "source" : "destination";
  const index = inList + (pick % Math.max(rules.length - inList, 1));
  const rule = rules[index];
  const withRules = (change: Partial<SecurityRule>) => ({
    ...card,
    [direction]: rules.map((each, i) => (i === index ? { ...each, ...change } : each)),
  });
  const conceal = (who: string, property: string) =>
    programOf(card).map((each) =>
      each.name === who ? { ...each, inputs: { ...each.inputs, [property]: unknownText } } : each,
    );
  if (!rule || pick % 4 === 3) {
    const program = programOf(card).map((each) =>
      each.name === "mail"
        ? {
            ...each,
            inputs: {
              createVnicDetails: { ...(each.inputs.createVnicDetails as object), assignPublicIp: unknownText },
            },
          }
        : each,
    );
    return { program, worlds: [true, false].map((publicIpv4) => ({ ...card, publicIpv4 })), hidden: "assignPublicIp" };
  }
  const who = `${direction}${index}`;
  if (pick % 4 === 0) {
    const worlds = ["0.0.0.0/0", "::/0", "192.0.2.77/32"].map((peer) => withRules({ peer }));
    return { program: conceal(who, name), worlds, hidden: `${who}.${name}` };
  }
  if (pick % 4 === 1) {
    return {
      program: conceal(who, "stateless"),
      worlds: [true, false].map((stateless) => withRules({ stateless })),
      hidden: `${who}.stateless`,
    };
  }
  return {
    program: conceal(who, "protocol"),
    worlds: ["6", "17"].map((protocol) => withRules({ protocol })),
    hidden: `${who}.protocol`,
  };
}

describeWith(lacksNftables())("the kernel's packet filter, for Oracle Cloud", () => {
  const { batches, told, sample } = batchesOf();
  const casesOf = (cards: readonly Card[]) =>
    Promise.all(cards.map(async (card) => ({ nic: await mailOf(programOf(card)), machine: machineOf(card, names) })));

  it.each(batches)(
    `agrees about stateful rules, with the deciding ones ${told}`,
    async (k) => {
      const found = compare(await casesOf(sample(cardWith(true), k)), questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees about stateless rules and the answers, from every client port ${told}`,
    async (k) => {
      const found = compare(await casesOf(sample(cardWith(false), k)), fromPorts);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(0);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where one input is hidden ${told}`,
    async (k) => {
      const hidden = sample(cardWith(true), k).map(hiddenIn);
      const cases = await Promise.all(
        hidden.map(async ({ program, worlds, hidden: what }) => ({
          nic: await mailOf(program),
          worlds: worlds.map((card) => machineOf(card, names)),
          hidden: what,
        })),
      );
      const found = compareHidden(cases, { ...questions, clientPorts: [40000] });
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
