/** The words of nftables' rules (nft(8)). */

/** Words that begin a statement, so that they end the value before them. */
export const statements: ReadonlySet<string> = new Set([
  ...["accept", "drop", "continue", "return", "reject", "jump", "goto", "counter", "log", "limit", "quota", "comment"],
  ...[
    "queue",
    "notrack",
    "masquerade",
    "snat",
    "dnat",
    "redirect",
    "tproxy",
    "synproxy",
    "add",
    "update",
    "delete",
    "flow",
  ],
]);
export const metaKeys: ReadonlySet<string> = new Set([
  ...["iif", "oif", "iifname", "oifname", "iiftype", "oiftype", "iifgroup", "oifgroup", "mark", "skuid", "skgid"],
  ...[
    "nfproto",
    "l4proto",
    "protocol",
    "length",
    "priority",
    "pkttype",
    "cpu",
    "cgroup",
    "rtclassid",
    "time",
    "hour",
    "day",
  ],
]);
export const headers: ReadonlySet<string> = new Set([
  ...["ip", "ip6", "tcp", "udp", "th", "icmp", "icmpv6", "sctp", "dccp", "udplite", "esp", "ah", "comp", "igmp"],
  ...["ether", "vlan", "arp"],
]);
export const relations: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ "==": "==", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=" },
    ...{ eq: "==", ne: "!=", lt: "<", gt: ">", le: "<=", ge: ">=" },
  }),
);
/** Fields of which one bit is enough when no relation is written. */
export const bitwise = ["flags", "state", "status"];

/** nft(8): the words after a statement, each with the number of its arguments. */
export const parameters: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  counter: { packets: 1, bytes: 1, name: 1 },
  quota: { over: 0, until: 0, used: 0, name: 1 },
  limit: { rate: 0, over: 0, until: 0, burst: 0, name: 1 },
  log: {
    ...{ prefix: 1, level: 1, group: 1, snaplen: 1, "queue-threshold": 1, flags: 1 },
  },
};
