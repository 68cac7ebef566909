import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../../model/network.js";
import { PortSet } from "../../../model/ports.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import { type Group, Groups } from "../filter-groups.js";
import {
  type Direction,
  directions,
  doubtful,
  filterRule,
  portsWritten,
  protocolNamed,
  spelledIn,
} from "../filter-rules.js";
import type { Input } from "../input.js";
import { type CloudLayers, isBare, Machines, openLayer, unionLayer } from "../machines.js";
import { type References, referencesOf, Targets } from "../references.js";
import { inputOf, type Resource } from "../resource.js";
import { balancerType, loadBalancers } from "./balancers.js";
import { Sources } from "./sources.js";

const firewallType = "digitalocean:index/firewall:Firewall";
const dropletType = "digitalocean:index/droplet:Droplet";
const tagType = "digitalocean:index/tag:Tag";
const layerName = "firewall";
const provider = providerLayer("digitalocean");

/**
 * Droplets behind Cloud Firewalls, which are put on them by id or by tag: stateful, side by side, default deny both ways
 * (docs.digitalocean.com, Networking, Firewalls).
 * @throws InputError for an address or a port range that is none.
 */
export function networkOf(resources: readonly Resource[]): NetworkInterface[] {
  const firewalls = resources.filter(({ type }) => type === firewallType);
  const groups = new Groups(new Targets(firewalls, [firewallType]));
  const machines = new Machines(resources, [dropletType], groups);
  const tags = new Targets(
    resources.filter(({ type }) => type === tagType),
    [tagType],
  );
  const balancers = new Targets(
    resources.filter(({ type }) => type === balancerType),
    [balancerType],
  );
  const sources = new Sources(machines, tags, balancers);
  for (const firewall of firewalls) {
    const own: References = { certain: [firewall], doubtful: [], outside: [], missing: [] };
    machines.listed(firewall, "dropletIds", own);
    machines.put(own, sources.tagged(firewall, "tags", inputOf(firewall, "tags")), `${firewall.urn}#tags`);
    fill(groups.of(firewall), firewall, sources);
  }
  const cloud: CloudLayers = {
    machine: "droplet",
    firewall: layerName,
    provider: () => provider,
    layer: (attached, direction, at): Layer =>
      isBare(attached)
        ? openLayer(layerName, at, "no firewall of this program is on the droplet, so nothing is filtered")
        : unionLayer(
            layerName,
            attached,
            direction,
            at,
            `${attached.called(layerName)}: what no ${direction} rule allows is dropped`,
          ),
  };
  const dropletsBehind = (balancer: Resource) =>
    combined(
      referencesOf(balancer, "dropletIds", inputOf(balancer, "dropletIds"), machines.targets),
      sources.tagged(balancer, "dropletTag", inputOf(balancer, "dropletTag")),
    );
  return [
    ...machines.interfaces(cloud),
    ...loadBalancers(balancers.resources, {
      behind: dropletsBehind,
      firewall: (droplet) => cloud.layer(machines.of(droplet), "ingress", droplet.urn),
      namedBy: (rule) => sources.balancersNamed.get(rule.id) ?? [],
    }),
  ];
}

function combined(a: References, b: References): References {
  return {
    certain: [...a.certain, ...b.certain],
    doubtful: [...a.doubtful, ...b.doubtful],
    outside: [...a.outside, ...b.outside],
    missing: [...a.missing, ...b.missing],
  };
}

function fill(group: Group, firewall: Resource, sources: Sources): void {
  for (const direction of directions) {
    const property = direction === "ingress" ? "inboundRules" : "outboundRules";
    const items = inputOf(firewall, property).items() ?? [];
    if (isUnknown(items)) group.incomplete[direction].push(...items.unknown);
    else
      for (const item of items) group.rules[direction].push(...rulesOf(firewall, property, item, direction, sources));
  }
}

/** Whether a deny or an allow comes first DigitalOcean does not say: where both match, the answer is unknown. */
function rulesOf(
  firewall: Resource,
  property: string,
  item: Input,
  direction: Direction,
  sources: Sources,
): FilterRule[] {
  const protocol = mapKnown(item.member("protocol").text() ?? unknown(item.at), (text) =>
    protocolNamed(text, [], item.member("protocol").at),
  );
  const action = mapKnown(item.member("action").text() ?? "allow", (text): "allow" | "deny" =>
    text.toLowerCase() === "deny" ? "deny" : "allow",
  );
  const stated = {
    at: item.at,
    direction,
    protocol,
    ports: portsOf(item.member("portRange")),
    peers: sources.of(firewall, property, item, direction),
    ...spelledIn(item.member(direction === "ingress" ? "sourceAddresses" : "destinationAddresses")),
  };
  if (isUnknown(action))
    return (["deny", "allow"] as const).map((each) =>
      doubtful(filterRule({ ...stated, action: each }), ...action.unknown),
    );
  const rule = filterRule({ ...stated, action });
  return [action === "deny" ? doubtful(rule, "whether a deny rule of DigitalOcean goes before an allow rule") : rule];
}

/** Left out, `0` and `all` are every port, as the API has it. */
function portsOf(input: Input): Maybe<PortSet> {
  const text = input.text() ?? "all";
  if (isUnknown(text)) return text;
  return text === "" || text === "0" || text === "all" ? PortSet.all : portsWritten(input, "-");
}
