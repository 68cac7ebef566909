import { AddressSet, notPrivate, outside } from "../../../model/addresses.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Layer } from "../../../model/network.js";
import { exactly, type PartialSet } from "../../../model/partial.js";
import { ipv4, ipv6, wall } from "../../layers.js";
import type { Pods } from "./pods.js";

/**
 * Who finds the way to the pods' own addresses: the cluster's network, and the internet where the cluster reports public
 * ones. Services, Gateways and ports of nodes lead to them from addresses of their own, which are judged apart.
 * Pods in the network of their nodes have no address of their own: the nodes' addresses are not among the objects.
 */
export function podAddress(pods: Pods): Layer[] {
  const { hostNetwork, at, title } = pods;
  if (hostNetwork === true) return [];
  const open = [ipv4, ipv6].filter((family) => isPublic(pods, family));
  const stopped = notPrivate.subtract(AddressSet.join(open));
  return [
    wall({
      ...{ name: "pod address", at },
      stopped: isUnknown(hostNetwork) ? unsure(stopped, hostNetwork.unknown) : exactly(stopped),
      denies: `${title} has addresses of the cluster's network alone; what publishes it is judged for itself`,
      allows: `the addresses of ${title} are reached from the cluster's network${open.length === 0 ? "" : " and from the internet"}`,
    }),
  ];
}

function isPublic({ addresses: { certain, missing } }: Pods, family: AddressSet): boolean {
  return missing.length === 0 && certain.intersect(family).overlaps(outside);
}

function unsure(possible: AddressSet, missing: readonly string[]): PartialSet {
  return { certain: AddressSet.empty, possible, missing };
}
