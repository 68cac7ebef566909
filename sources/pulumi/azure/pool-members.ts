import { all, any, isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { referenceOf } from "../references.js";
import { flowingInto, inputOf, type Resource } from "../resource.js";
import { Ids, namesOf, openEnds } from "./ids.js";
import type { Interfaces, Nic } from "./interfaces.js";
import { types } from "./types.js";

export type LeadsTo = (nic: Nic) => Maybe<boolean>;

/** Which network interfaces stand behind which back-end pools and inbound NAT rules of load balancers. */
export class PoolMembers {
  readonly balancers: Ids;
  readonly natRules: Ids;
  readonly pools: Ids;
  private readonly poolAssociations: readonly Resource[];
  private readonly natAssociations: readonly Resource[];
  private readonly poolAddresses: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly interfaces: Interfaces,
  ) {
    const of = (kinds: readonly string[]) => resources.filter(({ type }) => kinds.includes(type));
    this.balancers = new Ids(resources, "loadBalancer");
    this.pools = new Ids(resources, "addressPool");
    this.natRules = new Ids(resources, "natRule");
    this.poolAssociations = of(types.nicPoolAssociation);
    this.natAssociations = of(types.nicNatAssociation);
    this.poolAddresses = of(types.poolAddress);
  }

  /** Inputs that may tie the network interface to load balancers, or to rules, that are not seen. */
  doubts({ configurations, resource }: Nic): readonly string[] {
    const flowing = flowingInto(resource, "ipConfigurations", this.balancers.types).length > 0;
    const outside = configurations.flatMap(({ input }) =>
      [poolList, natList].flatMap((list) => {
        const items = input.member(list).items() ?? [];
        if (isUnknown(items)) return flowing ? [] : items.unknown;
        return items.flatMap((item) => {
          const id = item.member("id").text();
          const known = typeof id === "string" && this.balancers.resources.some((each) => this.isOf(each, id));
          return known || (typeof id !== "string" && flowing) ? [] : [item.at];
        });
      }),
    );
    const unread = this.balancers.resources.flatMap((each) =>
      ["loadBalancingRules", "inboundNatRules"].flatMap((list) => missingOf(inputOf(each, list).items())),
    );
    return [...outside, ...unread];
  }

  /** Pools that a load balancer holds itself, by ids that end in the pool's name. */
  ofPools(balancer: Resource, ids: readonly Input[]): LeadsTo {
    const pools = partsOf(balancer, "backendAddressPools");
    const only = pools.length === 1 ? pools[0]?.member("name").text() : undefined;
    const wanted = ids.map((id): Maybe<string> => {
      const text = id.text();
      if (typeof text === "string") return lastOf(text);
      return typeof only === "string" ? only.toLowerCase() : unknown(id.at);
    });
    const byAddress = pools.map((each) => each.member("loadBalancerBackendAddresses")).filter((each) => !each.isAbsent);
    return (nic) =>
      any(
        ...wanted.map((name) => this.isListed(nic, balancer, poolList, name)),
        ...byAddress.map((each) => unknown(each.at)),
      );
  }

  /** An inbound NAT rule that a load balancer holds itself. */
  ofNatRule(balancer: Resource, name: Input): LeadsTo {
    const text = name.text();
    const known = typeof text === "string" ? text.toLowerCase() : unknown(name.at);
    return (nic) => this.isListed(nic, balancer, natList, known);
  }

  /** Pools that are resources of their own. */
  ofPoolResources(holder: Resource, property: string, ids: readonly Input[]): LeadsTo {
    const found = ids.map((id) => ({ ...referenceOf(holder, property, id, this.pools), at: id.at }));
    return (nic) => {
      const members = this.poolAssociations.map((each) => {
        const input = inputOf(each, "backendAddressPoolId");
        const named = referenceOf(each, "backendAddressPoolId", input, this.pools);
        const same = found.some(({ certain }) => certain.some((pool) => named.certain.includes(pool)));
        const open = openEnds({ ...named, outside: [] }, input.at);
        return all(this.interfaces.meant(each, nic.resource), same || (open.length > 0 ? unknown(...open) : false));
      });
      const open = found.flatMap((each) => openEnds(each, each.at));
      const byAddress = this.poolAddresses.map(({ urn }) => unknown(urn));
      return any(...members, ...byAddress, ...(open.length > 0 ? [unknown(...open)] : []));
    };
  }

  /** An inbound NAT rule that is a resource of its own. */
  ofNatResource(rule: Resource, balancer: Resource): LeadsTo {
    const [name = ""] = namesOf(rule, "inboundNatRuleName");
    return (nic) => {
      const associated = this.natAssociations.map((each) => {
        const input = inputOf(each, "natRuleId");
        const found = referenceOf(each, "natRuleId", input, this.natRules);
        const open = openEnds({ ...found, outside: [] }, input.at);
        const same = found.certain.includes(rule) || (open.length > 0 ? unknown(...open) : false);
        return all(this.interfaces.meant(each, nic.resource), same);
      });
      const flows = flowingInto(nic.resource, "ipConfigurations", this.natRules.types).includes(rule);
      const listed = this.isListed(nic, balancer, natList, name);
      return any(...associated, flows && isUnknown(listed) ? true : listed);
    };
  }

  /** Does a list of the network interface hold an id of that balancer with that name at its end? */
  private isListed(nic: Nic, balancer: Resource, list: string, name: Maybe<string>): Maybe<boolean> {
    const flowing = flowingInto(nic.resource, "ipConfigurations", this.balancers.types);
    const parts = partsOf(balancer, list === poolList ? "backendAddressPools" : "inboundNatRules");
    const ids = nic.configurations.flatMap(({ input }) => {
      const held = input.member(list);
      const items = held.items() ?? [];
      return isUnknown(items) ? [held] : items.map((each) => each.member("id"));
    });
    return any(
      ...ids.map((id): Maybe<boolean> => {
        const text = id.text();
        if (typeof text === "string")
          return all(
            this.isOf(balancer, text),
            mapKnown(name, (own) => lastOf(text) === own),
          );
        if (flowing.length > 0 && !flowing.includes(balancer)) return false;
        return flowing.length === 1 && parts.length === 1 && !isUnknown(name) ? true : unknown(id.at);
      }),
    );
  }

  private isOf(balancer: Resource, id: string): boolean {
    const [path = ""] = id.toLowerCase().split(/\/(?:backendaddresspools|inboundnatrules)\//);
    return this.balancers.find(path) === balancer || namesOf(balancer, "loadBalancerName").has(lastOf(path));
  }
}

const poolList = "loadBalancerBackendAddressPools";
const natList = "loadBalancerInboundNatRules";

export function partsOf(balancer: Resource, list: string): readonly Input[] {
  const items = inputOf(balancer, list).items() ?? [];
  return isUnknown(items) ? [] : items;
}

/** The name at the end of an id. */
export function lastOf(id: string): string {
  return (id.split("/").at(-1) ?? id).toLowerCase();
}
