/**
 * What the firewalls of DigitalOcean, Hetzner Cloud, Linode, Vultr and Scaleway mean to the kernel, from their documentation.
 * It shares no code with the product, because it judges it.
 */
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

export type CloudName = "DigitalOcean" | "Hetzner Cloud" | "Linode" | "Vultr" | "Scaleway";
export type Way = "in" | "out";

/** The same for all five; each program writes it in its cloud's own words. */
export interface Rule {
  readonly way: string;
  readonly protocol: string;
  /** `587`, `465-587`, `25,587`; empty: every port. */
  readonly ports: string;
  readonly blocks: readonly string[];
  readonly action: string;
}

export interface Firewall {
  readonly rules: readonly Rule[];
  /** Linode, Scaleway: of what no rule matches. */
  readonly inPolicy: string;
  readonly outPolicy: string;
  /** Linode: the firewall is disabled; Scaleway: default security is. */
  readonly off: boolean | string;
}

export interface Stated {
  readonly firewalls: readonly Firewall[];
  /** Indices of the firewalls that are on the machine. */
  readonly attached: readonly number[];
  /** By which of the cloud's ways they are put on it. */
  readonly how: number;
  /** Scaleway. */
  readonly stateless?: boolean;
  /** DigitalOcean: which of `deny` and `allow` goes first is not documented. */
  readonly denyFirst?: boolean;
}

export interface Names {
  readonly machine: string;
  readonly provider: string;
  readonly rule: (firewall: number, rule: number) => string;
  readonly policy: (firewall: number, way: Way) => string;
  readonly off: (firewall: number) => string;
}

/** What each says that it blocks on the way to public addresses. */
const blocked: Readonly<Record<CloudName, string>> = {
  DigitalOcean: "25, 465, 587",
  "Hetzner Cloud": "25, 465",
  Linode: "25, 465, 587",
  Vultr: "25",
  Scaleway: "25, 465, 587",
};
const privateSpace = { ip: "{ 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 }", ip6: "fc00::/7" };
const hetznerPrivate = "docs.hetzner.com, Cloud, Firewalls";

export function machineOf(cloud: CloudName, stated: Stated, names: Names): Machine {
  const [inward, outward] = [layer(cloud, stated, "in", "saddr", names), layer(cloud, stated, "out", "daddr", names)];
  return {
    ingress: [inward],
    egress: [outward, smtp(cloud, stated, names)],
    ...(stated.stateless === true
      ? {
          ingressAnswers: [layer(cloud, stated, "out", "daddr", names)],
          egressAnswers: [layer(cloud, stated, "in", "saddr", names)],
        }
      : {}),
  };
}

function layer(cloud: CloudName, stated: Stated, way: Way, side: string, names: Names): KernelLayer {
  const { firewalls, attached, denyFirst } = stated;
  const open: KernelLayer = [{ id: names.machine, match: "", verdict: "pass" }];
  if (attached.length === 0 || (cloud === "Vultr" && way === "out")) return open;
  const rules = attached.flatMap((f) =>
    (firewalls[f]?.rules ?? []).flatMap((rule, r) => (rule.way === way ? [{ rule, id: names.rule(f, r) }] : [])),
  );
  const kernel = rules.flatMap(({ rule, id }) =>
    matches(rule, side).map(
      (match): KernelRule => ({ id, match, verdict: rule.action === "accept" ? "pass" : "refuse" }),
    ),
  );
  const rest: KernelRule = { id: names.machine, match: "", verdict: "refuse" };
  const f = attached[0] as number;
  switch (cloud) {
    case "DigitalOcean": {
      const of = (verdict: string) => kernel.filter((each) => each.verdict === verdict);
      return [...(denyFirst ? of("refuse") : []), ...of("pass"), rest];
    }
    case "Hetzner Cloud":
      return way === "out" && rules.length === 0
        ? open
        : [
            ...kernel,
            { id: hetznerPrivate, match: `ip ${side} ${privateSpace.ip}`, verdict: "pass" },
            { id: hetznerPrivate, match: `ip6 ${side} ${privateSpace.ip6}`, verdict: "pass" },
            rest,
          ];
    case "Vultr":
      return [...kernel, rest];
    case "Linode":
      if (firewalls[f]?.off === true) return [{ id: names.off(f), match: "", verdict: "pass" }];
  }
  const policy = way === "in" ? firewalls[f]?.inPolicy : firewalls[f]?.outPolicy;
  return [...kernel, { id: names.policy(f, way), match: "", verdict: policy === "accept" ? "pass" : "refuse" }];
}

function smtp(cloud: CloudName, { firewalls, attached }: Stated, names: Names): KernelLayer {
  const f = attached[0];
  if (cloud === "Scaleway" && f !== undefined && firewalls[f]?.off === true)
    return [{ id: names.off(f), match: "", verdict: "pass" }];
  const id = names.provider;
  return [
    { id, match: `ip daddr ${privateSpace.ip}`, verdict: "pass" },
    { id, match: `ip6 daddr ${privateSpace.ip6}`, verdict: "pass" },
    { id, match: `tcp dport { ${blocked[cloud]} }`, verdict: "refuse" },
    { id, match: "", verdict: "pass" },
  ];
}

function matches({ protocol, ports, blocks }: Rule, side: string): string[] {
  const name = protocol.toLowerCase();
  const transport =
    name === "any"
      ? ""
      : name === "tcp" || name === "udp"
        ? ports === ""
          ? `meta l4proto ${name}`
          : `${name} dport { ${ports} }`
        : `meta l4proto ${name}`;
  return blocks.map((block) => `${block.includes(":") ? "ip6" : "ip"} ${side} ${block} ${transport}`);
}
