/**
 * What OpenStack's security groups mean to the kernel, from the Networking API's documentation. It shares no code with the
 * product, because it judges it.
 */
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

export interface GroupRule {
  readonly direction: string;
  readonly ethertype: string;
  readonly protocol?: string;
  readonly portRangeMin?: number;
  readonly portRangeMax?: number;
  readonly remoteIpPrefix?: string;
  /** Index of the group. */
  readonly remoteGroup?: number;
}

export interface Stated {
  readonly groups: readonly { readonly rules: readonly GroupRule[]; readonly deleteDefaultRules?: boolean }[];
  /** Indices of the groups that are on the port. */
  readonly attached: readonly number[];
  readonly noSecurityGroups?: boolean;
  readonly portSecurityEnabled?: boolean;
  /** By group, the addresses of other ports that it is on. */
  readonly members: readonly (readonly string[])[];
}

/** Every group's rules side by side: the first accept lets through, what is left is dropped. */
export function machineOf(
  stated: Stated,
  urn: (kind: "group" | "rule", group: number, rule?: number) => string,
): Machine {
  return { ingress: [layer(stated, "ingress", urn)], egress: [layer(stated, "egress", urn)] };
}

function layer(
  { groups, attached, noSecurityGroups, portSecurityEnabled, members }: Stated,
  direction: string,
  urn: (kind: "group" | "rule", group: number, rule?: number) => string,
): KernelLayer {
  if (portSecurityEnabled === false) return [{ id: "open", match: "", verdict: "pass" }];
  const on = noSecurityGroups === true ? [] : attached;
  const accepts = on.flatMap((g): KernelRule[] => {
    const own = (groups[g]?.rules ?? []).flatMap((rule, r) =>
      rule.direction === direction
        ? matches(rule, direction, members).map((match) => ({ id: urn("rule", g, r), match, verdict: "pass" as const }))
        : [],
    );
    const byDefault = direction === "egress" && groups[g]?.deleteDefaultRules !== true;
    return byDefault ? [...own, { id: urn("group", g), match: "", verdict: "pass" }] : own;
  });
  return [...accepts, { id: "rest", match: "", verdict: "refuse" }];
}

function matches(rule: GroupRule, direction: string, members: Stated["members"]): string[] {
  const [family, width] = rule.ethertype === "IPv4" ? (["ip", "ipv4"] as const) : (["ip6", "ipv6"] as const);
  const side = direction === "ingress" ? "saddr" : "daddr";
  const inFamily = (address: string) => address.includes(":") === (family === "ip6");
  const peers =
    rule.remoteIpPrefix !== undefined
      ? [`${family} ${side} ${rule.remoteIpPrefix}`]
      : rule.remoteGroup !== undefined
        ? (members[rule.remoteGroup] ?? []).filter(inFamily).map((each) => `${family} ${side} ${each}`)
        : [`meta nfproto ${width}`];
  return peers.map((peer) => `${peer} ${transport(rule)}`);
}

function transport({ protocol, portRangeMin, portRangeMax }: GroupRule): string {
  if (protocol === undefined || protocol === "any") return "";
  const name = { "6": "tcp", "17": "udp", TCP: "tcp" }[protocol] ?? protocol;
  if (name === "icmp") return "meta l4proto icmp";
  return portRangeMin === undefined || portRangeMax === undefined || portRangeMin + portRangeMax === 0
    ? `meta l4proto ${name}`
    : `${name} dport ${portRangeMin}-${portRangeMax}`;
}
