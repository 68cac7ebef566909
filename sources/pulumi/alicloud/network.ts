import type { NetworkInterface } from "../../../model/network.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { Attached, type Group } from "../filter-groups.js";
import { Targets } from "../references.js";
import { inputOf, knownId, type Resource } from "../resource.js";
import { Acls } from "./acls.js";
import type { Around } from "./balancing.js";
import { classicBalancers } from "./classic-balancers.js";
import { cloudFirewall } from "./cloud-firewall.js";
import { type FellowReader, groupLayer } from "./group-layer.js";
import { instanceType, Machines } from "./machines.js";
import { networkBalancers } from "./network-balancers.js";
import { PrefixLists, type RankedRule } from "./rules.js";

/** The instances and interfaces of an Alibaba Cloud program behind groups and ACLs, and the groups that nothing here uses. */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const machines = new Machines(resources);
  const acls = new Acls(resources, new PrefixLists(resources));
  const firewall = { ingress: cloudFirewall(resources, "ingress"), egress: cloudFirewall(resources, "egress") };
  const rulesAround = (attached: Attached<RankedRule>, at: string, but?: Resource) =>
    groupLayer(attached, "ingress", at, (group, where) => machines.membersOf(group, where, but));
  const around: Around = {
    ...{ machines, before: firewall.ingress },
    servers: new Targets(machines.all, [...new Set(machines.all.map(({ type }) => type))]),
    groups: rulesAround,
    target: (machine) => {
      const at = inputOf(machine, "securityGroups").at;
      const layer = rulesAround(machines.of(machine), at, machine);
      // An ACL judges the balancer's addresses and its answers, of which neither is known here.
      return acls.around(machine)
        ? { ...layer, incomplete: [...layer.incomplete, `network ACL of ${machine.urn}`] }
        : layer;
    },
  };
  const balanced = networkBalancers(resources, around);
  const used = new Set(
    [...machines.all.map((each) => machines.of(each)), ...balanced.map(({ attached }) => attached)].flatMap((each) =>
      each.groups(),
    ),
  );
  const free = machines.groups.all().filter((group) => !used.has(group));
  const machine = (resource: Resource): NetworkInterface => {
    const { urn, name } = resource;
    const attached = machines.of(resource);
    const at = inputOf(resource, "securityGroups").at;
    const fellows: FellowReader = (group, where) => machines.membersOf(group, where, resource);
    const acl = acls.around(resource);
    const kind = resource.type === instanceType ? "instance" : "interface";
    const cloudId = knownId(resource);
    return {
      id: urn,
      name,
      kind,
      ...(cloudId === undefined ? {} : { cloudId }),
      origin: "planned",
      evidence: { kind: "code", at: urn, says: `${kind} ${name}` },
      ingress: [...firewall.ingress, ...(acl ? [acl.ingress] : []), groupLayer(attached, "ingress", at, fellows)],
      egress: [groupLayer(attached, "egress", at, fellows), ...(acl ? [acl.egress] : []), ...firewall.egress, provider],
      ...(acl ? { ingressAnswers: [acl.egress], egressAnswers: [acl.ingress] } : {}),
    };
  };
  const unattached = (group: Group<RankedRule>): NetworkInterface => {
    const { id, name, cloudId } = group;
    const fellows: FellowReader = (other, where) => machines.membersOf(other, where);
    const layer = (direction: "ingress" | "egress") => groupLayer(Attached.of(group), direction, id, fellows);
    return {
      id,
      name,
      kind: "unattached group",
      ...(cloudId === undefined ? {} : { cloudId }),
      origin: "planned",
      evidence: { kind: "code", at: id, says: `security group ${name}, on nothing seen here` },
      ingress: [layer("ingress")],
      egress: [layer("egress"), provider],
    };
  };
  const found = [
    ...machines.all.map(machine),
    ...free.map(unattached),
    ...balanced.map(({ own }) => own),
    ...classicBalancers(resources, around),
  ];
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

const provider = providerLayer("alibaba");
