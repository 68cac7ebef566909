/**
 * What OVHcloud's edge firewall means to the kernel, from OVHcloud's guide "Enabling and configuring the Edge Network
 * Firewall". It shares no code with the product, because it judges it.
 */
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

export interface EdgeRule {
  readonly sequence: number;
  readonly action: string;
  readonly protocol: string;
  readonly source?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly tcpOption?: string | undefined;
}

export interface Names {
  readonly address: string;
  readonly firewall: string;
  readonly rule: (sequence: number) => string;
}

/** The address is IPv4. Packets with SYN alone, later ones and answers to own connections meet the same rules. */
export function machineOf(rules: readonly EdgeRule[], names: Names): Machine {
  const sixth: KernelLayer = [
    { id: names.address, match: "meta nfproto ipv6", verdict: "refuse" },
    { id: names.address, match: "", verdict: "pass" },
  ];
  const later = rules.some(({ tcpOption }) => tcpOption !== undefined)
    ? [layer(rules, "saddr", "established", names)]
    : [];
  return {
    ingress: [sixth, layer(rules, "saddr", "syn", names), ...later],
    egress: [],
    egressAnswers: [layer(rules, "saddr", "established", names)],
  };
}

function layer(rules: readonly EdgeRule[], side: string, flags: string, names: Names): KernelLayer {
  const inOrder = [...rules].sort((a, b) => a.sequence - b.sequence);
  const found = inOrder
    .filter(({ tcpOption }) => tcpOption === undefined || tcpOption === flags)
    .map(
      (rule): KernelRule => ({
        id: names.rule(rule.sequence),
        match: `ip ${side} ${rule.source ?? "0.0.0.0/0"} ${transport(rule)}`,
        verdict: rule.action === "permit" ? "pass" : "refuse",
      }),
    );
  return [...found, { id: names.firewall, match: "", verdict: "pass" }];
}

function transport({ protocol, sourcePort, destinationPort }: EdgeRule): string {
  if (protocol === "ipv4") return "";
  if (protocol === "icmp") return "meta l4proto icmp";
  const ports = [
    ...(sourcePort === undefined ? [] : [`${protocol} sport ${sourcePort}`]),
    ...(destinationPort === undefined ? [] : [`${protocol} dport ${destinationPort}`]),
  ];
  return ports.length > 0 ? ports.join(" ") : `meta l4proto ${protocol}`;
}
