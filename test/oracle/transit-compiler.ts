/**
 * What a transit gateway means to the kernel, written from its guide: a namespace for each network, with a routing table
 * for each of its subnets, and one for the gateway, with a routing table for each attachment. It shares no code with the
 * product, because it judges it.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export const networks = ["app", "hub", "out"] as const;
export type Network = (typeof networks)[number];

/** A route of a gateway's table; `rank`: of one block the highest wins. */
export interface TransitRoute {
  readonly block: string;
  readonly to: Network | "blackhole";
  readonly rank: number;
}

/** One subnet: which blocks it sends to the gateway. */
export interface Subnet {
  readonly block: string;
  /** False: its Availability Zone has no attachment. */
  readonly served: boolean;
  readonly toGateway: readonly string[];
}

export interface Site {
  readonly subnets: Readonly<Record<Network, readonly Subnet[]>>;
  /** The routes that packets of an attachment are looked up in; undefined: it is associated with no table. */
  readonly lookup: Readonly<Record<Network, readonly TransitRoute[] | undefined>>;
  /** What the ACL around an attachment's subnet lets in from the network's machines, and out to them. */
  readonly acls: Readonly<Partial<Record<Network, { readonly ingress: string; readonly egress: string }>>>;
  /** The attachment's subnet in `out` leads to a NAT gateway in the first subnet there, which leads to the internet. */
  readonly nat: boolean;
}

export interface Question {
  readonly site: number;
  readonly from: { readonly network: Network; readonly address: string };
  readonly to: string;
}

export const outside = "8.8.8.8";
const [gatewayEnd, networkEnd] = ["169.254.0.2", "169.254.0.1"];
const blocks: Readonly<Record<Network, string>> = { app: "10.1.0.0/16", hub: "10.2.0.0/16", out: "10.3.0.0/16" };

/** Which connections the kernel makes. Needs Linux, root and Python: see `lacksNftables`. */
export function connected(sites: readonly Site[], questions: readonly Question[]): boolean[] {
  const spaces = [
    internetOf(sites),
    gatewayOf(sites),
    ...sites.flatMap((site, i) => networks.map((network) => networkOf(site, i, network))),
  ];
  const asked = questions.map(({ site, from, to }) => [`${from.network}${site}`, from.address, to]);
  const script = join(process.cwd(), "test", "oracle", "transit_namespaces.py");
  const input = JSON.stringify({ spaces, questions: asked, patience: 4 });
  return JSON.parse(
    execFileSync("python3", [script], { input, encoding: "utf8", timeout: 280_000, maxBuffer: 1 << 26 }),
  );
}

function gatewayOf(sites: readonly Site[]) {
  const ends = sites.flatMap((site, i) =>
    networks.map((network, k) => ({ site, network, i, table: 1000 + 3 * i + k })),
  );
  const up = ends.map(({ network, i }) => `link set ${network}${i} up`);
  const lines = ends.flatMap(({ site, network, i, table }) => [
    `addr add ${gatewayEnd}/32 dev ${network}${i}`,
    `rule add iif ${network}${i} lookup ${table}`,
    `route add unreachable default table ${table} metric 4000`,
    ...winners(site.lookup[network] ?? []).map(({ block, to }) =>
      to === "blackhole"
        ? `route add blackhole ${block} table ${table}`
        : `route add ${block} via ${networkEnd} dev ${to}${i} onlink table ${table}`,
    ),
  ]);
  const guards = ends.flatMap(({ site, network, i }) => {
    const acl = site.acls[network];
    return acl
      ? [
          `iifname ${network}${i} ip saddr != ${acl.ingress} drop`,
          `oifname ${network}${i} ip daddr != ${acl.egress} drop`,
        ]
      : [];
  });
  const nft = `table ip acls {\nchain forward {\ntype filter hook forward priority 0\n${guards.join("\n")}\n}\n}\n`;
  return { name: "gateway", forward: true, links: [], lines: [...up, ...lines], nft };
}

function winners(routes: readonly TransitRoute[]): TransitRoute[] {
  const best = new Map<string, TransitRoute>();
  for (const route of routes) if ((best.get(route.block)?.rank ?? -1) < route.rank) best.set(route.block, route);
  return [...best.values()];
}

function networkOf({ subnets, nat }: Site, i: number, network: Network) {
  const up = `via ${gatewayEnd} dev tgw onlink`;
  const tables = subnets[network].flatMap(({ block, served, toGateway }, k) => [
    `addr add ${hostIn(block)}/32 dev lo`,
    `rule add from ${block} lookup ${100 + k} pref 200`,
    `route add unreachable ${blocks[network]} table ${100 + k}`,
    `route add unreachable default table ${100 + k} metric 4000`,
    ...(served ? toGateway.map((each) => `route add ${each} ${up} table ${100 + k}`) : []),
    ...(network === "out" && nat && k === 0 ? [`rule add iif wan lookup 100 pref 100`] : []),
  ]);
  const leaving = network === "out" && nat;
  return {
    name: `${network}${i}`,
    forward: leaving,
    links: [
      `link add tgw type veth peer name ${network}${i} netns @gateway`,
      ...(network === "out" ? [`link add wan type veth peer name i${i} netns @internet`] : []),
    ],
    lines: [
      ...["link set lo up", "link set tgw up", `addr add ${networkEnd}/32 dev tgw`],
      ...(network === "out" ? ["link set wan up", `addr add 192.168.${i}.1/32 dev wan`] : []),
      "rule add iif tgw lookup 300 pref 100",
      `route add unreachable ${blocks[network]} table 300`,
      "route add unreachable default table 300 metric 4000",
      ...(leaving ? [`route add default via ${gatewayEnd} dev wan onlink table 300`] : []),
      ...tables,
    ],
    nft: leaving
      ? "table ip nat {\nchain out {\ntype nat hook postrouting priority 100\noifname wan masquerade\n}\n}\n"
      : "",
  };
}

function internetOf(sites: readonly Site[]) {
  const lines = sites.flatMap((_, i) => [
    ...[`link set i${i} up`, `addr add ${gatewayEnd}/32 dev i${i}`, `route add 192.168.${i}.1/32 dev i${i}`],
  ]);
  return {
    name: "internet",
    forward: false,
    links: [],
    lines: ["link set lo up", `addr add ${outside}/32 dev lo`, ...lines],
    nft: "",
  };
}

/** The machine in a subnet. */
export function hostIn(block: string): string {
  return block.replace(/\.0\/\d+$/, ".25");
}
