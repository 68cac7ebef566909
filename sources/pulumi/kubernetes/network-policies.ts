import { InputError } from "../../../model/errors.js";
import { all, any, isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import { undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { type Labels, labelsOf, selects } from "./labels.js";
import { elementsOf, missingHere, nameOf, namespaceOf, placeOf, same } from "./objects.js";
import { anyone, type Cluster } from "./peers.js";
import type { Pods } from "./pods.js";
import { portOf, portOrName } from "./ports.js";
import type { Direction, StatedRule, Traffic } from "./rules.js";

/** A NetworkPolicy: what it lets pass, and for whom (API reference, networking.k8s.io/v1). */
export interface NetworkPolicy {
  readonly resource: Resource;
  readonly title: string;
  readonly at: string;
  readonly namespace: Maybe<string>;
  readonly appliesTo: (pods: Pods) => Maybe<boolean>;
  /** Does it isolate the pods that it is for, in this direction? */
  readonly isolates: Readonly<Record<Direction, Maybe<boolean>>>;
  readonly rules: Readonly<Record<Direction, readonly StatedRule[]>>;
  /** The labels that a pod needs, for one that is imagined. */
  readonly wanted: Labels;
}

/** @throws InputError for a port, range, block or peer that is none. */
export function networkPolicy(resource: Resource, cluster: Cluster): NetworkPolicy {
  const spec = inputOf(resource, "spec");
  const selector = spec.member("podSelector");
  const namespace = namespaceOf(resource);
  const title = `network policy ${nameOf(resource)}`;
  const rules = (direction: Direction) =>
    rulesOf(spec.member(direction), direction, (peer) => cluster.peer(peer, namespace), title);
  return {
    ...{ resource, title, namespace },
    at: placeOf(resource),
    appliesTo: (pods) => all(same(pods.namespace, namespace), selects(selector, pods.labels)),
    isolates: { ingress: isolates(spec, "ingress"), egress: isolates(spec, "egress") },
    rules: { ingress: rules("ingress"), egress: rules("egress") },
    wanted: { ...labelsOf(selector.member("matchLabels")), open: undefined, missing: [selector.at] },
  };
}

/** Without `policyTypes` a policy is for incoming connections, and for outgoing ones when it has rules for them. */
function isolates(spec: Input, direction: Direction): Maybe<boolean> {
  const types = elementsOf(spec.member("policyTypes"));
  const missing = missingHere(spec);
  if (missing.length > 0) return unknown(...missing);
  if (isUnknown(types)) return types;
  if (types.length === 0) {
    return direction === "ingress" ? true : mapKnown(elementsOf(spec.member("egress")), (rules) => rules.length > 0);
  }
  return any(...types.map((type) => mapKnown(type.text() ?? "", (text) => text.toLowerCase() === direction)));
}

function rulesOf(
  list: Input,
  direction: Direction,
  peerOf: (input: Input) => ReturnType<Cluster["peer"]>,
  policy: string,
): StatedRule[] {
  const items = elementsOf(list);
  if (isUnknown(items)) return [unknownRule(list, policy, items.unknown)];
  return items.map((rule) => {
    const missing = missingHere(rule);
    if (missing.length > 0) return unknownRule(rule, policy, missing);
    const peers = elementsOf(rule.member(direction === "ingress" ? "from" : "to"));
    const ports = elementsOf(rule.member("ports"));
    return {
      policy,
      action: "allow",
      traffic: isUnknown(ports)
        ? [{ path: rule.path, at: rule.at, protocol: ports, ports, resolves: true }]
        : ports.length === 0
          ? [everyPort(rule)]
          : ports.map(trafficOf),
      peers: isUnknown(peers)
        ? [{ ...anyone(rule.at), blocks: undecidedSet(peers.unknown), covers: () => peers }]
        : peers.length === 0
          ? [anyone(rule.at)]
          : peers.map(peerOf),
    };
  });
}

function unknownRule(input: Input, policy: string, missing: readonly string[]): StatedRule {
  const nothing = unknown(...missing);
  return {
    policy,
    action: "allow",
    traffic: [{ path: input.path, at: input.at, protocol: nothing, ports: nothing, resolves: true }],
    peers: [anyone(input.at)],
  };
}

/** A rule without ports is for every protocol. */
export function everyPort({ path, at }: Input): Traffic {
  return { path, at, protocol: "any", ports: PortSet.all, resolves: true };
}

function trafficOf(port: Input): Traffic {
  const missing = missingHere(port);
  if (missing.length > 0) {
    return { path: port.path, at: port.at, protocol: unknown(...missing), ports: unknown(...missing), resolves: true };
  }
  return trafficAt(port, port.member("protocol"), portsOf(port.member("port"), port.member("endPort")));
}

/** Traffic of a protocol, TCP where none is given. */
export function trafficAt({ path, at }: Input, protocol: Input, ports: Traffic["ports"]): Traffic {
  const name = mapKnown(protocol.text() ?? "TCP", (text) => text.toUpperCase());
  const resolves = (isUnknown(name) || name === "UDP") && (!(ports instanceof PortSet) || ports.has(53));
  const kind = mapKnown(name, (known) => (known === "TCP" ? ("tcp" as const) : ("other" as const)));
  return { path, at, protocol: kind, ports, resolves };
}

function portsOf(input: Input, end: Input): Traffic["ports"] {
  if (input.isAbsent) {
    if (!end.isAbsent)
      throw new InputError(end.at, "endPort without port", "Write the first port of the range as port.");
    return PortSet.all;
  }
  const first = portOrName(input);
  if (typeof first === "string") {
    if (!end.isAbsent) throw new InputError(end.at, "endPort beside a named port", "Write the first port as a number.");
    return { name: first };
  }
  if (end.isAbsent) return mapKnown(first, (port) => PortSet.of(port));
  return range(first, portOf(end), end.at);
}

/** @throws InputError for a range that ends before it begins. */
export function range(first: Maybe<number>, last: Maybe<number>, at: string): Maybe<PortSet> {
  if (isUnknown(first) || isUnknown(last))
    return unknown(...[first, last].flatMap((end) => (isUnknown(end) ? end.unknown : [])));
  if (last < first) throw new InputError(at, `the range ${first}-${last} is reversed`, "Write the lower port first.");
  return PortSet.range(first, last);
}
