import { type KernelLayer, type KernelRule, type Machine, type Packet, type Verdict, verdicts } from "./kernel.js";

/**
 * What a load balancer in front of a machine means to the kernel, from the clouds' documentation: a connection meets the
 * balancer's own filters at the port that it listens on, and then, from the address that the cloud documents, the firewall
 * of the machine at the target port. It shares no code with the product, because it judges it.
 */

export interface Rule {
  readonly pass: boolean;
  readonly protocol: "tcp" | "udp";
  readonly ports: string;
  readonly blocks: readonly string[];
}

export interface Listener {
  readonly listen: number;
  readonly target: number;
  /** False: it speaks HTTP, and mail gets nowhere. */
  readonly mail: boolean;
}

export interface Site {
  readonly listeners: readonly Listener[];
  /** The machine's firewall: the first rule that matches, then the policy. */
  readonly rules: readonly Rule[];
  readonly policy: boolean;
  /** The balancer's own filter, in order, of all its ports; what none matches passes or not. Absent: none. */
  readonly own?: { readonly rules: readonly Omit<Rule, "protocol" | "ports">[]; readonly rest: boolean };
  /** Families that the balancer has addresses of. */
  readonly version6: boolean;
  /** What the machine sees: the client, or one of these addresses, and it is not known which. */
  readonly sees: "client" | readonly string[];
}

export type Own = NonNullable<Site["own"]>;

/** How the product calls what decides. A listener's number is its place among the site's. */
export interface Names {
  readonly balancer: string;
  readonly listener: (listener: number) => string;
  /** A rule of the balancer's own filter, and what decides where none matches. */
  readonly own?: (rule: number, listener: number, own: Own) => string;
  readonly rest?: (listener: number, own: Own) => string;
  /** Where each listener has a filter of its own: what says that it lets the other ports pass. */
  readonly others?: (listener: number) => string;
  /** What says that the balancer has a public address. */
  readonly address?: string;
  readonly rule: (rule: number) => string;
  readonly policy: string;
}

export interface Named extends Site {
  readonly names: Names;
}

export interface Outcome {
  readonly truth: "open" | "closed" | "unknown";
  /** The rules that decided, one a layer that was met. */
  readonly decidedBy: readonly string[];
  /** False: of the addresses that the machine may see, several meet different rules, and those are left out. */
  readonly isWhole: boolean;
}

/** What becomes of each peer at each port of each site. */
export function truths(sites: readonly Named[], peers: readonly string[], ports: readonly number[]): Outcome[][][] {
  const fronts = ask(
    sites.map(front),
    sites.flatMap((_, machine) =>
      peers.flatMap((peer) => ports.map((port): Packet => ({ machine, way: "in", peer, port }))),
    ),
  );
  const behind: Packet[] = [];
  const asked = sites.map((site, machine) =>
    peers.map((peer) =>
      ports.map((port) => {
        const before = fronts(machine, peer, port);
        const listener = site.listeners.find((each) => each.listen === port);
        if (!listener || !before.open) return { before, ways: [] };
        const seen = site.sees === "client" ? [peer] : site.sees;
        for (const each of seen) behind.push({ machine, way: "in", peer: each, port: listener.target });
        return { before, ways: seen.map((each) => [each, listener.target] as const) };
      }),
    ),
  );
  const backs = ask(sites.map(back), behind);
  return asked.map((ofPeers, machine) =>
    ofPeers.map((ofPorts) =>
      ofPorts.map(({ before, ways }): Outcome => {
        const found = ways.map(([seen, port]) => backs(machine, seen, port));
        const open = new Set(found.map((each) => each.open));
        const rules = new Set(found.flatMap(({ decidedBy }) => decidedBy));
        return {
          truth: open.size === 2 ? "unknown" : open.has(true) ? "open" : "closed",
          decidedBy: [...before.decidedBy, ...(rules.size === 1 ? rules : [])],
          isWhole: rules.size === 1,
        };
      }),
    ),
  );
}

function ask(machines: readonly Machine[], packets: readonly Packet[]) {
  const key = ({ machine, peer, port }: Pick<Packet, "machine" | "peer" | "port">) => `${machine} ${peer} ${port}`;
  const once = [...new Map(packets.map((each) => [key(each), each])).values()];
  const found = once.length === 0 ? [] : verdicts(machines, once);
  const verdictOf = new Map(once.map((packet, i) => [key(packet), found[i] as Verdict]));
  return (machine: number, peer: string, port: number) => verdictOf.get(key({ machine, peer, port })) as Verdict;
}

/** What speaks HTTP hands on no mail, and a balancer without an address of a family nothing of that family. */
function front({ listeners, own, version6, names }: Named): Machine {
  const lost = (match: string): KernelRule => ({ id: names.balancer, match, verdict: "refuse" });
  const listening = listeners.flatMap(({ listen, mail }, i): KernelRule[] =>
    mail ? [{ id: names.listener(i), match: `tcp dport ${listen}`, verdict: "pass" }] : [],
  );
  const address: KernelLayer[] = names.address ? [[{ id: names.address, match: "", verdict: "pass" }]] : [];
  return {
    ingress: [
      [...(version6 ? [] : [lost("meta nfproto ipv6")]), ...listening, lost("")],
      ...(own ? filters(own, listeners, names) : []),
      ...address,
    ],
    egress: [],
  };
}

function filters(own: Own, listeners: readonly Listener[], { own: name, rest, others }: Names): KernelLayer[] {
  if (!name || !rest) return [];
  const each = listeners.map(({ listen }, k): KernelRule[] => [
    ...own.rules.flatMap(({ pass, blocks }, i) =>
      blocks.map(
        (block): KernelRule => ({
          id: name(i, k, own),
          match: `${source(block)} tcp dport ${listen}`,
          verdict: pass ? "pass" : "refuse",
        }),
      ),
    ),
    { id: rest(k, own), match: `tcp dport ${listen}`, verdict: own.rest ? "pass" : "refuse" },
  ]);
  return others ? each.map((layer, k) => [...layer, { id: others(k), match: "", verdict: "pass" }]) : [each.flat()];
}

function back({ rules, policy, names }: Named): Machine {
  const lines = rules.flatMap(({ pass, protocol, ports, blocks }, i) =>
    blocks.map(
      (block): KernelRule => ({
        id: names.rule(i),
        match: `${source(block)} ${protocol} dport ${ports}`,
        verdict: pass ? "pass" : "refuse",
      }),
    ),
  );
  return { ingress: [[...lines, { id: names.policy, match: "", verdict: policy ? "pass" : "refuse" }]], egress: [] };
}

function source(block: string): string {
  return `${block.includes(":") ? "ip6" : "ip"} saddr ${block}`;
}
