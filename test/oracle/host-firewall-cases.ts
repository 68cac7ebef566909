import fc from "fast-check";

/** Clients outside, in and out of the blocks that the rules name. */
export const clients = [
  "8.8.8.8",
  "192.0.2.7",
  "10.1.2.3",
  "203.0.113.200",
  "2001:4860:4860::8888",
  "2001:db8::7",
  "fd00::5",
];
export const ports = [25, 465, 587, 2525];
/** Client ports, one from each part that the rules tell apart; a case adds its own small number. */
export const clientPorts = [10_000, 25_000, 50_000];

export type Family = "ipv4" | "ipv6";

/** A rule set, and whether something in it is unclear to a reader who has no more than the rules. */
export interface Case {
  readonly iptables?: Readonly<Record<Family, string>>;
  readonly nft?: string;
  readonly unclear: boolean;
}

interface Part {
  readonly text: string;
  readonly unclear?: boolean;
}

const cidrs = {
  ipv4: [
    "0.0.0.0/0",
    "0.0.0.0/1",
    "192.0.2.0/24",
    "10.0.0.0/8",
    "203.0.113.128/25",
    "8.8.8.8/32",
    "8.8.0.0/255.255.0.0",
  ],
  ipv6: ["::/0", "2000::/3", "2001:db8::/32", "fd00::/8", "::/1", "2001:4860:4860::8888/128"],
};
const own = { ipv4: "10.255.0.1", ipv6: "fd00:ffff::1" };
const ranges = ["587", "25", "465:587", "500:600", ":1024", "2525", "0:65535", "1:24"];
const lists = ["25,587", "465,587,2525", "25,400:600", "80,443"];
const sources = ["1024:19999", "20000:39999", "40000:65535", "20000:", ":1023"];

const plain = (...texts: string[]) => fc.constantFrom(...texts).map((text): Part => ({ text }));
const doubtful = (...texts: string[]) => fc.constantFrom(...texts).map((text): Part => ({ text, unclear: true }));
const not = fc.constantFrom("", "", "! ");

/** Matches of an iptables rule; `tcp` first, as the port matches need it. */
function iptablesMatch(family: Family, side: "in" | "out"): fc.Arbitrary<Part> {
  const peer = side === "in" ? "-s" : "-d";
  const mine = side === "in" ? "-d" : "-s";
  const near = side === "in" ? "-i" : "-o";
  const remote = fc
    .tuple(not, fc.constantFrom(...cidrs[family]))
    .map(([no, cidr]): Part => ({ text: `${cidr.endsWith("/0") ? "" : no}${peer} ${cidr}` }));
  const dport = fc.tuple(not, fc.constantFrom(...ranges)).map(
    ([no, range]): Part => ({
      text: `-p tcp -m tcp ${no}--dport ${range}`,
      unclear: no !== "" && range === "0:65535",
    }),
  );
  const multi = fc
    .tuple(not, fc.constantFrom(...lists), fc.constantFrom("--dports", "--dports", "--ports"))
    .map(([no, list, which]): Part => ({ text: `-p tcp -m multiport ${no}${which} ${list}` }));
  const sport = fc
    .tuple(not, fc.constantFrom(...sources))
    .map(([no, range]): Part => ({ text: `-p tcp -m tcp ${no}--sport ${range}` }));
  const states = fc
    .tuple(
      not,
      fc.constantFrom("-m state", "-m conntrack"),
      fc.constantFrom("NEW", "ESTABLISHED", "RELATED,ESTABLISHED", "NEW,ESTABLISHED", "INVALID", "NEW,UNTRACKED"),
    )
    .map(
      ([no, module, list]): Part => ({
        text: `${module} ${no}${module === "-m state" ? "--state" : "--ctstate"} ${list}`,
      }),
    );
  const flags = plain(
    "-p tcp --syn",
    "-p tcp ! --syn",
    "-p tcp --tcp-flags SYN,ACK SYN",
    "-p tcp --tcp-flags ALL NONE",
    "-p tcp ! --tcp-flags SYN,RST SYN",
  );
  const rangeModule = family === "ipv4" ? "8.8.8.0-10.255.255.255" : "2001:db8::-2001:db8::ffff";
  const word = side === "in" ? "--src-range" : "--dst-range";
  return fc.oneof(
    { weight: 5, arbitrary: remote },
    { weight: 6, arbitrary: dport },
    { weight: 3, arbitrary: multi },
    { weight: 2, arbitrary: sport },
    { weight: 3, arbitrary: states },
    { weight: 2, arbitrary: flags },
    { weight: 2, arbitrary: plain("-p tcp", "-p udp", "! -p udp", "-p all", "! -p tcp") },
    { weight: 2, arbitrary: plain(`${near} lo`, `! ${near} lo`, `-m comment --comment "a -j DROP \\"b"`, "") },
    { weight: 1, arbitrary: plain(`-m iprange ${word} ${rangeModule}`, `-m iprange ! ${word} ${rangeModule}`) },
    {
      weight: 1,
      arbitrary: side === "in" ? plain("-m addrtype --dst-type LOCAL", "-m addrtype ! --dst-type LOCAL") : plain(""),
    },
    {
      weight: 1,
      arbitrary: doubtful(
        ...[
          "-m limit --limit 100/sec",
          "-m recent --name r --rcheck",
          "-m mark --mark 0x1",
          "-m length --length 40:60",
        ],
        ...[`${near} outer0`, `! ${near} outer0`, `${near} eth7`, `${mine} ${own[family]}`, `! ${mine} ${own[family]}`],
      ),
    },
  );
}

const pick = fc.constantFrom;

/** A few matches that can stand together: no option twice. */
function matches(family: Family, side: "in" | "out"): fc.Arbitrary<Part> {
  return fc.array(iptablesMatch(family, side), { maxLength: 3 }).map((parts) => {
    const used = new Set<string>();
    const kept = parts.filter(({ text }) => {
      const options = [...text.replace(/"(?:[^"\\]|\\.)*"/g, "").matchAll(/(?:^|\s)(--?[a-z-]+)/g)].map(
        ([, name]) => name ?? "",
      );
      const keys = options.map((name) => (/ports?$/.test(name) && text.includes("multiport") ? "multiport" : name));
      const clash = keys.some((key) => key !== "-m" && used.has(key));
      if (!clash) for (const key of keys) used.add(key);
      return !clash;
    });
    return { text: kept.map(({ text }) => text).join(" "), unclear: kept.some(({ unclear }) => unclear) };
  });
}

function verdict(family: Family, chains: readonly string[], user: boolean): fc.Arbitrary<string> {
  const icmp = family === "ipv4" ? "icmp-port-unreachable" : "icmp6-port-unreachable";
  const host = family === "ipv4" ? "icmp-host-prohibited" : "icmp6-adm-prohibited";
  const jumps = chains.flatMap((name) => [`-j ${name}`, `-j ${name}`, `-g ${name}`]);
  return pick(
    ...["-j ACCEPT", "-j ACCEPT", "-j ACCEPT", "-j DROP", "-j DROP", `-j REJECT --reject-with ${icmp}`],
    ...[`-j REJECT --reject-with ${host}`, "-j REJECT", "-j LOG --log-level 7", "", ...jumps],
    ...(user ? ["-j RETURN", "-j RETURN"] : ["-j RETURN"]),
  );
}

function rulesOf(
  family: Family,
  side: "in" | "out",
  chain: string,
  below: readonly string[],
  user: boolean,
): fc.Arbitrary<Part> {
  const rule = fc.tuple(matches(family, side), verdict(family, below, user)).map(
    ([{ text, unclear }, target]): Part => ({
      text: `-A ${chain} ${text} ${target}`.replace(/ +/g, " "),
      ...(unclear ? { unclear } : {}),
    }),
  );
  return fc.array(rule, { maxLength: user ? 4 : 6 }).map((rules) => ({
    text: rules.map(({ text }) => `${text}\n`).join(""),
    unclear: rules.some(({ unclear }) => unclear),
  }));
}

/** Mostly firewalls as people have them: answers pass. */
const settled = fc.boolean().map((yes) => (yes ? "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT" : undefined));

function iptablesFile(family: Family): fc.Arbitrary<Part> {
  const side = (hook: "INPUT" | "OUTPUT") => {
    const way = hook === "INPUT" ? "in" : "out";
    const names = [1, 2, 3].map((i) => `${way}${i}`);
    return fc
      .tuple(
        pick("ACCEPT", "DROP", way === "in" ? "DROP" : "ACCEPT", way === "in" ? "DROP" : "ACCEPT"),
        settled,
        rulesOf(family, way, hook, names, false),
        ...names.map((name, i) => rulesOf(family, way, name, names.slice(i + 1), true)),
      )
      .map(([policy, first, ...rules]) => ({
        chains: `:${hook} ${policy} [0:0]\n${names.map((name) => `:${name} - [0:0]\n`).join("")}`,
        rules: `${first ? `-A ${hook} ${first}\n` : ""}${rules.map(({ text }) => text).join("")}`,
        unclear: rules.some(({ unclear }) => unclear),
      }));
  };
  const early = fc.option(
    fc.tuple(pick("raw", "mangle"), matches(family, "in"), pick("-j DROP", "-j ACCEPT", "-j RETURN")),
    { nil: undefined, freq: 4 },
  );
  return fc.tuple(side("INPUT"), side("OUTPUT"), early).map(([input, output, before]) => {
    const table = before
      ? `*${before[0]}\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING ${before[1].text} ${before[2]}\nCOMMIT\n`
      : "";
    return {
      text: `${table}*filter\n${input.chains}${output.chains}${input.rules}${output.rules}COMMIT\n`.replace(/ +/g, " "),
      unclear: input.unclear || output.unclear || before?.[1].unclear === true,
    };
  });
}

export const iptablesCase: fc.Arbitrary<Case> = fc
  .tuple(iptablesFile("ipv4"), iptablesFile("ipv6"))
  .map(([ipv4, ipv6]) => ({
    iptables: { ipv4: ipv4.text, ipv6: ipv6.text },
    unclear: ipv4.unclear === true || ipv6.unclear === true,
  }));

const nftCidrs = {
  ipv4: [
    "0.0.0.0/1",
    "192.0.2.0/24",
    "10.0.0.0/8",
    "203.0.113.128/25",
    "8.8.8.8",
    "{ 8.8.8.8, 10.0.0.0/8 }",
    "8.8.8.0-10.255.255.255",
  ],
  ipv6: ["2000::/3", "2001:db8::/32", "fd00::/8", "::/1", "2001:4860:4860::8888", "{ fd00::5, 2001:db8::/32 }"],
};

function nftMatch(families: readonly Family[], side: "in" | "out"): fc.Arbitrary<Part> {
  const peer = side === "in" ? "saddr" : "daddr";
  const mine = side === "in" ? "daddr" : "saddr";
  const near = side === "in" ? "iifname" : "oifname";
  const prefix = (family: Family) => (family === "ipv4" ? "ip" : "ip6");
  const no = pick("", "", "!= ");
  const remote = fc.oneof(
    ...families.map((family) =>
      fc
        .tuple(no, pick(...nftCidrs[family]))
        .map(([not, set]): Part => ({ text: `${prefix(family)} ${peer} ${not}${set}` })),
    ),
  );
  const sets = fc.oneof(
    ...families.map((family) =>
      plain(`${prefix(family)} ${peer} @near_${family}`, `${prefix(family)} ${peer} != @near_${family}`),
    ),
  );
  const dports = fc
    .tuple(pick("tcp dport", "th dport"), no, pick("587", "25", "465-587", "{ 25, 587 }", "{ 25, 400-600 }", "@mail"))
    .map(
      ([key, not, set]): Part => ({ text: `${key === "th dport" ? "meta l4proto tcp th dport" : key} ${not}${set}` }),
    );
  const tuples = families.map(
    (family) =>
      `${prefix(family)} ${peer} . tcp dport { ${family === "ipv4" ? "8.8.8.8 . 587, 10.0.0.0/8 . 25-600" : "2001:db8::/32 . 587, fd00::5 . 25-600"} }`,
  );
  return fc.oneof(
    { weight: 5, arbitrary: remote },
    { weight: 2, arbitrary: sets },
    { weight: 7, arbitrary: dports },
    { weight: 1, arbitrary: plain("tcp dport < 587", "tcp dport >= 465", "tcp dport > 587", "tcp dport <= 25") },
    { weight: 2, arbitrary: plain("tcp sport 1024-19999", "tcp sport != 20000-39999", "tcp sport { 20000-65535 }") },
    {
      weight: 3,
      arbitrary: plain(
        "ct state new",
        "ct state established,related",
        "ct state { new, established }",
        "ct state != new",
        "ct state invalid",
      ),
    },
    {
      weight: 2,
      arbitrary: plain(
        "tcp flags syn / fin,syn,rst,ack",
        "tcp flags & (syn|ack) == syn",
        "tcp flags != syn",
        "tcp flags syn",
        "tcp flags & (fin|syn|rst|ack) != syn",
      ),
    },
    {
      weight: 2,
      arbitrary: plain("meta l4proto tcp", "meta l4proto udp", "meta l4proto { tcp, udp }", "meta l4proto != tcp"),
    },
    {
      weight: 2,
      arbitrary: plain(
        `${near} lo`,
        `${near} != lo`,
        `${near} { lo }`,
        ...(families.length > 1 ? ["meta nfproto ipv4", "meta nfproto ipv6"] : ["counter"]),
        "",
      ),
    },
    { weight: 1, arbitrary: plain(...tuples) },
    {
      weight: 1,
      arbitrary: doubtful(
        ...[
          "limit rate 100/second",
          "meta mark 0x1",
          "ip length 40-60",
          "ct count over 3",
          "ct original packets > 1",
          "ip dscp 0",
        ].slice(0, families.includes("ipv4") ? 6 : 2),
        ...[
          `${near} outer0`,
          `${near} != outer0`,
          ...families.map((family) => `${prefix(family)} ${mine} ${own[family]}`),
        ],
        ...families.map((family) => `${prefix(family)} ${peer} @moving_${family}`),
      ),
    },
  );
}

/** nft refuses a rule that names two protocols or families. */
function canStandWith(part: Part, first: Part | undefined): boolean {
  const words = [first?.text ?? "", part.text];
  const kinds = [/\bip6\b|ipv6/, /\bip\b|ipv4/, /l4proto/, /\btcp\b/].map((kind) =>
    words.map((text) => kind.test(text)),
  );
  const [six = [], four = [], protocol = [], tcp = []] = kinds;
  const families = (six[0] && four[1]) || (four[0] && six[1]);
  const protocols = (protocol[0] && (tcp[1] || protocol[1])) || (tcp[0] && protocol[1]);
  return !families && !protocols;
}

function nftChain(
  families: readonly Family[],
  side: "in" | "out",
  below: readonly string[],
  user: boolean,
): fc.Arbitrary<Part> {
  const jumps = below.flatMap((name) => [`jump ${name}`, `goto ${name}`]);
  const end = pick(
    ...[
      "accept",
      "accept",
      "accept",
      "drop",
      "drop",
      "reject",
      "meta l4proto tcp reject with tcp reset",
      "continue",
      "counter",
      "log",
    ],
    ...[...jumps, ...(user ? ["return", "return"] : ["return"])],
  );
  const targets = ["accept", "drop", "continue", "return", ...jumps];
  const map = fc
    .tuple(
      pick("tcp dport", "ct state", families.length > 1 ? "meta nfproto" : "tcp dport", "meta l4proto"),
      fc.array(pick(...targets), { minLength: 3, maxLength: 3 }),
    )
    .map(([key, [a, b, c]]): Part => {
      const elements: Record<string, string> = {
        "tcp dport": `25 : ${a}, 465-587 : ${b}, 2525 : ${c}`,
        "ct state": `new : ${a}, established : ${b}, invalid : ${c}`,
        "meta nfproto": `ipv4 : ${a}, ipv6 : ${b}`,
        "meta l4proto": `tcp : ${a}, udp : ${b}`,
      };
      return { text: `${key} vmap { ${elements[key]} }` };
    });
  const plainRule = fc
    .tuple(fc.array(nftMatch(families, side), { maxLength: 2 }), end)
    .map(([found, verdict]): Part => {
      const parts = found.filter((part, i) => i === 0 || canStandWith(part, found[0]));
      // nft 1.0.6 lists a rule with `meta nfproto` and a reset without the family, so that the listing means more.
      const tcpAlone = parts.some(({ text }) => /udp|!= tcp|nfproto/.test(text)) ? "reject" : verdict;
      const end = verdict.includes("tcp reset") ? tcpAlone : verdict;
      return {
        text: `${parts.map(({ text }) => text).join(" ")} ${end}`,
        unclear: parts.some(({ unclear }) => unclear),
      };
    });
  return fc
    .array(fc.oneof({ weight: 6, arbitrary: plainRule }, { weight: 1, arbitrary: map }), { maxLength: user ? 4 : 6 })
    .map((rules) => ({
      text: rules.map(({ text }) => `    ${text}\n`).join(""),
      unclear: rules.some(({ unclear }) => unclear),
    }));
}

const declared = {
  ipv4: "  set near_ipv4 { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.7 }; }\n  set moving_ipv4 { type ipv4_addr; flags dynamic,timeout; timeout 1h; elements = { 8.8.8.8 }; }\n",
  ipv6: "  set near_ipv6 { type ipv6_addr; flags interval; elements = { fd00::/8, 2001:db8::7 }; }\n  set moving_ipv6 { type ipv6_addr; flags dynamic,timeout; timeout 1h; elements = { 2001:db8::7 }; }\n",
};

function nftTable(kind: "inet" | "ip" | "ip6", name: string): fc.Arbitrary<Part> {
  const families: Family[] = kind === "inet" ? ["ipv4", "ipv6"] : [kind === "ip" ? "ipv4" : "ipv6"];
  const side = (hook: "input" | "output" | "prerouting", way: "in" | "out", priority: number) => {
    const names = [1, 2].map((i) => `${hook}${i}`);
    const policies = way === "in" ? pick("drop", "drop", "accept") : pick("accept", "accept", "accept", "drop");
    return fc
      .tuple(
        policies,
        fc.boolean(),
        nftChain(families, way, names, false),
        ...names.map((_, i) => nftChain(families, way, names.slice(i + 1), true)),
      )
      .map(([policy, passes, base, ...users]) => {
        const under = users
          .map(({ text }, i) => `  chain ${names[i]} {\n${text}  }\n`)
          .reverse()
          .join("");
        const first = passes ? "    ct state established,related accept\n" : "";
        return {
          text: `${under}  chain ${hook} {\n    type filter hook ${hook} priority ${priority}; policy ${policy};\n${first}${base.text}  }\n`,
          unclear: [base, ...users].some(({ unclear }) => unclear),
        };
      });
  };
  const priority = pick(-300, -10, 0, 10);
  return priority
    .chain(
      (level): fc.Arbitrary<Part[]> =>
        level === -300
          ? fc.tuple(side("prerouting", "in", level))
          : fc.tuple(side("input", "in", level), side("output", "out", level)),
    )
    .map((sides) => ({
      text: `table ${kind} ${name} {\n  set mail { type inet_service; flags interval; elements = { 25, 465-587 }; }\n${families.map((family) => declared[family]).join("")}${sides.map(({ text }) => text).join("")}}\n`,
      unclear: sides.some(({ unclear }) => unclear),
    }));
}

export const nftCase: fc.Arbitrary<Case> = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(nftTable("inet", "one")) },
    { weight: 1, arbitrary: fc.tuple(nftTable("inet", "one"), nftTable("inet", "two")) },
    { weight: 1, arbitrary: fc.tuple(nftTable("ip", "one"), nftTable("ip6", "one")) },
    { weight: 1, arbitrary: fc.tuple(nftTable("ip", "one"), nftTable("inet", "two")) },
  )
  .map((tables) => ({
    nft: tables.map(({ text }) => text).join(""),
    unclear: tables.some(({ unclear }) => unclear),
  }));
