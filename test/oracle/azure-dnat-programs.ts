import { unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import {
  firewallSubnet,
  type Group,
  type GroupRule,
  type Names,
  type NatCollection,
  type NatRule,
  publicAddresses,
  type Stated,
  space,
} from "./azure-dnat-compiler.js";
import { addressOf } from "./kernel.js";

export const styles = ["native policy", "classic policy", "native rules", "classic rules"] as const;
/** Network rules beside the DNAT rules, which change nothing for what is translated. */
export interface NetworkRules {
  readonly priority: number;
  readonly action: "Allow" | "Deny";
}

export interface Drawn extends Stated {
  readonly style: (typeof styles)[number];
  readonly network: NetworkRules | undefined;
}

export const members = ["8.8.8.0-8.8.9.9", "151.101.0.0/16"];
const elsewhere = "10.250.127.9";
const id = (kind: string, name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/${kind}/${name}`;
const subnetId = (name: string) => `${id("virtualNetworks", "net")}/subnets/${name}`;
const given = (inputs: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));

/** Rules of the classic provider's policies are each for one address. */
function addressesOf({ at }: NatRule, { style }: Drawn, fronts: readonly string[]): object {
  const named = at === "*" ? ["*"] : at.map((k) => fronts[k] ?? unknownText);
  return style === "classic policy" ? { destinationAddress: named[0] } : { destinationAddresses: named };
}

function natRule(rule: NatRule, drawn: Drawn, machine: number, i: number): object {
  const fronts = publicAddresses(machine, drawn.addresses);
  const native = drawn.style.startsWith("native");
  const { from, port, protocol, ports, to } = rule;
  const target = port === undefined || typeof port === "string" || !native ? port : String(port);
  return given({
    ...{ name: `n${i}`, destinationPorts: ports, translatedPort: target },
    translatedAddress: to === "machine" ? addressOf(machine, "4") : to === "elsewhere" ? elsewhere : to,
    ...(from.written === "group" ? { sourceIpGroups: [id("ipGroups", "ips")] } : { sourceAddresses: from.written }),
    ...addressesOf(rule, drawn, fronts),
    ...(drawn.style === "native policy" ? { ruleType: "NatRule", ipProtocols: [protocol] } : { protocols: [protocol] }),
  });
}

function natCollection({ priority, rules }: NatCollection, drawn: Drawn, machine: number): Record<string, unknown> {
  const native = drawn.style.startsWith("native");
  return {
    ...{ name: `n${priority}`, priority, action: native ? { type: "Dnat" } : "Dnat" },
    ...(drawn.style === "native policy" ? { ruleCollectionType: "FirewallPolicyNatRuleCollection" } : {}),
    rules: rules.map((each, i) => natRule(each, drawn, machine, i)),
  };
}

function networkCollection({ priority, action }: NetworkRules, style: Drawn["style"]): Record<string, unknown> {
  const isGroup = style === "native policy";
  const rule = { name: "r", sourceAddresses: ["*"], destinationAddresses: ["*"], destinationPorts: ["*"] };
  return {
    ...{ name: "network", priority, action: style.startsWith("native") ? { type: action } : action },
    ...(isGroup ? { ruleCollectionType: "FirewallPolicyFilterRuleCollection" } : {}),
    rules: [isGroup ? { ...rule, ruleType: "NetworkRule", ipProtocols: ["Any"] } : { ...rule, protocols: ["Any"] }],
  };
}

function rulesOf(drawn: Drawn, machine: number): { inputs: Record<string, unknown>; more: Written[] } {
  const { style, policies, network } = drawn;
  const nat = (each: NatCollection) => natCollection(each, drawn, machine);
  const filters = network ? [networkCollection(network, style)] : [];
  const own = policies[0]?.[0]?.collections ?? [];
  if (style === "native rules")
    return { inputs: { natRuleCollections: own.map(nat), networkRuleCollections: filters }, more: [] };
  if (style === "classic rules") {
    const named = { azureFirewallName: "fw", resourceGroupName: "g" };
    const more = [
      ...own.map(
        (each, c): Written => ({
          ...{ type: "azFirewallNatClassic", name: `c${c}` },
          inputs: { ...named, ...nat(each) },
        }),
      ),
      ...filters.map(
        (each): Written => ({ type: "azFirewallNetworkClassic", name: "net", inputs: { ...named, ...each } }),
      ),
    ];
    return { inputs: {}, more };
  }
  const last = policies.length - 1;
  const policy = id("firewallPolicies", `p${last}`);
  return {
    inputs: style === "classic policy" ? { firewallPolicyId: policy } : { firewallPolicy: { id: policy } },
    more: policies.flatMap((groups, p) => policyOf(groups, p, drawn, nat, p === last ? filters : [])),
  };
}

function policyOf(
  groups: readonly Group[],
  p: number,
  { style }: Drawn,
  nat: (each: NatCollection) => object,
  filters: readonly object[],
): Written[] {
  const classic = style === "classic policy";
  const parent = id("firewallPolicies", `p${p - 1}`);
  const collections = (held: readonly NatCollection[], g: number) => {
    const network = g === 0 ? filters : [];
    if (!classic) return { ruleCollections: [...held.map(nat), ...network] };
    return { natRuleCollections: held.map(nat), networkRuleCollections: network };
  };
  return [
    {
      ...{ type: classic ? "azFirewallPolicyClassic" : "azFirewallPolicy", name: `p${p}` },
      id: id("firewallPolicies", `p${p}`),
      inputs: given({
        ...{ name: `p${p}`, firewallPolicyName: `p${p}`, resourceGroupName: "g" },
        basePolicy: p > 0 && !classic ? { id: parent } : undefined,
        basePolicyId: p > 0 && classic ? parent : undefined,
      }),
    },
    ...groups.map(
      ({ priority, collections: held }, g): Written => ({
        ...{ type: classic ? "azFirewallGroupClassic" : "azFirewallGroup", name: `p${p}g${g}` },
        inputs: {
          ...{ priority, resourceGroupName: "g", ...collections(held, g) },
          ...(classic ? { firewallPolicyId: id("firewallPolicies", `p${p}`) } : { firewallPolicyName: `p${p}` }),
        },
      }),
    ),
  ];
}

const guardRule = ({ access, source, ports }: GroupRule, k: number) => ({
  ...{ name: `g${k}`, access, direction: "Inbound", priority: 100 + k, protocol: "Tcp" },
  ...{ sourceAddressPrefix: source, sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: ports },
});

export function programOf(drawn: Drawn, machine: number): Written[] {
  const { inputs, more } = rulesOf(drawn, machine);
  const classic = drawn.style.startsWith("classic");
  const fronts = publicAddresses(machine, drawn.addresses);
  const subnet = { id: subnetId("AzureFirewallSubnet") };
  const configurations = fronts.map((_, k) => {
    const front = id("publicIPAddresses", `front${k}`);
    const own = k === 0 ? (classic ? { subnetId: subnet.id } : { subnet }) : {};
    return { name: `c${k}`, ...own, ...(classic ? { publicIpAddressId: front } : { publicIPAddress: { id: front } }) };
  });
  const guarded = drawn.guard ? { networkSecurityGroup: { id: id("networkSecurityGroups", "nsg") } } : {};
  return [
    {
      ...{ type: "azNetwork", name: "net", id: id("virtualNetworks", "net") },
      inputs: { virtualNetworkName: "net", addressSpace: { addressPrefixes: [space] } },
    },
    {
      ...{ type: "azSubnet", name: "sub", id: subnetId("sub") },
      inputs: { virtualNetworkName: "net", addressPrefix: "10.250.0.0/17" },
    },
    {
      ...{ type: "azSubnet", name: "AzureFirewallSubnet", id: subnetId("AzureFirewallSubnet") },
      inputs: { virtualNetworkName: "net", addressPrefix: firewallSubnet },
    },
    ...fronts.map(
      (ipAddress, k): Written => ({
        ...{ type: "azAddress", name: `front${k}`, id: id("publicIPAddresses", `front${k}`), outputs: { ipAddress } },
        inputs: { sku: { name: "Standard" } },
      }),
    ),
    { type: "azIpGroup", name: "ips", id: id("ipGroups", "ips"), inputs: { ipAddresses: members } },
    {
      ...{ type: classic ? "azFirewallClassic" : "azFirewall", name: "fw", id: id("azureFirewalls", "fw") },
      inputs: {
        ...{ name: "fw", azureFirewallName: "fw", resourceGroupName: "g", ipConfigurations: configurations },
        ...inputs,
      },
    },
    ...more,
    ...(drawn.guard
      ? [
          {
            ...{ type: "azNsg" as const, name: "nsg", id: id("networkSecurityGroups", "nsg") },
            inputs: { securityRules: drawn.guard.map(guardRule) },
          },
        ]
      : []),
    {
      ...{ type: "azNic", name: "nic", id: id("networkInterfaces", "nic") },
      inputs: {
        ipConfigurations: [{ name: "c", subnet: { id: subnetId("sub") }, privateIPAddress: addressOf(machine, "4") }],
        ...guarded,
      },
    },
    {
      ...{ type: "azVm", name: "mail" },
      inputs: { networkProfile: { networkInterfaces: [{ id: id("networkInterfaces", "nic") }] } },
    },
  ];
}

export function namesFor({ style }: Drawn): Names {
  const fw = urnOf({ type: style.startsWith("classic") ? "azFirewallClassic" : "azFirewall", name: "fw" });
  const nsg = urnOf({ type: "azNsg", name: "nsg" });
  const rules: Record<Drawn["style"], Names["rule"]> = {
    "native policy": (p, g, c, r) =>
      `${urnOf({ type: "azFirewallGroup", name: `p${p}g${g}` })}#ruleCollections[${c}].rules[${r}]`,
    "classic policy": (p, g, c, r) =>
      `${urnOf({ type: "azFirewallGroupClassic", name: `p${p}g${g}` })}#natRuleCollections[${c}].rules[${r}]`,
    "native rules": (_p, _g, c, r) => `${fw}#natRuleCollections[${c}].rules[${r}]`,
    "classic rules": (_p, _g, c, r) => `${urnOf({ type: "azFirewallNatClassic", name: `c${c}` })}#rules[${r}]`,
  };
  return {
    ...{ rule: rules[style], firewall: fw, nic: urnOf({ type: "azNic", name: "nic" }) },
    subnet: urnOf({ type: "azSubnet", name: "sub" }),
    guard: (k) => `${nsg}#securityRules[${k}]`,
    byDefault: (name) => `${nsg}#defaultSecurityRules.${name}`,
  };
}
