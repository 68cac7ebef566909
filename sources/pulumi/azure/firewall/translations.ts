import { privateNetworks } from "../../../../model/addresses.js";
import { all, any, isUnknown, mapKnown, not, unknown } from "../../../../model/maybe.js";
import { subsetsOf } from "../../../../model/subsets.js";
import type { Input } from "../../input.js";
import { flowingInto, inputOf, outputOf, type Resource } from "../../resource.js";
import { block } from "../addresses.js";
import type { Nic } from "../interfaces.js";
import type { LoadBalancers } from "../load-balancers.js";
import { inOrder } from "../rules.js";
import { types } from "../types.js";
import { threats } from "./engine-layer.js";
import type { Firewall, Firewalls } from "./firewalls.js";
import { ordersOf } from "./orders.js";
import type { FirewallPolicies } from "./policies.js";
import type { AddressPlace, Engine, Translation, TranslationRule } from "./rule.js";
import { leftTo } from "./shares.js";

/** The DNAT rules of a program, as one of the worlds that its inputs leave has them. */
export class Translations {
  private readonly known = new Map<Nic, Translation[]>();

  /** @param doubts inputs that may hold more of them, which lead anywhere. */
  constructor(
    readonly all: readonly Translation[],
    readonly doubts: readonly string[],
  ) {}

  /** Those that lead to a network interface from the internet, or may, cut to the ports and clients that none before takes. */
  to(nic: Nic): Translation[] {
    const known = this.known.get(nic);
    if (known) return known;
    const leading = this.all.flatMap((each, i) => (all(each.stands, each.leadsTo(nic)) === false ? [] : [{ each, i }]));
    const found = leading.flatMap(({ each, i }) => leftTo(nic, each, this.all.slice(0, i)));
    this.known.set(nic, found);
    return found;
  }
}

/**
 * Reads the DNAT rules of the firewalls of a program, by their order: they come before all network rules and let in what
 * they translate (documentation, "Azure Firewall rule processing logic", NAT rules).
 */
export class TranslationReader {
  readonly whole: Translations;
  private readonly engines: readonly { readonly firewall: Firewall; readonly engine: Engine }[];

  constructor(
    firewalls: Firewalls,
    policies: FirewallPolicies,
    private readonly balancers: LoadBalancers,
  ) {
    this.engines = firewalls.all.map((firewall) => ({ firewall, engine: policies.of(firewall.resource) }));
    this.whole = new Translations(
      this.engines.flatMap(({ firewall, engine }) => this.read(firewall, engine)),
      this.engines.flatMap(({ firewall, engine }) =>
        engine.missing.map((each) => `${each} (DNAT rules of the firewall ${firewall.resource.name})`),
      ),
    );
  }

  /** The rules of these firewalls in every order that unknown priorities leave; none where those are too many. */
  orders(firewalls: ReadonlySet<Firewall>): Translation[][] {
    return this.engines
      .filter(({ firewall }) => firewalls.has(firewall))
      .reduce<Translation[][]>(
        (before, { firewall, engine }) =>
          ordersOf(engine).flatMap((each) => before.map((all) => [...all, ...this.read(firewall, each)])),
        [[]],
      );
  }

  private read(firewall: Firewall, engine: Engine): Translation[] {
    const listed = threats(firewall.resource, engine).flatMap(({ peers }) => peers.missing);
    return engine.levels.flatMap((level) => {
      const open = level.filter(({ priority }) => isUnknown(priority)).map(({ at }) => at);
      const ordered: { rule: TranslationRule; doubts: readonly string[] }[] = [];
      inOrder(level, ({ translations, at }, doubts) => {
        // What is at both ends of the order because its priority is not known is taken once, in doubt.
        if (doubts.length > 0 || !open.includes(at)) ordered.push(...translations.map((rule) => ({ rule, doubts })));
        return [];
      });
      return ordered.flatMap(({ rule, doubts }) =>
        this.translationsOf(firewall, rule, [...doubts, ...rule.doubts, ...listed]),
      );
    });
  }

  private translationsOf(firewall: Firewall, rule: TranslationRule, doubts: readonly string[]): Translation[] {
    const isTcp = mapKnown(rule.protocol, (name) => name !== "other");
    const condition = all(isTcp, doubts.length > 0 ? unknown(...doubts) : true);
    const places = placesOf(firewall, rule);
    return rule.ports.map(({ ports }) =>
      standing({
        ...{ firewall, at: rule.at, from: rule.from, listen: ports, target: rule.target },
        ...{ condition, places, leadsTo: this.leads(rule) },
      }),
    );
  }

  private leads({ holder, property, address, name }: TranslationRule): Translation["leadsTo"] {
    if (!name.isAbsent) return () => unknown(`${name.at} (addresses of the name)`);
    if (typeof address.text() !== "string") {
      const [only, ...others] = flowingInto(holder, property, ends);
      const sure = others.length === 0 && only !== undefined && nics.has(only.type);
      return (nic) => (sure ? only === nic.resource : unknown(address.at));
    }
    const given = block(address);
    return (nic) => {
      if (nic.addresses.certain.contains(given)) return true;
      if (nic.addresses.possible.overlaps(given)) return unknown(...nic.addresses.missing);
      // An internal load balancer hands on what it gets; a public front end stands at no private address.
      const inside = privateNetworks.contains(given);
      const behind = this.balancers.forwardings.map(({ isPublic, leadsTo }) =>
        all(inside ? not(isPublic.ipv4) : true, leadsTo(nic)),
      );
      return any(...behind) === false ? false : unknown(`${address.at} (whom the load balancer there leads to)`);
    };
  }
}

const nics: ReadonlySet<string> = new Set(types.nic);
const ends: ReadonlySet<string> = new Set([...types.nic, ...types.loadBalancer, "pulumi:pulumi:StackReference"]);

/** A rule with what its condition and its addresses come to. */
export function standing(rule: Omit<Translation, "stands" | "destinations">): Translation {
  return {
    ...rule,
    stands: all(rule.condition, any(...rule.places.map(({ isPublic }) => isPublic))),
    destinations: rule.places.flatMap(({ keys }) => keys),
  };
}

/**
 * The firewall's addresses that a rule names, as keys that two rules for one address share. What is not known is told by
 * the one public address that flows in. Rules for the firewall's private address are for others.
 */
function placesOf(firewall: Firewall, rule: TranslationRule): AddressPlace[] {
  const { destinations, holder, property, missing } = rule;
  const { publicAddresses, openAddresses, inHub } = firewall;
  const flowing = flowingInto(holder, property, new Set(types.publicAddress));
  const own = flowing.length > 0 && flowing.every((each) => publicAddresses.includes(each));
  const [only, ...others] = flowing;
  const whole = openAddresses.length === 0 && !inHub;
  const urns = publicAddresses.map(({ urn }) => urn);
  const unread = (at: readonly string[], key: string | undefined, values: readonly (readonly string[])[]) => ({
    ...{ keys: [key], isPublic: own || unknown(...at) },
    ...(key === undefined && whole ? { values } : {}),
  });
  const places = destinations.map((each): AddressPlace => {
    const text = each.text();
    if (typeof text !== "string") {
      const values = [...(own ? [] : [[]]), ...urns.map((urn) => [urn])];
      return unread([each.at], others.length === 0 ? only?.urn : undefined, values);
    }
    if (text === "*") return { keys: whole ? urns : [...urns, undefined], isPublic: true };
    const given = block(each);
    const known = publicAddresses.map((one) => ({ urn: one.urn, address: addressOf(one) }));
    const named = known.find(({ address }) => address !== undefined && block(address).equals(given));
    const isOther = whole && known.every(({ address }) => address !== undefined);
    const isPublic = named ? true : isOther ? false : unknown(`${each.at} (whether it is the firewall's)`);
    return { keys: [named?.urn ?? text], isPublic: privateNetworks.contains(given) ? false : isPublic };
  });
  if (missing.length === 0) return places;
  return [...places, unread(missing, undefined, subsetsOf(urns, mostChoices))];
}

/** Choices among the addresses of a firewall that are followed: of four addresses every one. */
const mostChoices = 16;

/** As it was reported at the last deployment. */
function addressOf(publicAddress: Resource): Input | undefined {
  return [outputOf(publicAddress, "ipAddress"), inputOf(publicAddress, "ipAddress")].find(
    (each) => typeof each.text() === "string" && each.text() !== "",
  );
}
