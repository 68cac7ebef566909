import { InputError } from "../../../model/errors.js";
import { all, isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import { undecidedSet, unionOf } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { kindOf } from "./kinds.js";
import { selects } from "./labels.js";
import { everyPort, range, trafficAt } from "./network-policies.js";
import { elementsOf, missingHere, nameOf } from "./objects.js";
import { anyone, blocksPeer, type Cluster, cidrAt, type Peer } from "./peers.js";
import type { Pods } from "./pods.js";
import { portOf } from "./ports.js";
import type { Direction, StatedRule, Traffic } from "./rules.js";

/** An AdminNetworkPolicy or BaselineAdminNetworkPolicy (network-policy-api, policy.networking.k8s.io/v1alpha1). */
export interface AdminPolicy {
  readonly at: string;
  readonly tier: "admin" | "baseline";
  readonly priority: Maybe<number>;
  readonly appliesTo: (pods: Pods) => Maybe<boolean>;
  readonly rules: Readonly<Record<Direction, readonly StatedRule[]>>;
}

const actions: Readonly<Record<string, StatedRule["action"]>> = { Allow: "allow", Deny: "deny", Pass: "next" };

/** @throws InputError for a port, range, block or peer that is none. */
export function adminPolicy(resource: Resource, cluster: Cluster): AdminPolicy {
  const spec = inputOf(resource, "spec");
  const isAdmin = kindOf(resource) === "AdminNetworkPolicy";
  const policy = `${isAdmin ? "admin network policy" : "baseline admin network policy"} ${nameOf(resource)}`;
  const rules = (direction: Direction) => rulesOf(spec.member(direction), direction, cluster, policy);
  return {
    at: spec.at,
    tier: isAdmin ? "admin" : "baseline",
    priority: spec.member("priority").number() ?? 0,
    appliesTo: (pods) =>
      all(
        chosenBy(spec.member("subject"), cluster)(pods),
        mapKnown(pods.hostNetwork, (on) => !on),
      ),
    rules: { ingress: rules("ingress"), egress: rules("egress") },
  };
}

/** `namespaces` selects all pods of some namespaces, `pods` some of them. */
function chosenBy(subject: Input, cluster: Cluster): (pods: Pods) => Maybe<boolean> {
  const missing = missingHere(subject);
  if (missing.length > 0) return () => unknown(...missing);
  const [namespaces, pods] = [subject.member("namespaces"), subject.member("pods")];
  const within = pods.isAbsent ? namespaces : pods.member("namespaceSelector");
  return (each) =>
    all(
      selects(within, cluster.namespaceLabels(each.namespace)),
      pods.isAbsent ? true : selects(pods.member("podSelector"), each.labels),
    );
}

function rulesOf(list: Input, direction: Direction, cluster: Cluster, policy: string): StatedRule[] {
  const items = elementsOf(list);
  if (isUnknown(items)) return bothWays(list, policy, items.unknown);
  return items.flatMap((rule): StatedRule[] => {
    const action = rule.member("action").text() ?? unknown(rule.at);
    if (isUnknown(action)) return bothWays(rule, policy, action.unknown);
    const peers = elementsOf(rule.member(direction === "ingress" ? "from" : "to"));
    return [
      {
        policy,
        action: actions[action] ?? "allow",
        traffic: trafficOf(rule),
        peers: isUnknown(peers)
          ? [blocksPeer(rule.at, undecidedSet(peers.unknown))]
          : peers.map((each) => peerOf(each, cluster)),
      },
    ];
  });
}

/** What is not known may let pass, and may not. */
function bothWays({ path, at }: Input, policy: string, missing: readonly string[]): StatedRule[] {
  const peers = [{ ...anyone(at), blocks: undecidedSet(missing), covers: () => unknown(...missing) }];
  const traffic = [{ path, at, protocol: "any" as const, ports: PortSet.all, resolves: true }];
  return (["allow", "deny", "next"] as const).map((action) => ({ policy, action, traffic, peers }));
}

function peerOf(peer: Input, cluster: Cluster): Peer {
  const networks = elementsOf(peer.member("networks"));
  if (isUnknown(networks)) return blocksPeer(peer.at, undecidedSet(networks.unknown));
  if (networks.length > 0) return blocksPeer(peer.at, unionOf(...networks.map(cidrAt)));
  if (peer.member("namespaces").isAbsent && peer.member("pods").isAbsent) {
    // Nodes and domain names: addresses that no program shows.
    return blocksPeer(peer.at, undecidedSet([peer.at]));
  }
  const within = peer.member("pods").isAbsent
    ? peer.member("namespaces")
    : peer.member("pods").member("namespaceSelector");
  const pinned = !within.member("matchLabels").member("kubernetes.io/metadata.name").isAbsent;
  return cluster.podPeer(peer.at, chosenBy(peer, cluster), pinned);
}

function trafficOf(rule: Input): Traffic[] {
  const ports = elementsOf(rule.member("ports"));
  if (isUnknown(ports)) return [{ path: rule.path, at: rule.at, protocol: ports, ports, resolves: true }];
  return ports.length === 0 ? [everyPort(rule)] : ports.map(portTraffic);
}

function portTraffic(port: Input): Traffic {
  const [number, span, name] = ["portNumber", "portRange", "namedPort"].map((each) => port.member(each));
  const missing = missingHere(port);
  if (missing.length > 0 || !number || !span || !name) {
    return { path: port.path, at: port.at, protocol: unknown(...missing), ports: unknown(...missing), resolves: true };
  }
  if (!number.isAbsent) {
    const ports = mapKnown(portOf(number.member("port")), (known) => PortSet.of(known));
    return trafficAt(port, number.member("protocol"), ports);
  }
  if (!span.isAbsent) {
    const ports = range(portOf(span.member("start")), portOf(span.member("end")), span.at);
    return trafficAt(port, span.member("protocol"), ports);
  }
  const text = name.text();
  if (text === undefined) {
    throw new InputError(
      port.at,
      "a port that is none of the three kinds",
      "Write portNumber, portRange or namedPort.",
    );
  }
  // A named port is of one protocol, which the container states; only TCP is followed here.
  return {
    path: port.path,
    at: port.at,
    protocol: "tcp",
    ports: isUnknown(text) ? text : { name: text },
    resolves: true,
  };
}
