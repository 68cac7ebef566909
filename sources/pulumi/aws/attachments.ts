import { isUnknown } from "../../../model/maybe.js";
import { type References, referenceOf, referencesAmong, referencesOf, type Targets, targetsOf } from "../references.js";
import { flowingInto, inputOf, ofTypes, outputOf, type Resource } from "../resource.js";
import { defaultGroupType, type Group, type Groups } from "./groups.js";
import { isGiven, LaunchTemplates, namesGroups, primaryOf } from "./launch-templates.js";
import { type Subnets, vpcType } from "./subnets.js";
import { clusterType, endpointType, functionType, nodeGroupType, workloadOf } from "./workloads.js";

export const instanceType = "aws:ec2/instance:Instance";
export const interfaceType = "aws:ec2/networkInterface:NetworkInterface";
const attachmentType = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment";
const interfaceAttachmentType = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment";
export const balancerTypes = ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"];
export const classicType = "aws:elb/loadBalancer:LoadBalancer";
export const scalingGroupType = "aws:autoscaling/group:Group";
const associationType = "aws:ec2/securityGroupAssociation:SecurityGroupAssociation";

/** The groups of one interface. */
export interface Attached {
  readonly certain: Set<Group>;
  /** Groups that may be attached, with the input that decides it. */
  readonly doubtful: Map<Group, string>;
  /** Inputs that may name further groups. */
  readonly missing: Set<string>;
}

/** Joins groups to the interfaces and instances of a program. */
export class Attachments {
  private readonly attached = new Map<Resource, Attached>();
  private readonly interfaces: Targets;
  private readonly instances: Targets;
  readonly templates: LaunchTemplates;
  private readonly endpoints: Targets;
  private readonly clusters: Targets;
  /** Endpoints whose default group a resource of its own takes away. */
  private readonly replaced = new Set<Resource>();
  /** Interfaces that belong to an instance: what reaches them reaches the instance. */
  readonly owned = new Set<Resource>();
  /** Every default group that the program manages is known to be of some network. */
  private readonly unmanagedDefault: boolean;
  private readonly owners = new Map<Resource, Set<Resource>>();
  private readonly ownersByInterface = new Map<Resource, Set<Resource>>();

  constructor(
    private readonly resources: readonly Resource[],
    private readonly groups: Groups,
    private readonly subnets: Subnets,
  ) {
    const ofType = (...types: string[]) => ofTypes(resources, ...types);
    this.interfaces = targetsOf(resources, interfaceType);
    this.instances = targetsOf(resources, instanceType);
    this.templates = new LaunchTemplates(resources);
    this.unmanagedDefault = ofType(defaultGroupType).every((each) => this.subnets.vpcOf(each) !== undefined);
    for (const each of ofType(interfaceType)) this.readInterface(each);
    for (const each of ofType(attachmentType)) this.readAttachment(each);
    for (const each of ofType(instanceType)) this.readInstance(each);
    for (const each of ofType(scalingGroupType)) this.attachTemplate(each);
    this.endpoints = targetsOf(resources, endpointType);
    this.clusters = targetsOf(resources, clusterType);
    for (const each of ofType(associationType)) this.readAssociation(each);
    for (const each of resources) this.readWorkload(each);
    for (const each of ofType(...balancerTypes)) this.readBalancer(each, false);
    for (const each of ofType(classicType)) this.readBalancer(each, true);
    for (const each of ofType(interfaceAttachmentType)) this.readInterfaceAttachment(each);
    for (const each of ofType(attachmentType)) this.readInstanceAttachment(each);
  }

  of(resource: Resource): Attached {
    const known = this.attached.get(resource);
    if (known) return known;
    const fresh: Attached = { certain: new Set(), doubtful: new Map(), missing: new Set() };
    this.attached.set(resource, fresh);
    return fresh;
  }

  /** The instance that an interface of the program is given to, where it is one. */
  ownerOf(nic: Resource): Resource | undefined {
    const [owner, ...others] = this.ownersByInterface.get(nic) ?? [];
    return others.length === 0 ? owner : undefined;
  }

  /** The interfaces of the program that an instance is given. */
  interfacesOf(instance: Resource): Resource[] {
    return [...(this.owners.get(instance) ?? [])];
  }

  private readInterface(resource: Resource): void {
    const given = this.groupList(resource, ["securityGroups"]);
    if (given) this.attach(resource, given.found, given.at);
    else this.attachDefault(resource, "securityGroups");
  }

  /** A network load balancer without groups filters nothing; a classic one gets its network's default group. */
  private readBalancer(resource: Resource, hasDefault: boolean): void {
    const given = this.groupList(resource, ["securityGroups"]);
    if (given) this.attach(resource, given.found, given.at);
    else if (hasDefault) this.attachDefault(resource, "securityGroups");
  }

  /** An instance takes its groups from itself, else from the interfaces it is given, else it gets its network's default. */
  private readInstance(resource: Resource): void {
    const given = this.groupList(resource, ["vpcSecurityGroupIds", "securityGroups"]);
    const borrowed = ["networkInterfaces", "primaryNetworkInterface"].filter(
      (name) => !inputOf(resource, name).isAbsent,
    );
    if (given) this.attach(resource, given.found, given.at);
    for (const name of borrowed) this.borrow(resource, name);
    if (given || borrowed.length > 0) return;
    if (inputOf(resource, "launchTemplate").isAbsent) this.attachDefault(resource, "vpcSecurityGroupIds");
    else this.attachTemplate(resource);
  }

  private readWorkload(resource: Resource): void {
    const workload = workloadOf(resource);
    if (workload === undefined) return;
    const { property, ids } = workload.groups;
    if (resource.type === nodeGroupType) this.readNodes(resource);
    else if (isGiven(ids)) this.attach(resource, referencesOf(resource, property, ids, this.groups.targets), ids.at);
    else if (resource.type === functionType && inputOf(resource, "vpcConfig").isAbsent) return;
    else if (!this.replaced.has(resource)) this.attachDefault(resource, property);
  }

  /** Nodes carry the groups of their launch template, else the one that EKS makes for their cluster. */
  private readNodes(nodes: Resource): void {
    const templated = this.templates.of(nodes);
    const { template } = templated ?? {};
    if (templated && (template === undefined || namesGroups(template))) {
      this.attachTemplate(nodes);
      return;
    }
    const name = inputOf(nodes, "clusterName");
    const { certain, outside } = referenceOf(nodes, "clusterName", name, this.clusters);
    const named = this.clusters.resources.find((each) =>
      outside.some(({ id }) => inputOf(each, "name").text() === id || each.name === id),
    );
    const cluster = certain[0] ?? named;
    if (cluster) this.of(nodes).certain.add(this.groups.ofCluster(cluster));
    else this.of(nodes).missing.add(name.at);
  }

  /** A group that a resource of its own attaches to an endpoint. */
  private readAssociation(association: Resource): void {
    const endpoint = inputOf(association, "vpcEndpointId");
    const found = referenceOf(association, "vpcEndpointId", endpoint, this.endpoints);
    const id = inputOf(association, "securityGroupId");
    const instead = inputOf(association, "replaceDefaultAssociation");
    for (const each of found.certain) {
      this.attach(each, referenceOf(association, "securityGroupId", id, this.groups.targets), id.at);
      if (instead.boolean() === true) this.replaced.add(each);
      else if (isUnknown(instead.boolean())) this.of(each).missing.add(instead.at);
    }
    const perhaps = found.missing.length > 0 ? this.endpoints.resources : found.doubtful;
    for (const each of perhaps) this.of(each).missing.add(endpoint.at);
  }

  /** Groups stand on the template, or on its first interface. */
  private attachTemplate(machine: Resource): void {
    const { template, at } = this.templates.of(machine) ?? {
      template: undefined,
      at: inputOf(machine, "launchTemplate").at,
    };
    const given = template && this.groupList(template, ["vpcSecurityGroupIds"]);
    const nic = template && primaryOf(template)?.member("securityGroups");
    if (given) this.attach(machine, given.found, given.at);
    else if (template && nic && isGiven(nic))
      this.attach(machine, referencesOf(template, "networkInterfaces", nic, this.groups.targets), nic.at);
    else if (template && isUnknown(inputOf(template, "networkInterfaces").items()))
      this.of(machine).missing.add(inputOf(template, "networkInterfaces").at);
    else if (template) this.attachDefault(machine, "launchTemplate");
    else this.of(machine).missing.add(at);
  }

  /** The first list that is given; else what the provider reported at the last deployment. */
  private groupList(resource: Resource, names: readonly string[]): { found: References; at: string } | undefined {
    for (const name of names) {
      const ids = inputOf(resource, name);
      if (isGiven(ids)) return { found: referencesOf(resource, name, ids, this.groups.targets), at: ids.at };
    }
    const reported = outputOf(resource, names[0] ?? "");
    if (!isGiven(reported) || isUnknown(reported.items())) return undefined;
    return { found: referencesOf(resource, names[0] ?? "", reported, this.groups.targets), at: reported.at };
  }

  private attach(resource: Resource, found: References, at: string): void {
    const { certain, doubtful, missing } = this.of(resource);
    for (const each of found.certain) certain.add(this.groups.of(each));
    for (const each of found.outside) certain.add(this.groups.outside(each.id, each.at));
    for (const each of found.doubtful) doubtful.set(this.groups.of(each), at);
    for (const each of found.missing) missing.add(each);
  }

  private borrow(instance: Resource, property: string): void {
    const holder = inputOf(instance, property);
    const items = property === "networkInterfaces" ? holder.items() : [holder];
    if (items === undefined) return;
    const ids = isUnknown(items) ? [holder] : items.map((each) => each.member("networkInterfaceId"));
    const { certain, doubtful, outside, missing } = referencesAmong(instance, property, ids, this.interfaces);
    const own = this.of(instance);
    for (const each of certain) this.adopt(instance, each);
    for (const each of outside) own.missing.add(each.at);
    for (const each of missing) own.missing.add(each);
    if (doubtful.length > 0) own.missing.add(holder.at);
  }

  /** A resource of its own that puts an interface into an instance. */
  private readInterfaceAttachment(attachment: Resource): void {
    const nics = this.nicsOf(attachment);
    const id = inputOf(attachment, "instanceId");
    const { certain, missing } = referenceOf(attachment, "instanceId", id, this.instances);
    for (const instance of certain) {
      for (const nic of nics.certain) this.adopt(instance, nic);
      if (nics.certain.length === 0) this.of(instance).missing.add(inputOf(attachment, "networkInterfaceId").at);
    }
    if (missing.length > 0) for (const instance of this.instances.resources) this.of(instance).missing.add(id.at);
  }

  private adopt(instance: Resource, nic: Resource): void {
    const own = this.of(instance);
    const borrowed = this.of(nic);
    for (const each of borrowed.certain) own.certain.add(each);
    for (const [group, at] of borrowed.doubtful) own.doubtful.set(group, at);
    for (const each of borrowed.missing) own.missing.add(each);
    this.owned.add(nic);
    this.owners.set(instance, (this.owners.get(instance) ?? new Set()).add(nic));
    this.ownersByInterface.set(nic, (this.ownersByInterface.get(nic) ?? new Set()).add(instance));
  }

  /** The network's default group: the one that the program manages, when the network is surely the same. */
  private attachDefault(resource: Resource, name: string): void {
    const [subnet] = this.subnets.all(resource);
    const network = subnet === undefined || typeof subnet === "string" ? undefined : this.subnets.vpcOf(subnet);
    const managed = ofTypes(this.resources, defaultGroupType).filter(
      (each) => network !== undefined && this.subnets.vpcOf(each) === network,
    );
    const { certain, missing } = this.of(resource);
    for (const each of managed) certain.add(this.groups.of(each));
    if (managed.length > 0) return;
    // A network that the program makes has its default group as AWS made it; one it adopts may have been changed.
    const made = typeof network === "object" && network.type === vpcType && this.unmanagedDefault;
    if (made) certain.add(this.groups.defaultOf(network));
    else missing.add(inputOf(resource, name).at);
  }

  /** A group that a resource of its own attaches to an interface of the program. */
  private readAttachment(attachment: Resource): void {
    const nics = this.nicsOf(attachment);
    for (const nic of nics.certain) this.attachBy(attachment, nic);
  }

  /** To the primary interface of an instance: by the id it reported, or because the instance flows into the input. */
  private readInstanceAttachment(attachment: Resource): void {
    const nics = this.nicsOf(attachment);
    if (nics.certain.length > 0) return;
    const id = inputOf(attachment, "networkInterfaceId").text();
    const instances = this.instances.resources;
    const flowing = flowingInto(attachment, "networkInterfaceId", this.instances.types);
    const owners = isUnknown(id) ? flowing : instances.filter((each) => primaryInterfaceOf(each) === id);
    if (owners.length === 1) {
      for (const owner of owners) this.attachBy(attachment, owner);
    } else if (isUnknown(id)) {
      this.attachPerhaps(attachment, [...instances, ...this.interfaces.resources]);
    }
  }

  private nicsOf(attachment: Resource): References {
    return referenceOf(attachment, "networkInterfaceId", inputOf(attachment, "networkInterfaceId"), this.interfaces);
  }

  private attachBy(attachment: Resource, target: Resource): void {
    const id = inputOf(attachment, "securityGroupId");
    this.attach(target, referenceOf(attachment, "securityGroupId", id, this.groups.targets), id.at);
  }

  private attachPerhaps(attachment: Resource, targets: readonly Resource[]): void {
    const nic = inputOf(attachment, "networkInterfaceId").at;
    const id = inputOf(attachment, "securityGroupId");
    const found = referenceOf(attachment, "securityGroupId", id, this.groups.targets);
    for (const target of targets) {
      const { doubtful, missing } = this.of(target);
      for (const each of [...found.certain, ...found.doubtful]) doubtful.set(this.groups.of(each), nic);
      for (const each of found.outside) doubtful.set(this.groups.outside(each.id, each.at), nic);
      for (const each of found.missing) missing.add(each);
    }
  }
}

export function primaryInterfaceOf(instance: Resource): string | undefined {
  const id = outputOf(instance, "primaryNetworkInterfaceId").text();
  return id === undefined || isUnknown(id) ? undefined : id;
}
