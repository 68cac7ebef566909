/** Where something stands in the lab; see network.sh. */
export type Place = "client" | "router" | "provider" | "firewall" | "host" | "control";

type Listener = Readonly<Record<string, unknown>> & { readonly kind: string };

/** One state of the lab, and who is to blame for it. */
export interface Situation {
  readonly name: string;
  /** Packet filters: `hook: rule`, in nftables' language. */
  readonly rules?: Partial<Record<Place, readonly string[]>>;
  /** Routes beside those of network.sh. */
  readonly routes?: Partial<Record<Place, readonly string[]>>;
  /** By place and port; the server and the control are sound where nothing is said. */
  readonly listen?: Partial<Record<Place, Readonly<Record<number, Listener>>>>;
  /** So long takes the way between firewall and host, in each direction. */
  readonly slowMs?: number;
  /** The user has none of the programs that help, and no rights to read this machine's rules. */
  readonly isBare?: boolean;
  /** `check` where nothing is said. */
  readonly verb?: "audit" | "check";
  /** After the verb. */
  readonly args: string;
  /** Who does it; undefined where nothing is wrong. */
  readonly culprit: Place | undefined;
}

const smtp: Listener = { kind: "smtp" };
export const soundPorts = { 587: smtp, 25: smtp, 465: { kind: "smtps" }, 443: { kind: "silent" } };

const v4 = "mail.example.test --ports 587 --timeout 1.2";
const v6 = "mail6.example.test --ports 587 --timeout 1.6";
const both = "dual.example.test --ports 587 --timeout 1.6";
const control = " --control control.example.test";
const controls = `${control} --control control2.example.test`;

const way = ["client", "router", "provider", "firewall", "host"] as const;
const hookOf = {
  client: "output",
  router: "forward",
  provider: "forward",
  firewall: "forward",
  host: "input",
} as const;
const at = (place: (typeof way)[number], rule: string) => ({ [place]: [`${hookOf[place]}: ${rule}`] });

/** The same block at several places, on the way there. */
function blocked(what: string, places: readonly (typeof way)[number][], rule: string, args = v4): Situation[] {
  const six = args.startsWith("mail6") ? ", IPv6" : "";
  return places.map((place) => ({ name: `${place}: ${what}${six}`, rules: at(place, rule), args, culprit: place }));
}

function bare(of: readonly Situation[]): Situation[] {
  return of.map((each) => ({ ...each, name: `${each.name}, without helpers`, isBare: true }));
}

/** The answers are lost on the way back. */
function mute(places: readonly (typeof way)[number][], args = v4): Situation[] {
  const hook = {
    client: "input",
    router: "forward",
    provider: "forward",
    firewall: "forward",
    host: "output",
  } as const;
  const six = args.startsWith("mail6") ? ", IPv6" : "";
  return places.map((place) => ({
    name: `${place}: drops the answers${args.includes("control") ? ", with a control" : ""}${six}`,
    rules: { [place]: [`${hook[place]}: tcp sport 587 drop`] },
    args,
    culprit: place,
  }));
}

/** The server's own listeners, with one in another's place. */
const host = (port: number, what: Listener) => ({ host: { ...soundPorts, [port]: what } });
const proxy = (place: "router" | "provider" | "firewall", what: Listener, args = v4): Omit<Situation, "name"> => ({
  rules: { [place]: ["dnat: tcp dport 587 redirect to :1587"] },
  listen: { [place]: { 1587: what } },
  args,
  culprit: place,
});

/** The one who answers is near, the server behind a long way. */
function farAway(...places: readonly (typeof way)[number][]): Situation[] {
  return [
    ...places.map(
      (place): Situation => ({
        name: `${place}: resets, and the server is far away`,
        rules: at(place, "tcp dport 587 reject with tcp reset"),
        slowMs: 40,
        args: v4,
        culprit: place,
      }),
    ),
    {
      name: "host: no listener, far away",
      listen: { host: { 443: { kind: "silent" } } },
      slowMs: 40,
      args: v4,
      culprit: "host",
    },
  ];
}

export const situations: readonly Situation[] = [
  { name: "nothing is wrong", args: v4, culprit: undefined },
  { name: "nothing is wrong, IPv6", args: v6, culprit: undefined },
  ...blocked("drops", way, "tcp dport 587 drop"),
  ...blocked(
    "rejects with port-unreachable",
    way,
    "tcp dport 587 reject with icmpx type port-unreachable",
    v4.replace("1.2", "1.6"),
  ),
  ...blocked("resets", way, "tcp dport 587 reject with tcp reset"),
  ...blocked(
    "prohibits",
    ["router", "provider", "firewall", "host"],
    "tcp dport 587 reject with icmpx type admin-prohibited",
  ),
  ...blocked(
    "answers host-unreachable",
    ["router", "provider", "firewall"],
    "tcp dport 587 reject with icmp type host-unreachable",
  ),
  ...blocked("answers net-unreachable", ["router", "provider"], "tcp dport 587 reject with icmp type net-unreachable"),
  ...blocked("answers host-prohibited", ["provider"], "tcp dport 587 reject with icmp type host-prohibited"),
  ...blocked("answers net-prohibited", ["firewall"], "tcp dport 587 reject with icmp type net-prohibited"),
  ...blocked(
    "answers protocol-unreachable",
    ["provider", "firewall"],
    "tcp dport 587 reject with icmp type prot-unreachable",
  ),
  ...(["router", "provider", "firewall"] as const).map(
    (place): Situation => ({
      name: `${place}: drops before it routes`,
      rules: { [place]: ["prerouting: tcp dport 587 drop"] },
      args: v4,
      culprit: place,
    }),
  ),
  ...mute(way),
  ...blocked("drops", way, "tcp dport 587 drop", v6),
  ...blocked(
    "prohibits",
    ["router", "provider", "firewall", "host"],
    "tcp dport 587 reject with icmpx type admin-prohibited",
    v6,
  ),
  ...blocked(
    "rejects with port-unreachable",
    ["provider", "host"],
    "tcp dport 587 reject with icmpx type port-unreachable",
    v6,
  ),
  ...blocked("resets", ["router", "firewall"], "tcp dport 587 reject with tcp reset", v6),
  ...blocked("answers no-route", ["provider"], "tcp dport 587 reject with icmpv6 type no-route", v6),
  ...mute(["provider", "host"], v6),
  {
    name: "provider: drops IPv6 alone",
    rules: at("provider", "meta nfproto ipv6 tcp dport 587 drop"),
    args: both,
    culprit: "provider",
  },
  {
    name: "provider: drops IPv4 alone",
    rules: at("provider", "meta nfproto ipv4 tcp dport 587 drop"),
    args: both,
    culprit: "provider",
  },
  {
    name: "router drops IPv4, host resets IPv6",
    rules: {
      ...at("router", "meta nfproto ipv4 tcp dport 587 drop"),
      ...at("host", "meta nfproto ipv6 tcp dport 587 reject with tcp reset"),
    },
    args: both,
    culprit: "router",
  },
  {
    name: "client: no route for IPv6",
    routes: { client: ["unreachable 2001:db8:c::25/128"] },
    args: both,
    culprit: "client",
  },
  { name: "client: route prohibits", routes: { client: ["prohibit 192.0.2.25/32"] }, args: v4, culprit: "client" },
  { name: "client: route to nowhere", routes: { client: ["blackhole 192.0.2.25/32"] }, args: v4, culprit: "client" },
  {
    name: "provider: route prohibits",
    routes: { provider: ["prohibit 192.0.2.25/32"] },
    args: v4,
    culprit: "provider",
  },
  {
    name: "provider: no route to the server",
    routes: { provider: ["unreachable 192.0.2.25/32"] },
    args: v4 + control,
    culprit: "provider",
  },
  {
    name: "firewall: route to nowhere",
    routes: { firewall: ["blackhole 192.0.2.25/32"] },
    args: v4 + control,
    culprit: "firewall",
  },
  // Blocks as providers have them: a port for every destination.
  ...blocked("drops, and a control fails alike", ["router", "provider"], "tcp dport 587 drop", v4 + control),
  ...blocked("drops, and two controls fail alike", ["provider"], "tcp dport 587 drop", v4 + controls),
  ...blocked("resets, and two controls fail alike", ["provider"], "tcp dport 587 reject with tcp reset", v4 + controls),
  ...blocked("drops, and the controls answer", ["firewall", "host"], "tcp dport 587 drop", v4 + controls),
  ...blocked(
    "resets, and the controls answer",
    ["firewall", "host"],
    "tcp dport 587 reject with tcp reset",
    v4 + controls,
  ),
  ...mute(["router", "provider", "host"], v4 + control),
  {
    name: "provider: drops port 25 as many do",
    rules: at("provider", "tcp dport 25 drop"),
    args: `${v4.replace("587", "25")}${controls}`,
    culprit: "provider",
  },
  {
    name: "provider: drops all mail ports, as some clouds do",
    rules: at("provider", "tcp dport { 25, 465, 587 } drop"),
    args: `mail.example.test --timeout 1.2${controls}`,
    culprit: "provider",
  },
  {
    name: "provider: lets web traffic out and rejects the rest",
    rules: {
      provider: [
        "forward: ct state established accept",
        "forward: tcp dport != { 80, 443 } reject with icmpx type admin-prohibited",
      ],
    },
    args: `mail.example.test --timeout 1.2${controls}`,
    culprit: "provider",
  },
  {
    name: "firewall: admits everyone but this client",
    rules: at("firewall", "ip saddr 192.168.1.0/24 tcp dport 587 drop"),
    args: v4 + control,
    culprit: "firewall",
  },
  {
    name: "firewall: drops everything",
    rules: at("firewall", "ip daddr 192.0.2.25 drop"),
    args: v4 + controls,
    culprit: "firewall",
  },
  {
    name: "host: drops everything",
    rules: { host: ["input: meta l4proto tcp drop"] },
    args: v4 + controls,
    culprit: "host",
  },
  {
    name: "client: lets nothing out but the web",
    rules: at("client", "tcp dport != { 80, 443 } drop"),
    args: v4 + controls,
    culprit: "client",
  },
  // The server.
  {
    name: "host: no listener",
    listen: { host: { 465: { kind: "smtps" }, 443: { kind: "silent" } } },
    args: v4,
    culprit: "host",
  },
  { name: "host: no listener at all", listen: { host: {} }, args: v4, culprit: "host" },
  { name: "host: no listener, IPv6", listen: { host: { 443: { kind: "silent" } } }, args: v6, culprit: "host" },
  { name: "host: accepts and stays silent", listen: host(587, { kind: "silent" }), args: v4, culprit: "host" },
  {
    name: "host: a load balancer without targets closes",
    listen: host(587, { kind: "closing" }),
    args: v4 + control,
    culprit: "host",
  },
  {
    name: "host: a load balancer without targets resets",
    listen: host(587, { kind: "resetting" }),
    args: v4 + control,
    culprit: "host",
  },
  { name: "host: tarpit", listen: host(587, { kind: "tarpit" }), args: v4 + control, culprit: "host" },
  {
    name: "host: greets late",
    listen: host(587, { kind: "smtp", delay: 6000 }),
    args: `${v4.replace("1.2", "9")} --inventory`,
    culprit: undefined,
  },
  {
    name: "host: 421 to this client",
    listen: host(587, { kind: "saying", text: "421 4.7.0 too many connections\r\n" }),
    args: v4 + control,
    culprit: "host",
  },
  {
    name: "host: 554 to this client",
    listen: host(587, { kind: "saying", text: "554 5.7.1 blocked using a list\r\n" }),
    args: v4 + control,
    culprit: "host",
  },
  {
    name: "host: SSH on the port",
    listen: host(587, { kind: "saying", text: "SSH-2.0-OpenSSH_9.2\r\n" }),
    args: v4,
    culprit: "host",
  },
  {
    name: "host: resets the TLS handshake",
    listen: host(587, { kind: "smtp", resetsTls: true }),
    args: v4 + control,
    culprit: "host",
  },
  {
    name: "host: no STARTTLS",
    listen: host(587, { kind: "smtp", keywords: ["PIPELINING"] }),
    args: v4 + control,
    culprit: "host",
  },
  {
    name: "host: a certificate that nobody trusts",
    listen: host(587, { kind: "smtp", pair: "foreign" }),
    args: v4 + control,
    culprit: "host",
  },
  // Devices that take the connection.
  { name: "router: a proxy that says nothing", ...proxy("router", { kind: "silent" }) },
  { name: "provider: a proxy that closes", ...proxy("provider", { kind: "closing" }) },
  {
    name: "provider: a proxy that strips STARTTLS",
    ...proxy("provider", { kind: "relay", to: "192.0.2.25", replace: ["250 STARTTLS", "250 8BITMIME"] }),
  },
  {
    name: "provider: a proxy that masks STARTTLS, of all servers",
    ...proxy("provider", { kind: "relay", to: "192.0.2.25", replace: ["STARTTLS", "XXXXXXXA"] }, v4 + control),
  },
  {
    name: "firewall: an inspection that masks STARTTLS",
    ...proxy("firewall", { kind: "relay", to: "192.0.2.25", replace: ["STARTTLS", "XXXXXXXA"] }, v4 + control),
  },
  {
    name: "provider: intercepts TLS with its own certificate",
    ...proxy("provider", { kind: "smtp", pair: "foreign" }, v4 + controls),
  },
  { name: "router: intercepts TLS with its own certificate", ...proxy("router", { kind: "smtp", pair: "foreign" }) },
  // What comes and goes.
  ...(["provider", "host"] as const).map(
    (place): Situation => ({
      name: `${place}: loses the first two SYNs`,
      rules: at(place, "tcp dport 587 tcp flags & (syn | ack) == syn numgen inc mod 1000 < 2 drop"),
      args: v4,
      culprit: place,
    }),
  ),
  ...bare([
    {
      name: "firewall: loses three of four SYNs",
      rules: at("firewall", "tcp dport 587 tcp flags & (syn | ack) == syn numgen inc mod 4 < 3 drop"),
      args: v4,
      culprit: "firewall",
    },
    {
      name: "firewall: rejects the first SYN of three",
      rules: at("firewall", "tcp dport 587 tcp flags & (syn | ack) == syn numgen inc mod 3 < 1 reject with tcp reset"),
      args: v4,
      culprit: "firewall",
    },
  ]),
  {
    name: "firewall: at most two connections in a time",
    rules: at("firewall", "tcp dport 587 ct state new limit rate over 2/minute burst 2 packets drop"),
    args: v4,
    culprit: "firewall",
  },
  // A long way behind the one who answers.
  ...farAway("router", "firewall"),
  ...bare([
    ...farAway("router", "provider", "firewall"),
    {
      name: "router: a proxy that closes, and the server is far away",
      ...proxy("router", { kind: "closing" }),
      slowMs: 40,
    },
    {
      name: "provider: intercepts TLS with its own certificate, and the server is far away",
      ...proxy("provider", { kind: "smtp", pair: "foreign" }),
      slowMs: 40,
    },
  ]),
  // The same without nc, socat, tracepath, traceroute and nft.
  ...bare(blocked("drops", ["client", "provider", "host"], "tcp dport 587 drop")),
  ...bare(blocked("resets", ["router", "host"], "tcp dport 587 reject with tcp reset")),
  ...bare(blocked("prohibits", ["firewall"], "tcp dport 587 reject with icmpx type admin-prohibited")),
  ...bare(blocked("drops, and two controls fail alike", ["client", "provider"], "tcp dport 587 drop", v4 + controls)),
  ...bare(blocked("drops, and the controls answer", ["firewall"], "tcp dport 587 drop", v4 + controls)),
  ...bare([
    {
      name: "provider: intercepts TLS of all servers",
      ...proxy("provider", { kind: "smtp", pair: "foreign" }, v4 + controls),
    },
    {
      name: "provider: takes STARTTLS from all servers",
      ...proxy(
        "provider",
        { kind: "relay", to: "192.0.2.25", replace: ["250 STARTTLS", "250 8BITMIME"] },
        v4 + controls,
      ),
    },
    {
      name: "provider: a proxy that closes, before all servers",
      ...proxy("provider", { kind: "closing" }, v4 + control),
    },
  ]),
];
