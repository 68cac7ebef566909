/**
 * What AWS resources mean to the kernel, written from the documentation of security groups, network ACLs and Network Load
 * Balancers. It shares no code with the product, because it judges it.
 */
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

/** A rule of a security group, as the program writes it. */
export interface GroupRule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrBlocks?: readonly string[];
  readonly ipv6CidrBlocks?: readonly string[];
}

/** An entry of a network ACL. Numbers may be broken here, so that one can stand between two others. */
export interface AclEntry {
  readonly ruleNo: number;
  readonly action: string;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrBlock?: string;
  readonly ipv6CidrBlock?: string;
}

export interface Sides<T> {
  readonly ingress: readonly T[];
  readonly egress: readonly T[];
}

/** A machine with its filters, and the address it has. */
export interface Card {
  readonly group: Sides<GroupRule>;
  readonly acl: Sides<AclEntry> | undefined;
  /** What a load balancer in front makes of ports; absent: nobody stands in front. */
  readonly ports?: readonly (readonly [listen: number, target: number])[];
}

/** The names that the product is expected to give. */
export interface Names {
  readonly group: (side: "ingress" | "egress", index: number, property: string) => string;
  readonly groupRest: (side: "ingress" | "egress") => string;
  readonly entry: (side: "ingress" | "egress", index: number, property: string) => string;
  readonly aclRest: (side: "ingress" | "egress") => string;
  readonly listener: (port: number) => string;
  readonly noListener: string;
  readonly address: string;
}

export function machineOf({ group, acl, ports }: Card, names: Names): Machine {
  const groups = (side: "ingress" | "egress") => groupLayer(group[side], side, names, ports);
  if (ports) {
    const doors: KernelLayer = [
      ...ports.map(([listen]) => ({
        id: names.listener(listen),
        match: `tcp dport ${listen}`,
        verdict: "pass" as const,
      })),
      { id: names.noListener, match: "", verdict: "refuse" },
    ];
    const { ingress, egress } = acl ?? { ingress: undefined, egress: undefined };
    return {
      ingress: [
        doors,
        [{ id: names.address, match: "", verdict: "pass" }],
        groups("ingress"),
        ...(ingress ? [aclLayer(ingress, "ingress", "saddr", names, ports)] : []),
      ],
      egress: [],
      ...(egress ? { ingressAnswers: [aclLayer(egress, "egress", "daddr", names)] } : {}),
    };
  }
  const around = (side: "ingress" | "egress", peer: string) => (acl ? [aclLayer(acl[side], side, peer, names)] : []);
  return {
    ingress: [groups("ingress"), ...around("ingress", "saddr")],
    egress: [groups("egress"), ...around("egress", "daddr")],
    ingressAnswers: around("egress", "daddr"),
    egressAnswers: around("ingress", "saddr"),
  };
}

/** Any rule lets through; what is left is dropped. */
function groupLayer(
  rules: readonly GroupRule[],
  side: "ingress" | "egress",
  names: Names,
  ports: Card["ports"],
): KernelLayer {
  const peer = side === "ingress" ? "saddr" : "daddr";
  const matches = rules.flatMap(({ protocol, fromPort, toPort, cidrBlocks = [], ipv6CidrBlocks = [] }, i) =>
    (
      [
        ["cidrBlocks", "ip", cidrBlocks],
        ["ipv6CidrBlocks", "ip6", ipv6CidrBlocks],
      ] as const
    ).flatMap(([property, family, blocks]) =>
      blocks.flatMap((block) =>
        traffic(protocol, fromPort, toPort, ports).map(
          (match): KernelRule => ({
            id: names.group(side, i, property),
            match: `${family} ${peer} ${block} ${match}`,
            verdict: "pass",
          }),
        ),
      ),
    ),
  );
  return [...matches, { id: names.groupRest(side), match: "", verdict: "refuse" }];
}

/** The entry with the lowest number that matches decides. */
function aclLayer(
  entries: readonly AclEntry[],
  side: "ingress" | "egress",
  peer: string,
  names: Names,
  ports?: Card["ports"],
): KernelLayer {
  const ordered = entries
    .map((entry, i) => ({ entry, i }))
    .sort((a, b) => a.entry.ruleNo - b.entry.ruleNo)
    .flatMap(({ entry: { action, protocol, fromPort, toPort, cidrBlock, ipv6CidrBlock }, i }) =>
      (
        [
          ["cidrBlock", "ip", cidrBlock],
          ["ipv6CidrBlock", "ip6", ipv6CidrBlock],
        ] as const
      ).flatMap(([property, family, block]) =>
        block === undefined
          ? []
          : traffic(protocol, fromPort, toPort, ports).map(
              (match): KernelRule => ({
                id: names.entry(side, i, property),
                match: `${family} ${peer} ${block} ${match}`,
                verdict: action === "allow" ? "pass" : "refuse",
              }),
            ),
      ),
    );
  return [...ordered, { id: names.aclRest(side), match: "", verdict: "refuse" }];
}

/** In front of a load balancer a target port is the port of its listener. */
function traffic(protocol: string, from: number, to: number, ports: Card["ports"]): string[] {
  if (protocol === "-1" || protocol === "all") return [""];
  const name = { tcp: "tcp", TCP: "tcp", "6": "tcp", udp: "udp", "17": "udp" }[protocol];
  if (name === undefined) return ["meta l4proto { icmp, ipv6-icmp }"];
  if (ports === undefined || name === "udp") return [`${name} dport ${from}-${to}`];
  return ports.filter(([, target]) => from <= target && target <= to).map(([listen]) => `tcp dport ${listen}`);
}
