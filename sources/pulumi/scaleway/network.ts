import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { type Attached, type Group, Groups } from "../filter-groups.js";
import {
  addressBlock,
  type Direction,
  directions,
  doubtful,
  everyIpv4,
  everyIpv6,
  filterRule,
  portsWritten,
  protocolNamed,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";
import { type CloudLayers, Machines, openLayer } from "../machines.js";
import { referenceOf, Targets } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { loadBalancers } from "./balancers.js";
import { PublicGateways } from "./public-gateways.js";

const groupTypes = [
  "scaleway:instance/securityGroup:SecurityGroup",
  "scaleway:index/instanceSecurityGroup:InstanceSecurityGroup",
];
const rulesTypes = [
  "scaleway:instance/securityGroupRules:SecurityGroupRules",
  "scaleway:index/instanceSecurityGroupRules:InstanceSecurityGroupRules",
];
const serverTypes = ["scaleway:instance/server:Server", "scaleway:index/instanceServer:InstanceServer"];
const layerName = "security group";
const smtp = providerLayer("scaleway");

/**
 * Instances behind Scaleway security groups: one a server, the first rule that matches decides, then the policy of the
 * direction; by default the group also blocks SMTP out (registry documentation of `scaleway_instance_security_group`).
 * @throws InputError for an address or a port range that is none.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const defined = resources.filter(({ type }) => groupTypes.includes(type));
  const groups = new Groups(new Targets(defined, groupTypes));
  const machines = new Machines(resources, serverTypes, groups);
  for (const resource of defined) fill(groups, groups.of(resource), resource, resources);
  for (const server of machines.targets.resources) {
    const given = inputOf(server, "securityGroupId");
    const reported = outputOf(server, "securityGroupId");
    const id = given.isAbsent ? reported : given;
    machines.named(server, referenceOf(server, "securityGroupId", id, groups.targets), given.at);
    // Left out, it is the project's default group, whose rules no program shows.
    if (id.isAbsent) machines.of(server).missing.add(given.at);
  }
  const cloud: CloudLayers = {
    machine: "server",
    firewall: layerName,
    provider: providerOf,
    layer: layerOf,
    stateless: (attached) => only(attached)?.resource !== undefined && isStateful(only(attached)?.resource) === false,
  };
  const firewall = (server: Resource) => layerOf(machines.of(server), "ingress", server.urn);
  const gateways = new PublicGateways(resources, machines.targets);
  const byUrn = new Map(machines.targets.resources.map((each) => [each.urn, each]));
  const interfaces = machines.interfaces(cloud).map((nic) => {
    const server = byUrn.get(nic.id);
    return server ? { ...nic, egress: [...nic.egress, ...gateways.before(server)] } : nic;
  });
  return [...interfaces, ...loadBalancers(resources, { servers: machines.targets, firewall })];
}

/** The group that surely is the only one on the machine. */
function only(attached: Attached): Group | undefined {
  const [group, ...more] = attached.groups();
  return more.length + attached.doubtful.size + attached.missing.size === 0 ? group : undefined;
}

function isStateful(group: Resource | undefined): Maybe<boolean> {
  return group === undefined ? true : (inputOf(group, "stateful").boolean() ?? true);
}

/** `enableDefaultSecurity` blocks 25, 465 and 587 out, whatever the rules say. */
function providerOf(attached: Attached): Layer {
  const inputs = attached.groups().map(({ resource, id }) => ({
    id,
    input: resource === undefined ? undefined : inputOf(resource, "enableDefaultSecurity"),
  }));
  const states = inputs.map(({ id, input }) => (input === undefined ? unknown(id) : (input.boolean() ?? true)));
  const missing = [...missingOf(...states), ...attached.doubtful.values(), ...attached.missing];
  if (missing.length > 0) return { ...smtp, rules: smtp.rules.map((rule) => doubtful(rule, ...missing)) };
  const at = inputs[0]?.input?.at ?? "";
  return states.includes(true) ? smtp : openLayer(smtp.name, at, "the security group switches default security off");
}

function layerOf(attached: Attached, direction: Direction, at: string): Layer {
  const group = only(attached);
  const resource = group?.resource;
  if (!group || !resource) {
    const unsure = [...attached.doubtful.values(), ...attached.incomplete(direction)];
    return {
      ...openLayer(layerName, at, "the rules of the server's security group are not known"),
      incomplete: [...new Set(unsure)].sort(),
    };
  }
  const policy = inputOf(resource, direction === "ingress" ? "inboundDefaultPolicy" : "outboundDefaultPolicy");
  const stated = mapKnown(policy.text() ?? "accept", actionNamed);
  const action = isUnknown(stated) ? "deny" : stated;
  const perhaps: FilterRule = {
    ...{ id: policy.at, action: "allow", protocol: "any", ports: PortSet.all, peers: everybody },
    evidence: { kind: "code", at: policy.at, says: "the policy may let everything pass" },
  };
  const stateful = isStateful(resource);
  const says = `security group ${group.name}: the policy is to ${action === "allow" ? "accept" : "drop"} what no rule matches`;
  return {
    name: layerName,
    combine: "first-match",
    ...(stateful === false ? ({ stateless: true } as const) : {}),
    rules: [...group.rules[direction], ...(isUnknown(stated) ? [doubtful(perhaps, ...stated.unknown)] : [])],
    otherwise: { action, evidence: { kind: policy.isAbsent ? "default" : "code", at: policy.at, says } },
    incomplete: [...attached.incomplete(direction), ...missingOf(stateful)],
  };
}

function actionNamed(text: string): "allow" | "deny" {
  return text.toLowerCase() === "accept" ? "allow" : "deny";
}

/** Rules stand in the group, or in a resource of their own when the group says so; both at once, the last write wins. */
function fill(groups: Groups, group: Group, resource: Resource, resources: readonly Resource[]): void {
  const separate = resources
    .filter(({ type }) => rulesTypes.includes(type))
    .filter((each) => {
      const found = referenceOf(each, "securityGroupId", inputOf(each, "securityGroupId"), groups.targets);
      if (found.certain.includes(resource)) return true;
      if (found.doubtful.includes(resource) || found.missing.length > 0)
        for (const direction of directions) group.incomplete[direction].push(`${each.urn}#securityGroupId`);
      return false;
    });
  const outside = inputOf(resource, "externalRules").boolean() ?? false;
  for (const direction of directions) {
    const property = direction === "ingress" ? "inboundRules" : "outboundRules";
    const holders = [...(outside === true ? [] : [resource]), ...separate].filter(
      (each) => !inputOf(each, property).isAbsent,
    );
    for (const holder of holders) {
      const items = inputOf(holder, property).items() ?? [];
      if (isUnknown(items)) group.incomplete[direction].push(...items.unknown);
      else for (const item of items) group.rules[direction].push(...rulesOf(item, direction));
    }
    const conflict = separate.length > 1 || (separate.length > 0 && outside !== true);
    if (conflict) group.incomplete[direction].push(...separate.map(({ urn }) => urn), `${resource.urn}#externalRules`);
  }
}

function rulesOf(item: Input, direction: Direction): FilterRule[] {
  const protocol = mapKnown(item.member("protocol").text() ?? "TCP", (text) =>
    protocolNamed(text, ["any"], item.member("protocol").at),
  );
  const action = mapKnown(item.member("action").text() ?? unknown(item.at), actionNamed);
  const written = spelledIn(item.member("ipRange"), item.member("ip"));
  const stated = { at: item.at, direction, protocol, ports: portsOf(item, protocol), peers: peersOf(item), ...written };
  const actions = isUnknown(action) ? (["allow", "deny"] as const) : [action];
  return actions.map((each) => doubtful(filterRule({ ...stated, action: each }), ...missingOf(action)));
}

/** Port 0 is how the provider reports that none is given. */
function portsOf(item: Input, protocol: FilterRule["protocol"]): Maybe<PortSet> {
  const [port, range] = [item.member("port"), item.member("portRange")];
  const [one, many] = [port.number() ?? 0, range.text() ?? ""];
  if (protocol === "any" || protocol === "other") return PortSet.all;
  if (isUnknown(one) || isUnknown(many)) return unknown(...missingOf(one, many));
  if (one !== 0) return portsWritten(port, "-");
  return many === "" ? PortSet.all : portsWritten(range, "-");
}

/** Without an address it is every IPv4 one; whether it is also for IPv6 Scaleway does not say. */
function peersOf(item: Input): PartialSet {
  const given = [item.member("ipRange"), item.member("ip")].find((each) => !each.isAbsent && each.text() !== "");
  if (given) return addressBlock(given);
  const sixth = undecidedSet([item.member("ipRange").at], everyIpv6);
  return { certain: everyIpv4, possible: exactly(everyIpv4).possible.union(sixth.possible), missing: sixth.missing };
}
