import { type Layer, type NetworkInterface, type Notice, withWays } from "../../../model/network.js";
import { openLayer } from "../machines.js";
import type { Resource } from "../resource.js";
import { Connections } from "./connections.js";
import { cloudOf, reachOf } from "./types.js";

/** The resources near packets whose types are not read; `read` holds the types that are. */
export function unreadIn(resources: readonly Resource[], read: Readonly<Record<string, string>>): Resource[] {
  const near = new Map<string, boolean>();
  return resources.filter(({ type }) => {
    if (type in read) return false;
    const known = near.get(type) ?? reachOf(type) !== undefined;
    near.set(type, known);
    return known;
  });
}

export function saysUnread({ urn, type }: Resource): Notice {
  return { at: urn, says: `${type} is a type that port587 does not read` };
}

/**
 * What unread resources are connected with is unknown: they may open it as well as close it. One that does not tell what
 * it is connected with may concern everything of its cloud.
 */
export function besideUnread(
  interfaces: readonly NetworkInterface[],
  unread: readonly Resource[],
  resources: readonly Resource[],
): NetworkInterface[] {
  const acting = unread.filter(({ type }) => reachOf(type) !== "apart");
  if (acting.length === 0) return [...interfaces];
  const connections = new Connections(resources);
  const doubts = new Map<Resource, Set<string>>();
  for (const each of acting) {
    const isEverywhere = reachOf(each.type) === "everywhere" || connections.isUntold(each);
    const cloud = cloudOf(each.type);
    const concerned = isEverywhere ? resources.filter(({ type }) => cloudOf(type) === cloud) : connections.around(each);
    for (const one of concerned)
      doubts.set(one, (doubts.get(one) ?? new Set()).add(`${each.urn} (a type that is not read)`));
  }
  const byUrn = new Map(resources.map((each) => [each.urn, each]));
  return interfaces.map((nic) => {
    const resource = byUrn.get(nic.id) ?? byUrn.get(nic.id.split("#")[0] ?? "");
    const missing = resource && doubts.get(resource);
    return missing ? doubted(nic, inShort([...missing].sort())) : nic;
  });
}

const mostNamed = 3;

/** Each of them is told by a notice of its own. */
function inShort(missing: readonly string[]): string[] {
  const more = missing.length - mostNamed;
  return more > 0
    ? [...missing.slice(0, mostNamed), `${more} more resources of types that are not read`]
    : [...missing];
}

function doubted(nic: NetworkInterface, missing: readonly string[]): NetworkInterface {
  const says = "nothing more is known to stand in the way";
  const gate = { ...openLayer("resources that are not read", nic.id, says), incomplete: missing };
  const open = (layers: readonly Layer[]): Layer[] => [
    ...layers.map((layer) =>
      layer.name === "provider"
        ? layer
        : { ...layer, incomplete: [...new Set([...layer.incomplete, ...missing])].sort() },
    ),
    gate,
  ];
  return withWays(nic, (ways) => ({ ...ways, ingress: open(ways.ingress), egress: open(ways.egress) }));
}
