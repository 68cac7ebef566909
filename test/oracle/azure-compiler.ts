/**
 * What Azure's resources mean to the kernel, from Microsoft's documentation of network security groups, security admin
 * rules, routes and default outbound access. It shares no code with the product, because it judges it.
 */
import { addressOf, type KernelLayer, type KernelRule, type Machine } from "./kernel.js";

export interface Rule {
  readonly access: string;
  readonly direction: string;
  readonly priority: number;
  readonly protocol: string;
  readonly ports: readonly string[];
  readonly source: readonly string[];
  readonly destination: readonly string[];
}

export interface Stated {
  readonly subnetGroup?: readonly Rule[];
  readonly nicGroup?: readonly Rule[];
  readonly admin: readonly Rule[];
  readonly inForce: boolean;
  readonly public4: boolean;
  readonly public6: boolean;
  readonly basic: boolean;
  readonly balanced?: { readonly listen: number; readonly target: number };
  readonly nat: boolean;
  readonly defaultOutbound: boolean;
  readonly routes: readonly { readonly to: string; readonly hop: string }[];
}

/** How the product calls what decides. */
export interface Names {
  readonly rule: (level: "subnet" | "nic" | "admin", index: number) => string;
  readonly byDefault: (level: "subnet" | "nic", name: string) => string;
  readonly route: (index: number) => string;
  readonly subnet: string;
  readonly nic: string;
  /** Where a public address would stand. */
  readonly lacking: string;
  readonly balancing: string;
}

export const space = ["10.250.0.0/16", "10.1.0.0/16", "fd00:ffff::/64", "fd00::/64"];
/** The network interfaces in the application security groups `web` and `own`; `own` is the mail machine's. */
export const web = ["10.1.2.3", "fd00::5"];
const balancer = ["168.63.129.16", "fe80::1234:5678:9abc"];
const inside = ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
const inside6 = ["::1", "fc00::/7", "fe80::/10"];

type Side = "saddr" | "daddr";

export function machineOf(stated: Stated, index: number, names: Names): Machine {
  const tag = [...space, "168.63.129.16", ...stated.routes.map(({ to }) => to)];
  const level = (which: "subnet" | "nic", direction: string) => group(stated, which, direction, tag, index, names);
  const admin = (direction: string): KernelLayer[] =>
    stated.inForce && ordered(stated.admin, direction).length > 0
      ? [adminLayer(stated, direction, tag, index, names)]
      : [];
  return {
    ingress: [
      publicAddress(stated, tag, names),
      ...admin("Inbound"),
      level("subnet", "Inbound"),
      level("nic", "Inbound"),
    ],
    egress: [
      routes(stated, names),
      wayOut(stated, tag, names),
      ...admin("Outbound"),
      level("nic", "Outbound"),
      level("subnet", "Outbound"),
    ],
  };
}

function family(address: string): string {
  return address.includes(":") ? "ip6" : "ip";
}

/** Addresses of the internet as seen from the network: neither private nor the network's. */
function outside(side: Side, tag: readonly string[]): string[] {
  return ["ip", "ip6"].map((each) => {
    const known = [...(each === "ip" ? inside : inside6), ...tag].filter((one) => family(one) === each);
    return known.map((one) => `${each} ${side} != ${one}`).join(" ");
  });
}

function ends(list: readonly string[], side: Side, tag: readonly string[], members: readonly string[]): string[] {
  return list.flatMap((each) => {
    switch (each) {
      case "*":
        return [""];
      case "VirtualNetwork":
        return tag.map((one) => `${family(one)} ${side} ${one}`);
      case "Internet":
        return outside(side, tag);
      case "AzureLoadBalancer":
        return balancer.map((one) => `${family(one)} ${side} ${one}`);
      case "asg:web":
        return web.map((one) => `${family(one)} ${side} ${one}`);
      case "asg:own":
        return members.map((one) => `${family(one)} ${side} ${one}`);
      default:
        return [`${family(each)} ${side} ${each}`];
    }
  });
}

function matches(rule: Rule, tag: readonly string[], index: number): string[] {
  const own = [addressOf(index, "4"), addressOf(index, ":")];
  const transport =
    rule.protocol === "*"
      ? rule.ports.map((each) => (each === "*" ? "" : `th dport ${each}`))
      : rule.protocol === "Icmp"
        ? ["meta l4proto icmp"]
        : rule.ports.map((each) => {
            const name = rule.protocol.toLowerCase();
            return each === "*" ? `meta l4proto ${name}` : `${name} dport ${each}`;
          });
  const sources = ends(rule.source, "saddr", tag, own);
  const destinations = ends(rule.destination, "daddr", tag, own);
  return sources.flatMap((from) => {
    const fitting = destinations.filter((to) => from === "" || to === "" || from.split(" ")[0] === to.split(" ")[0]);
    return fitting.flatMap((to) => transport.map((what) => `${from} ${to} ${what}`));
  });
}

function ordered(rules: readonly Rule[], direction: string): { rule: Rule; k: number }[] {
  return rules
    .map((rule, k) => ({ rule, k }))
    .filter(({ rule }) => rule.direction === direction)
    .sort((a, b) => a.rule.priority - b.rule.priority);
}

function group(
  stated: Stated,
  which: "subnet" | "nic",
  direction: string,
  tag: readonly string[],
  index: number,
  names: Names,
): KernelLayer {
  const rules = which === "subnet" ? stated.subnetGroup : stated.nicGroup;
  if (!rules) return [{ id: names[which], match: "", verdict: "pass" }];
  const own = ordered(rules, direction).flatMap(({ rule, k }) =>
    matches(rule, tag, index).map(
      (match): KernelRule => ({
        id: names.rule(which, k),
        match,
        verdict: rule.access === "Allow" ? "pass" : "refuse",
      }),
    ),
  );
  const side = direction === "Inbound" ? "saddr" : "daddr";
  const byDefault = (name: string, list: readonly string[]) =>
    list.map((match): KernelRule => ({ id: names.byDefault(which, name), match, verdict: "pass" }));
  const network = ends(["VirtualNetwork"], side, tag, []);
  const defaults =
    direction === "Inbound"
      ? [
          ...byDefault("AllowVnetInBound", network),
          ...byDefault("AllowAzureLoadBalancerInBound", ends(["AzureLoadBalancer"], side, tag, [])),
        ]
      : [...byDefault("AllowVnetOutBound", network), ...byDefault("AllowInternetOutBound", outside(side, tag))];
  const last = direction === "Inbound" ? "DenyAllInBound" : "DenyAllOutBound";
  return [...own, ...defaults, { id: names.byDefault(which, last), match: "", verdict: "refuse" }];
}

function adminLayer(
  stated: Stated,
  direction: string,
  tag: readonly string[],
  index: number,
  names: Names,
): KernelLayer {
  const verdicts: Record<string, KernelRule["verdict"]> = { Allow: "pass", AlwaysAllow: "accept", Deny: "refuse" };
  const rules = ordered(stated.admin, direction).flatMap(({ rule, k }) =>
    matches(rule, tag, index).map(
      (match): KernelRule => ({ id: names.rule("admin", k), match, verdict: verdicts[rule.access] ?? "pass" }),
    ),
  );
  return [...rules, { id: "Azure Virtual Network Manager", match: "", verdict: "pass" }];
}

function publicAddress(stated: Stated, tag: readonly string[], names: Names): KernelLayer {
  const pass = `${names.nic}#ipConfigurations`;
  const id = names.lacking;
  const [four = "", six = ""] = outside("saddr", tag);
  const open = stated.basic && (stated.public4 || stated.public6 || stated.balanced !== undefined);
  const closed = !stated.subnetGroup && !stated.nicGroup && !open;
  // The product counts health probes as no clients.
  const probes = balancer.map(
    (one): KernelRule => ({ id: pass, match: `${family(one)} saddr ${one}`, verdict: "refuse" }),
  );
  const rules: KernelRule[] = [
    ...(closed ? [four, six].map((match): KernelRule => ({ id, match, verdict: "refuse" })) : []),
    ...(stated.balanced
      ? [
          {
            id: names.balancing,
            match: `${four} tcp dport ${stated.balanced.target}`,
            verdict: "pass" as const,
          },
        ]
      : []),
    ...(stated.public4 ? [] : [{ id, match: four, verdict: "refuse" as const }]),
    ...(stated.public6 ? [] : [{ id, match: six, verdict: "refuse" as const }]),
  ];
  return [...probes, ...rules, { id: pass, match: "", verdict: "pass" }];
}

function wayOut(stated: Stated, tag: readonly string[], names: Names): KernelLayer {
  const id = `${names.subnet}#natGateway`;
  const [four = "", six = ""] = outside("daddr", tag);
  const has4 = stated.public4 || stated.nat || stated.defaultOutbound || stated.balanced !== undefined;
  return [
    ...(has4 ? [] : [{ id, match: four, verdict: "refuse" as const }]),
    ...(stated.public6 ? [] : [{ id, match: six, verdict: "refuse" as const }]),
    { id: names.subnet, match: "", verdict: "pass" },
  ];
}

/** The longest prefix first; of equal ones the user's. */
function routes(stated: Stated, names: Names): KernelLayer {
  const length = (cidr: string) => Number(cidr.split("/")[1]);
  const entries = [
    ...stated.routes.map(({ to, hop }, k) => ({ to, id: names.route(k), verdict: hop === "None" ? "refuse" : "pass" })),
    ...space.map((to) => ({ to, id: `${names.subnet} (local)`, verdict: "pass" })),
    ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map((to) => ({
      to,
      id: `${names.subnet} (none)`,
      verdict: "refuse",
    })),
  ].sort((a, b) => length(b.to) - length(a.to));
  return [
    ...entries.map(
      ({ to, id, verdict }): KernelRule => ({
        id,
        match: `${family(to)} daddr ${to}`,
        verdict: verdict as KernelRule["verdict"],
      }),
    ),
    { id: names.subnet, match: "", verdict: "pass" },
  ];
}
