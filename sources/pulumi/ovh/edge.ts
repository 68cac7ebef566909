import { isUnknown, missingOf } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { exactly } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { everyIpv6 } from "../filter-rules.js";
import { inputOf, outputOf, type Resource } from "../resource.js";
import { type EdgeRule, edgeLayer, edgeRule, optionsOf, tellsApart } from "./edge-rules.js";

const firewallType = "ovh:Ip/firewall:Firewall";
const ruleType = "ovh:Ip/firewallRule:FirewallRule";
const layerName = "edge firewall";

/** The edge firewall of one IPv4 address. */
export interface Edge {
  /** The firewall, or the first rule where the program does not define it. */
  readonly resource: Resource;
  readonly rules: EdgeRule[];
}

/** The layers that one address adds: what enters meets the first ones, answers to the machine's own connections the others. */
export interface EdgeLayers {
  readonly ingress: readonly Layer[];
  readonly egressAnswers: readonly Layer[];
  /** Where an option of rules is not known, which stand in several of the layers: these by all that it may be. */
  readonly options?: { readonly inputs: readonly string[]; readonly cases: readonly EdgeLayers[] };
}

/** All edge firewalls of a program with their rules. */
export function edgesOf(resources: readonly Resource[]): Edge[] {
  const edges = resources
    .filter(({ type }) => type === firewallType)
    .map((resource): Edge => ({ resource, rules: [] }));
  for (const rule of resources.filter(({ type }) => type === ruleType)) place(rule, edges);
  return edges;
}

/** True when both are about the same address: by its text, or because the same resources say which. */
export function sameAddress(one: Resource, other: Resource): boolean | "unknown" {
  const [mine, theirs] = [inputOf(one, "ipOnFirewall").text(), inputOf(other, "ipOnFirewall").text()];
  if (!isUnknown(mine) && !isUnknown(theirs)) return mine === theirs;
  const sources = new Set(one.propertyDependencies.ipOnFirewall ?? []);
  const flowing = other.propertyDependencies.ipOnFirewall ?? [];
  if (sources.has(other) || flowing.includes(one) || flowing.some((each) => sources.has(each))) return true;
  return "unknown";
}

function place(rule: Resource, edges: Edge[]): void {
  const at = inputOf(rule, "ipOnFirewall").at;
  const found = edges.map((edge) => ({ edge, is: sameAddress(rule, edge.resource) }));
  const sure = found.filter(({ is }) => is === true);
  for (const { edge } of sure) edge.rules.push(edgeRule(rule));
  if (sure.length > 0) return;
  const perhaps = found.filter(({ is }) => is === "unknown");
  for (const { edge } of perhaps) edge.rules.push(edgeRule(rule, at));
  if (perhaps.length === 0) edges.push({ resource: rule, rules: [edgeRule(rule)] });
}

/** @throws InputError for an address or a port of a rule that is none. */
export function layersOf({ resource, rules }: Edge): EdgeLayers {
  const enabled = enabledOf(resource);
  const at = `${resource.urn}#enabled`;
  if (enabled === false) {
    const says = "the edge firewall is switched off; OVHcloud switches it on by itself during an attack";
    const layer: Layer = {
      ...{ name: layerName, combine: "first-match", stateless: true, rules: [], incomplete: [] },
      otherwise: { action: "allow", evidence: { kind: "code", at, says } },
    };
    return { ingress: [layer], egressAnswers: [layer] };
  }
  const standing = enabled === true ? rules : rules.map((each) => ({ ...each, doubts: [...each.doubts, at] }));
  const layers = standingLayers(standing, standing.some(tellsApart), resource.urn);
  const inputs = missingOf(...standing.map(({ option }) => option));
  if (inputs.length === 0) return layers;
  const cases = optionsOf(standing).map((each) => standingLayers(each, true, resource.urn));
  return { ...layers, options: { inputs, cases } };
}

function standingLayers(rules: readonly EdgeRule[], apart: boolean, at: string): EdgeLayers {
  const later = apart ? [edgeLayer(`${layerName}, later packets`, rules, "later", at)] : [];
  return {
    ingress: [edgeLayer(layerName, rules, "first", at), ...later],
    egressAnswers: [edgeLayer(layerName, rules, "answer", at), ...later],
  };
}

/** A machine with several addresses is reached by any of them: which firewall counts is then not known. */
export function severalEdges(edges: readonly Edge[]): EdgeLayers {
  const incomplete = edges.map(({ resource }) => inputOf(resource, "ipOnFirewall").at).sort();
  const says = "the machine has several addresses with an edge firewall each";
  const layer: Layer = {
    ...{ name: layerName, combine: "first-match", stateless: true, rules: [], incomplete },
    otherwise: { action: "allow", evidence: { kind: "code", at: incomplete[0] ?? "", says } },
  };
  return { ingress: [layer], egressAnswers: [layer] };
}

/** The provider sends `enabled` only when it changes: left out, it is what the last deployment reported. */
function enabledOf(resource: Resource): boolean | "unknown" {
  if (resource.type !== firewallType) return "unknown";
  const stated = inputOf(resource, "enabled").boolean() ?? outputOf(resource, "enabled").boolean();
  return stated === undefined || isUnknown(stated) ? "unknown" : stated;
}

/** Nobody connects to an IPv4 address by IPv6. */
export function ipv4Only(resource: Resource): Layer {
  const at = inputOf(resource, "ipOnFirewall").at;
  const evidence = { kind: "code", at, says: "is an IPv4 address, and the client has one too" } as const;
  const rule: FilterRule = {
    ...{ id: at, action: "deny", protocol: "any", ports: PortSet.all, peers: exactly(everyIpv6) },
    evidence: { ...evidence, says: "keeps out IPv6: the edge firewall stands before an IPv4 address" },
  };
  return {
    ...{ name: "public address", combine: "first-match", rules: [rule], incomplete: [] },
    otherwise: { action: "allow", evidence },
  };
}
