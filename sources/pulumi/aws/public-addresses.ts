import { AddressSet, type Family } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { exactly, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { addressLayerName } from "../../aws-rules.js";
import type { Input } from "../input.js";
import { referenceOf, Targets } from "../references.js";
import { flowingInto, inputOf, type Resource } from "../resource.js";
import { type Attachments, instanceType, interfaceType, primaryInterfaceOf } from "./attachments.js";
import { defaultSubnetType, type Subnets } from "./subnets.js";

/** The inputs by which an elastic address is bound to a machine. */
const bindings: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/eip:Eip": ["instance", "networkInterface"],
  "aws:ec2/eipAssociation:EipAssociation": ["instanceId", "networkInterfaceId"],
};

const everyOf: Readonly<Record<Family, AddressSet>> = {
  ipv4: AddressSet.of("0.0.0.0/0"),
  ipv6: AddressSet.of("::/0"),
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
    const types = [instanceType, interfaceType];
    this.machines = new Targets(
      resources.filter((each) => types.includes(each.type)),
      types,
    );
    for (const resource of resources) {
      for (const property of bindings[resource.type] ?? []) this.bind(resource, property);
    }
  }

  /** Clients of the internet need an address to send to; those inside pass. Undefined: the program says nothing of it. */
  around(machine: Resource): Layer | undefined {
    const answers = { ipv4: this.ipv4Of(machine), ipv6: this.ipv6Of(machine) };
    const families = (["ipv4", "ipv6"] as const).filter((family) => answers[family].has !== undefined);
    if (families.length === 0) return undefined;
    const outside = this.insideOf(machine).complement();
    const names = families.filter((family) => answers[family].has === true).map((family) => familyNames[family]);
    const at = answers[families[0] ?? "ipv4"].at;
    const says = names.length > 0 ? `has a ${names.join(" and an ")}` : "clients inside need no public address";
    return {
      name: addressLayerName,
      combine: "first-match",
      rules: families.flatMap((family) => denial(family, answers[family], outside.intersect(everyOf[family]))),
      otherwise: {
        action: "allow",
        evidence: { kind: "code", at, says, layer: { name: addressLayerName, decision: "allow" } },
      },
      incomplete: [],
    };
  }

  private insideOf(machine: Resource): AddressSet {
    const place = this.subnets.of(machine);
    return this.subnets.inside(typeof place === "string" ? undefined : place);
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
    const own = this.assignedTo(machine);
    if (own.has !== false || this.unbound.length === 0) return own;
    return { has: unknown(...this.unbound), at: own.at };
  }

  /** Only an interface that is made at launch gets an address by itself (EC2 API, `RunInstances`: `AssociatePublicIpAddress`). */
  private assignedTo(machine: Resource): Answer {
    const wish = inputOf(machine, "associatePublicIpAddress");
    if (!wish.isAbsent) return { has: wish.boolean(), at: wish.at };
    const place = this.subnets.of(machine);
    const borrowed = ["networkInterfaces", "primaryNetworkInterface"].find((name) => !inputOf(machine, name).isAbsent);
    if (machine.type === interfaceType) return { has: typeof place === "object" ? false : undefined, at: machine.urn };
    if (borrowed !== undefined) {
      const nics = this.attachments.interfacesOf(machine);
      const seen = nics.length > 0 && nics.every((nic) => typeof this.subnets.of(nic) === "object");
      return { has: seen ? false : undefined, at: inputOf(machine, borrowed).at };
    }
    if (typeof place !== "object" || !inputOf(machine, "launchTemplate").isAbsent)
      return { has: undefined, at: wish.at };
    const given = inputOf(place, "mapPublicIpOnLaunch");
    return { has: given.boolean() ?? place.type === defaultSubnetType, at: given.at };
  }

  private ipv6Of(machine: Resource): Answer {
    const holders = [machine, ...this.attachments.interfacesOf(machine)];
    const places = holders.flatMap((each) => this.subnets.of(each) ?? []);
    const inputs = [
      ...holders.flatMap((each) => givenIpv6(each)),
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
    const templated = !inputOf(machine, "launchTemplate").isAbsent;
    return { has: said && !templated ? false : undefined, at: inputOf(machine, "ipv6AddressCount").at };
  }
}

/** The inputs that give a machine addresses of version 6. */
function givenIpv6(machine: Resource): { at: string; has: Maybe<boolean> }[] {
  const lists = ["ipv6Addresses", "ipv6AddressLists", "ipv6Prefixes"].map((name) => inputOf(machine, name));
  const counts = ["ipv6AddressCount", "ipv6PrefixCount"].map((name) => inputOf(machine, name));
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

function denial(family: Family, { has, at }: Answer, peers: AddressSet): FilterRule[] {
  if (has === true || has === undefined) return [];
  const says = isUnknown(has)
    ? `whether there is a ${familyNames[family]} is not known yet`
    : `no ${familyNames[family]}, so nobody on the internet can send to it`;
  return [
    {
      id: `${at} (${family})`,
      action: "deny",
      protocol: "any",
      ports: PortSet.all,
      peers: isUnknown(has) ? undecidedSet(has.unknown, peers) : exactly(peers),
      evidence: { kind: "code", at, says, layer: { name: addressLayerName, decision: "deny" } },
    },
  ];
}
