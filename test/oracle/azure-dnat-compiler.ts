/**
 * What an Azure Firewall's DNAT rules on the way in mean to the kernel, from Microsoft's "Azure Firewall rule processing
 * logic" (DNAT rules come first, and what they translate meets no network rule) and "Azure Firewall known issues and
 * limitations" (SNAT on inbound connections). It shares no code with the product, because it judges it.
 */
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";
import { frontOf, type TranslationRule } from "./kernel-translation.js";

export interface NatRule {
  readonly protocol: "TCP" | "UDP";
  readonly from: { readonly written: readonly string[] | "group"; readonly match: string | undefined };
  /** Public addresses of the firewall by their index; `*`: all. */
  readonly at: readonly number[] | "*";
  readonly ports: readonly string[];
  readonly to: TranslationRule["to"];
  readonly port: number | undefined;
}

export interface NatCollection {
  readonly priority: number;
  readonly rules: readonly NatRule[];
}

export interface Group {
  readonly priority: number;
  readonly collections: readonly NatCollection[];
}

export interface GroupRule {
  readonly access: "Allow" | "Deny";
  readonly source: string;
  readonly ports: string;
}

export interface Stated {
  /** DNAT rules of the policies, the parent's first. */
  readonly policies: readonly (readonly Group[])[];
  /** How many public addresses the firewall has. */
  readonly addresses: number;
  /** The network security group of the machine. */
  readonly guard: readonly GroupRule[] | undefined;
}

export interface Names {
  readonly rule: (policy: number, group: number, collection: number, rule: number) => string;
  readonly firewall: string;
  readonly nic: string;
  readonly subnet: string;
  readonly guard: (index: number) => string;
  readonly byDefault: (name: string) => string;
}

export const space = "10.250.0.0/16";
export const firewallSubnet = "10.250.255.0/26";

/** @param seen the address of the firewall's subnet that the machine sees. */
export function machineOf(stated: Stated, names: Names, seen: string): Machine {
  const ordered = inOrder(stated, names);
  const addresses = Array.from({ length: stated.addresses }, (_, k) => {
    const own = ordered.filter(({ rule: { at } }) => at === "*" || at.includes(k));
    return own.flatMap(({ rule, id }) => translated(rule, id));
  });
  return {
    ingress: [[{ id: names.subnet, match: "", verdict: "pass" }], guard(stated, names)],
    egress: [],
    front: { addresses, otherwise: names.firewall, seen },
  };
}

/** The rules in the order in which the firewall tries them. */
function inOrder({ policies }: Stated, names: Names): { readonly rule: NatRule; readonly id: string }[] {
  return policies.flatMap((groups, p) =>
    byPriority(groups).flatMap(({ each: { collections }, k: g }) =>
      byPriority(collections).flatMap(({ each: { rules }, k: c }) =>
        rules.map((rule, r) => ({ rule, id: names.rule(p, g, c, r) })),
      ),
    ),
  );
}

function byPriority<T extends { readonly priority: number }>(all: readonly T[]): { each: T; k: number }[] {
  return all.map((each, k) => ({ each, k })).sort((a, b) => a.each.priority - b.each.priority);
}

function translated({ protocol, from, ports, to, port }: NatRule, id: string): TranslationRule[] {
  const source = from.match === undefined ? "" : `ip saddr ${from.match}`;
  return ports.map((each) => ({
    id,
    match: `${source} ${protocol.toLowerCase()} dport ${each}`,
    to,
    ...(port === undefined ? {} : { port }),
  }));
}

/** The network security group sees an address of the firewall's subnet, which lies in the virtual network. */
function guard({ guard: rules }: Stated, names: Names): KernelLayer {
  if (!rules) return [{ id: names.nic, match: "", verdict: "pass" }];
  const source = (text: string) =>
    text === "*" ? [""] : text === "VirtualNetwork" ? [`ip saddr ${space}`] : [`ip saddr ${text}`];
  const own = rules.flatMap(({ access, source: from, ports }, k) =>
    (from === "Internet" ? [] : source(from)).map(
      (match): KernelRule => ({
        id: names.guard(k),
        match: `${match} tcp dport ${ports}`,
        verdict: access === "Allow" ? "pass" : "refuse",
      }),
    ),
  );
  return [
    ...own,
    { id: names.byDefault("AllowVnetInBound"), match: `ip saddr ${space}`, verdict: "pass" },
    { id: names.byDefault("DenyAllInBound"), match: "", verdict: "refuse" },
  ];
}

/** The public addresses of the firewall before the machine with this index, as they are reported. */
export function publicAddresses(machine: number, count: number): string[] {
  return Array.from({ length: count }, (_, k) => frontOf(machine, k));
}
