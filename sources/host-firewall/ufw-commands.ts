import type { Family } from "../../model/addresses.js";
import { type Fragment, loadIptables } from "./iptables.js";
import type { BaseChain } from "./ruleset.js";
import type { Command } from "./shell.js";
import { applicationPorts } from "./ufw-applications.js";

type Policy = "ACCEPT" | "DROP" | "REJECT";

/** One `ufw allow …`: what it matches is its key, because a second one of the same match changes the first. */
interface UfwRule {
  readonly at: string;
  readonly chain: "INPUT" | "OUTPUT";
  readonly families: readonly Family[];
  /** iptables' words for what it matches, one list for each kind of port list. */
  readonly matches: readonly string[];
  readonly action: "allow" | "deny" | "reject" | "limit";
}

interface State {
  enabled: { readonly is: boolean; readonly at: string } | undefined;
  rules: UfwRule[];
  readonly policies: Record<"INPUT" | "OUTPUT", { value: Policy; at: string }>;
}

/** Commands of ufw that change no rule about this host's own traffic. */
const idle = ["status", "show", "logging", "reload", "version", "app", "route"];
const verdicts = { allow: "ACCEPT", deny: "DROP", reject: "REJECT", limit: "ACCEPT" } as const;

/**
 * What `ufw` commands make of a freshly installed ufw (ufw(8) of ufw 0.36), in their order; a string for the place of one
 * that is not read.
 * @throws InputError when iptables would refuse what they make.
 */
export function readUfwCommands(commands: readonly Command[]): BaseChain[] | string {
  const own = "ufw's own rules";
  const state: State = {
    enabled: undefined,
    rules: [],
    policies: { INPUT: { value: "DROP", at: own }, OUTPUT: { value: "ACCEPT", at: own } },
  };
  for (const { words, at } of commands) if (!obey(words, at, state)) return at;
  const [first] = commands;
  if (state.enabled === undefined) return first?.at ?? own;
  const { is, at } = state.enabled;
  return (["ipv4", "ipv6"] as const).flatMap((family) =>
    named(loadIptables(is ? fragmentsOf(state, family, own) : [{ path: at, at, text: table([]) }], family)),
  );
}

function obey([, ...words]: readonly string[], at: string, state: State): boolean {
  const plain = words.filter((word) => word !== "--force");
  const [verb = "", ...more] = plain[0] === "rule" ? plain.slice(1) : plain;
  if (idle.includes(verb)) return true;
  switch (verb) {
    case "enable":
    case "disable":
      state.enabled = { is: verb === "enable", at };
      return true;
    case "reset":
      state.rules = [];
      state.enabled = { is: false, at };
      return true;
    case "default":
      return setPolicy(more, at, state);
    case "delete":
      return change(more, at, (rule) => {
        state.rules = state.rules.filter((each) => keyOf(each) !== keyOf(rule) || each.action !== rule.action);
      });
    case "prepend":
      return change(more, at, (rule) => put(rule, state, true));
    case "insert":
      return more[0] === "1" && change(more.slice(1), at, (rule) => put(rule, state, true));
    default:
      return change([verb, ...more], at, (rule) => put(rule, state, false));
  }
}

/** A rule that is there already stays where it is, with its new action. */
function put(rule: UfwRule, state: State, first: boolean): void {
  const place = state.rules.findIndex((each) => keyOf(each) === keyOf(rule));
  if (place >= 0) state.rules[place] = rule;
  else if (first) state.rules.unshift(rule);
  else state.rules.push(rule);
}

function keyOf({ chain, families, matches }: UfwRule): string {
  return [chain, ...families, ...matches].join("\n");
}

function setPolicy([verb = "", way = "incoming"]: readonly string[], at: string, { policies }: State): boolean {
  const value = ({ allow: "ACCEPT", deny: "DROP", reject: "REJECT" } as const)[verb as "allow"];
  if (value === undefined) return false;
  if (/^(?:in|incoming)$/.test(way)) policies.INPUT = { value, at };
  else if (/^(?:out|outgoing)$/.test(way)) policies.OUTPUT = { value, at };
  else return /^(?:routed|forward)$/.test(way);
  return true;
}

function change(words: readonly string[], at: string, apply: (rule: UfwRule) => void): boolean {
  const rule = ruleOf(words, at);
  if (rule === undefined) return false;
  apply(rule);
  return true;
}

/** `allow 587/tcp`, `allow "Postfix Submission"`, `deny out proto tcp from any to 192.0.2.0/24 port 25,587`. */
function ruleOf([verb = "", ...rest]: readonly string[], at: string): UfwRule | undefined {
  if (!Object.hasOwn(verdicts, verb)) return undefined;
  const words = [...rest];
  const take = (...names: readonly string[]) => (names.includes(words[0] ?? "") ? words.shift() : undefined);
  const out = take("in", "out") === "out";
  const device = take("on") === undefined ? undefined : words.shift();
  take("log", "log-all");
  const comment = words.indexOf("comment");
  if (comment >= 0) words.splice(comment, 2);
  const found = words.length === 1 && words[0] !== "any" ? simple(words[0] as string) : full(words);
  if (found === undefined) return undefined;
  const families: readonly Family[] = found.family === undefined ? ["ipv4", "ipv6"] : [found.family];
  const through = device === undefined ? "" : `${out ? "-o" : "-i"} ${device} `;
  return {
    ...{ at, chain: out ? "OUTPUT" : "INPUT", families, action: verb as UfwRule["action"] },
    matches: found.matches.map((match) => `${through}${match}`.trim()),
  };
}

interface Match {
  readonly family?: Family;
  readonly matches: readonly string[];
}

/** A port, a service or an application, for everybody. */
function simple(word: string): Match | undefined {
  const application = applicationPorts(word);
  const parts = application ?? [word];
  const matches = parts.map((part) => {
    const [, ports, protocol] = /^([\w.+,:-]+?)(?:\/(tcp|udp))?$/.exec(part) ?? [];
    return ports === undefined ? undefined : portsMatch(ports, protocol, "d");
  });
  return matches.every((each) => each !== undefined) ? { matches } : undefined;
}

const sides = { from: ["-s", "s"], to: ["-d", "d"] } as const;

function full(words: readonly string[]): Match | undefined {
  const rest = [...words];
  const value = (name: string): string | undefined => {
    const place = rest.indexOf(name);
    return place < 0 ? undefined : rest.splice(place, 2)[1];
  };
  const protocol = value("proto");
  const texts: string[] = [];
  let family: Family | undefined;
  let side: keyof typeof sides | undefined;
  const ports: { side: "s" | "d"; text: string }[] = [];
  for (let i = 0; i < rest.length; i += 2) {
    const [word, argument] = [rest[i] as string, rest[i + 1]];
    if (argument === undefined) return undefined;
    if (word === "from" || word === "to") {
      side = word;
      if (argument === "any") continue;
      family = argument.includes(":") ? "ipv6" : "ipv4";
      texts.push(`${sides[word][0]} ${argument}`);
    } else if (word === "port" && side !== undefined) ports.push({ side: sides[side][1], text: argument });
    else return undefined;
  }
  const [first, ...others] = ports;
  if (side === undefined || (others.length > 0 && ports.some(({ text }) => /[,:]/.test(text)))) return undefined;
  const withPorts = first
    ? portsMatch(first.text, protocol, first.side)
    : protocol === undefined || protocol === "any"
      ? ""
      : `-p ${protocol}`;
  if (withPorts === undefined) return undefined;
  const more = others.map(({ side: each, text }) => `--${each}port ${text}`);
  return { ...(family === undefined ? {} : { family }), matches: [[...texts, withPorts, ...more].join(" ")] };
}

/** Rules without a protocol are for TCP and UDP; here TCP alone is of interest. */
function portsMatch(ports: string, protocol: string | undefined, side: "s" | "d"): string | undefined {
  if (protocol !== undefined && !/^(?:tcp|udp|any)$/.test(protocol)) return undefined;
  const name = protocol === "udp" ? "udp" : "tcp";
  return /[,]/.test(ports)
    ? `-p ${name} -m multiport --${side}ports ${ports}`
    : `-p ${name} -m ${name} --${side}port ${ports}`;
}

function fragmentsOf({ rules, policies }: State, family: Family, own: string): Fragment[] {
  const fragment = (at: string, ...lines: readonly string[]): Fragment => ({ path: at, at, text: table(lines) });
  const established = "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
  return [
    ...(["INPUT", "OUTPUT"] as const).map((chain) => {
      const { value, at } = policies[chain];
      return fragment(at, `:${chain} ${value === "ACCEPT" ? "ACCEPT" : "DROP"} [0:0]`);
    }),
    fragment(own, "-A INPUT -i lo -j ACCEPT", "-A OUTPUT -o lo -j ACCEPT"),
    fragment(own, ...["INPUT", "OUTPUT"].map((chain) => `-A ${chain} ${established}`)),
    fragment(own, "-A INPUT -m conntrack --ctstate INVALID -j DROP"),
    ...rules
      .filter(({ families }) => families.includes(family))
      .map(({ at, chain, matches, action }) => {
        const lines = matches.flatMap((match) => [
          ...(action === "limit"
            ? [`-A ${chain} ${match} -m recent --update --seconds 30 --hitcount 6 -j REJECT`]
            : []),
          `-A ${chain} ${match} -j ${verdicts[action]}`,
        ]);
        return fragment(at, ...lines);
      }),
    ...(["INPUT", "OUTPUT"] as const).flatMap((chain) => {
      const { value, at } = policies[chain];
      return value === "REJECT" ? [fragment(at, `-A ${chain} -j REJECT`)] : [];
    }),
  ];
}

function table(lines: readonly string[]): string {
  return ["*filter", ...lines, "COMMIT", ""].join("\n");
}

function named(bases: readonly BaseChain[]): BaseChain[] {
  return bases.map((base) => ({ ...base, layer: base.layer.replace(/^iptables (filter )?/, "ufw ") }));
}
