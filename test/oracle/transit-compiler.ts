/**
 * What a transit gateway means to the kernel, written from its guide: a namespace for each network, with a routing table
 * for each of its subnets, and one for the gateway, with a routing table for each attachment, in both families. It shares
 * no code with the product, because it judges it.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Records, type Told } from "./transit-records.js";

export const networks = ["app", "hub", "out"] as const;
export type Network = (typeof networks)[number];

/** The blocks of each network, one a family. */
export const blocks: Readonly<Record<Network, readonly string[]>> = {
  app: ["10.1.0.0/16", "2600:1f10:1::/56"],
  hub: ["10.2.0.0/16", "2600:1f20:2::/56"],
  out: ["10.3.0.0/16", "fd00:3::/56"],
};

/**
 * A route of a gateway's table; `rank`: of one block the highest wins. `id`: what is named where it drops packets.
 * `elsewhere` is an attachment of somebody else, in whose network all peers' addresses answer and ask, too.
 */
export interface TransitRoute {
  readonly id: string;
  readonly block: string;
  readonly to: Network | "blackhole" | "elsewhere";
  readonly rank: number;
}

/** One subnet: which blocks it sends to the gateway. */
export interface Subnet {
  readonly blocks: readonly string[];
  /** False: its Availability Zone has no attachment. */
  readonly served: boolean;
  readonly toGateway: readonly string[];
  /** What is named where it has no route, and where its zone has no attachment. */
  readonly table: string;
  readonly zone: string;
}

/** Where packets of an attachment are looked up; without routes where it is associated with no table. */
export interface Lookup {
  readonly routes: readonly TransitRoute[];
  /** What is named where no route matches. */
  readonly rest: string;
}

/** One direction of an ACL. */
export interface Guard {
  readonly entries: readonly { readonly id: string; readonly block: string; readonly passes: boolean }[];
  readonly rest: string;
}

export interface Site {
  readonly blocks: Readonly<Record<Network, readonly string[]>>;
  readonly subnets: Readonly<Record<Network, readonly Subnet[]>>;
  readonly lookup: Readonly<Record<Network, Lookup>>;
  /** What the ACL around an attachment's subnet lets in from the network's machines, and out to them. */
  readonly acls: Readonly<Partial<Record<Network, { readonly ingress: Guard; readonly egress: Guard }>>>;
  /** The attachment's subnet in `out` leads to a NAT gateway in the first subnet there, which leads to the internet. */
  readonly nat: boolean;
  /** The table of each attachment's subnets: named where what is not for the network gets no further. */
  readonly beyond: Readonly<Record<Network, string>>;
}

export interface Question {
  readonly site: number;
  readonly from: { readonly network: Network | "elsewhere"; readonly address: string };
  readonly to: string;
}

/** What the kernel made of a question, with what it met on the way there and back. */
export interface Answer {
  readonly open: boolean;
  readonly passed: readonly string[];
  readonly stopped: readonly string[];
}

export const outside = "8.8.8.8";
const ends = { 4: ["169.254.0.2", "169.254.0.1"], 6: ["fe80::2", "fe80::1"] } as const;
const everywhere = ["0.0.0.0/0", "::/0"];

/**
 * What becomes of connections. A packet that a busy machine has not delivered in time leaves no trace: it is sent again.
 * Needs Linux, root and Python: see `lacksNftables`.
 */
export function connected(sites: readonly Site[], questions: readonly Question[], turns = 3): Answer[] {
  const answers = asked(sites, questions);
  const silent = questions.filter((_, i) => answers[i]?.open === false && answers[i].stopped.length === 0);
  if (silent.length === 0 || turns === 1) return answers;
  const again = [...new Set(silent.map(({ site }) => site))];
  const moved = silent.map((each) => ({ ...each, site: again.indexOf(each.site) }));
  const told = connected(
    again.map((site) => sites[site] as Site),
    moved,
    turns - 1,
  );
  return answers.map((each, i) => told[silent.indexOf(questions[i] as Question)] ?? each);
}

function asked(sites: readonly Site[], questions: readonly Question[]): Answer[] {
  const records = new Records();
  const spaces = [
    internetOf(sites),
    gatewayOf(sites, records),
    ...sites.flatMap((site, i) => [
      ...networks.map((network) => networkOf(site, i, network, records)),
      ...(leadsElsewhere(site) ? [elsewhereOf(site, i, records)] : []),
    ]),
  ];
  const listed = questions.map(({ site, from, to }) => [`${from.network}${site}`, from.address, to]);
  const script = join(process.cwd(), "test", "oracle", "transit_namespaces.py");
  const input = JSON.stringify({ spaces, questions: listed, patience: 4 });
  const options = { input, encoding: "utf8", timeout: 280_000, maxBuffer: 1 << 28 } as const;
  const { answers, seen } = JSON.parse(execFileSync("python3", [script], options)) as {
    answers: boolean[];
    seen: [mark: number | string, from: string, to: string, port: number][];
  };
  const told = records.read(seen);
  return questions.map((question, i) => {
    const found = told(question);
    const of = (passes: boolean) => found.filter((each) => each.passes === passes).map(({ id }) => id);
    return { open: answers[i] === true, passed: of(true), stopped: of(false) };
  });
}

const familyOf = (text: string) => (text.includes(":") ? 6 : 4);

/** A route into nothing, by a next hop that says why. */
const lost = (block: string, told: Told, table: number, records: Records) =>
  `route add ${block} via ${records.hop(told, familyOf(block))} dev void onlink table ${table}`;

/** Packets for `void` are sent to no neighbour, and nobody takes them. */
const openVoid = ["link add void type veth peer name nobody", "link set void arp off up", "link set nobody up"];

function gatewayOf(sites: readonly Site[], records: Records) {
  const attached = sites.flatMap((site, i) =>
    networks.map((network, k) => ({ site, network, i, device: `${network}${i}`, table: 1000 + 3 * i + k })),
  );
  const lines = attached.flatMap(({ site, network, i, device, table }) => {
    const { routes, rest } = site.lookup[network];
    return [
      ...(["4", "6"] as const).map((family) => `rule add iif ${device} lookup ${table} #${family}`),
      ...everywhere.map((each) => `${lost(each, told(i, rest), table, records)} metric 4000`),
      ...winners(routes).map(({ block, to, id }) =>
        to === "blackhole"
          ? lost(block, told(i, id), table, records)
          : `route add ${block} via ${ends[familyOf(block)][1]} dev ${to}${i} onlink table ${table}`,
      ),
    ];
  });
  const abroad = sites.flatMap((site, i) =>
    leadsElsewhere(site)
      ? [
          ...joined(`elsewhere${i}`),
          ...(["4", "6"] as const).map(
            (family) => `rule add iif elsewhere${i} lookup ${elsewhereTable + i} #${family}`,
          ),
          ...blocks.app.map(
            (each) => `route add ${each} via ${ends[familyOf(each)][1]} dev app${i} onlink table ${elsewhereTable + i}`,
          ),
        ]
      : [],
  );
  const guarded = attached.flatMap(({ site, network, i, device }) => {
    const acl = site.acls[network];
    return acl ? [{ i, device, acl, site, network }] : [];
  });
  const jumps = (side: "ingress" | "egress") =>
    guarded.map(({ device }) => `${device} : jump ${side}_${device}`).join(", ");
  const forward = [
    ...(guarded.length > 0 ? [`iifname vmap { ${jumps("ingress")} }`] : []),
    "oifname void jump hops",
    ...(guarded.length > 0 ? [`oifname vmap { ${jumps("egress")} }`] : []),
  ];
  const chains = guarded.flatMap(({ i, device, acl, site, network }) => [
    chain(`ingress_${device}`, guardLines(acl.ingress, "saddr", records, told(i, ""))),
    chain(
      `egress_${device}`,
      guardLines(acl.egress, "daddr", records, network === "app" ? told(i, "") : astray(site, i)),
    ),
  ]);
  const devices = attached.flatMap(({ device }) => joined(device));
  return {
    ...{ name: "gateway", links: [], lines: [...openVoid, ...devices, ...abroad, ...lines] },
    nft: records.table([...chains, chain("forward", ["type filter hook forward priority 0", ...forward])]),
  };
}

/** The gateway's end of a link. */
function joined(device: string): string[] {
  return [
    `link set ${device} up`,
    `addr add ${ends[4][0]}/32 dev ${device}`,
    `addr add ${ends[6][0]}/64 dev ${device} nodad`,
  ];
}

/** @param lost whose doing it is that a packet comes by, where it is stopped. */
function guardLines({ entries, rest }: Guard, peer: "saddr" | "daddr", records: Records, lost: Told): string[] {
  return [
    ...entries.map(({ id, block, passes }) => {
      const match = `${familyOf(block) === 6 ? "ip6" : "ip"} ${peer} ${block}`;
      const mark = records.mark(passes ? { site: lost.site, id, passes } : { ...lost, id });
      return `${match} meta mark set ${mark} goto ${passes ? "rules" : "lose"}`;
    }),
    `meta mark set ${records.mark({ ...lost, id: rest })} goto lose`,
  ];
}

function told(site: number, id: string): Told {
  return { site, id, passes: false };
}

/** What another network's own table sends to the wrong place is that table's doing; of the internet's answers that of `out`. */
function astray({ lookup }: Site, site: number): Told {
  const ofSender = {
    ...Object.fromEntries((["hub", "out"] as const).flatMap((of) => blocks[of].map((one) => [one, lookup[of].rest]))),
    "8.8.0.0/16": lookup.out.rest,
  };
  return { ...told(site, ""), ofSender };
}

function winners(routes: readonly TransitRoute[]): TransitRoute[] {
  const best = new Map<string, TransitRoute>();
  for (const route of routes) if ((best.get(route.block)?.rank ?? -1) < route.rank) best.set(route.block, route);
  return [...best.values()];
}

/** Table 300 is that of the attachment's subnets, which what comes from the gateway takes; 100 and on those of the others. */
function networkOf(site: Site, i: number, network: Network, records: Records) {
  const { subnets, nat, beyond, blocks: own } = site;
  const leaving = network === "out" && nat;
  const up = (block: string) => `via ${ends[familyOf(block)][0]} dev tgw onlink`;
  const tables = subnets[network].flatMap(({ blocks: held, served, toGateway, table, zone }, k) => [
    ...held.flatMap((block) => [
      `addr add ${hostIn(block)}/${familyOf(block) === 6 ? "128 nodad" : "32"} dev lo`,
      `rule add from ${block} lookup ${100 + k} pref 200`,
    ]),
    ...own[network].map((block) => `route add unreachable ${block} table ${100 + k}`),
    ...everywhere.map((each) => `${lost(each, told(i, table), 100 + k, records)} metric 4000`),
    ...toGateway.map((block) =>
      served ? `route add ${block} ${up(block)} table ${100 + k}` : lost(block, told(i, zone), 100 + k, records),
    ),
    ...(leaving && k === 0 ? ["rule add iif wan lookup 100 pref 100"] : []),
  ]);
  const led = astray(site, i);
  return {
    name: `${network}${i}`,
    links: [
      `link add tgw type veth peer name ${network}${i} netns @gateway`,
      ...(network === "out" ? [`link add wan type veth peer name i${i} netns @internet`] : []),
    ],
    lines: [
      ...["link set lo up", "link set tgw up", ...openVoid],
      ...[`addr add ${ends[4][1]}/32 dev tgw`, `addr add ${ends[6][1]}/64 dev tgw nodad`],
      ...(network === "out" ? ["link set wan up", `addr add 192.168.${i}.1/32 dev wan`] : []),
      ...["rule add iif tgw lookup 300 pref 100 #4", "rule add iif tgw lookup 300 pref 100 #6"],
      ...own[network].map((block) => `route add unreachable ${block} table 300`),
      ...everywhere.map((each) => `${lost(each, { ...led, id: beyond[network] }, 300, records)} metric 4000`),
      ...(leaving ? [`route add 0.0.0.0/0 via ${ends[4][0]} dev wan onlink table 300`] : []),
      ...tables,
    ],
    nft: `${records.table([
      chain("output", ["type filter hook output priority 0", "oifname void jump hops"]),
      chain("forward", [
        "type filter hook forward priority 0",
        "oifname void jump hops",
        // No private network stands on the internet.
        `oifname wan ip daddr 10.0.0.0/8 meta mark set ${records.mark(led)} goto lose`,
      ]),
    ])}${leaving ? masquerade : ""}`,
  };
}

/** The tables of attachments elsewhere begin after those of all others. */
const elsewhereTable = 100_000;

export function leadsElsewhere({ lookup }: Site): boolean {
  return networks.some((network) => lookup[network].routes.some(({ to }) => to === "elsewhere"));
}

/** Somebody else's network, in which the peers of all others stand. */
function elsewhereOf({ subnets }: Site, i: number, records: Records) {
  const mark = records.mark(told(i, ""));
  const held = (["hub", "out"] as const).flatMap((network) =>
    subnets[network].flatMap((each) => each.blocks.map(hostIn)),
  );
  return {
    name: `elsewhere${i}`,
    links: [`link add tgw type veth peer name elsewhere${i} netns @gateway`],
    lines: [
      ...["link set lo up", "link set tgw up", ...openVoid],
      ...[`addr add ${ends[4][1]}/32 dev tgw`, `addr add ${ends[6][1]}/64 dev tgw nodad`],
      ...[...held, outside].map((each) => `addr add ${each}/${each.includes(":") ? "128 nodad" : "32"} dev lo`),
      ...blocks.app.map((each) => `route add ${each} via ${ends[familyOf(each)][0]} dev tgw onlink`),
      ...everywhere.map((each) => `${lost(each, told(i, ""), 254, records)} metric 4000`),
    ],
    nft: records.table([
      chain("forward", ["type filter hook forward priority 0", "oifname void jump hops"]),
      // What answers somebody else has come to the wrong place.
      chain("input", [
        "type filter hook input priority 0",
        `tcp flags & (syn | ack) == syn | ack meta mark set ${mark} jump rules`,
      ]),
    ]),
  };
}

const masquerade =
  "table ip nat {\nchain out {\ntype nat hook postrouting priority 100\noifname wan masquerade\n}\n}\n";

function internetOf(sites: readonly Site[]) {
  const lines = sites.flatMap((_, i) => [
    `link set i${i} up`,
    `addr add ${ends[4][0]}/32 dev i${i}`,
    `route add 192.168.${i}.1/32 dev i${i}`,
  ]);
  return {
    ...{ name: "internet", links: [], nft: "" },
    lines: ["link set lo up", `addr add ${outside}/32 dev lo`, ...lines],
  };
}

function chain(name: string, lines: readonly string[]): string {
  return `chain ${name} {\n${lines.join("\n")}\n}`;
}

/** The machine in a subnet. */
export function hostIn(block: string): string {
  return block.includes(":") ? block.replace(/::\/\d+$/, "::25") : block.replace(/\.0\/\d+$/, ".25");
}
