import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { sentenceOf } from "../../aws-rules.js";
import { ipv4, ipv6 } from "../../layers.js";
import { doubtful } from "../filter-rules.js";
import type { Input } from "../input.js";
import { referenceOf, type Targets, targetsOf } from "../references.js";
import { inputOf, knownId, ofTypes, type Resource } from "../resource.js";
import { block, portsOf, protocolOf } from "./rules.js";

const instanceType = "aws:lightsail/instance:Instance";
const portsType = "aws:lightsail/instancePublicPorts:InstancePublicPorts";
const name = "Lightsail firewall";

/** Lightsail instances: a firewall of their own, which `InstancePublicPorts` replaces as a whole; outbound is open. */
export function lightsailInstances(resources: readonly Resource[]): NetworkInterface[] {
  const instances = targetsOf(resources, instanceType);
  const ports = ofTypes(resources, portsType);
  return instances.resources.map((each): NetworkInterface => {
    const own = ports.map((one) => ({ one, is: guards(one, each, instances) })).filter(({ is }) => is !== false);
    const cloudId = knownId(each);
    const open = { kind: "default", at: each.urn, says: "Lightsail filters nothing on the way out" } as const;
    return {
      ...{ id: each.urn, name: each.name, kind: "instance", origin: "planned" },
      ...(cloudId === undefined ? {} : { cloudId }),
      evidence: { kind: "code", at: each.urn, says: `Lightsail instance ${each.name}` },
      ingress: [own.length > 0 ? firewall(own) : standard(each)],
      egress: [{ name, combine: "union", rules: [], otherwise: { action: "allow", evidence: open }, incomplete: [] }],
    };
  });
}

function guards(ports: Resource, instance: Resource, instances: Targets): Maybe<boolean> {
  const id = inputOf(ports, "instanceName");
  const { certain, outside, doubtful: perhaps, missing } = referenceOf(ports, "instanceName", id, instances);
  if (certain.includes(instance) || outside.some((each) => inputOf(instance, "name").text() === each.id)) return true;
  return missing.length > 0 || perhaps.includes(instance) ? unknown(id.at) : false;
}

function firewall(own: readonly { one: Resource; is: Maybe<boolean> }[]): Layer {
  const rules = own.flatMap(({ one, is }) => {
    const items = inputOf(one, "portInfos").items() ?? [];
    const found = isUnknown(items) ? [] : items.flatMap(rulesOf);
    return isUnknown(is) ? found.map((rule) => doubtful(rule, ...is.unknown)) : found;
  });
  const incomplete = own.flatMap(({ one }) => {
    const items = inputOf(one, "portInfos").items();
    return isUnknown(items) ? items.unknown : [];
  });
  const at = own[0] ? inputOf(own[0].one, "portInfos").at : "";
  const evidence = {
    kind: "code",
    at,
    says: "what no public port names is dropped",
    layer: { name, decision: "deny" },
  } as const;
  const standing = own.every(({ is }) => isUnknown(is))
    ? own.flatMap(({ is }) => (isUnknown(is) ? is.unknown : []))
    : [];
  return {
    name,
    combine: "union",
    rules,
    otherwise: { action: "deny", evidence },
    incomplete: [...incomplete, ...standing],
  };
}

/** Sources left out are everybody; given ones are only themselves (Lightsail API reference, `PortInfo`). */
function rulesOf(info: Input): FilterRule[] {
  const protocol = protocolOf(info);
  const named = [
    ...blocks(info.member("cidrs"), ipv4),
    ...blocks(info.member("ipv6Cidrs"), ipv6),
    ...blocks(info.member("cidrListAliases"), undefined),
  ];
  const peers = named.length > 0 ? unionOf(...named) : everybody;
  return portsOf(info, protocol).map(({ ports, missing }) => {
    const says = sentenceOf("ingress", protocol, ports, peers);
    const evidence = { kind: "code", at: info.at, says, layer: { name, decision: "allow" } } as const;
    return doubtful<FilterRule>({ id: info.at, action: "allow", protocol, ports, peers, evidence }, ...missing);
  });
}

function blocks(list: Input, family: typeof ipv4 | undefined): PartialSet[] {
  const items = list.items() ?? [];
  if (isUnknown(items)) return [undecidedSet(items.unknown, family)];
  return items.map((each) => (family ? block(each, family) : undecidedSet([each.at])));
}

/** A new instance lets in SSH and HTTP, or Remote Desktop, and no mail (Lightsail user guide, "Firewalls"). */
function standard({ urn }: Resource): Layer {
  const says = "no InstancePublicPorts names this instance, and Lightsail opens no mail port by itself";
  const evidence = { kind: "default", at: urn, says, layer: { name, decision: "deny" } } as const;
  return { name, combine: "union", rules: [], otherwise: { action: "deny", evidence }, incomplete: [] };
}
