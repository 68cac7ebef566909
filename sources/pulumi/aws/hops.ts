import type { Layer } from "../../../model/network.js";
import { differenceOf, exactly, type PartialSet } from "../../../model/partial.js";
import { eitherOf, onlyFor } from "../../layers.js";
import { inputOf, type Resource } from "../resource.js";
import type { NetworkAcls } from "./acls.js";
import { hopOf } from "./firewall/hop.js";
import type { FirewallPolicies } from "./firewall/policies.js";
import { joined, type Met, seenFrom } from "./met.js";
import type { Passages } from "./passages.js";
import type { RouteTables } from "./route-tables.js";
import type { Place, Subnets } from "./subnets.js";

/** What stands between a machine's subnet and the internet beside routes and gateways: firewalls, ACLs of other subnets. */
export class Hops {
  constructor(
    private readonly tables: RouteTables,
    private readonly passages: Passages,
    private readonly subnets: Subnets,
    private readonly acls: NetworkAcls,
    private readonly policies: FirewallPolicies,
  ) {}

  /**
   * The firewalls that routes of a place lead to, with the ACLs around their endpoints.
   * @param opener who opens the connections in question.
   * @param own the machine's addresses, asked for where something stands there.
   */
  firewalls(place: Place, opener: "machine" | "peer", own: () => PartialSet): Met {
    return joined(
      this.gateways(place, "firewall").map((firewall) => {
        const via = this.passages.via(place, firewall);
        const { forward, answers } = hopOf(this.policies.enginesOf(firewall), opener, own(), firewall.urn);
        const only = onlyVia(via, firewall, "is not routed through this firewall");
        const around = this.aclAt(firewall, place, opener, own(), only);
        return {
          layers: [only(forward), ...around.layers],
          answers: [...(answers ? [only(answers)] : []), ...around.answers],
        };
      }),
    );
  }

  /** The NAT gateways that routes of a place lead to: the ACL of their subnet, and the firewalls behind them. */
  throughNat(place: Place, own: () => PartialSet): Met {
    const inside = exactly(this.subnets.inside(typeof place === "string" ? undefined : place));
    return joined(
      this.gateways(place, "NAT gateway").map((nat) => {
        const there = this.subnets.of(nat);
        if (there === undefined || there === place) return nothing;
        const via = differenceOf(this.passages.via(place, nat), inside);
        const only = onlyVia(via, nat, "does not go through this NAT gateway");
        const acl = this.aclAt(nat, place, "machine", own(), only);
        const behind = this.firewalls(there, "machine", () => this.subnets.blocksOf(there));
        return {
          layers: [...acl.layers, ...behind.layers.map(only)],
          answers: [...acl.answers, ...behind.answers.map(only)],
        };
      }),
    );
  }

  /** An ACL on the way is met twice by a packet and twice by its answer (VPC user guide, "NAT gateways"). */
  private aclAt(
    gateway: Resource,
    place: Place,
    opener: "machine" | "peer",
    own: PartialSet,
    only: (layer: Layer) => Layer,
  ): Met {
    const at = inputOf(gateway, "subnetId").isAbsent ? gateway.urn : inputOf(gateway, "subnetId").at;
    const found = this.subnets.all(gateway).filter((each) => each !== place);
    const acls = found.map((each) => this.acls.around(each)).filter((each) => each !== undefined);
    if (acls.length === 0) return nothing;
    const named = (layer: Layer) => ({ ...only(layer), name: `${layer.name} of ${kindOf(gateway)} ${gateway.name}` });
    const of = (way: "ingress" | "egress") =>
      eitherOf(
        acls.map((each) => each[way]),
        at,
      ) as Layer;
    const [ingress, egress] = [of("ingress"), of("egress")];
    return opener === "machine"
      ? {
          layers: [named(seenFrom(ingress, own, at)), named(egress)],
          answers: [named(ingress), named(seenFrom(egress, own, at))],
        }
      : {
          layers: [named(ingress), named(seenFrom(egress, own, at))],
          answers: [named(seenFrom(ingress, own, at)), named(egress)],
        };
  }

  private gateways(place: Place, wanted: "firewall" | "NAT gateway"): Resource[] {
    const routes = this.tables.around(place)?.routes ?? [];
    return [...new Set(routes.flatMap(({ gateway, way }) => (gateway && way === wanted ? [gateway] : [])))];
  }
}

const nothing: Met = { layers: [], answers: [] };

function kindOf({ type }: Resource): string {
  return type.endsWith(":Firewall") ? "firewall" : "NAT gateway";
}

function onlyVia(via: PartialSet, gateway: Resource, says: string): (layer: Layer) => Layer {
  const at = inputOf(gateway, "subnetId").isAbsent ? gateway.urn : inputOf(gateway, "subnetId").at;
  return (layer) => onlyFor(layer, via, { kind: "code", at, says });
}
