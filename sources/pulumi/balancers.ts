import { notPrivate } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import type { FilterRule, Layer, Listener, NetworkInterface, Passage } from "../../model/network.js";
import { everybody, exactly, nobody, type PartialSet, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { through } from "../balancing.js";
import { wall } from "../layers.js";
import { doubtful } from "./filter-rules.js";
import type { Input } from "./input.js";
import { knownId, type Resource } from "./resource.js";

/** What a port of a balancer speaks. `web`: HTTP, `web over tls`: HTTPS; no mail passes through either. */
export type Speech = "tcp" | "tls" | "web" | "web over tls" | "other";

/** One port of a balancer and where it leads. */
export interface Forwarding {
  readonly at: string;
  readonly listen: Maybe<number>;
  readonly target: Maybe<number>;
  readonly speech: Maybe<Speech>;
  /** The firewall of each machine behind, as the balancer's connections meet it. */
  readonly targets: readonly Layer[];
  /** Machines behind that are not seen or not known. */
  readonly missing: readonly string[];
}

/** A balancer that hands connections on to machines (see reference of each cloud's folder). */
export interface Balancer {
  readonly resource: Resource;
  readonly forwardings: readonly Forwarding[];
  /** Inputs that could add forwardings. */
  readonly incomplete: readonly string[];
  /** Whom it takes connections from at all: the families of its addresses. */
  readonly clients: PartialSet;
  /** Whether it has a private address alone, and what says so; absent where a cloud's public addresses are not read. */
  readonly internal?: { readonly is: Maybe<boolean>; readonly at: string };
  /** Filters of its own, before it hands on. */
  readonly filters: readonly Layer[];
  /** What stands on the machines behind: `firewall`. */
  readonly firewall: string;
}

const layerName = "load balancer";

/** A balancer as clients meet it: its ports, its own filters, its address, and the firewalls of the machines behind. */
export function balancerInterface(balancer: Balancer): NetworkInterface {
  const { resource, filters } = balancer;
  const { urn, name } = resource;
  const cloudId = knownId(resource);
  const silent = { kind: "default", at: urn, says: "a load balancer opens no connections of its own" } as const;
  return {
    ...{ id: urn, name, kind: "load balancer", origin: "planned" },
    ...(cloudId === undefined ? {} : { cloudId }),
    evidence: { kind: "code", at: urn, says: `load balancer ${name}` },
    ingress: [listening(balancer), ...filters, ...address(balancer), behind(balancer)],
    egress: [
      { name: layerName, combine: "union", rules: [], otherwise: { action: "deny", evidence: silent }, incomplete: [] },
    ],
    listeners: listenersOf(balancer),
    leadsTo: passagesOf(balancer),
  };
}

function address({ resource, internal }: Balancer): Layer[] {
  if (!internal) return [];
  const { is, at } = internal;
  const stopped = isUnknown(is) ? undecidedSet(is.unknown, notPrivate) : is ? exactly(notPrivate) : nobody;
  const denies = `the load balancer ${resource.name} has a private address alone`;
  return [
    wall({ name: "public address", at, stopped, denies, allows: "has a public address, or the client is inside" }),
  ];
}

/** The three words that nearly every cloud has. */
export const commonProtocols = { tcp: "tcp", http: "web", https: "web over tls" } as const;

/**
 * The protocol of a listener, in any case, by the words that the cloud's API knows, given in lower case.
 * @throws InputError for a word that the cloud does not know.
 */
export function speechOf<S extends string>(input: Input, words: Readonly<Record<string, S>>): Maybe<S> {
  return mapKnown(input.text() ?? unknown(input.at), (text) => {
    const name = text.trim().toLowerCase();
    const found = Object.hasOwn(words, name) ? words[name] : undefined;
    if (found !== undefined) return found;
    const mend = `Write one of ${Object.keys(words).join(", ")}.`;
    throw new InputError(input.at, `"${text}" is not the protocol of a listener`, mend);
  });
}

export function portNumber(input: Input): Maybe<number> {
  return input.number() ?? unknown(input.at);
}

function carriesMail({ speech }: Forwarding): boolean {
  return isUnknown(speech) || speech === "tcp" || speech === "tls";
}

function listening({ resource, forwardings, incomplete, clients }: Balancer): Layer {
  const rules = forwardings.filter(carriesMail).map(({ at, listen, speech }): FilterRule => {
    const says = `forwards tcp ${isUnknown(listen) ? "ports not known yet" : listen}`;
    const ports = mapKnown(listen, (port) => PortSet.of(port));
    const rule: FilterRule = {
      ...{ id: at, action: "allow", protocol: "tcp", ports, peers: clients },
      evidence: { kind: "code", at, says },
    };
    return isUnknown(speech) ? doubtful(rule, ...speech.unknown) : rule;
  });
  const denies = `load balancer ${resource.name} forwards no mail on this port`;
  return {
    ...{ name: layerName, combine: "union", rules, incomplete },
    otherwise: { action: "deny", evidence: { kind: "code", at: resource.urn, says: denies } },
  };
}

/** The firewalls of the machines behind, port by port: no packet meets the rules of two forwardings. */
function behind({ resource, forwardings, incomplete, firewall }: Balancer): Layer {
  const mail = forwardings.filter(carriesMail);
  const known = mail.filter(({ listen }) => !isUnknown(listen));
  const unsure = mail.flatMap(({ listen }) => (isUnknown(listen) ? listen.unknown : []));
  const says = "the load balancer leads to no machine on this port";
  return {
    ...{ name: `${firewall} of its targets`, combine: "first-match" },
    rules: known.flatMap((each) => reached(each, resource.urn)),
    otherwise: { action: "deny", evidence: { kind: "code", at: resource.urn, says } },
    incomplete: [...new Set([...incomplete, ...unsure])].sort(),
  };
}

/** Where the machines behind one port differ, it is not known which of them a client gets. */
function reached({ at, listen, target, targets, missing }: Forwarding, balancer: string): FilterRule[] {
  const port = PortSet.of(listen as number);
  const doors = targets.map((layer) => doorRules(layer, port, target));
  const [first] = doors;
  const differing = doors.some((each) => told(each) !== told(first ?? []));
  const open = [...missing, ...(differing ? [`which machine ${at} leads to`] : [])];
  if (first !== undefined && open.length === 0) return first;
  return [
    perhaps(port, at, open.length > 0 ? open : [`machines behind ${balancer}`]),
    ending("deny", port, at, "no machine behind is known for this port"),
  ];
}

/** What one machine does with connections to its target port, under the balancer's port. */
function doorRules(layer: Layer, listen: PortSet, target: Maybe<number>): FilterRule[] {
  const { rules, incomplete, otherwise, combine } = through(layer, { listen, target });
  const { at, says } = otherwise.evidence;
  const end = ending(otherwise.action, listen, at, says);
  if (incomplete.length === 0) return [...rules, end];
  return combine === "union"
    ? [...rules, perhaps(listen, at, incomplete), end]
    : [perhaps(listen, at, incomplete), ending("deny", listen, at, says)];
}

function ending(action: "allow" | "deny", ports: PortSet, at: string, says: string): FilterRule {
  return { id: at, action, protocol: "tcp", ports, peers: everybody, evidence: { kind: "code", at, says } };
}

function perhaps(ports: PortSet, at: string, missing: readonly string[]): FilterRule {
  return doubtful(ending("allow", ports, at, "what stands behind it is not known"), ...missing);
}

function told(rules: readonly FilterRule[]): string {
  const each = rules.map(({ id, action, ports, peers }) => [
    ...[action, isUnknown(ports) ? ports.unknown : ports.toString()],
    // What ends the list of a machine stands at the machine.
    peers.certain === everybody.certain ? "" : id,
    ...[peers.certain.toString(), peers.missing],
  ]);
  return JSON.stringify(each);
}

/** Which machine stands behind is not told: the ports alone join a server to it. */
function passagesOf({ forwardings }: Balancer): Passage[] {
  return forwardings.filter(carriesMail).flatMap(({ at, listen, target, speech }): Passage[] => {
    const protocol = mapKnown(speech, (each): "tcp" | "tls" => (each === "tls" ? "tls" : "tcp"));
    return isUnknown(listen) ? [] : [{ listen, target, protocol, preserved: unknown(at), at }];
  });
}

function listenersOf({ forwardings }: Balancer): Listener[] {
  return forwardings.flatMap(({ at, listen, speech }): Listener[] => {
    const ends = isUnknown(speech) || speech !== "other";
    if (isUnknown(listen) || !ends) return [];
    const isTls = mapKnown(speech, (each) => each === "tls" || each === "web over tls");
    const protocol = mapKnown(isTls, (tls): "tcp" | "tls" => (tls ? "tls" : "tcp"));
    const says = isUnknown(isTls)
      ? "what the listener speaks is not known yet"
      : isTls
        ? "ends TLS itself"
        : "hands on what comes";
    return [{ port: listen, protocol, evidence: { kind: "code", at, says } }];
  });
}
