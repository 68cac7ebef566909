/**
 * What Alibaba Cloud's security groups and network ACLs mean to the kernel, from ECS's and VPC's documentation. It shares no
 * code with the product, because it judges it.
 */
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

export interface GroupRule {
  readonly type: string;
  readonly ipProtocol: string;
  readonly policy: string;
  readonly portRange: string;
  readonly priority: number;
  readonly cidrIp?: string;
  readonly ipv6CidrIp?: string;
}

export interface Entry {
  readonly protocol: string;
  readonly policy: string;
  readonly port: string;
  readonly cidr: string;
}

export interface Site {
  readonly groups: readonly { readonly rules: readonly GroupRule[]; readonly innerAccessPolicy: string }[];
  readonly enterprise: boolean;
  /** By group, the address of another member. */
  readonly fellows: readonly string[];
  readonly acl?: { readonly ingress: readonly Entry[]; readonly egress: readonly Entry[] };
}

export interface Names {
  readonly rule: (group: number, rule: number) => string;
  readonly inner: (group: number) => string;
  readonly kept: string;
  readonly open: string;
}

export function machineOf(site: Site, names: Names): Machine {
  const { acl } = site;
  const inward = acl ? [entries(acl.ingress, "saddr")] : [];
  const outward = acl ? [entries(acl.egress, "daddr")] : [];
  return {
    ingress: [...inward, group(site, "ingress", names)],
    egress: [group(site, "egress", names), ...outward],
    ...(acl ? { ingressAnswers: [entries(acl.egress, "daddr")], egressAnswers: [entries(acl.ingress, "saddr")] } : {}),
  };
}

function group({ groups, enterprise, fellows }: Site, direction: string, names: Names): KernelLayer {
  const side = direction === "ingress" ? "saddr" : "daddr";
  const inner = groups.flatMap(({ innerAccessPolicy }, g): KernelRule[] =>
    enterprise || innerAccessPolicy === "Drop"
      ? []
      : [{ id: names.inner(g), match: `ip ${side} ${fellows[g]}`, verdict: "pass" }],
  );
  const rules = groups
    .flatMap(({ rules: own }, g) => own.map((rule, r) => ({ ...rule, id: names.rule(g, r) })))
    .filter(({ type }) => type === direction)
    .sort((a, b) => a.priority - b.priority || b.policy.localeCompare(a.policy) || (a.id < b.id ? -1 : 1));
  const open = direction === "egress" && !enterprise;
  return [
    ...inner,
    ...rules.map(
      (rule): KernelRule => ({
        id: rule.id,
        match: match(rule.cidrIp ?? rule.ipv6CidrIp ?? "", rule.ipProtocol, rule.portRange, side),
        verdict: rule.policy === "accept" ? "pass" : "refuse",
      }),
    ),
    open ? { id: names.open, match: "", verdict: "pass" } : { id: names.kept, match: "", verdict: "refuse" },
  ];
}

function entries(list: readonly Entry[], side: string): KernelLayer {
  return [
    ...list.map(
      ({ cidr, protocol, port, policy }): KernelRule => ({
        id: "",
        match: match(cidr, protocol, port, side),
        verdict: policy === "accept" ? "pass" : "refuse",
      }),
    ),
    { id: "", match: "", verdict: "refuse" },
  ];
}

function match(cidr: string, protocol: string, ports: string, side: string): string {
  const peer = `${cidr.includes(":") ? "ip6" : "ip"} ${side} ${cidr}`;
  if (protocol === "all") return peer;
  if (protocol === "icmp") return `${peer} meta l4proto icmp`;
  return `${peer} ${protocol.toLowerCase()} dport ${ports.replace("/", "-")}`;
}
