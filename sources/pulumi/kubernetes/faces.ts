import { notPrivate, outside, privateNetworks } from "../../../model/addresses.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { everybody, exactly, intersectionOf, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { doubtful } from "../filter-rules.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { elementsOf, given } from "./objects.js";
import { cidrAt } from "./peers.js";
import { addressAt } from "./pods.js";

/** Who can send to which ports of an address that stands before pods. */
export interface Face {
  /** The field's term: `load balancer`, `node port`, `gateway`. */
  readonly name: string;
  readonly at: string;
  /** What it is, for a sentence: `service/mail` */
  readonly title: string;
  readonly ports: PortSet;
  readonly clients: PartialSet;
  /** The same as they are spelled; absent where nobody is named. */
  readonly spelled?: readonly string[];
  /** Whether only the inside of the cluster's network can reach it, and what says so. */
  readonly internal: Maybe<boolean>;
  readonly internalAt: string;
  readonly doubts: readonly string[];
  /** What else there is to say about a port. */
  readonly note?: string;
}

/** The clients that a face takes connections from, whatever their port. */
export function clientsOf({ clients, internal, internalAt, doubts }: Face): PartialSet {
  const near = intersectionOf(clients, exactly(privateNetworks));
  const open = internal === false ? clients : internal === true ? near : undefined;
  const possible = open ?? { certain: near.certain, possible: clients.possible, missing: [internalAt] };
  return doubts.length > 0 ? undecidedSet([...doubts], possible.possible) : possible;
}

/** Each port has a rule of its own: one Service with two ports is two openings. */
export function faceLayer(face: Face): Layer {
  const { name, at, title, ports, clients, internal, internalAt, doubts, note = "" } = face;
  const keepsOut = (): FilterRule => ({
    ...{ id: `${internalAt} ${name}`, action: "deny", protocol: "any", ports: PortSet.all, peers: exactly(notPrivate) },
    evidence: { kind: "code", at: internalAt, says: `the ${name} of ${title} has an internal address alone` },
  });
  const who = clients.missing.length > 0 ? "clients that are not known yet" : clients.certain.toString();
  const lets = single(ports).map((each): FilterRule => {
    const evidence = { kind: "code", at, says: `${title} takes tcp ${each} from ${who}${note}` } as const;
    return {
      id: `${title} ${name} ${each} (${at})`,
      action: "allow",
      protocol: "tcp",
      ports: each,
      peers: clients,
      ...(face.spelled ? { written: face.spelled } : {}),
      evidence,
    };
  });
  return {
    name,
    combine: "first-match",
    rules: [
      ...(internal === false ? [] : [isUnknown(internal) ? doubtful(keepsOut(), ...internal.unknown) : keepsOut()]),
      ...lets.map((each) => doubtful(each, ...doubts)),
    ],
    otherwise: {
      action: "deny",
      evidence: { kind: "code", at, says: `${title} takes tcp ${ports} from ${who} and nothing else` },
    },
    incomplete: [],
  };
}

function single(ports: PortSet): PortSet[] {
  return ports.equals(PortSet.all) || ports.isEmpty
    ? [ports]
    : ports.ranges.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, i) => PortSet.of(low + i)));
}

const internalMarks: readonly (readonly [annotation: string, pattern: RegExp])[] = [
  ["service.beta.kubernetes.io/aws-load-balancer-internal", /^(true|0\.0\.0\.0\/0)$/i],
  ["service.beta.kubernetes.io/aws-load-balancer-scheme", /^internal$/i],
  ["service.beta.kubernetes.io/azure-load-balancer-internal", /^true$/i],
  ["networking.gke.io/load-balancer-type", /^internal$/i],
  ["cloud.google.com/load-balancer-type", /^internal$/i],
  ["service.beta.kubernetes.io/openstack-internal-load-balancer", /^true$/i],
  ["load-balancer.hetzner.cloud/use-private-ip-only", /^true$/i],
  ["load-balancer.hetzner.cloud/disable-public-network", /^true$/i],
  ["service.beta.kubernetes.io/oci-load-balancer-internal", /^true$/i],
  ["oci-network-load-balancer.oraclecloud.com/internal", /^true$/i],
  ["service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type", /^intranet$/i],
  ["service.beta.kubernetes.io/scw-loadbalancer-private", /^true$/i],
  ["service.beta.kubernetes.io/do-loadbalancer-network", /^internal$/i],
];

const publicMarks: readonly (readonly [annotation: string, pattern: RegExp])[] = [
  ["service.beta.kubernetes.io/aws-load-balancer-scheme", /^internet-facing$/i],
];

/** The AWS Load Balancer Controller makes internal ones unless told otherwise (its guide, Network Load Balancer). */
const awsController: readonly (readonly [annotation: string, pattern: RegExp])[] = [
  ["service.beta.kubernetes.io/aws-load-balancer-type", /^(external|nlb-ip)$/i],
];
const awsClasses = ["service.k8s.aws/nlb", "eks.amazonaws.com/nlb"];

/** Whether a load balancer has an internal address alone: by its own address, else by annotations and class. */
export function internalOf(
  resource: Resource,
  annotations: Input,
  addresses: readonly Input[],
): { is: Maybe<boolean>; at: string } {
  const known = addresses.filter((each) => typeof each.text() === "string" && each.text() !== "");
  const [first] = known;
  if (first) return { is: known.every((each) => !addressAt(each).overlaps(outside)), at: first.at };
  const marked = (marks: typeof internalMarks) =>
    marks
      .map(([name, pattern]) => ({ input: annotations.member(name), pattern }))
      .find(({ input, pattern }) => pattern.test(textOf(input)));
  const outward = marked(publicMarks);
  if (outward) return { is: false, at: outward.input.at };
  const inward = marked(internalMarks);
  if (inward) return { is: true, at: inward.input.at };
  const missing = internalMarks.flatMap(([name]) => {
    const text = annotations.member(name).text();
    return isUnknown(text) ? text.unknown : [];
  });
  if (missing.length > 0) return { is: unknown(...missing), at: annotations.at };
  const loadBalancerClass = inputOf(resource, "spec").member("loadBalancerClass");
  const controller = marked(awsController);
  if (awsClasses.includes(textOf(loadBalancerClass))) return { is: true, at: loadBalancerClass.at };
  return controller ? { is: true, at: controller.input.at } : { is: false, at: annotations.at };
}

function textOf(input: Input): string {
  const text = input.text();
  return typeof text === "string" ? text : "";
}

/** Addresses that a load balancer was given. */
export function reportedAddresses(resource: Resource): Input[] {
  const list = elementsOf(given(resource, "status", "loadBalancer", "ingress"));
  return isUnknown(list) ? [] : list.map((each) => each.member("ip"));
}

/** Whom a load balancer takes connections from: everybody unless it is told. */
export function sourceRanges(resource: Resource): Pick<Face, "clients" | "spelled"> {
  const list = inputOf(resource, "spec").member("loadBalancerSourceRanges");
  const items = elementsOf(list);
  if (isUnknown(items)) return { clients: undecidedSet(items.unknown) };
  if (items.length > 0) return { clients: unionOf(...items.map(cidrAt)), spelled: items.map(textOf) };
  const annotation = inputOf(resource, "metadata")
    .member("annotations")
    .member("service.beta.kubernetes.io/load-balancer-source-ranges");
  const text = annotation.text();
  if (text === undefined || text === "") return { clients: everybody };
  if (isUnknown(text)) return { clients: undecidedSet(text.unknown) };
  const spelled = text.split(",").map((part) => part.trim());
  return { clients: unionOf(...spelled.map((part) => cidrAt(annotation.reading(part)))), spelled };
}

export const insideCluster: PartialSet = exactly(privateNetworks);
