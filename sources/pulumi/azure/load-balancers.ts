import { all, any, isUnknown, type Maybe, mapKnown, not, unknown } from "../../../model/maybe.js";
import { checkedProtocol } from "../../protocols.js";
import type { Input } from "../input.js";
import { referenceOf } from "../references.js";
import { inputOf, inputsOf, type Resource } from "../resource.js";
import type { ByFamily, PublicFamilies } from "./families.js";
import { parentNamed } from "./ids.js";
import type { Nic } from "./interfaces.js";
import { type LeadsTo, lastOf, type PoolMembers, partsOf } from "./pool-members.js";
import { types } from "./types.js";

/** A port of a load balancer's front end, and the port behind it. */
export interface Forwarding {
  readonly balancer: Resource;
  readonly at: string;
  /** Whether it stands at a public address of the family. */
  readonly isPublic: ByFamily;
  readonly tcp: Maybe<boolean>;
  readonly listen: Maybe<number>;
  readonly target: Maybe<number>;
  /** Whether those behind it connect to the internet through it as well. */
  readonly outbound: Maybe<boolean>;
  readonly leadsTo: LeadsTo;
}

/** The load balancers of a program: their rules, inbound NAT rules and outbound rules. */
export class LoadBalancers {
  readonly forwardings: readonly Forwarding[];
  private readonly outboundRules: readonly Pick<Forwarding, "isPublic" | "leadsTo">[];

  constructor(
    resources: readonly Resource[],
    private readonly members: PoolMembers,
    private readonly families: PublicFamilies,
  ) {
    const of = (kinds: readonly string[]) => resources.filter(({ type }) => kinds.includes(type));
    const balancers = members.balancers.resources;
    this.forwardings = [
      ...balancers.flatMap((each) => this.ownRules(each)),
      ...of(types.balancingRule).flatMap((each) => this.separateRule(each)),
      ...members.natRules.resources.flatMap((each) => this.separateNat(each)),
    ];
    this.outboundRules = [
      ...balancers.flatMap((each) => this.ownOutbound(each)),
      ...of(types.outboundRule).flatMap((each) => this.separateOutbound(each)),
    ];
  }

  doubts(nic: Nic): readonly string[] {
    return this.members.doubts(nic);
  }

  /** Whether a load balancer lets a network interface connect to the internet. */
  outbound(nic: Nic, family: "ipv4" | "ipv6"): Maybe<boolean> {
    return any(
      ...this.outboundRules.map((each) => all(each.isPublic[family], each.leadsTo(nic))),
      ...this.forwardings.map((each) => all(each.outbound, each.isPublic[family], each.leadsTo(nic))),
    );
  }

  private ownRules(balancer: Resource): Forwarding[] {
    const rules = partsOf(balancer, "loadBalancingRules").map((rule) => {
      const several = rule.member("backendAddressPools");
      const items = several.items() ?? [];
      const one = rule.member("backendAddressPool");
      const ids = [
        ...(one.isAbsent ? [] : [one.member("id")]),
        ...(isUnknown(items) ? [several] : items.map((each) => each.member("id"))),
      ];
      return {
        ...this.stated(balancer, rule, rule.at, this.byId(balancer, rule.member("frontendIPConfiguration"))),
        outbound: not(rule.member("disableOutboundSnat").boolean() ?? false),
        leadsTo: this.members.ofPools(balancer, ids),
      };
    });
    const nats = partsOf(balancer, "inboundNatRules").map((rule) => {
      const pool = rule.member("backendAddressPool");
      const leadsTo = pool.isAbsent
        ? this.members.ofNatRule(balancer, rule.member("name"))
        : this.members.ofPools(balancer, [pool.member("id")]);
      const isPublic = this.byId(balancer, rule.member("frontendIPConfiguration"));
      return { ...this.stated(balancer, rule, rule.at, isPublic), leadsTo };
    });
    return [...rules, ...nats];
  }

  private separateRule(rule: Resource): Forwarding[] {
    const list = inputOf(rule, "backendAddressPoolIds");
    const items = list.items() ?? [];
    const leadsTo = this.members.ofPoolResources(rule, "backendAddressPoolIds", isUnknown(items) ? [list] : items);
    return this.balancerOf(rule).map((balancer) => ({
      ...this.stated(balancer, inputsOf(rule), rule.urn, this.byName(balancer, rule)),
      outbound: not(inputOf(rule, "disableOutboundSnat").boolean() ?? false),
      leadsTo,
    }));
  }

  private separateNat(rule: Resource): Forwarding[] {
    const pool = inputOf(rule, "backendAddressPoolId");
    const own = inputOf(rule, "backendAddressPool");
    const frontend = inputOf(rule, "frontendIPConfiguration");
    return this.balancerOf(rule).map((balancer) => ({
      ...this.stated(
        balancer,
        inputsOf(rule),
        rule.urn,
        frontend.isAbsent ? this.byName(balancer, rule) : this.byId(balancer, frontend),
      ),
      leadsTo: !pool.isAbsent
        ? this.members.ofPoolResources(rule, "backendAddressPoolId", [pool])
        : !own.isAbsent
          ? this.members.ofPools(balancer, [own.member("id")])
          : this.members.ofNatResource(rule, balancer),
    }));
  }

  private ownOutbound(balancer: Resource): Pick<Forwarding, "isPublic" | "leadsTo">[] {
    return partsOf(balancer, "outboundRules").map((rule) => {
      const items = rule.member("frontendIPConfigurations").items() ?? [];
      const [first] = isUnknown(items) ? [] : items;
      const isPublic = first
        ? this.families.ofFrontend(balancer, nameIn(first.member("id")), first.at)
        : nowhereSure(rule);
      return { isPublic, leadsTo: this.members.ofPools(balancer, [rule.member("backendAddressPool").member("id")]) };
    });
  }

  private separateOutbound(rule: Resource): Pick<Forwarding, "isPublic" | "leadsTo">[] {
    const list = inputOf(rule, "frontendIpConfigurations");
    const items = list.items() ?? [];
    const name = isUnknown(items) ? undefined : items[0]?.member("name").text();
    const pool = inputOf(rule, "backendAddressPoolId");
    return this.balancerOf(rule).map((balancer) => ({
      isPublic: this.families.ofFrontend(balancer, typeof name === "string" ? name : undefined, list.at),
      leadsTo: this.members.ofPoolResources(rule, "backendAddressPoolId", [pool]),
    }));
  }

  private balancerOf(rule: Resource): readonly Resource[] {
    const id = inputOf(rule, "loadbalancerId");
    if (!id.isAbsent) return referenceOf(rule, "loadbalancerId", id, this.members.balancers).certain;
    return parentNamed(rule, "loadBalancerName", this.members.balancers).certain;
  }

  private stated(balancer: Resource, rule: Input, at: string, isPublic: ByFamily): Omit<Forwarding, "leadsTo"> {
    const port = (name: string) => rule.member(name).number() ?? unknown(rule.member(name).at);
    // A range of front-end ports is dealt out to the members: who has which is not known before.
    const range = ["frontendPortRangeStart", "frontendPortStart"].map((name) => rule.member(name));
    const start = range.find((each) => !each.isAbsent);
    return {
      balancer,
      at,
      isPublic,
      tcp: mapKnown(rule.member("protocol").text() ?? "Tcp", (text) => {
        return !/^(udp|17)$/i.test(checkedProtocol(text, rule.member("protocol").at));
      }),
      listen: start ? unknown(start.at) : port("frontendPort"),
      target: port("backendPort"),
      outbound: false,
    };
  }

  private byId(balancer: Resource, reference: Input): ByFamily {
    return this.families.ofFrontend(balancer, nameIn(reference.member("id")), reference.at);
  }

  private byName(balancer: Resource, rule: Resource): ByFamily {
    const name = inputOf(rule, "frontendIpConfigurationName");
    const text = name.text();
    return this.families.ofFrontend(balancer, typeof text === "string" ? text : undefined, name.at);
  }
}

function nameIn(id: Input): string | undefined {
  const text = id.text();
  return typeof text === "string" ? lastOf(text) : undefined;
}

function nowhereSure(rule: Input): ByFamily {
  return { ipv4: unknown(rule.at), ipv6: unknown(rule.at) };
}
