import { all, any, isUnknown, type Maybe, mapKnown, not } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { exactly, intersectionOf, type PartialSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { doubtful } from "../filter-rules.js";
import { inputOf } from "../resource.js";
import { everyIpv4, everyIpv6, internetOutside, loadBalancer } from "./addresses.js";
import { idOf, isStandard, type PublicFamilies } from "./families.js";
import type { Translation } from "./firewall/rule.js";
import type { Translations } from "./firewall/translations.js";
import type { Nic } from "./interfaces.js";
import type { LoadBalancers } from "./load-balancers.js";

export const families = [
  { key: "ipv4", every: everyIpv4, called: "IPv4" },
  { key: "ipv6", every: everyIpv6, called: "IPv6" },
] as const;

/** Whether clients on the internet have an address to send to, and whether Azure lets them through it. */
export class PublicAddresses {
  constructor(
    private readonly addresses: PublicFamilies,
    private readonly balancers: LoadBalancers,
  ) {}

  /**
   * @param network what the tag VirtualNetwork covers: from there no public address is needed.
   * @param guarded whether a network security group stands at any level.
   * @param translations the DNAT rules of firewalls.
   */
  layer(nic: Nic, network: PartialSet, guarded: Maybe<boolean>, translations: Translations): Layer {
    const list = inputOf(nic.resource, "ipConfigurations").at;
    const at = nic.configurations[0] ? idOf(nic.configurations[0].input).at : list;
    const outside = internetOutside(network);
    const has = this.addresses.ofNic(nic);
    const doubts = [...translations.doubts, ...this.balancers.doubts(nic)];
    const rules = families.flatMap(({ key, every, called }): FilterRule[] => {
      const clients = intersectionOf(outside, exactly(every));
      const lacks = not(has[key]);
      const says = `there is no public ${called} address for clients on the internet`;
      return [
        ...this.forwarded(nic, key, clients),
        ...conditional(
          denial(`${at} (${called})`, at, says, clients),
          lacks === true && doubts.length > 0 ? { unknown: doubts } : lacks,
        ),
      ];
    });
    const balanced = this.balancers.forwardings.filter((each) => each.leadsTo(nic) !== false);
    const standard = [this.addresses.isStandard(nic), ...balanced.map(({ balancer }) => isStandard(balancer))];
    const says = "a Standard public address is closed until a network security group opens it, and there is none";
    return {
      name: "public address",
      combine: "first-match",
      rules: [
        probesOf(list),
        ...throughFirewalls(translations.to(nic), nic, has.ipv4, intersectionOf(outside, exactly(everyIpv4))),
        ...conditional(
          denial(`${at} (Standard)`, at, says, outside),
          all(not(guarded), any(has.ipv4, has.ipv6, balanced.length > 0), ...standard),
        ),
        ...rules,
      ],
      otherwise: {
        action: "allow",
        evidence: { kind: "code", at: list, says: "has a public address, or the client is inside the virtual network" },
      },
      incomplete: [],
    };
  }

  /** The ports that load balancers bring to it from a public front end. */
  private forwarded(nic: Nic, family: "ipv4" | "ipv6", clients: PartialSet): FilterRule[] {
    return this.balancers.forwardings.flatMap((each) => {
      const condition = all(each.isPublic[family], each.leadsTo(nic), each.tcp);
      const says = `the load balancer ${each.balancer.name} brings clients of the internet to this port`;
      const target = mapKnown(each.target, (port) => PortSet.of(port));
      const rule: FilterRule = {
        ...{ id: each.at, action: "allow", protocol: "tcp", ports: target, peers: clients },
        evidence: { kind: "code", at: each.at, says },
      };
      return conditional(rule, condition);
    });
  }
}

/** The ports that firewalls bring to a machine which has no address of its own. */
function throughFirewalls(
  through: readonly Translation[],
  nic: Nic,
  hasAddress: Maybe<boolean>,
  clients: PartialSet,
): FilterRule[] {
  return through.flatMap((each) => {
    const says = `the firewall ${each.firewall.resource.name} brings clients of the internet to this port`;
    const ports = each.target === undefined ? each.listen : mapKnown(each.target, (port) => PortSet.of(port));
    const rule: FilterRule = {
      ...{ id: each.at, action: "allow", protocol: "tcp", ports, peers: intersectionOf(each.from, clients) },
      evidence: { kind: "code", at: each.at, says },
    };
    return conditional(rule, all(not(hasAddress), each.stands, each.leadsTo(nic)));
  });
}

/** The host's own address, which every group lets in by default, belongs to nobody who sends mail. */
export function probesOf(at: string): FilterRule {
  return denial(`${at} (host)`, at, "health probes of Azure's host are no clients", exactly(loadBalancer));
}

function denial(id: string, at: string, says: string, peers: PartialSet): FilterRule {
  return { id, action: "deny", protocol: "any", ports: PortSet.all, peers, evidence: { kind: "code", at, says } };
}

/** The rule where the condition holds; a doubtful one where that is not known. */
export function conditional(rule: FilterRule, condition: Maybe<boolean>): FilterRule[] {
  if (isUnknown(condition)) return [doubtful(rule, ...condition.unknown)];
  return condition ? [rule] : [];
}
