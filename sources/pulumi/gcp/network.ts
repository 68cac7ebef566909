import { isUnknown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface, Ways } from "../../../model/network.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { doubtful } from "../filter-rules.js";
import type { Resource } from "../resource.js";
import { Backends } from "./backends.js";
import { forwardingRules } from "./forwarding.js";
import { instanceType, type Nic, nicsOf, type Target } from "./instances.js";
import { Accounts } from "./labels.js";
import { managedNics } from "./managed.js";
import { Members } from "./members.js";
import { Networks } from "./networks.js";
import { Policies } from "./policies.js";
import { addressLayer } from "./public-addresses.js";
import { Routes } from "./routes.js";
import { type Direction, layerName, perhapsStanding, type StatedRule, stageOf } from "./rules.js";
import { SecureTags } from "./secure-tags.js";
import { targetCases } from "./target-cases.js";
import { firewallType, type VpcRule, vpcRules } from "./vpc-rules.js";

const provider = providerLayer("gcp");

/**
 * The instances of a Google Cloud program behind the VPC firewall and its policies, and the firewall rules that are for
 * no instance seen here: each as it would act on an instance that it is for.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  if (!resources.some(({ type }) => type.startsWith("gcp:"))) return [];
  return new Vpc(resources).interfaces();
}

class Vpc {
  private readonly nics: readonly Nic[];
  private readonly rules: readonly VpcRule[];
  private readonly policies: Policies;
  private readonly stated: readonly StatedRule[];
  private readonly routes: Routes;
  private readonly resources: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    const networks = new Networks(resources);
    const accounts = new Accounts(resources);
    const secure = new SecureTags(resources);
    const instances = resources.filter((each) => each.type === instanceType);
    const single = instances.flatMap((each) => nicsOf(each, networks, accounts, secure));
    this.nics = [...single, ...managedNics(resources, networks, accounts, secure)];
    const members = new Members(resources, this.nics);
    const firewalls = resources.filter((each) => each.type === firewallType);
    this.rules = firewalls.flatMap((each) => vpcRules(each, networks, accounts, members));
    this.policies = new Policies(resources, networks, accounts, secure, members);
    this.stated = [...this.rules, ...this.policies.stated()];
    this.routes = new Routes(resources, networks);
    this.resources = resources;
  }

  interfaces(): NetworkInterface[] {
    const unused = this.rules.filter((rule) => !this.nics.some((nic) => rule.appliesTo(nic) !== false));
    const backends = new Backends(this.resources, this.nics);
    const found = [
      ...this.nics.map((nic) => this.machine(nic)),
      ...forwardingRules(this.resources, backends, (nic) => this.firewall(nic, "ingress", this.unseen(nic))),
      ...unused.map((rule) => this.unattached(rule)),
    ];
    const byId = new Map(found.map((each) => [each.id, each]));
    return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }

  private machine(nic: Nic): NetworkInterface {
    const { id, name, cloudId } = nic;
    return {
      id,
      name,
      kind: "instance",
      ...(cloudId === undefined ? {} : { cloudId }),
      origin: "planned",
      evidence: { kind: "code", at: id, says: `instance ${name}` },
      ...this.ways(nic),
    };
  }

  private ways(nic: Nic): Ways & Pick<NetworkInterface, "exact"> {
    const [address, inward, outward] = [addressLayer(nic), this.routes.inward(nic), this.routes.outward(nic)];
    const waysOf = (target: Nic): Ways => ({
      ingress: [address, this.firewall(target, "ingress", this.unseen(nic)), ...inward],
      egress: [this.firewall(target, "egress", this.unseen(nic)), ...outward, provider],
    });
    const found = targetCases(nic, this.stated);
    if (!found) return waysOf(nic);
    const cases = found.targets.map((target) => [waysOf(target)]);
    return { ...waysOf(nic), exact: { inputs: found.inputs, cases: () => cases } };
  }

  private unattached(rule: VpcRule): NetworkInterface {
    const { urn, name } = rule.resource;
    return {
      id: urn,
      name,
      kind: "unattached group",
      origin: "planned",
      evidence: { kind: "code", at: urn, says: `firewall rule ${name}, for no instance seen here` },
      ingress: [this.firewall(rule.imagined, "ingress", [])],
      egress: [this.firewall(rule.imagined, "egress", []), provider],
    };
  }

  private firewall(target: Target, direction: Direction, unseen: readonly FilterRule[]): Layer {
    const vpc = stageOf(layerName, this.rules, target, direction);
    const { above, before, after, order } = this.policies.around(target, direction, vpc.length > 0);
    // Of unknown order they may come first as well as last.
    const first =
      order.length === 0 ? [] : vpc.map((rule) => perhapsStanding({ ...rule, stage: `${layerName}, first` }, ...order));
    const action = direction === "ingress" ? "deny" : "allow";
    const says = direction === "ingress" ? "what no rule lets in is kept out" : "what no rule keeps in is let out";
    return {
      name: layerName,
      combine: "first-match",
      rules: [...above, ...first, ...before, ...vpc, ...after, ...unseen],
      otherwise: {
        action,
        evidence: { kind: "default", at: "Google Cloud VPC", says: `${says} (implied ${direction} rule)` },
      },
      incomplete: [],
    };
  }

  /** A network that the program does not define can have rules that are not seen here. */
  private unseen({ place }: Nic): FilterRule[] {
    if (place.resource !== undefined) return [];
    const at = isUnknown(place.key) ? unknown(...place.key.unknown, place.at).unknown : [place.at];
    return (["allow", "deny"] as const).map((action) =>
      doubtful<FilterRule>(
        {
          id: place.at,
          action,
          stage: "rules outside this program",
          protocol: "any",
          ports: PortSet.all,
          peers: everybody,
          evidence: { kind: "code", at: place.at, says: "a network outside this program, whose rules are not seen" },
        },
        ...at,
      ),
    );
  }
}
