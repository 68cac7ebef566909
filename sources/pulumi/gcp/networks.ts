import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { referenceOf } from "../references.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { Named, pathOf } from "./named.js";

export const networkType = "gcp:compute/network:Network";
const subnetworkType = "gcp:compute/subnetwork:Subnetwork";

/** The VPC network that something stands in. */
export interface Place {
  /** The URN of a network of this program, or the path or name of one outside it. */
  readonly key: Maybe<string>;
  /** The network, when this program defines it. */
  readonly resource?: Resource;
  /** While the key is unknown: it is one of these. Absent: it can be any. */
  readonly among?: readonly string[];
  /** The input that names it. */
  readonly at: string;
}

/** The VPC networks of a program, and which of them is meant where one is named. */
export class Networks {
  readonly defined: Named;
  private readonly subnetworks: Named;

  constructor(resources: readonly Resource[]) {
    this.defined = new Named(resources, [networkType]);
    this.subnetworks = new Named(resources, [subnetworkType]);
  }

  /** The network named by `network`, which is part of the top-level input `property`. */
  named(holder: Resource, property: string, network: Input): Place {
    const { certain, outside, doubtful, missing } = referenceOf(holder, property, network, this.defined);
    const [resource] = certain;
    if (resource) return { key: resource.urn, resource, at: network.at };
    const [other] = outside;
    if (other) return { key: outsideKey(holder, other.id), at: network.at };
    const among = missing.length === 0 && doubtful.length > 0 ? { among: doubtful.map(({ urn }) => urn) } : {};
    return { key: unknown(network.at), ...among, at: network.at };
  }

  /** The network of an instance's interface: named, or that of its subnetwork, or the one last reported. */
  ofInterface(instance: Resource, nic: Input, index: number): Place {
    const property = "networkInterfaces";
    const network = nic.member("network");
    const named = this.named(instance, property, network);
    if (!isUnknown(named.key)) return named;
    const { certain } = referenceOf(instance, property, nic.member("subnetwork"), this.subnetworks);
    const [subnetwork] = certain;
    if (subnetwork) return this.named(subnetwork, "network", inputOf(subnetwork, "network"));
    const reported = reportedInterface(instance, index)?.member("network");
    const last = reported && this.named(instance, property, reported);
    return last && !isUnknown(last.key) && network.isAbsent ? last : named;
  }
}

/** What the provider reported of an interface at the last deployment. */
export function reportedInterface(instance: Resource, index: number): Input | undefined {
  const items = outputOf(instance, "networkInterfaces").items();
  return items === undefined || isUnknown(items) ? undefined : items[index];
}

/** Is it the same network? */
export function samePlace(a: Place, b: Place): Maybe<boolean> {
  if (!isUnknown(a.key) && !isUnknown(b.key)) return a.key === b.key || sameName(a.key, b.key);
  const excluded = (known: Place, open: Place) =>
    !isUnknown(known.key) && open.among !== undefined && !open.among.includes(known.key);
  if (excluded(a, b) || excluded(b, a)) return false;
  return unknown(...[a, b].filter(({ key }) => isUnknown(key)).map(({ at }) => at));
}

/** A bare name is a network of the holder's own project. */
function outsideKey(holder: Resource, reference: string): string {
  const path = pathOf(reference);
  const project = inputOf(holder, "project").text() ?? outputOf(holder, "project").text();
  return path.includes("/") || typeof project !== "string" ? path : `projects/${project}/global/networks/${path}`;
}

/** Where one of two does not tell its project, the names decide. */
function sameName(a: string, b: string): boolean {
  const complete = [a, b].every((each) => each.includes("/"));
  return !complete && a.split("/").at(-1) === b.split("/").at(-1);
}
