import { AddressSet, type Family } from "../../model/addresses.js";
import { PortSet } from "../../model/ports.js";
import { familySets } from "./box.js";
import type { Option } from "./iptables-words.js";
import type { Verdict } from "./ruleset.js";
import {
  address,
  addressType,
  always,
  destinationPort,
  flagBits,
  flags,
  inDoubt,
  interfaceName,
  never,
  others,
  sourcePort,
  state,
  type Test,
  tcpOnly,
} from "./tests.js";
import { addressesOf, blocksIn, portsOf, protocolKind } from "./values.js";

/** Modules whose options are read below; `tcp` and `comment` narrow nothing by themselves. */
const readModules = ["tcp", "comment", "multiport", "state", "conntrack", "iprange", "addrtype"];
/** Modules of other protocols, which no TCP packet matches. */
const foreignModules = ["udp", "icmp", "icmp6", "sctp", "dccp", "udplite", "esp", "ah"];

/** iptables-extensions(8): targets after which the next rule is tried. */
const passing = new Set([
  ...[
    "LOG",
    "NFLOG",
    "ULOG",
    "MARK",
    "CONNMARK",
    "SECMARK",
    "CONNSECMARK",
    "CLASSIFY",
    "TCPMSS",
    "TCPOPTSTRIP",
    "DSCP",
  ],
  ...["TOS", "TTL", "HL", "ECN", "SET", "TRACE", "CHECKSUM", "RATEEST", "IDLETIMER", "LED", "AUDIT", "HMARK", "TEE"],
]);
const plain = new Map<string, Verdict>(
  Object.entries({
    ACCEPT: { kind: "accept" },
    DROP: { kind: "drop" },
    REJECT: { kind: "reject" },
    RETURN: { kind: "return" },
    NOTRACK: { kind: "notrack" },
    // Translate the source after the filters have seen it.
    SNAT: { kind: "accept" },
    MASQUERADE: { kind: "accept" },
  }),
);

/** What a rule does. `isChain` tells the names of the table's own chains. */
export function verdictOf(options: readonly Option[], isChain: (name: string) => boolean): Verdict {
  const jump = options.find(({ name }) => name === "-j" || name === "-g");
  const target = jump?.values[0];
  if (!jump) return { kind: "continue" };
  if (target === undefined) throw new RangeError(`${jump.name} needs a target`);
  if (jump.name === "-g" || isChain(target)) {
    if (!isChain(target)) throw new RangeError(`there is no chain ${target} in this table`);
    return { kind: jump.name === "-g" ? "goto" : "jump", chain: target };
  }
  if (target === "CT") return { kind: options.some(({ name }) => name === "--notrack") ? "notrack" : "continue" };
  if (passing.has(target)) return { kind: "continue" };
  return plain.get(target) ?? { kind: "unclear", what: `target ${target}` };
}

/** What a rule asks of packets: some lists of tests, of which any may hold, and never two at once. */
export function testsOf(options: readonly Option[], family: Family): Test[][] {
  const modules = options.filter(({ name }) => name === "-m").flatMap(({ values }) => values.slice(0, 1));
  const unread = modules.filter((name) => !readModules.includes(name));
  const strange = unread.map((name) => (foreignModules.includes(name) ? never : inDoubt(`match module ${name}`)));
  const afterTarget = options.findIndex(({ name }) => name === "-j" || name === "-g");
  let lists: Test[][] = [strange];
  for (const [i, option] of options.entries()) {
    if (idle.has(option.name)) continue;
    const found = testOf(option, family, modules);
    const owned = unread.length > 0 || (afterTarget >= 0 && i > afterTarget);
    const alternatives = found ?? (owned ? [[]] : [[inDoubt(`option ${option.name}`)]]);
    if (!Array.isArray(alternatives)) for (const list of lists) list.push(alternatives);
    else lists = lists.flatMap((list) => alternatives.map((tests) => [...list, ...tests]));
  }
  return lists;
}

/** Options that ask nothing of packets. */
const idle = new Set(["-m", "-j", "-g", "--comment"]);

/** Lists of tests as `testsOf` yields them, or the one test there is. Undefined for an option that is not known. */
function testOf(
  { name, negated, values }: Option,
  family: Family,
  modules: readonly string[],
): Test | Test[][] | undefined {
  const [first = "", second = ""] = values;
  switch (name) {
    case "-p":
      return protocol(first, negated);
    case "-s":
    case "-d":
      return endpoint(name, first, negated, family);
    case "-i":
    case "-o":
      return interfaceName(name === "-i" ? "in" : "out", [first], negated, "never equal");
    case "-f":
      return negated ? always : never;
    case "-4":
      return family === "ipv4" ? always : never;
    case "-6":
      return family === "ipv6" ? always : never;
    case "--dport":
    case "--dports":
      return portTest(name, first, negated, destinationPort);
    case "--sport":
    case "--sports":
      return portTest(name, first, negated, sourcePort);
    case "--ports":
      return eitherPort(first, negated);
    case "--syn":
      return tcpFlags("FIN,SYN,RST,ACK", "SYN", negated);
    case "--tcp-flags":
      return tcpFlags(first, second, negated);
    case "--state":
    case "--ctstate":
      return state(first.toLowerCase().split(","), negated);
    case "--src-range":
    case "--dst-range":
      return range(name, first, negated, family);
    case "--src-type":
    case "--dst-type":
      return addressType(name === "--src-type" ? "source" : "destination", first.split(","), negated);
    case "--tcp-option":
      return inDoubt("option --tcp-option");
    default:
      if (modules.includes("conntrack") && name.startsWith("--ct")) return inDoubt(`conntrack ${name}`);
      if (modules.includes("addrtype") && name.startsWith("--limit-iface")) return inDoubt(`addrtype ${name}`);
      return undefined;
  }
}

function portTest(name: string, text: string, negated: boolean, make: (ports: PortSet) => Test): Test {
  const set = portsOf(text);
  // Seen with iptables-nft 1.8.9: it loads this as no match on ports at all; iptables-legacy matches nothing.
  if (negated && set?.equals(PortSet.all)) return inDoubt(`the negated ${name} of all ports`);
  return set === undefined ? inDoubt(`the port of service ${text}`) : make(negated ? others(set) : set);
}

function protocol(name: string, negated: boolean): Test {
  const all = ["all", "any", "0", "ip"].includes(name.toLowerCase());
  if (all) return negated ? never : always;
  const kind = protocolKind(name);
  if (kind === "unnamed") return inDoubt(`the protocol ${name}`);
  const tcp = kind === "tcp";
  return tcp !== negated ? (negated ? always : tcpOnly) : never;
}

function endpoint(name: "-s" | "-d", text: string, negated: boolean, family: Family): Test {
  const set = addressesOf(text);
  const end = name === "-s" ? "source" : "destination";
  if (set === undefined) return inDoubt(`the addresses of ${text}`);
  if (!familySets[family].contains(set)) throw new RangeError(`"${text}" is no ${family} address`);
  const meant = negated ? familySets[family].subtract(set) : set;
  return address(end, meant, familySets[family], blocksIn(text.split(",")));
}

function range(name: string, text: string, negated: boolean, family: Family): Test {
  const [low = "", high = low] = text.split("-");
  const set = AddressSet.range(low, high);
  const end = name === "--src-range" ? "source" : "destination";
  return address(end, negated ? familySets[family].subtract(set) : set, familySets[family]);
}

/** `--ports`: the client's or the server's port; split so that the parts are disjoint. */
function eitherPort(text: string, negated: boolean): Test[][] {
  const set = portsOf(text);
  if (set === undefined) return [[inDoubt(`the ports of services ${text}`)]];
  const rest = others(set);
  return negated
    ? [[destinationPort(rest), sourcePort(rest)]]
    : [[destinationPort(set)], [destinationPort(rest), sourcePort(set)]];
}

function tcpFlags(mask: string, wanted: string, negated: boolean): Test {
  const looked = bits(mask);
  const set = bits(wanted);
  return flags((byte) => ((byte & looked) === set) !== negated);
}

function bits(names: string): number {
  const known: Readonly<Record<string, number>> = { all: 63, none: 0, ...flagBits };
  return names.split(",").reduce((all, name) => {
    const bit = Object.hasOwn(known, name.toLowerCase()) ? known[name.toLowerCase()] : undefined;
    if (bit === undefined) throw new RangeError(`"${name}" is no TCP flag`);
    return all | bit;
  }, 0);
}
