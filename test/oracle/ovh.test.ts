import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { compare, compareHidden } from "./agreement.js";
import { batchesOf } from "./batches.js";
import { type EdgeRule, machineOf } from "./ovh-nftables.js";

const peers = ["8.8.8.8", "203.0.113.9", "10.1.2.3", "2001:4860:4860::8888"];
const inward = { peers, inward: [25, 465, 587], outward: [] };
const fromPorts = {
  peers: ["8.8.8.8", "203.0.113.9"],
  inward: [587],
  outward: [587],
  clientPorts: [1024, 40000, 65535],
};

/** `portsApart`: rules tell the client's ports apart, and the machine's own connections are asked for. */
const ruleWith = (portsApart: boolean): fc.Arbitrary<EdgeRule> =>
  fc
    .record({
      sequence: fc.nat({ max: 19 }),
      action: fc.constantFrom("permit", "permit", "deny"),
      protocol: fc.constantFrom("tcp", "tcp", "tcp", "ipv4", "udp", "icmp"),
      source: fc.constantFrom(undefined, "0.0.0.0/0", "0.0.0.0/1", "8.8.8.8/32", "203.0.113.0/24", "10.0.0.0/8"),
      sourcePort: portsApart ? fc.constantFrom(undefined, undefined, 40000, 587) : fc.constant(undefined),
      destinationPort: fc.constantFrom(undefined, undefined, 25, 465, 587, 587, ...(portsApart ? [40000] : [])),
      tcpOption: fc.constantFrom(undefined, undefined, undefined, "established", ...(portsApart ? [] : ["syn"])),
    })
    .map(({ sequence, action, protocol, source, sourcePort, destinationPort, tcpOption }) => {
      const ported = protocol === "tcp" || protocol === "udp";
      return {
        ...{ sequence, action, protocol },
        ...(source === undefined ? {} : { source }),
        ...(sourcePort === undefined || !ported ? {} : { sourcePort }),
        ...(destinationPort === undefined || !ported ? {} : { destinationPort }),
        ...(tcpOption === undefined || protocol !== "tcp" ? {} : { tcpOption }),
      };
    });
const rulesWith = (portsApart: boolean) =>
  fc
    .tuple(fc.uniqueArray(ruleWith(portsApart), { selector: ({ sequence }) => sequence, maxLength: 6 }), fc.boolean())
    .map(([rules, closed]) => (closed ? [...rules, { sequence: 20, action: "deny", protocol: "ipv4" }] : rules));

const firewall = urnOf({ type: "ovhFirewall", name: "mail" });
const names = {
  address: `${firewall}#ipOnFirewall`,
  firewall,
  rule: (sequence: number) => urnOf({ type: "ovhRule", name: `r${sequence}` }),
};
const own = { ip: "198.51.100.7", ipOnFirewall: "198.51.100.7" };

function programOf(rules: readonly EdgeRule[]): Written[] {
  return [
    { type: "ovhFirewall", name: "mail", inputs: { ...own, enabled: true } },
    ...rules.map((rule): Written => ({ type: "ovhRule", name: `r${rule.sequence}`, inputs: { ...own, ...rule } })),
  ];
}

async function mailOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find(({ name }) => name === "mail") as NetworkInterface;
}

/** One input of one rule hidden, and what it can be. */
function hiddenIn(rules: readonly EdgeRule[], pick: number) {
  const rule = rules[pick % Math.max(rules.length, 1)];
  if (!rule) return [];
  const kinds: Record<string, readonly Partial<EdgeRule>[]> = {
    action: [{ action: "permit" }, { action: "deny" }],
    source: [
      { source: "0.0.0.0/0" },
      { source: "192.0.2.77/32" },
      ...peers.slice(0, 3).map((each) => ({ source: `${each}/32` })),
    ],
    ...(rule.destinationPort === undefined
      ? {}
      : { destinationPort: [25, 465, 587, 9].map((destinationPort) => ({ destinationPort })) }),
    ...(rule.tcpOption === undefined
      ? {}
      : { tcpOption: [{ tcpOption: "syn" }, { tcpOption: "established" }, { tcpOption: undefined }] }),
  };
  const property = Object.keys(kinds)[pick % Object.keys(kinds).length] as string;
  const program = programOf(rules).map((each) =>
    each.name === `r${rule.sequence}` ? { ...each, inputs: { ...each.inputs, [property]: unknownText } } : each,
  );
  const worlds = (kinds[property] ?? []).map((change) =>
    rules.map((each) => (each === rule ? { ...each, ...change } : each)),
  );
  return [{ program, worlds, hidden: `r${rule.sequence}.${property}` }];
}

describeWith(lacksNftables())("the kernel's packet filter, for OVHcloud's edge firewall", () => {
  const { batches, told, sample } = batchesOf();
  const casesOf = (all: readonly (readonly EdgeRule[])[]) =>
    Promise.all(all.map(async (rules) => ({ nic: await mailOf(programOf(rules)), machine: machineOf(rules, names) })));

  it.each(batches)(
    `agrees about random rules, with the deciding one ${told}`,
    async (k) => {
      const cases = await casesOf(sample(rulesWith(false), k));
      const found = compare(cases, inward);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(cases.length);
    },
    300_000,
  );

  it.each(batches)(
    `agrees from every client port and about answers ${told}`,
    async (k) => {
      const cases = await casesOf(sample(rulesWith(true), k));
      const found = compare(cases, fromPorts);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(cases.length);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where one input is hidden ${told}`,
    async (k) => {
      const hidden = sample(rulesWith(false), k).flatMap(hiddenIn);
      const cases = await Promise.all(
        hidden.map(async ({ program, worlds, hidden: what }) => ({
          nic: await mailOf(program),
          worlds: worlds.map((rules) => machineOf(rules, names)),
          hidden: what,
        })),
      );
      const found = compareHidden(cases, inward);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
