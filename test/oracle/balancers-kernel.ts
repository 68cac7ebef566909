import { type KernelLayer, type Machine, type Packet, type Verdict, verdicts } from "./kernel.js";

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

export type Truth = "open" | "closed" | "unknown";

/** What becomes of each peer at each port of each site. */
export function truths(sites: readonly Site[], peers: readonly string[], ports: readonly number[]): Truth[][][] {
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
        const listener = site.listeners.find((each) => each.mail && each.listen === port);
        if (!listener || !fronts(machine, peer, port)) return [];
        const seen = site.sees === "client" ? [peer] : site.sees;
        for (const each of seen) behind.push({ machine, way: "in", peer: each, port: listener.target });
        return seen.map((each) => [each, listener.target] as const);
      }),
    ),
  );
  const backs = ask(sites.map(back), behind);
  return asked.map((ofPeers, machine) =>
    ofPeers.map((ofPorts) =>
      ofPorts.map((ways): Truth => {
        const open = new Set(ways.map(([seen, port]) => backs(machine, seen, port)));
        return open.size === 2 ? "unknown" : open.has(true) ? "open" : "closed";
      }),
    ),
  );
}

function ask(machines: readonly Machine[], packets: readonly Packet[]) {
  const key = ({ machine, peer, port }: Pick<Packet, "machine" | "peer" | "port">) => `${machine} ${peer} ${port}`;
  const once = [...new Map(packets.map((each) => [key(each), each])).values()];
  const found = once.length === 0 ? [] : verdicts(machines, once);
  const open = new Map(once.map((packet, i) => [key(packet), (found[i] as Verdict).open]));
  return (machine: number, peer: string, port: number) => open.get(key({ machine, peer, port })) === true;
}

function front({ own, version6 }: Site): Machine {
  const families: KernelLayer = version6 ? [] : [{ id: "family", match: "meta nfproto ipv6", verdict: "refuse" }];
  const rules = (own?.rules ?? []).flatMap(({ pass, blocks }) =>
    blocks.map((block) => ({ id: "own", match: source(block), verdict: pass ? "pass" : "refuse" }) as const),
  );
  const rest = { id: "rest", match: "", verdict: own?.rest === false ? "refuse" : "pass" } as const;
  return { ingress: [[...families, ...rules, rest]], egress: [] };
}

function back({ rules, policy }: Site): Machine {
  const lines = rules.flatMap(({ pass, protocol, ports, blocks }) =>
    blocks.map(
      (block) =>
        ({
          id: "rule",
          match: `${source(block)} ${protocol} dport ${ports}`,
          verdict: pass ? "pass" : "refuse",
        }) as const,
    ),
  );
  return { ingress: [[...lines, { id: "policy", match: "", verdict: policy ? "pass" : "refuse" }]], egress: [] };
}

function source(block: string): string {
  return `${block.includes(":") ? "ip6" : "ip"} saddr ${block}`;
}
