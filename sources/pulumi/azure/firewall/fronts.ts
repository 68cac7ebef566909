import { type AddressSet, outside as clientsOutside } from "../../../../model/addresses.js";
import { all, isUnknown } from "../../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface, PortMapping, Ways } from "../../../../model/network.js";
import { onceFor } from "../../../../model/once.js";
import {
  differenceOf,
  everybody,
  exactly,
  intersectionOf,
  type PartialSet,
  undecidedSet,
  unionOf,
} from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { portsApart, seenAs } from "../../../layers.js";
import { translated } from "../../../translation.js";
import { everyIpv4 } from "../addresses.js";
import type { Backend } from "../front-ends.js";
import type { Nic } from "../interfaces.js";
import { conditional, probesOf } from "../public-addresses.js";
import { byAddress, forPort, openIn, worldsOf } from "./cases.js";
import type { Firewall } from "./firewalls.js";
import { firewallLayerName, type Translation } from "./rule.js";
import { type TranslationReader, Translations } from "./translations.js";

/**
 * The public addresses of firewalls as subjects of their own, one for each machine that their DNAT rules lead to. The
 * machine's filters see an address of the firewall's subnet in place of the client's (documentation, "Azure Firewall
 * known issues and limitations", SNAT on inbound connections).
 */
export function firewallFronts(reader: TranslationReader, backends: readonly Backend[]): NetworkInterface[] {
  const { whole } = reader;
  const firewalls = [...new Set(whole.all.map(({ firewall }) => firewall))];
  return firewalls.flatMap((firewall) => {
    const rules = rulesOf(whole, firewall);
    const behind = backends.filter(({ named }) => rules.own.some((each) => each.leadsTo(named.nic) !== false));
    return behind.map((backend) => front(reader, firewall, rules, backend, behind.length === 1));
  });
}

/** The layers of a machine, and those by all that is not known of the DNAT rules which lead to it. */
export function behindTranslations(
  reader: TranslationReader,
  nic: Nic,
  waysOf: (translations: Translations) => Ways,
): Ways & Pick<NetworkInterface, "exact"> {
  const { whole } = reader;
  const ways = waysOf(whole);
  const firewalls = new Set(whole.to(nic).map(({ firewall }) => firewall));
  const inputs = openIn(
    whole.all.filter(({ firewall }) => firewalls.has(firewall)),
    nic,
  );
  if (inputs.length === 0) return ways;
  const cases = onceFor((port: number) =>
    worldsOf(reader.orders(firewalls), nic, [port, noPort]).map((all) => [waysOf(new Translations(all, whole.doubts))]),
  );
  return { ...ways, exact: { inputs, cases } };
}

/** A port behind that is another one than whatever is asked for. */
const noPort = 0;

/** The filters of a machine, where clients of the internet come to it through a firewall alone; else in doubt. */
export function behindFirewalls(
  filters: readonly Layer[],
  through: readonly Translation[],
  outside: PartialSet,
  alone: boolean,
): Layer[] {
  const clients = intersectionOf(outside, exactly(everyIpv4));
  const seen = unionOf(...through.map(({ firewall }) => firewall.addresses));
  const at = through[0]?.at ?? "";
  return filters.map(portsApart).map((layer) => {
    if (!alone) return { ...layer, rules: [...inDoubt(at, clients), ...layer.rules] };
    const behind = seenAs(layer, seen, at);
    const rules = layer.rules.map((rule, i): FilterRule => {
      const theirs = intersectionOf(behind.rules[i]?.peers ?? exactly(everyIpv4), clients);
      return { ...rule, peers: unionOf(differenceOf(rule.peers, clients), theirs) };
    });
    return { ...layer, rules };
  });
}

/** What the filter sees of a client is not known. */
function inDoubt(at: string, clients: PartialSet): FilterRule[] {
  const says = "what is seen here of clients that come through a firewall is not known";
  return (["deny", "allow"] as const).map((action) => ({
    ...{ id: `${at} (seen as the firewall)`, action, protocol: "tcp", ports: PortSet.all },
    peers: undecidedSet([at], clients.possible),
    evidence: { kind: "code", at, says },
  }));
}

/** Ports that are followed one by one where others stand behind them. */
const mostPorts = 2000;

/** The DNAT rules of a firewall. */
interface Rules {
  readonly translations: Translations;
  readonly own: readonly Translation[];
  /** Of each rule, what it says where it leads to others. */
  readonly elsewhere: ReadonlyMap<Translation, FilterRule[]>;
}

function rulesOf(translations: Translations, firewall: Firewall): Rules {
  const own = translations.all.filter((each) => each.firewall === firewall && each.stands !== false);
  const elsewhere = new Map(
    own.map((each) => [each, conditional(ruleOf("deny", each, "sends it to another address"), each.stands)]),
  );
  return { translations, own, elsewhere };
}

function ruleOf(action: "allow" | "deny", each: Translation, says: string): FilterRule {
  return {
    ...{ id: each.at, action, protocol: "tcp", ports: each.listen },
    peers: intersectionOf(each.from, exactly(clientsOutside.intersect(everyIpv4))),
    evidence: { kind: "code", at: each.at, says },
  };
}

function front(
  reader: TranslationReader,
  firewall: Firewall,
  rules: Rules,
  backend: Backend,
  alone: boolean,
): NetworkInterface {
  const { urn, name } = firewall.resource;
  const { named, filters } = backend;
  const { nic } = named;
  const cases = onceFor((port: number) => {
    const orders = reader.orders(new Set([firewall])).map((all) => forPort(all, port));
    const worlds = worldsOf(orders, nic, kindsOf(filters), port);
    return worlds.map((world) =>
      byAddress(world).map((all) => waysOf(firewall, rulesOf(new Translations(all, []), firewall), backend)),
    );
  });
  return {
    id: alone ? urn : `${urn} -> ${named.id}`,
    name: alone ? name : `${name} -> ${named.name}`,
    kind: "load balancer",
    origin: "planned",
    evidence: { kind: "code", at: urn, says: `firewall ${name}, in front of ${named.name}` },
    ...waysOf(firewall, rules, backend),
    exact: { inputs: openIn(rules.own, nic), cases },
  };
}

/** One port of each kind that the filters tell apart. */
function kindsOf(filters: readonly Layer[]): number[] {
  const sets = filters.flatMap(({ rules }) => rules.flatMap(({ ports }) => (isUnknown(ports) ? [] : [ports])));
  const starts = sets.flatMap(({ ranges }) => ranges.flatMap(([low, high]) => [low, high + 1]));
  const kinds = new Map<string, number>();
  for (const port of [1, ...starts].filter((each) => each > 0 && each < 65536)) {
    const kind = sets.map((set) => Number(set.has(port))).join("");
    if (!kinds.has(kind)) kinds.set(kind, port);
  }
  return [...kinds.values()];
}

function waysOf(firewall: Firewall, { translations, own, elsewhere }: Rules, { named, filters }: Backend): Ways {
  const { resource, addresses } = firewall;
  const { urn } = resource;
  const leading = translations.to(named.nic).filter((each) => each.firewall === firewall);
  const evidence = (at: string, says: string) => ({ kind: "code", at, says }) as const;
  const rules = [
    ...leading.flatMap((each) =>
      conditional(
        ruleOf("allow", each, `sends it on to ${target(each)} of ${named.name}`),
        all(each.stands, each.leadsTo(named.nic)),
      ),
    ),
    // What stands before a rule is taken off its clients already: these say who has the others.
    ...own.flatMap((each) => (each.leadsTo(named.nic) === false ? (elsewhere.get(each) ?? []) : [])),
  ];
  const listeners: Layer = {
    name: firewallLayerName,
    combine: "first-match",
    rules: [probesOf(urn), ...rules],
    otherwise: { action: "deny", evidence: evidence(urn, "no DNAT rule for this port and client") },
    incomplete: [],
  };
  const says = "a firewall opens no connections of its own";
  return {
    ingress: [listeners, ...filters.map((layer) => through(seenAs(portsApart(layer), addresses, urn), leading))],
    egress: [
      {
        ...{ name: firewallLayerName, combine: "first-match", rules: [], incomplete: [] },
        otherwise: { action: "deny", evidence: { kind: "default", at: urn, says } },
      },
    ],
  };
}

function target({ target: port }: Translation): string {
  return port === undefined ? "the same port" : `port ${isUnknown(port) ? "unknown" : port}`;
}

/** The machine's filters at the ports behind. */
function through(layer: Layer, leading: readonly Translation[]): Layer {
  if (leading.every((each) => each.target === undefined)) return layer;
  const many = leading.find(({ listen }) => isUnknown(listen) || listen.size > mostPorts);
  if (many)
    return { ...layer, rules: [...inDoubt(`${many.at} (which ports lead to which)`, everybody), ...layer.rules] };
  const mapped = leading.map((each) => ({ ...each, mappings: mappingsOf(each) }));
  const mappings = mapped.flatMap((each) => each.mappings);
  const apart = mapped.flatMap((each, i) => mapped.slice(0, i).flatMap((other) => ledApart(each, other)));
  if (apart.length === 0) return translated(layer, mappings);
  // Clients differ in the port that one and the same port leads to.
  const rules = layer.rules.flatMap((rule) =>
    rule.protocol === "any" || rule.protocol === "other"
      ? [rule]
      : mapped.flatMap(({ from, mappings: own }) =>
          translated({ ...layer, rules: [rule] }, own).rules.map((each) => ({
            ...each,
            peers: intersectionOf(each.peers, from),
          })),
        ),
  );
  const doubts = apart.flatMap(({ at, ports, peers }) =>
    peers.isEmpty
      ? []
      : inDoubt(`${at} (for which address of the firewall)`, exactly(peers)).map((each) => ({ ...each, ports })),
  );
  return { ...layer, rules: [...doubts, ...rules], translation: mappings };
}

function mappingsOf({ listen, target: port }: Translation): PortMapping[] {
  return isUnknown(listen) ? [] : listed(listen).map((each) => ({ listen: each, target: port ?? each }));
}

type Mapped = Translation & { readonly mappings: readonly PortMapping[] };

/** The ports that they send to two others, with the clients who may come to both: at different addresses. */
function ledApart(a: Mapped, b: Mapped): { at: string; ports: PortSet; peers: AddressSet }[] {
  const shared = a.mappings.filter(({ listen, target: one }) =>
    b.mappings.some((other) => other.listen === listen && (isUnknown(one) || other.target !== one)),
  );
  if (shared.length === 0) return [];
  const ports = PortSet.of(...shared.map(({ listen }) => listen));
  return [{ at: a.at, ports, peers: a.from.possible.intersect(b.from.possible) }];
}

function listed(ports: PortSet): number[] {
  return ports.ranges.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, i) => low + i));
}
