import { AddressSet } from "../../../model/addresses.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../../model/network.js";
import { everybody, exactly, type PartialSet, undecidedSet, unionOf } from "../../../model/partial.js";
import { asSeen } from "../../balancing.js";
import { balancerInterface, type Forwarding, portNumber, type Speech, speechOf } from "../balancers.js";
import type { Attached } from "../filter-groups.js";
import { addressBlock, everyIpv4 } from "../filter-rules.js";
import type { Input } from "../input.js";
import { belonging, commonPort } from "../owners.js";
import type { Targets } from "../references.js";
import { targetsOf } from "../references.js";
import { flowingInto, inputOf, outputOf, type Resource } from "../resource.js";
import type { OciRule } from "./rules.js";
import { answersOf } from "./stateless.js";
import { addressesOf, type Vnic, type Vnics } from "./vnics.js";

type RulesOf = (attached: Attached<OciRule>, at: string) => Layer;

/** The two kinds of load balancers: their types, and what their resources call things. */
const kinds = [
  {
    folder: "oci:NetworkLoadBalancer",
    balancer: "networkLoadBalancer:NetworkLoadBalancer",
    owner: "networkLoadBalancerId",
    set: "backendSetName",
    // The service's defaults (API reference of either service).
    isPrivate: true,
    version: "nlbIpVersion",
  },
  {
    folder: "oci:LoadBalancer",
    balancer: "loadBalancer:LoadBalancer",
    owner: "loadBalancerId",
    set: "backendsetName",
    isPrivate: false,
    version: "ipMode",
  },
] as const;

type Kind = (typeof kinds)[number];

/** The words of both services' `CreateListenerDetails` and of the NLB guide, "Listeners"; L3IP takes every protocol above IP, and so TCP. */
const protocols = {
  tcp: "tcp",
  tcp_and_udp: "tcp",
  any: "tcp",
  l3ip: "tcp",
  udp: "other",
  http: "web",
  http2: "web over tls",
  grpc: "web over tls",
} as const;

/**
 * Oracle Cloud's load balancers: the security rules of their subnet and groups at the listener's port, then those of the
 * backends at theirs. A network load balancer shows backends the client unless its backend set says otherwise.
 */
export function loadBalancers(resources: readonly Resource[], vnics: Vnics, rulesOf: RulesOf) {
  const attached: Attached<OciRule>[] = [];
  const interfaces = kinds.flatMap((kind) => {
    const balancers = targetsOf(resources, `${kind.folder}/${kind.balancer}`);
    return balancers.resources.map((balancer): NetworkInterface => {
      const around = vnics.around(balancer);
      attached.push(around.attached);
      const site = { kind, balancer, balancers, resources, vnics, rulesOf, subnets: around.subnets };
      const listeners = ownedBy(site, "listener:Listener");
      const isPrivate = inputOf(balancer, "isPrivate");
      const own = balancerInterface({
        resource: balancer,
        forwardings: listeners.sure.map((each) => forwardingOf(each, site)),
        incomplete: listeners.perhaps,
        clients: familiesOf(inputOf(balancer, kind.version)),
        internal: { is: isPrivate.boolean() ?? kind.isPrivate, at: isPrivate.at },
        filters: [rulesOf(around.attached, balancer.urn)],
        firewall: "security rules",
      });
      const answers = answersOf(around.attached, "ingress");
      return answers ? { ...own, ingressAnswers: [answers] } : own;
    });
  });
  return { interfaces, attached };
}

interface Site {
  readonly kind: Kind;
  readonly balancer: Resource;
  readonly balancers: Targets;
  readonly resources: readonly Resource[];
  readonly vnics: Vnics;
  readonly rulesOf: RulesOf;
  readonly subnets: readonly Resource[];
}

function ownedBy({ kind, balancer, balancers, resources }: Site, type: string) {
  const parts = targetsOf(resources, `${kind.folder}/${type}`).resources;
  return belonging(parts, kind.owner, balancer, balancers);
}

function forwardingOf(listener: Resource, site: Site): Forwarding {
  const set = inputOf(listener, "defaultBackendSetName");
  const backends = ownedBy(site, "backend:Backend");
  const sets = ownedBy(site, "backendSet:BackendSet");
  const named = sets.sure.find((each) => sameSet(listener, "defaultBackendSetName", each));
  const own = backends.sure.map((each) => ({ each, is: inSet(each, listener, named, site.kind) }));
  const behind = own.filter(({ is }) => is === true).map(({ each }) => backendOf(each, named, site));
  // Port 0, and the protocol ANY, take every port.
  const port = inputOf(listener, "port");
  return {
    at: listener.urn,
    listen: port.number() === 0 ? unknown(port.at) : portNumber(port),
    target: commonPort(
      behind.map(({ port: each }) => each),
      set.at,
    ),
    speech: speech(listener),
    targets: behind.flatMap(({ layers }) => layers),
    missing: [
      ...behind.flatMap(({ missing }) => missing),
      ...backends.perhaps,
      ...own.flatMap(({ is }) => (isUnknown(is) ? is.unknown : [])),
    ],
  };
}

function speech(listener: Resource): Maybe<Speech> {
  const stated = speechOf<Speech>(inputOf(listener, "protocol"), protocols);
  const ends = !inputOf(listener, "sslConfiguration").isAbsent;
  return mapKnown(stated, (each) => (ends && each === "tcp" ? "tls" : ends && each === "web" ? "web over tls" : each));
}

/** By the set's name, or because it flows in. */
function sameSet(holder: Resource, property: string, set: Resource): boolean {
  const [name, own] = [inputOf(holder, property).text(), inputOf(set, "name").text()];
  return (typeof name === "string" && name === own) || flowingInto(holder, property, new Set([set.type])).includes(set);
}

function inSet(backend: Resource, listener: Resource, set: Resource | undefined, kind: Kind): Maybe<boolean> {
  const [own, wanted] = [inputOf(backend, kind.set), inputOf(listener, "defaultBackendSetName")];
  if (set && sameSet(backend, kind.set, set)) return true;
  const [a, b] = [own.text() ?? unknown(own.at), wanted.text() ?? unknown(wanted.at)];
  return isUnknown(a) || isUnknown(b) ? unknown(own.at) : a === b;
}

function backendOf(backend: Resource, set: Resource | undefined, site: Site) {
  const { vnics, balancer, rulesOf } = site;
  const [target, ip] = [inputOf(backend, "targetId"), inputOf(backend, "ipAddress")];
  const cards = vnics.all.filter((vnic) => isAt(vnic, backend, target, ip));
  const [card, ...more] = cards;
  const port = portNumber(inputOf(backend, "port"));
  if (!card || more.length > 0) return { port, layers: [], missing: [(target.isAbsent ? ip : target).at] };
  const rules = rulesOf(card.attached, card.subnetAt);
  // Answers to what a stateless rule lets in need a rule that the balancer's subject does not hold.
  const untracked = answersOf(card.attached, "ingress") ? [card.subnetAt] : [];
  const layer = { ...rules, incomplete: [...rules.incomplete, ...untracked] };
  const preserved = site.kind.isPrivate ? preservation(balancer, set) : false;
  return { port, layers: [asSeen(layer, preserved, seenFrom(site.subnets, balancer), backend.urn)], missing: [] };
}

function preservation(balancer: Resource, set: Resource | undefined): Maybe<boolean> {
  const both = inputOf(balancer, "isPreserveSourceDestination").boolean() ?? false;
  if (both === true) return true;
  return set ? (inputOf(set, "isPreserveSource").boolean() ?? true) : unknown(`backend set of ${balancer.urn}`);
}

function isAt(vnic: Vnic, backend: Resource, target: Input, ip: Input): boolean {
  const types = new Set([vnic.resource.type]);
  const id = target.text();
  if (typeof id === "string") return vnic.resource.id === id;
  if (!target.isAbsent) return flowingInto(backend, "targetId", types).includes(vnic.resource);
  const text = ip.text();
  const own = addressesOf(vnic);
  if (typeof text !== "string") return flowingInto(backend, "ipAddress", types).includes(vnic.resource);
  return own.missing.length === 0 && own.certain.equals(addressBlock(ip).certain);
}

/** It connects from its subnet. */
function seenFrom(subnets: readonly Resource[], balancer: Resource): PartialSet {
  const blocks = subnets.map((each) => inputOf(each, "cidrBlock")).filter((each) => !each.isAbsent);
  const reported = outputOf(balancer, "assignedPrivateIpv4");
  if (typeof reported.text() === "string" && reported.text() !== "") return addressBlock(reported);
  return blocks.length > 0
    ? unionOf(...blocks.map((each) => addressBlock(each)))
    : undecidedSet([`subnet of ${balancer.urn}`], everyIpv4);
}

function familiesOf(version: Input): PartialSet {
  const text = version.text() ?? "IPV4";
  if (isUnknown(text)) return { certain: AddressSet.empty, possible: AddressSet.everything, missing: text.unknown };
  return text === "IPV4" ? exactly(everyIpv4) : everybody;
}
