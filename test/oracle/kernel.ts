import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Front, frontOf, fronts, targetsOf, translations } from "./kernel-translation.js";

/**
 * The judge of the cloud oracles: Linux's own packet filter in a network namespace that ends with the command. A cloud's
 * compiler (which shares no code with the product) turns resources into layers of rules; this file loads them, sends real
 * SYNs from real addresses and says what became of each, and by which rules.
 */

/** One rule of a layer, in order. `match` is nftables' own: `ip saddr 10.0.0.0/8 tcp dport 587`; empty: every packet. */
export interface KernelRule {
  /** What the product is expected to name as deciding. Unique within its machine. */
  readonly id: string;
  readonly match: string;
  /**
   * `pass`: this layer lets it through, the next one goes on. `accept`: it skips all further layers. `next`: the next
   * stage of this layer goes on, and nothing is decided.
   */
  readonly verdict: "pass" | "accept" | "refuse" | "next";
  /** Of a layer that is a chain of policies: which of them it stands in, from 0 (as when absent). */
  readonly stage?: number;
}

/** A layer's rules are tried in order, stage by stage; the last one should match everything. */
export type KernelLayer = readonly KernelRule[];

export interface Machine {
  /** Layers in the order in which a packet meets them. */
  readonly ingress: readonly KernelLayer[];
  readonly egress: readonly KernelLayer[];
  /**
   * Stateless filters that answers have to pass, of connections from outside and to outside. Their rules match the
   * answer: `daddr`, `dport` are where it goes to. They leave no mark.
   */
  readonly ingressAnswers?: readonly KernelLayer[];
  readonly egressAnswers?: readonly KernelLayer[];
  /** What stands in front and translates: packets to the machine are then sent to its addresses instead. */
  readonly front?: Front;
}

export interface Packet {
  /** Index of the machine. */
  readonly machine: number;
  readonly way: "in" | "out";
  readonly peer: string;
  readonly port: number;
  /** The port that the peer, or of `out` the machine, connects from; absent: any. */
  readonly clientPort?: number;
  /** Which of the addresses in front of the machine it is sent to; absent: the first. */
  readonly front?: number;
}

export interface Verdict {
  readonly open: boolean;
  /** The rules that decided, one a layer that was met, in no order. */
  readonly decidedBy: readonly string[];
}

/** The address of the machine with this index, in the family of `peer`. */
export function addressOf(machine: number, peer: string): string {
  return peer.includes(":")
    ? `fd00:ffff::${(machine + 2).toString(16)}`
    : `10.250.${Math.floor(machine / 200)}.${(machine % 200) + 2}`;
}

/** What the kernel does with each packet. Needs Linux and root: see `lacksNftables`. */
export function verdicts(machines: readonly Machine[], packets: readonly Packet[]): Verdict[] {
  const marks: string[] = [];
  const ruleset = compile(machines, marks);
  const sent = packets.map(({ machine, way, peer, port, clientPort, front = 0 }) => {
    const own = way === "in" && machines[machine]?.front ? frontOf(machine, front) : addressOf(machine, peer);
    return way === "in" ? { from: peer, to: own, port, clientPort } : { from: own, to: peer, port, clientPort };
  });
  const ports = [...new Set([...packets.map(({ port }) => port), ...machines.flatMap(targetsOf)])];
  const { answers, decided } = send(ruleset, [...new Set(packets.map(({ peer }) => peer))], { packets: sent, ports });
  return sent.map(({ from, to, port }, i) => {
    if (typeof answers[i] !== "boolean") throw new Error(`${from} -> ${to}:${port}: ${answers[i]}`);
    const found = decided.get(`${from} ${to} ${port}`) ?? [];
    return { open: answers[i], decidedBy: found.map((mark) => marks[mark - 1] ?? "") };
  });
}

/** Every rule leaves its mark, and the mark is written down with the packet's addresses and port. */
function compile(machines: readonly Machine[], marks: string[]): string {
  const chains = machines.flatMap((machine, i) =>
    (["ingress", "egress"] as const).flatMap((way) => {
      const layers = machine[way];
      return [
        ...layers.flatMap((rules, k) => stages(rules, `${way}_${i}_${k}`, marks)),
        // `accept` ends the base chain; what passes a layer returns here and meets the next.
        chain(
          `${way}_${i}`,
          layers.map((_, k) => `jump ${way}_${i}_${k}`),
        ),
      ];
    }),
  );
  const answers = machines.flatMap((machine, i) =>
    (["ingressAnswers", "egressAnswers"] as const).flatMap((way) =>
      (machine[way] ?? []).map((rules, k) => {
        const lines = rules.map(({ match, verdict }) => `${match} ${verdict === "refuse" ? "goto lose" : "return"}`);
        return { way, jump: `jump ${way}_${i}_${k}`, i, text: chain(`${way}_${i}_${k}`, lines) };
      }),
    ),
  );
  const lost = [
    ...answers.map(({ text }) => text),
    // The answer becomes a reset, so that the client need not wait.
    chain("lose", ["tcp flags set rst | ack", "accept"]),
    ...machines.flatMap((_, i) =>
      (["ingressAnswers", "egressAnswers"] as const).map((way) => {
        const jumps = answers.filter((each) => each.i === i && each.way === way).map(({ jump }) => jump);
        return chain(`${way}_${i}`, jumps);
      }),
    ),
  ];
  const answering = (["ip", "ip6"] as const).flatMap((family) =>
    (["ingressAnswers", "egressAnswers"] as const).map((way) => {
      const side = way === "ingressAnswers" ? "saddr" : "daddr";
      const own = machines.map((_, i) => `${addressOf(i, family === "ip" ? "4" : ":")} : jump ${way}_${i}`);
      return `tcp flags & (syn | ack) == syn | ack ${family} ${side} vmap { ${own.join(", ")} }`;
    }),
  );
  const hook = (name: string, way: string, side: string) => {
    const map = (family: "ip" | "ip6", peer: string) =>
      `${family} ${side} vmap { ${machines.map((_, i) => `${addressOf(i, peer)} : goto ${way}_${i}`).join(", ")} }`;
    const first = name === "input" ? answering : [];
    const lines = [
      `type filter hook ${name} priority 0; policy accept;`,
      ...first,
      "ct state established,related accept",
      ...(name === "input" ? fronts(machines, marks) : []),
    ];
    return chain(name, [...lines, map("ip", "4"), map("ip6", ":")]);
  };
  // By the addresses and the port that the client connects to, also behind a translation.
  const record = [4, 6].map((version) => {
    const asked = ["saddr", "daddr"].map((side) => `ct original ip${version === 6 ? "6" : ""} ${side}`).join(" . ");
    const first = `tcp flags & (syn | ack) == syn meta nfproto ipv${version}`;
    return `${first} add @decided${version} { ${asked} . ct original proto-dst . meta mark }`;
  });
  const set = (name: string, type: string) =>
    `set ${name} {\ntype ${type} . ${type} . inet_service . mark\nflags dynamic\nsize 1000000\n}`;
  return `${[
    "table inet oracle {",
    set("decided4", "ipv4_addr"),
    set("decided6", "ipv6_addr"),
    chain("pass", record),
    chain("accept_all", [...record, "accept"]),
    chain("refuse", [...record, "meta l4proto tcp reject with tcp reset", "drop"]),
    ...chains,
    ...translations(machines, marks).map(({ name, lines }) => chain(name, lines)),
    ...lost,
    hook("input", "ingress", "daddr"),
    hook("output", "egress", "saddr"),
    "}",
  ].join("\n")}\n`;
}

/** A chain for each stage, which goes on to the next one: what passes returns from all of them at once. */
function stages(rules: KernelLayer, name: string, marks: string[]): string[] {
  const last = Math.max(0, ...rules.map(({ stage = 0 }) => stage));
  return Array.from({ length: last + 1 }, (_, s) => {
    const own = rules.filter(({ stage = 0 }) => stage === s);
    const lines = own.map(({ id, match, verdict }) => {
      if (verdict === "next") return `${match} goto ${name}_s${s + 1}`;
      marks.push(id);
      return `${match} meta mark set ${marks.length} goto ${verdict === "accept" ? "accept_all" : verdict}`;
    });
    return chain(s === 0 ? name : `${name}_s${s}`, s < last ? [...lines, `goto ${name}_s${s + 1}`] : lines);
  });
}

function chain(name: string, lines: readonly string[]): string {
  return `chain ${name} {\n${lines.join("\n")}\n}`;
}

function send(ruleset: string, peers: readonly string[], asked: object) {
  const directory = mkdtempSync(join(tmpdir(), "port587-oracle-"));
  const files = { ruleset: join(directory, "rules.nft"), answers: join(directory, "answers.json") };
  try {
    writeFileSync(files.ruleset, ruleset);
    const script = [
      "set -e",
      "ip link set lo up",
      "echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind",
      ...peers.map((each) => `ip addr add ${each}/${each.includes(":") ? "128 nodad" : "32"} dev lo`),
      "ip addr add 10.250.0.1/16 dev lo",
      "ip addr add 20.0.0.1/15 dev lo",
      "ip -6 route add local fd00:ffff::/64 dev lo",
      `nft -f ${files.ruleset}`,
      `${process.execPath} ${join(process.cwd(), "test", "oracle", "sender.js")} > ${files.answers}`,
      "nft -j list table inet oracle | grep -o '\"concat\": \\[[^]]*\\]' | sed 's/\"concat\": //'",
    ].join("\n");
    const listed = execFileSync("unshare", ["--net", "sh", "-c", script], {
      input: JSON.stringify(asked),
      encoding: "utf8",
      timeout: 300_000,
      maxBuffer: 1 << 28,
    });
    const decided = new Map<string, number[]>();
    for (const line of listed.split("\n").filter((each) => each.startsWith('["'))) {
      const [from, to, port, mark] = JSON.parse(line) as [string, string, number, number];
      const key = `${from} ${to} ${port}`;
      decided.set(key, [...(decided.get(key) ?? []), mark]);
    }
    return { answers: JSON.parse(readFileSync(files.answers, "utf8")) as (boolean | string)[], decided };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
