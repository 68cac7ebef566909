import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

/*
 * Kubernetes objects as the kernel's rules, by the API reference alone: no code is shared with the product. What is drawn
 * has few pods with known addresses, so that selectors become lists of addresses.
 */

export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface Peer {
  ipBlock?: { cidr: string; except?: string[] };
  podSelector?: Selector;
  namespaceSelector?: Selector;
}

export interface Port {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}

export interface Rule {
  peers?: Peer[];
  ports?: Port[];
}

export interface Policy {
  urn: string;
  namespace: string;
  podSelector: Selector;
  policyTypes?: string[];
  ingress?: Rule[];
  egress?: Rule[];
}

export interface AdminRule {
  action: "Allow" | "Deny" | "Pass";
  namespaces: Selector;
  port?: number;
}

export interface AdminPolicy {
  urn: string;
  /** Absent: the baseline. */
  priority?: number;
  ingress: AdminRule[];
  egress: AdminRule[];
}

export interface Pod {
  urn: string;
  namespace: string;
  labels: Record<string, string>;
  addresses: string[];
  named: Record<string, number>;
}

export interface Service {
  urn: string;
  clusterIp: string;
  backend: Pod;
  ports: { port: number; target: number }[];
}

export interface Balancer {
  urn: string;
  ranges?: string[];
  ports: { port: number; target: number }[];
}

export interface Stated {
  mail: Pod;
  others: Pod[];
  namespaces: Record<string, Record<string, string>>;
  policies: Policy[];
  admin: AdminPolicy[];
  relay: Service;
  balancer?: Balancer;
}

function meets({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>): boolean {
  const one = ({ key, operator, values = [] }: { key: string; operator: string; values?: string[] }) => {
    if (operator === "Exists") return key in labels;
    if (operator === "DoesNotExist") return !(key in labels);
    const among = key in labels && values.includes(labels[key] as string);
    return operator === "In" ? among : !among;
  };
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(one);
}

type Way = "ingress" | "egress";

interface Context extends Stated {
  way: Way;
  /** The ports from before a translation, of those behind it. */
  before: (low: number, high: number) => [number, number][];
}

/** A machine for the mail pod itself, or for the load balancer before it. */
export function compile(stated: Stated): Machine {
  const { balancer } = stated;
  const before = (low: number, high: number): [number, number][] =>
    balancer
      ? balancer.ports.flatMap(({ port, target }): [number, number][] =>
          low <= target && target <= high ? [[port, port]] : [],
        )
      : [[low, high]];
  const same = (low: number, high: number): [number, number][] => [[low, high]];
  return {
    ingress: [
      balancer ? balancing(balancer) : podAddress(stated.mail),
      policies({ ...stated, way: "ingress", before }),
    ],
    egress: [policies({ ...stated, way: "egress", before: same })],
  };
}

function balancing({ urn, ranges = ["0.0.0.0/0", "::/0"], ports }: Balancer): KernelLayer {
  const listen = `tcp dport { ${ports.map(({ port }) => port).join(", ")} }`;
  return [
    ...ranges.map((range): KernelRule => ({ id: urn, match: `${from("ingress", range)} ${listen}`, verdict: "pass" })),
    { id: urn, match: "", verdict: "refuse" },
  ];
}

/** Clients of the internet find the way to public addresses of their family alone. */
function podAddress({ urn, addresses }: Pod): KernelLayer {
  const internal = ["10.", "172.20.", "fd00:"];
  const isPublic = (family: string) =>
    addresses.some(
      (each) => each.includes(":") === (family === "ip6") && !internal.some((prefix) => each.startsWith(prefix)),
    );
  const shut = ["ip", "ip6"].filter((family) => !isPublic(family));
  return [
    ...shut.map(
      (family): KernelRule => ({
        id: urn,
        match: `${family} saddr ${family === "ip" ? "!= { 10.0.0.0/8, 172.20.0.0/16 }" : "!= fd00::/8"}`,
        verdict: "refuse",
      }),
    ),
    { id: urn, match: "", verdict: "pass" },
  ];
}

function from(way: Way, cidr: string): string {
  return `${cidr.includes(":") ? "ip6" : "ip"} ${way === "ingress" ? "saddr" : "daddr"} ${cidr}`;
}

function policies(context: Context): KernelLayer {
  const { way, policies: all, mail, admin } = context;
  const isolating = all.filter((policy) => {
    const types = policy.policyTypes ?? ["Ingress", ...((policy.egress ?? []).length > 0 ? ["Egress"] : [])];
    return (
      policy.namespace === mail.namespace &&
      meets(policy.podSelector, mail.labels) &&
      types.includes(way === "ingress" ? "Ingress" : "Egress")
    );
  });
  const [first] = isolating;
  const tier = (own: readonly AdminPolicy[]) => tierRules(own, context);
  const sorted = admin
    .filter(({ priority }) => priority !== undefined)
    .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  const rules = isolating.flatMap((policy) =>
    (policy[way] ?? []).flatMap((rule, i) => allowing(policy, rule, `${policy.urn}#spec.${way}[${i}]`, context)),
  );
  if (first) return [...tier(sorted), ...rules, { id: first.urn, match: "", verdict: "refuse" }];
  const baseline = tier(admin.filter(({ priority }) => priority === undefined));
  return [...tier(sorted), ...baseline, { id: mail.urn, match: "", verdict: "pass" }];
}

/** `Pass` leaves the tier: what it meets is cut out of the rules after it. */
function tierRules(own: readonly AdminPolicy[], context: Context): KernelRule[] {
  const { way, others, mail, namespaces, relay } = context;
  const passed = new Set<string>();
  return own.flatMap((policy) =>
    policy[way].flatMap((rule, i): KernelRule[] => {
      const met = [...others, mail].filter((pod) =>
        meets(rule.namespaces, { ...namespaces[pod.namespace], "kubernetes.io/metadata.name": pod.namespace }),
      );
      const addresses = met.flatMap((pod) => pod.addresses).filter((each) => !passed.has(each));
      const services =
        way === "egress" && met.includes(relay.backend) && !passed.has(relay.clusterIp) ? [relay.clusterIp] : [];
      if (rule.action === "Pass") {
        for (const each of [...addresses, ...services]) passed.add(each);
        return [];
      }
      const id = `${policy.urn}#spec.${way}[${i}]${rule.port === undefined ? "" : ".ports[0]"}`;
      const verdict = rule.action === "Allow" ? "pass" : "refuse";
      const [low, high] = rule.port === undefined ? [0, 65535] : [rule.port, rule.port];
      const everyPort = rule.port === undefined;
      return [
        ...addresses.map((each): KernelRule[] =>
          ports(context.before(low, high), everyPort).map((match) => ({
            id,
            match: `${from(way, each)} ${match}`,
            verdict,
          })),
        ),
        ...services.map((each): KernelRule[] =>
          ports(sentOn(relay, low, high), false).map((match) => ({
            id,
            match: `${from(way, each)} ${match}`,
            verdict,
          })),
        ),
      ].flat();
    }),
  );
}

function sentOn({ ports: mapped }: Service, low: number, high: number): [number, number][] {
  return mapped.flatMap(({ port, target }): [number, number][] =>
    low <= target && target <= high ? [[port, port]] : [],
  );
}

function ports(ranges: readonly [number, number][], every: boolean): string[] {
  return every ? [""] : ranges.map(([low, high]) => `tcp dport ${low}-${high}`);
}

function allowing(
  policy: Policy,
  { peers = [], ports: stated = [] }: Rule,
  id: string,
  context: Context,
): KernelRule[] {
  const { way, mail, others, relay } = context;
  const everybody: Peer[] = [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }];
  const asked = peers.length > 0 ? peers : everybody;
  const pods = [...others, mail];
  const entries =
    stated.length > 0 ? stated.map((port, k) => ({ id: `${id}.ports[${k}]`, port })) : [{ id, port: undefined }];
  return entries.flatMap(({ id: own, port }) => {
    if (port?.protocol !== undefined && port.protocol !== "TCP") return [];
    const rangeAt = (pod: Pod): [number, number] | undefined => {
      if (port?.port === undefined) return [0, 65535];
      const low = typeof port.port === "string" ? pod.named[port.port] : port.port;
      return low === undefined ? undefined : [low, port.endPort ?? low];
    };
    const every = port === undefined;
    const rule = (match: string): KernelRule => ({ id: own, match, verdict: "pass" });
    return asked.flatMap((peer): KernelRule[] => {
      const met = pods.filter((pod) => covers(peer, pod, policy, context));
      const direct = peer.ipBlock
        ? [{ match: blockMatch(way, peer.ipBlock), pod: mail }]
        : met.flatMap((pod) => pod.addresses.map((each) => ({ match: from(way, each), pod })));
      const rules = direct.flatMap(({ match, pod }) => {
        const range = rangeAt(way === "ingress" ? mail : pod);
        const notService =
          way === "egress" ? `${match.startsWith("ip6") ? "" : `ip daddr != ${relay.clusterIp} `}` : "";
        return range ? ports(context.before(...range), every).map((each) => rule(`${match} ${notService}${each}`)) : [];
      });
      const range = rangeAt(relay.backend);
      const sent =
        way === "egress" && range && met.includes(relay.backend)
          ? ports(sentOn(relay, ...range), false).map((each) => rule(`ip daddr ${relay.clusterIp} ${each}`))
          : [];
      return [...rules, ...sent];
    });
  });
}

function blockMatch(way: Way, { cidr, except = [] }: { cidr: string; except?: string[] }): string {
  const side = `${cidr.includes(":") ? "ip6" : "ip"} ${way === "ingress" ? "saddr" : "daddr"}`;
  return [from(way, cidr), ...except.map((each) => `${side} != ${each}`)].join(" ");
}

function covers(
  { ipBlock, podSelector, namespaceSelector }: Peer,
  pod: Pod,
  policy: Policy,
  context: Context,
): boolean {
  if (ipBlock)
    return pod.addresses.every(
      (each) => within(each, ipBlock.cidr) && !(ipBlock.except ?? []).some((cut) => within(each, cut)),
    );
  const labels = { ...context.namespaces[pod.namespace], "kubernetes.io/metadata.name": pod.namespace };
  const inNamespace = namespaceSelector ? meets(namespaceSelector, labels) : pod.namespace === policy.namespace;
  return inNamespace && meets(podSelector ?? {}, pod.labels);
}

/** IPv4 alone: the pod behind the Service has one such address. */
function within(address: string, cidr: string): boolean {
  const [base = "", length = "32"] = cidr.split("/");
  if (address.includes(":") || base.includes(":")) return false;
  const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}
