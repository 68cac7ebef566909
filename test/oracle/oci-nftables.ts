/**
 * What Oracle's security rules mean to the kernel, from Oracle's page "Security rules". It shares no code with the product,
 * because it judges it.
 */
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

export interface SecurityRule {
  readonly protocol: string;
  /** The other end: `source` or `destination`. */
  readonly peer: string;
  readonly min?: number;
  readonly max?: number;
  readonly sourceMin?: number;
  readonly sourceMax?: number;
  readonly stateless: boolean;
}

export interface Card {
  readonly ingress: readonly SecurityRule[];
  readonly egress: readonly SecurityRule[];
  readonly publicIpv4: boolean;
  readonly publicIpv6: boolean;
}

export interface Names {
  readonly rule: (direction: string, index: number) => string;
  readonly rest: string;
  readonly address: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Private blocks among the peers of the test, which need no public address. */
const inside = { ip: "{ 10.0.0.0/8 }", ip6: "{ fd00::/8 }" };

export function machineOf({ ingress, egress, publicIpv4, publicIpv6 }: Card, names: Names): Machine {
  const address: KernelLayer = [
    ...(publicIpv4 ? [] : [{ id: names.ipv4, match: `ip saddr != ${inside.ip}`, verdict: "refuse" as const }]),
    ...(publicIpv6 ? [] : [{ id: names.ipv6, match: `ip6 saddr != ${inside.ip6}`, verdict: "refuse" as const }]),
    { id: names.address, match: "", verdict: "pass" },
  ];
  const union = (rules: readonly SecurityRule[], direction: string, side: string): KernelLayer => [
    ...rules.map((rule, i) => ({ id: names.rule(direction, i), match: match(rule, side), verdict: "pass" as const })),
    { id: names.rest, match: "", verdict: "refuse" },
  ];
  return {
    ingress: [address, union(ingress, "ingress", "saddr")],
    egress: [union(egress, "egress", "daddr")],
    ingressAnswers: [answers(ingress, egress, "daddr")],
    egressAnswers: [answers(egress, ingress, "saddr")],
  };
}

/** An answer to what a stateless rule let through is on its own: some rule of its direction has to allow it. */
function answers(there: readonly SecurityRule[], back: readonly SecurityRule[], side: string): KernelLayer {
  const untracked = there.filter(({ stateless }) => stateless);
  return [
    ...back.map((rule): KernelRule => ({ id: "", match: match(rule, side), verdict: "pass" })),
    ...untracked.map((rule): KernelRule => ({ id: "", match: match(rule, side, true), verdict: "refuse" })),
  ];
}

function match({ protocol, peer, min, max, sourceMin, sourceMax }: SecurityRule, side: string, turned = false): string {
  const family = peer.includes(":") ? "ip6" : "ip";
  const [to, from] = turned ? ["sport", "dport"] : ["dport", "sport"];
  const ports = [
    ...(min === undefined || max === undefined ? [] : [`tcp ${to} ${min}-${max}`]),
    ...(sourceMin === undefined || sourceMax === undefined ? [] : [`tcp ${from} ${sourceMin}-${sourceMax}`]),
  ];
  const transport = { all: "", "17": "meta l4proto udp", "1": "meta l4proto icmp" }[protocol];
  return `${family} ${side} ${peer} ${transport ?? (ports.length > 0 ? ports.join(" ") : "meta l4proto tcp")}`;
}
