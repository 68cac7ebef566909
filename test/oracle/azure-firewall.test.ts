import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import { compare, compareHidden } from "./agreement.js";
import {
  type Collection,
  type End,
  machineOf,
  type Names,
  type Rule,
  type Stated,
  space,
} from "./azure-firewall-compiler.js";
import { batchesOf } from "./batches.js";
import { addressOf } from "./kernel.js";

const questions = {
  peers: ["8.8.8.8", "203.0.113.200", "198.51.100.7", "10.1.2.3", "172.20.0.9"],
  inward: [],
  outward: [587, 465],
};

const block = (text: string): End => ({ written: [text], match: text });
const anyone: End = { written: ["*"], match: undefined };
const members = ["8.8.8.0-8.8.9.9", "203.0.113.0/24"];
const grouped: End = { written: "group", match: `{ ${members.join(", ")} }` };
const two: End = { written: ["198.51.100.7", "10.1.0.0/16"], match: "{ 198.51.100.7, 10.1.0.0/16 }" };
const sources = [anyone, anyone, anyone, block("10.250.0.0/16"), block("10.250.0.0/26"), block("10.9.0.0/16")];
const destinations = [
  anyone,
  anyone,
  block("8.8.8.8"),
  block("8.8.8.0-8.8.8.9"),
  block("203.0.113.0/24"),
  two,
  grouped,
];
const ports = [["587"], ["587"], ["*"], ["25", "500-600"], ["465"], ["1-586"]];

const rule: fc.Arbitrary<Rule> = fc.record({
  protocol: fc.constantFrom("TCP", "TCP", "Any", "UDP"),
  from: fc.constantFrom(...sources),
  to: fc.constantFrom(...destinations),
  ports: fc.constantFrom(...ports),
});
const priority = fc.integer({ min: 1, max: 9 }).map((each) => each * 100);
const ordered = { selector: ({ priority: own }: { priority: number }) => own };
const collection: fc.Arbitrary<Collection> = fc.record({
  priority,
  action: fc.constantFrom("Allow", "Allow", "Deny"),
  rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
});
const group = fc.record({ priority, collections: fc.uniqueArray(collection, { maxLength: 3, ...ordered }) });
const groups = fc.uniqueArray(group, { minLength: 1, maxLength: 3, ...ordered });
const styles = ["native policy", "classic policy", "native rules", "classic rules"] as const;
const configuration = fc
  .record({
    style: fc.constantFrom(...styles),
    policies: fc.array(groups, { minLength: 1, maxLength: 2 }),
    routes: fc.uniqueArray(
      fc.record({
        to: fc.constantFrom("0.0.0.0/0", "0.0.0.0/0", "8.8.0.0/16", "10.1.2.0/24", "203.0.113.0/24", "172.16.0.0/12"),
        hop: fc.constantFrom("firewall", "firewall", "firewall", "None", "Internet"),
      }),
      { minLength: 1, maxLength: 3, selector: ({ to }) => to },
    ),
  })
  .map(({ policies, style, ...rest }): Drawn => {
    // Without a policy there are no groups and no parents.
    const own = style.endsWith("rules")
      ? [[{ ...policies[0]?.[0], priority: 100 } as (typeof policies)[0][0]]]
      : policies;
    return { ...rest, style, policies: own };
  });
interface Drawn extends Stated {
  readonly style: (typeof styles)[number];
}

const id = (kind: string, name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/${kind}/${name}`;
const subnetId = (name: string) => `${id("virtualNetworks", "net")}/subnets/${name}`;
const given = (inputs: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));

function ruleOf({ protocol, from, to, ports: destinationPorts }: Rule, native: boolean, i: number): object {
  const end = (side: string, { written }: End) =>
    written === "group" ? { [`${side}IpGroups`]: [id("ipGroups", "ips")] } : { [`${side}Addresses`]: written };
  return {
    ...{ name: `r${i}`, destinationPorts, ...end("source", from), ...end("destination", to) },
    ...(native ? { ruleType: "NetworkRule", ipProtocols: [protocol] } : { protocols: [protocol] }),
  };
}

function collectionOf({ priority: own, action, rules }: Collection, style: Drawn["style"]): Record<string, unknown> {
  const isGroup = style === "native policy";
  return {
    ...{ name: `c${own}`, priority: own, action: style.startsWith("native") ? { type: action } : action },
    ...(isGroup ? { ruleCollectionType: "FirewallPolicyFilterRuleCollection" } : {}),
    rules: rules.map((each, i) => ruleOf(each, isGroup, i)),
  };
}

/** The rules of the firewall, as the style writes them. */
function rulesOf({ style, policies }: Drawn): { inputs: Record<string, unknown>; more: Written[] } {
  const classic = style.startsWith("classic");
  const collections = policies[0]?.[0]?.collections ?? [];
  if (style === "native rules")
    return { inputs: { networkRuleCollections: collections.map((each) => collectionOf(each, style)) }, more: [] };
  if (style === "classic rules") {
    const more = collections.map(
      (each, c): Written => ({
        ...{ type: "azFirewallNetworkClassic", name: `c${c}` },
        inputs: { azureFirewallName: "fw", resourceGroupName: "g", ...collectionOf(each, style) },
      }),
    );
    return { inputs: {}, more };
  }
  const last = policies.length - 1;
  const more = policies.flatMap((own, p): Written[] => [
    {
      ...{ type: classic ? "azFirewallPolicyClassic" : "azFirewallPolicy", name: `p${p}` },
      id: id("firewallPolicies", `p${p}`),
      inputs: given({
        ...{ name: `p${p}`, firewallPolicyName: `p${p}`, resourceGroupName: "g" },
        basePolicy: p > 0 && !classic ? { id: id("firewallPolicies", `p${p - 1}`) } : undefined,
        basePolicyId: p > 0 && classic ? id("firewallPolicies", `p${p - 1}`) : undefined,
      }),
    },
    ...own.map(
      ({ priority: rank, collections: held }, g): Written => ({
        ...{ type: classic ? "azFirewallGroupClassic" : "azFirewallGroup", name: `p${p}g${g}` },
        inputs: given({
          ...{ priority: rank, resourceGroupName: "g" },
          ...(classic ? { firewallPolicyId: id("firewallPolicies", `p${p}`) } : { firewallPolicyName: `p${p}` }),
          [classic ? "networkRuleCollections" : "ruleCollections"]: held.map((each) => collectionOf(each, style)),
        }),
      }),
    ),
  ]);
  const policy = id("firewallPolicies", `p${last}`);
  return { inputs: classic ? { firewallPolicyId: policy } : { firewallPolicy: { id: policy } }, more };
}

function programOf(drawn: Drawn, machine: number): Written[] {
  const { inputs, more } = rulesOf(drawn);
  const classic = drawn.style.startsWith("classic");
  const subnet = (name: string, addressPrefix: string, extra: object): Written => ({
    ...{ type: "azSubnet", name, id: subnetId(name) },
    inputs: { virtualNetworkName: "net", addressPrefix, ...extra },
  });
  const front = id("publicIPAddresses", "front");
  const own = classic
    ? { name: "c", subnetId: subnetId("AzureFirewallSubnet"), publicIpAddressId: front }
    : { name: "c", subnet: { id: subnetId("AzureFirewallSubnet") }, publicIPAddress: { id: front } };
  const address = "10.250.255.4";
  return [
    {
      ...{ type: "azNetwork", name: "net", id: id("virtualNetworks", "net") },
      inputs: { virtualNetworkName: "net", addressSpace: { addressPrefixes: space } },
    },
    subnet("sub", "10.250.0.0/17", {
      ...{ routeTable: { id: id("routeTables", "table") }, defaultOutboundAccess: true },
    }),
    subnet("AzureFirewallSubnet", "10.250.255.0/26", { defaultOutboundAccess: false }),
    {
      ...{ type: "azTable", name: "table", id: id("routeTables", "table") },
      inputs: {
        routes: drawn.routes.map(({ to, hop }) =>
          hop === "firewall"
            ? { addressPrefix: to, nextHopType: "VirtualAppliance", nextHopIpAddress: address }
            : { addressPrefix: to, nextHopType: hop },
        ),
      },
    },
    { type: "azAddress", name: "front", id: front, inputs: { sku: { name: "Standard" } } },
    { type: "azIpGroup", name: "ips", id: id("ipGroups", "ips"), inputs: { ipAddresses: members } },
    {
      ...{ type: classic ? "azFirewallClassic" : "azFirewall", name: "fw", id: id("azureFirewalls", "fw") },
      inputs: { name: "fw", azureFirewallName: "fw", resourceGroupName: "g", ipConfigurations: [own], ...inputs },
      outputs: { ipConfigurations: [{ ...own, [classic ? "privateIpAddress" : "privateIPAddress"]: address }] },
    },
    ...more,
    {
      ...{ type: "azNic", name: "nic", id: id("networkInterfaces", "nic") },
      inputs: {
        ipConfigurations: [{ name: "c", subnet: { id: subnetId("sub") }, privateIPAddress: addressOf(machine, "4") }],
      },
    },
    {
      ...{ type: "azVm", name: "mail" },
      inputs: { networkProfile: { networkInterfaces: [{ id: id("networkInterfaces", "nic") }] } },
    },
  ];
}

function namesFor({ style }: Drawn): Names {
  const classic = style.startsWith("classic");
  const fw = urnOf({ type: classic ? "azFirewallClassic" : "azFirewall", name: "fw" });
  const rules: Record<Drawn["style"], Names["rule"]> = {
    "native policy": (p, g, c, r) =>
      `${urnOf({ type: "azFirewallGroup", name: `p${p}g${g}` })}#ruleCollections[${c}].rules[${r}]`,
    "classic policy": (p, g, c, r) =>
      `${urnOf({ type: "azFirewallGroupClassic", name: `p${p}g${g}` })}#networkRuleCollections[${c}].rules[${r}]`,
    "native rules": (_p, _g, c, r) => `${fw}#networkRuleCollections[${c}].rules[${r}]`,
    "classic rules": (_p, _g, c, r) => `${urnOf({ type: "azFirewallNetworkClassic", name: `c${c}` })}#rules[${r}]`,
  };
  return {
    rule: rules[style],
    route: (k) => `${urnOf({ type: "azTable", name: "table" })}#routes[${k}]`,
    firewall: fw,
    nic: urnOf({ type: "azNic", name: "nic" }),
    subnet: urnOf({ type: "azSubnet", name: "sub" }),
    firewallSubnet: urnOf({ type: "azSubnet", name: "AzureFirewallSubnet" }),
  };
}

async function mailOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find(({ name }) => name === "mail") as NetworkInterface;
}

/** The first collection of the last policy's first group, with one of its inputs hidden. */
function hiddenIn(drawn: Drawn, index: number) {
  const last = drawn.policies.length - 1;
  const first = drawn.policies[last]?.[0]?.collections[0];
  if (!first) return undefined;
  const changed = (change: Partial<Collection>): Drawn => ({
    ...drawn,
    policies: drawn.policies.map((groups, p) =>
      groups.map((each, g) =>
        p === last && g === 0
          ? { ...each, collections: [{ ...first, ...change }, ...each.collections.slice(1)] }
          : each,
      ),
    ),
  });
  const [rule0, ...rest] = first.rules as [Rule, ...Rule[]];
  const ruled = (to: End) => changed({ rules: [{ ...rule0, to }, ...rest] });
  const choices = [
    {
      hidden: "priority",
      blurred: changed({ priority: unknownText as unknown as number }),
      worlds: positions.map((own) => changed({ priority: own })),
    },
    {
      hidden: "action",
      blurred: changed({ action: unknownText as "Allow" }),
      worlds: (["Allow", "Deny"] as const).map((action) => changed({ action })),
    },
    { hidden: "destination", blurred: ruled(block(unknownText)), worlds: [anyone, block("192.0.2.77")].map(ruled) },
  ] as const;
  return choices[index % choices.length];
}

/** Before, between and after all others. */
const positions = Array.from({ length: 10 }, (_, i) => 50 + i * 100);

/** The machines of one program's worlds have addresses of their own: no rule tells them apart. */
function forAnyMachine(drawn: Drawn): Drawn {
  const wide = (end: End) => (end.match === "10.250.0.0/26" ? anyone : end);
  return {
    ...drawn,
    policies: drawn.policies.map((groups) =>
      groups.map((each) => ({
        ...each,
        collections: each.collections.map((held) => ({
          ...held,
          rules: held.rules.map((one) => ({ ...one, from: wide(one.from) })),
        })),
      })),
    ),
  };
}

describeWith(lacksNftables())("the kernel's packet filter, for Azure Firewall", () => {
  const { batches, told, sample } = batchesOf();

  it.each(batches)(
    `agrees about routes and rules on the way out, with the deciding rule ${told}`,
    async (k) => {
      const cases = await Promise.all(
        sample(configuration, k).map(async (drawn, i) => ({
          nic: await mailOf(programOf(drawn, i)),
          machine: machineOf(drawn, namesFor(drawn)),
        })),
      );
      const found = compare(cases, questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed)).toBeGreaterThan(cases.length);
    },
    300_000,
  );

  it.each(batches)(
    `agrees where one input is hidden ${told}`,
    async (k) => {
      const hidden = sample(configuration.map(forAnyMachine), k).flatMap((drawn, i) => hiddenIn(drawn, i) ?? []);
      const cases = await Promise.all(
        hidden.map(async ({ blurred, worlds, hidden: what }, i) => ({
          nic: await mailOf(programOf(blurred, i)),
          worlds: worlds.map((each) => machineOf(each, namesFor(each))),
          hidden: what,
        })),
      );
      const found = compareHidden(cases, questions);
      expect(found.differing.slice(0, 3)).toEqual([]);
      expect(Math.min(found.open, found.closed, found.unknown)).toBeGreaterThan(0);
    },
    300_000,
  );
});
