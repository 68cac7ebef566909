import { privateNetworks } from "../../../../model/addresses.js";
import { all, any, isUnknown, type Maybe, mapKnown, not, unknown } from "../../../../model/maybe.js";
import type { Input } from "../../input.js";
import { flowingInto, inputOf, outputOf, type Resource } from "../../resource.js";
import { block } from "../addresses.js";
import type { Nic } from "../interfaces.js";
import type { LoadBalancers } from "../load-balancers.js";
import { inOrder } from "../rules.js";
import { types } from "../types.js";
import { threats } from "./engine-layer.js";
import type { Firewall, Firewalls } from "./firewalls.js";
import type { FirewallPolicies } from "./policies.js";
import type { Engine, Translation, TranslationRule } from "./rule.js";
import { leftTo } from "./shares.js";

/**
 * The DNAT rules of the firewalls of a program, by their order: they come before all network rules and let in what they
 * translate (documentation, "Azure Firewall rule processing logic", NAT rules).
 */
export class Translations {
  readonly all: readonly Translation[];
  /** Inputs that may hold more of them, which lead anywhere. */
  readonly doubts: readonly string[];
  private readonly known = new Map<Nic, Translation[]>();

  constructor(
    firewalls: Firewalls,
    policies: FirewallPolicies,
    private readonly balancers: LoadBalancers,
  ) {
    const engines = firewalls.all.map((firewall) => ({ firewall, engine: policies.of(firewall.resource) }));
    this.all = engines.flatMap(({ firewall, engine }) => this.read(firewall, engine));
    this.doubts = engines.flatMap(({ firewall, engine }) =>
      engine.missing.map((each) => `${each} (DNAT rules of the firewall ${firewall.resource.name})`),
    );
  }

  /** Those that lead to a network interface from the internet, or may, cut to the ports and clients that none before takes. */
  to(nic: Nic): Translation[] {
    const known = this.known.get(nic);
    if (known) return known;
    const leading = this.all.flatMap((each, i) => (all(each.stands, each.leadsTo(nic)) === false ? [] : [{ each, i }]));
    const found = leading.flatMap(({ each, i }) => leftTo(nic, each, this.all.slice(0, i)));
    this.known.set(nic, found);
    return found;
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
    const sure = doubts.length > 0 ? unknown(...doubts) : true;
    return rule.ports.map(({ ports }) => ({
      ...{ firewall, at: rule.at, from: rule.from, listen: ports, target: rule.target },
      stands: all(isTcp, sure, isPublic(firewall, rule)),
      destinations: destinationsOf(firewall, rule),
      leadsTo: this.leads(rule),
    }));
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

/**
 * The firewall's addresses as keys that two rules for one address share. What is not known is told by the one public
 * address that flows in.
 */
function destinationsOf(firewall: Firewall, rule: TranslationRule): (string | undefined)[] {
  const { destinations, holder, property, missing } = rule;
  const { publicAddresses, openAddresses, inHub } = firewall;
  const [only, ...others] = flowingInto(holder, property, new Set(types.publicAddress));
  const flowing = others.length === 0 ? only?.urn : undefined;
  const keys = destinations.flatMap((each) => {
    const text = each.text();
    if (typeof text !== "string") return [flowing];
    const more = openAddresses.length > 0 || inHub ? [undefined] : [];
    if (text === "*") return [...publicAddresses.map(({ urn }) => urn), ...more];
    const given = block(each);
    const own = publicAddresses.find((one) => {
      const address = addressOf(one);
      return address !== undefined && block(address).equals(given);
    });
    return [own?.urn ?? text];
  });
  return missing.length > 0 ? [...keys, undefined] : keys;
}

/** Is the rule for a public address of the firewall? Those for its private address are for others. */
function isPublic({ publicAddresses, openAddresses, inHub }: Firewall, rule: TranslationRule): Maybe<boolean> {
  const { destinations, missing, holder, property } = rule;
  const flowing = flowingInto(holder, property, new Set(types.publicAddress));
  const own = flowing.length > 0 && flowing.every((each) => publicAddresses.includes(each));
  const found = destinations.map((input): Maybe<boolean> => {
    const text = input.text();
    if (text === "*") return true;
    if (typeof text !== "string") return own || unknown(input.at);
    const given = block(input);
    if (privateNetworks.contains(given)) return false;
    const known = publicAddresses.map(addressOf).filter((each) => each !== undefined);
    if (known.some((each) => block(each).equals(given))) return true;
    const whole = known.length === publicAddresses.length && openAddresses.length === 0 && !inHub;
    return whole ? false : unknown(`${input.at} (whether it is the firewall's)`);
  });
  return any(...found, ...(missing.length > 0 ? [unknown(...missing)] : []));
}

/** As it was reported at the last deployment. */
function addressOf(publicAddress: Resource): Input | undefined {
  return [outputOf(publicAddress, "ipAddress"), inputOf(publicAddress, "ipAddress")].find(
    (each) => typeof each.text() === "string" && each.text() !== "",
  );
}
