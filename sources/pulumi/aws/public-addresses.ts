import { AddressSet, type Family } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { onceFor } from "../../../model/once.js";
import { exactly, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { addressLayerName } from "../../aws-rules.js";
import { ipv4, ipv6, within } from "../../layers.js";
import type { Input } from "../input.js";
import { referenceOf, type Targets, targetsOf } from "../references.js";
import { flowingInto, inputOf, outputOf, type Resource } from "../resource.js";
import { type Attachments, instanceType, interfaceType, primaryInterfaceOf } from "./attachments.js";
import { primaryOf } from "./launch-templates.js";
import { defaultSubnetType, type Subnets } from "./subnets.js";
import { workloadOf } from "./workloads.js";

/** The inputs by which an elastic address is bound to a machine. */
const bindings: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/eip:Eip": ["instance", "networkInterface"],
  "aws:ec2/eipAssociation:EipAssociation": ["instanceId", "networkInterfaceId"],
};

const everyOf: Readonly<Record<Family, AddressSet>> = {
  ipv4,
  ipv6,
};

const familyNames: Readonly<Record<Family, string>> = { ipv4: "public IPv4 address", ipv6: "IPv6 address" };

/** Whether there is an address, and the input that says so. `has` is undefined where the program does not say. */
interface Answer {
  readonly has: Maybe<boolean> | undefined;
  readonly at: string;
}

/** The addresses under which the internet finds the machines of a program. */
export class PublicAddresses {
  private readonly elastic = new Map<Resource, string>();
  /** Inputs that bind an elastic address to a machine not known yet. */
  private readonly unbound: string[] = [];
  private readonly machines: Targets;

  constructor(
    resources: readonly Resource[],
    private readonly subnets: Subnets,
    private readonly attachments: Attachments,
  ) {
    this.machines = targetsOf(resources, instanceType, interfaceType);
    for (const resource of resources) {
      for (const property of bindings[resource.type] ?? []) this.bind(resource, property);
    }
  }

  /** Clients of the internet need an address to send to; those inside pass. Undefined: the program says nothing of it. */
  around(machine: Resource): Layer | undefined {
    const answers = this.answersOf(machine);
    const stopped = (family: Family) => exactly(everyOf[family]);
    return layerOf(answers, stopped, () => this.insideOf(machine).complement(), {
      denies: (name) => `no ${name}, so nobody on the internet can send to it`,
      passes: "clients inside need no public address",
    });
  }

  /** Through an internet gateway a packet needs a public IPv4 address to leave, and everywhere an address of its family. */
  outward(machine: Resource, direct: PartialSet): Layer | undefined {
    const answers = this.answersOf(machine);
    const stopped = (family: Family) => (family === "ipv4" ? direct : exactly(everyOf.ipv6));
    return layerOf(answers, stopped, () => this.insideOf(machine).complement(), {
      denies: (name) => `no ${name} to leave from through the internet gateway`,
      passes: "the way there needs no public address of its own",
    });
  }

  private readonly answersOf = onceFor((machine: Resource): Readonly<Record<Family, Answer>> => {
    return { ipv4: this.ipv4Of(machine), ipv6: this.ipv6Of(machine) };
  });

  private insideOf(machine: Resource): AddressSet {
    const places = this.subnets.all(machine);
    return AddressSet.union(
      ...places.map((each) => this.subnets.inside(typeof each === "string" ? undefined : each)),
      this.subnets.inside(undefined),
    );
  }

  private bind(holder: Resource, property: string): void {
    const id = inputOf(holder, property);
    if (id.isAbsent) return;
    const { certain, outside, doubtful, missing } = referenceOf(holder, property, id, this.machines);
    const primary = this.machines.resources.filter((each) =>
      outside.some((one) => one.id === primaryInterfaceOf(each)),
    );
    const [flowing, ...others] = flowingInto(holder, property, this.machines.types);
    for (const each of [...certain, ...primary]) this.elastic.set(each, id.at);
    if (missing.length > 0 && flowing && others.length === 0) this.elastic.set(flowing, id.at);
    else if (missing.length + doubtful.length > 0) this.unbound.push(id.at);
  }

  private ipv4Of(machine: Resource): Answer {
    const interfaces = this.attachments.interfacesOf(machine);
    for (const each of [machine, ...interfaces]) {
      const at = this.elastic.get(each);
      if (at !== undefined) return { has: true, at };
    }
    const own = orReported(machine, "publicIp", this.assignedTo(machine));
    if (own.has !== false || this.unbound.length === 0) return own;
    return { has: unknown(...this.unbound), at: own.at };
  }

  /** Only an interface that is made at launch gets an address by itself (EC2 API, `RunInstances`: `AssociatePublicIpAddress`). */
  private assignedTo(machine: Resource): Answer {
    const stated = workloadOf(machine)?.publicAddress;
    if (stated) return stated;
    const wish = inputOf(machine, "associatePublicIpAddress");
    if (!wish.isAbsent) return { has: wish.boolean(), at: wish.at };
    const templated = this.attachments.templates.of(machine);
    const nic = templated?.template && primaryOf(templated.template);
    const asked = nic?.member("associatePublicIpAddress");
    if (asked !== undefined && !asked.isAbsent) return { has: mapKnown(asked.text() ?? "", isTrue), at: asked.at };
    const place = this.subnets.of(machine);
    const borrowed = ["networkInterfaces", "primaryNetworkInterface"].find((name) => !inputOf(machine, name).isAbsent);
    if (machine.type === interfaceType) return { has: typeof place === "object" ? false : undefined, at: machine.urn };
    if (borrowed !== undefined) {
      const nics = this.attachments.interfacesOf(machine);
      const seen = nics.length > 0 && nics.every((nic) => typeof this.subnets.of(nic) === "object");
      return { has: seen ? false : undefined, at: inputOf(machine, borrowed).at };
    }
    if (templated && templated.template === undefined) return { has: undefined, at: wish.at };
    const places = this.subnets.all(machine);
    const given = places.flatMap((each) => (typeof each === "object" ? [assigning(each)] : []));
    const [first] = given;
    if (first === undefined || given.length < places.length) return { has: undefined, at: wish.at };
    const alike = given.every(({ has }) => has === first.has);
    return alike ? first : { has: unknown(...given.map(({ at }) => at)), at: first.at };
  }

  private ipv6Of(machine: Resource): Answer {
    const stated = workloadOf(machine)?.sixth;
    if (typeof stated === "object") return stated;
    if (stated === "account") {
      const blocks = this.subnets.all(machine).flatMap((each) => {
        const block = typeof each === "object" ? inputOf(each, "ipv6CidrBlock") : undefined;
        return block && !block.isAbsent ? [block.at] : [];
      });
      if (blocks.length > 0) return { has: unknown(...blocks), at: blocks[0] as string };
    }
    const holders = [machine, ...this.attachments.interfacesOf(machine)];
    const places = holders.flatMap((each) => this.subnets.all(each));
    const templated = this.attachments.templates.of(machine);
    const nic = templated?.template && primaryOf(templated.template);
    const inputs = [
      ...holders.flatMap((each) => givenIpv6((name) => inputOf(each, name))),
      ...(nic ? givenIpv6((name) => nic.member(name)) : []),
      ...places.flatMap((place) =>
        typeof place === "string"
          ? []
          : ["assignIpv6AddressOnCreation", "ipv6Native"].map((name) => ({
              at: inputOf(place, name).at,
              has: inputOf(place, name).boolean() ?? false,
            })),
      ),
    ];
    const found = inputs.find(({ has }) => has === true) ?? inputs.find(({ has }) => isUnknown(has));
    if (found) return found;
    const said = places.length > 0 && places.every((place) => typeof place !== "string");
    const hidden = templated !== undefined && templated.template === undefined;
    if (said && !hidden) return { has: false, at: inputOf(machine, "ipv6AddressCount").at };
    return orReported(machine, "ipv6Addresses", { has: undefined, at: inputOf(machine, "ipv6AddressCount").at });
  }
}

/** Where the program does not say it: whether the provider reported an address, or a list of them, at the last deployment. */
function orReported(machine: Resource, name: "publicIp" | "ipv6Addresses", said: Answer): Answer {
  if (said.has !== undefined) return said;
  const reported = outputOf(machine, name);
  const found = name === "publicIp" ? reported.text() : reported.items();
  return found === undefined || isUnknown(found) ? said : { has: found.length > 0, at: reported.at };
}

/** Launch templates write truth as text. */
function isTrue(text: string): boolean {
  return text === "true";
}

/** Whether a subnet gives addresses to what is launched in it. */
function assigning(place: Resource): Answer {
  const given = inputOf(place, "mapPublicIpOnLaunch");
  return { has: given.boolean() ?? place.type === defaultSubnetType, at: given.at };
}

/** The inputs that give a machine addresses of version 6. */
function givenIpv6(read: (name: string) => Input): { at: string; has: Maybe<boolean> }[] {
  const lists = ["ipv6Addresses", "ipv6AddressLists", "ipv6Prefixes"].map(read);
  const counts = ["ipv6AddressCount", "ipv6PrefixCount"].map(read);
  const some = (input: Input): Maybe<boolean> => {
    const items = input.items() ?? [];
    return isUnknown(items) ? items : items.length > 0;
  };
  const many = (input: Input): Maybe<boolean> => {
    const count = input.number() ?? 0;
    return isUnknown(count) ? count : count > 0;
  };
  return [
    ...lists.map((input) => ({ at: input.at, has: some(input) })),
    ...counts.map((input) => ({ at: input.at, has: many(input) })),
  ];
}

function layerOf(
  answers: Readonly<Record<Family, Answer>>,
  stopped: (family: Family) => PartialSet,
  outsideOf: () => AddressSet,
  { denies, passes }: { denies: (name: string) => string; passes: string },
): Layer | undefined {
  const families = (["ipv4", "ipv6"] as const).filter((family) => answers[family].has !== undefined);
  if (families.length === 0) return undefined;
  const names = families.filter((family) => answers[family].has === true).map((family) => familyNames[family]);
  const says = names.length > 0 ? `has a ${names.join(" and an ")}` : passes;
  const evidence = (at: string, sentence: string, decision: "allow" | "deny") =>
    ({ kind: "code", at, says: sentence, layer: { name: addressLayerName, decision } }) as const;
  const outside = outsideOf();
  const rules = families.flatMap((family): FilterRule[] => {
    const { has, at } = answers[family];
    if (has === true || has === undefined) return [];
    const peers = within(stopped(family), outside.intersect(everyOf[family]));
    if (peers.possible.isEmpty) return [];
    const unsure = isUnknown(has) ? undecidedSet([...has.unknown, ...peers.missing], peers.possible) : peers;
    const sentence = isUnknown(has)
      ? `whether there is a ${familyNames[family]} is not known yet`
      : denies(familyNames[family]);
    const rule = {
      id: `${at} (${family})`,
      action: "deny",
      protocol: "any",
      ports: PortSet.all,
      peers: unsure,
    } as const;
    return [{ ...rule, evidence: evidence(at, sentence, "deny") }];
  });
  return {
    name: addressLayerName,
    combine: "first-match",
    rules,
    otherwise: { action: "allow", evidence: evidence(answers[families[0] ?? "ipv4"].at, says, "allow") },
    incomplete: [],
  };
}
