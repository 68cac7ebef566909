import { join } from "node:path";
import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { PortSet } from "../../model/ports.js";
import { familySets } from "./box.js";
import type { Files } from "./files.js";
import { addressesAt, isTcp, matchOf, portsAt, priorityOf } from "./firewalld-match.js";
import { richRules } from "./firewalld-rich.js";
import { type Settings, settingsOf } from "./firewalld-settings.js";
import type { BaseChain, Chain, Rule, Verdict } from "./ruleset.js";
import { address, destinationPort, inDoubt, interfaceName, state, type Test } from "./tests.js";
import { blocksIn } from "./values.js";
import { childrenNamed, type Element } from "./xml.js";

/** IPv4 addresses inside IPv6 ones that nobody routes (RFC 3964), as `RFC3964_IPv4=yes` refuses them. */
const embedded = AddressSet.of(
  ...["::/96", "::ffff:0:0/96", "2002::/24", "2002:a00::/24", "2002:7f00::/24", "2002:a9fe::/32", "2002:ac10::/28"],
  ...["2002:c0a8::/32", "2002:e000::/19"],
);

/** `/etc/firewalld`: the directory itself, or the one that holds it. */
export async function firewalldIn(root: string, files: Files): Promise<string | undefined> {
  for (const directory of [root, join(root, "firewalld")]) {
    if (await files.isFile(join(directory, "firewalld.conf"))) return directory;
    const zones = await files.filesIn(join(directory, "zones"));
    if (zones.some((path) => path.endsWith(".xml"))) return directory;
  }
  return undefined;
}

/**
 * The zones and policies of firewalld as it loads them (firewalld.zone(5), firewalld.policy(5)): peers by source, then by
 * interface, then the default zone; policies around each zone. Services that the directory does not define are those of
 * the package.
 * @throws InputError with `file:line`.
 */
export async function readFirewalld(directory: string, files: Files): Promise<BaseChain[]> {
  const settings = await settingsOf(directory, files);
  const chains = new Map<string, Chain>();
  const own = `${directory} (firewalld's own rules)`;
  const fixed = (tests: readonly Test[], kind: "accept" | "drop" | "reject"): Rule => ({
    at: own,
    tests,
    verdict: { kind },
  });
  const direct = await directRules(directory, files);
  const input = new Compiler(settings, "in", chains);
  const output = new Compiler(settings, "out", chains);
  const established = fixed([state(["established", "related"], false)], "accept");
  const coming: Chain = {
    name: "input",
    at: own,
    rules: [...direct, established, fixed([state(["invalid"], false)], "drop"), ...input.zones(), fixed([], "reject")],
  };
  const off = /^no$/i.test(settings.option("RFC3964_IPv4")?.value ?? "yes");
  const refused = [fixed([address("destination", embedded, familySets.ipv6)], "reject")];
  const going: Chain = {
    name: "output",
    at: own,
    rules: [...direct, established, ...(off ? [] : refused), ...output.policies()],
  };
  return [coming, going].map((chain) => ({
    chain,
    chains,
    layer: `firewalld ${chain.name}`,
    families: ["ipv4", "ipv6"],
    hook: chain.name === "input" ? "input" : "output",
    priority: 10,
    nat: false,
    policy: "accept",
  }));
}

/** Rules past firewalld's zones, in the syntax of iptables, are not read. */
async function directRules(directory: string, files: Files): Promise<Rule[]> {
  const path = join(directory, "direct.xml");
  const holds = /<(rule|passthrough)\b/.test((await files.readTextIfAny(path)) ?? "");
  return holds ? [{ at: path, tests: [], verdict: { kind: "unclear", what: `the direct rules of ${path}` } }] : [];
}

class Compiler {
  constructor(
    private readonly settings: Settings,
    private readonly side: "in" | "out",
    private readonly chains: Map<string, Chain>,
  ) {}

  /** Sends each packet that comes in to its zone. */
  zones(): Rule[] {
    const { zones, fallback } = this.settings;
    const to = (zone: Element, name: string, tests: readonly Test[], at = zone.at): Rule => ({
      at,
      tests,
      verdict: { kind: "goto", chain: this.zone(name, zone) },
    });
    const bound = zones.filter(([, zone]) => childrenNamed(zone, "source", "interface").length > 0);
    const sources = bound.flatMap(([name, zone]) =>
      childrenNamed(zone, "source").map((source) => to(zone, name, this.source(source), source.at)),
    );
    const interfaces = bound.flatMap(([name, zone]) =>
      childrenNamed(zone, "interface").map((each) => to(zone, name, [this.through(each)], each.at)),
    );
    return [...sources, ...interfaces, to(fallback.zone, fallback.name, [])];
  }

  /** What this host sends: policies alone decide. */
  policies(): Rule[] {
    const found = this.settings.policies.filter(([, policy]) => names(policy, "ingress-zone").includes("HOST"));
    return found.flatMap(([name, policy]) => {
      const chain = this.policy(name, policy);
      return this.towards(names(policy, "egress-zone")).map((tests) => ({
        at: policy.at,
        tests,
        verdict: { kind: "jump", chain },
      }));
    });
  }

  private towards(zones: readonly string[]): Test[][] {
    if (zones.includes("ANY")) return [[]];
    const { zones: all, fallback } = this.settings;
    return zones.flatMap((name): Test[][] => {
      const zone = all.find(([each]) => each === name)?.[1];
      const sources = zone ? childrenNamed(zone, "source").map((each) => this.source(each)) : [];
      const interfaces = zone ? childrenNamed(zone, "interface").map((each) => [this.through(each)]) : [];
      return [...sources, ...interfaces, ...(name === fallback.name ? [[inDoubt("the zone of the destination")]] : [])];
    });
  }

  private zone(name: string, zone: Element): string {
    const key = `zone ${name}`;
    if (this.chains.has(key)) return key;
    const chain: Chain = { name: key, at: zone.at, rules: [] };
    this.chains.set(key, chain);
    const around = this.settings.policies.filter(([, policy]) => {
      const from = names(policy, "ingress-zone");
      return names(policy, "egress-zone").includes("HOST") && (from.includes("ANY") || from.includes(name));
    });
    const jumps = (early: boolean) =>
      around
        .filter(([, policy]) => priorityOf(policy, -1) < 0 === early)
        .map(
          ([each, policy]): Rule => ({
            at: policy.at,
            tests: [],
            verdict: { kind: "jump", chain: this.policy(each, policy) },
          }),
        );
    // A zone may hold more rules than a call takes as arguments.
    for (const rule of [...jumps(true), ...this.rules(zone), ...jumps(false)]) chain.rules.push(rule);
    const target = zone.attributes.target ?? "default";
    chain.rules.push({ at: zone.at, tests: [], verdict: targetOf(target, zone) ?? { kind: "reject" } });
    return key;
  }

  private policy(name: string, policy: Element): string {
    const key = `policy ${name}`;
    if (this.chains.has(key)) return key;
    const chain: Chain = { name: key, at: policy.at, rules: this.rules(policy) };
    this.chains.set(key, chain);
    const verdict = targetOf(policy.attributes.target ?? "CONTINUE", policy);
    if (verdict) chain.rules.push({ at: policy.at, tests: [], verdict });
    return key;
  }

  /** In the order in which firewalld asks: early rich rules, what denies, what allows, late rich rules. */
  private rules(holder: Element): Rule[] {
    const rich = richRules(holder, this.settings, (name, at) => this.service(name, at));
    const ranked = (from: number, to: number) =>
      rich
        .filter(({ priority }) => priority >= from && priority <= to)
        .sort((a, b) => a.priority - b.priority)
        .map(({ rule }) => rule);
    const zero = ranked(0, 0);
    const denies = ({ verdict }: Rule) => verdict.kind === "drop" || verdict.kind === "reject";
    const open = holder.children.flatMap((each) =>
      this.admitting(each).map((tests): Rule => ({ at: each.at, tests, verdict: { kind: "accept" } })),
    );
    const forwards = childrenNamed(holder, "forward-port").map((each) => forwarded(each));
    return [
      ...forwards,
      ...ranked(-32768, -1),
      ...zero.filter(denies),
      ...open,
      ...zero.filter((rule) => !denies(rule)),
      ...ranked(1, 32767),
    ];
  }

  private admitting(element: Element): Test[][] {
    const { name, attributes, at } = element;
    if (name === "service") return this.service(attributes.name ?? "", at);
    return matchOf(element) ?? [];
  }

  private service(name: string, at: string, including: readonly string[] = []): Test[][] {
    const service = this.settings.service(name);
    if (!service) return [[inDoubt(`the ports of service ${name}`)]];
    if (including.includes(name)) return [];
    const own = service.children.flatMap((each) => matchOf(each) ?? []);
    const [destination] = childrenNamed(service, "destination");
    const ends = Object.entries(destination?.attributes ?? {}).map(([family, text]) => {
      const set = familySets[family === "ipv6" ? "ipv6" : "ipv4"];
      return address("destination", addressesAt(text, service.at), set);
    });
    const limited = destination ? own.flatMap((tests) => ends.map((end) => [...tests, end])) : own;
    const included = childrenNamed(service, "include").flatMap(({ attributes }) =>
      this.service(attributes.service ?? "", at, [...including, name]),
    );
    return [...limited, ...included];
  }

  /** The peers of a zone: who sends to us, or whom we send to. */
  private source({ attributes, at }: Element): Test[] {
    const end = this.side === "in" ? "source" : "destination";
    if (attributes.ipset !== undefined) return [this.settings.ipset(attributes.ipset, end, false, at)];
    if (attributes.address === undefined) return [inDoubt("the client's hardware address")];
    const set = addressesAt(attributes.address, at);
    const family = set.ipv4.length > 0 ? familySets.ipv4 : familySets.ipv6;
    return [address(end, set, family, blocksIn([attributes.address]))];
  }

  private through({ attributes }: Element): Test {
    return interfaceName(this.side, [(attributes.name ?? "").replace("+", "*")], false, "never equal");
  }
}

function forwarded({ attributes, at }: Element): Rule {
  const what = `the forwarding of port ${attributes.port ?? ""}`;
  const tests = isTcp(attributes.protocol ?? "", at)
    ? [destinationPort(portsAt(attributes.port ?? "", at))]
    : [destinationPort(PortSet.empty)];
  return { at, tests, verdict: { kind: "unclear", what } };
}

function targetOf(target: string, { at }: Element): Verdict | undefined {
  const kinds = { ACCEPT: "accept", DROP: "drop", REJECT: "reject", "%%REJECT%%": "reject" } as const;
  if (target === "CONTINUE" || target === "default") return undefined;
  if (!Object.hasOwn(kinds, target))
    throw new InputError(
      at,
      "a target that firewalld does not know",
      "Expected default, ACCEPT, DROP, %%REJECT%% or, of a policy, CONTINUE or REJECT.",
    );
  return { kind: kinds[target as keyof typeof kinds] };
}

function names(policy: Element, kind: "ingress-zone" | "egress-zone"): string[] {
  return childrenNamed(policy, kind).map(({ attributes }) => attributes.name ?? "");
}
