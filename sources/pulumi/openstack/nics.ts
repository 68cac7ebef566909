import { isUnknown, type Maybe } from "../../../model/maybe.js";
import { Attached, type Groups, isLeftOut } from "../filter-groups.js";
import type { Input } from "../input.js";
import { referenceOf, referencesAmong, referencesOf, Targets } from "../references.js";
import { inputOf, inputsOf, knownId, outputOf, type Resource } from "../resource.js";

export const portType = "openstack:networking/port:Port";
export const instanceType = "openstack:compute/instance:Instance";
const associateType = "openstack:networking/portSecGroupAssociate:PortSecGroupAssociate";

/** A port with the groups on it, of an instance or by itself. */
export interface Nic {
  readonly id: string;
  readonly name: string;
  readonly kind: "instance" | "interface";
  readonly cloudId?: string;
  readonly holder: Resource;
  /** The port resource, where the program defines one. */
  readonly port?: Resource;
  /** The block of the instance, or the inputs of the port. */
  readonly input: Input;
  readonly attached: Attached;
  /** Whether port security filters at all. */
  readonly filtered: Maybe<boolean>;
  /** Where the groups are named. */
  readonly groupsAt: string;
}

/** The ports of a program. Instances stand for the ports that they are given. */
export function nicsOf(resources: readonly Resource[], groups: Groups): Nic[] {
  const reader = new Reader(resources, groups);
  const instances = resources.filter((each) => each.type === instanceType).flatMap((each) => reader.ofInstance(each));
  const used = new Set(instances.map(({ port }) => port));
  const free = reader.ports.resources.filter((each) => !used.has(each));
  return [...instances, ...free.map((each) => reader.ofPort(each))];
}

class Reader {
  readonly ports: Targets;
  private readonly associates: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly groups: Groups,
  ) {
    const ofType = (type: string) => resources.filter((each) => each.type === type);
    this.ports = new Targets(ofType(portType), [portType]);
    this.associates = ofType(associateType);
  }

  /** One interface a network; the first has the instance's own name. */
  ofInstance(instance: Resource): Nic[] {
    const networks = inputOf(instance, "networks");
    const items = networks.items();
    const blocks = items === undefined || isUnknown(items) ? [networks] : items;
    const ids = blocks.map((each) => each.member("port"));
    const given = ids.map((id) => !id.isAbsent || isUnknown(items ?? []));
    const all = referencesAmong(
      instance,
      "networks",
      ids.filter((_, i) => given[i]),
      this.ports,
    );
    const flowing = [...all.certain];
    return blocks.map((input, i): Nic => {
      const known = referenceOf(instance, "networks", ids[i] ?? networks, this.ports).certain[0];
      const port = given[i] ? (known ?? (flowing.length === 1 ? flowing[0] : undefined)) : undefined;
      const cloudId = knownId(instance);
      const whose = {
        id: i === 0 ? instance.urn : input.at,
        name: i === 0 ? instance.name : `${instance.name} nic${i}`,
        kind: "instance" as const,
        ...(i === 0 && cloudId !== undefined ? { cloudId } : {}),
        holder: instance,
        input,
      };
      if (port) return { ...this.ofPort(port), ...whose, attached: this.onBoth(instance, port), port };
      const at = inputOf(instance, "securityGroups").at;
      if (!given[i]) return { ...whose, attached: this.onInstance(instance), filtered: true, groupsAt: at };
      const attached = new Attached();
      attached.missing.add(input.member("port").at);
      return { ...whose, attached, filtered: true, groupsAt: at };
    });
  }

  ofPort(port: Resource): Nic {
    const cloudId = knownId(port);
    return {
      id: port.urn,
      name: port.name,
      kind: "interface",
      ...(cloudId === undefined ? {} : { cloudId }),
      holder: port,
      port,
      input: inputsOf(port),
      attached: this.onPort(port),
      filtered: inputOf(port, "portSecurityEnabled").boolean() ?? true,
      groupsAt: inputOf(port, "securityGroupIds").at,
    };
  }

  /** Groups of an instance are for ports that it makes itself; the provider may put them on given ones later. */
  private onBoth(instance: Resource, port: Resource): Attached {
    const attached = this.onPort(port);
    const names = inputOf(instance, "securityGroups");
    if (!isLeftOut(names)) {
      attached.addPerhaps(referencesOf(instance, "securityGroups", names, this.groups.targets), names.at, this.groups);
    }
    return attached;
  }

  private onInstance(instance: Resource): Attached {
    const attached = new Attached();
    const names = inputOf(instance, "securityGroups");
    if (isLeftOut(names)) attached.missing.add(names.at);
    else attached.add(referencesOf(instance, "securityGroups", names, this.groups.targets), names.at, this.groups);
    return attached;
  }

  /** Without a list a port gets the project's default group, whose rules a program does not show. */
  private onPort(port: Resource): Attached {
    const attached = new Attached();
    const none = inputOf(port, "noSecurityGroups").boolean() ?? false;
    const list = inputOf(port, "securityGroupIds");
    const reported = outputOf(port, "allSecurityGroupIds");
    const ids = isLeftOut(list) && !isLeftOut(reported) ? reported : list;
    const found = referencesOf(port, "securityGroupIds", ids, this.groups.targets);
    if (isUnknown(none)) {
      attached.addPerhaps(found, none.unknown[0] ?? ids.at, this.groups);
      if (isLeftOut(ids)) attached.missing.add(ids.at);
    } else if (!none) {
      attached.add(found, ids.at, this.groups);
      if (isLeftOut(ids)) attached.missing.add(ids.at);
    }
    for (const each of this.associates) this.associate(each, port, attached);
    return attached;
  }

  /** Adds groups; with `enforce` it takes all others away, and which of two resources writes last is not known. */
  private associate(associate: Resource, port: Resource, attached: Attached): void {
    const id = inputOf(associate, "portId");
    const { certain, doubtful, missing } = referenceOf(associate, "portId", id, this.ports);
    const perhaps = doubtful.includes(port) || (missing.length > 0 && doubtful.length === 0);
    if (!certain.includes(port) && !perhaps) return;
    const list = inputOf(associate, "securityGroupIds");
    const found = referencesOf(associate, "securityGroupIds", list, this.groups.targets);
    const enforce = inputOf(associate, "enforce");
    if (enforce.boolean() !== undefined && enforce.boolean() !== false) {
      for (const group of [...attached.certain]) {
        attached.certain.delete(group);
        attached.doubtful.set(group, enforce.at);
      }
    }
    if (perhaps) attached.addPerhaps(found, id.at, this.groups);
    else attached.add(found, list.at, this.groups);
  }
}
