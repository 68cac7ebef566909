import { isUnknown, type Maybe, mapKnown, missingOf, unknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { differenceOf, everybody, type PartialSet, undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import { portNumber } from "../balancers.js";
import { addressBlocks, doubtful, filterRule } from "../filter-rules.js";
import type { Input } from "../input.js";
import { belonging } from "../owners.js";
import type { Targets } from "../references.js";
import { targetsOf } from "../references.js";
import { inputOf, inputsOf, type Resource } from "../resource.js";

const aclTypes = ["scaleway:loadbalancers/acl:Acl", "scaleway:index/loadbalancerAcl:LoadbalancerAcl"];

/**
 * The access list of one frontend, for its port alone: the first rule that matches decides, by index; what none matches
 * gets in. Inline rules stand in their order (registry documentation of `scaleway_lb_acl`).
 * @throws InputError for an address that is none.
 */
export function accessList(frontend: Resource, frontends: Targets, resources: readonly Resource[]): Layer[] {
  const port = portNumber(inputOf(frontend, "inboundPort"));
  const list = inputOf(frontend, "acls");
  const inline = list.items() ?? [];
  const separate = targetsOf(resources, ...aclTypes).resources;
  const { sure: own, perhaps } = belonging(separate, "frontendId", frontend, frontends);
  const indices = own.map((acl) => inputOf(acl, "index").number() ?? unknown(inputOf(acl, "index").at));
  const ordered = [...own].sort((a, b) => Number(inputOf(a, "index").number()) - Number(inputOf(b, "index").number()));
  const both = !isUnknown(inline) && inline.length > 0 && own.length > 0 ? [list.at] : [];
  const incomplete = [
    ...(isUnknown(inline) ? inline.unknown : []),
    ...perhaps,
    // Of several whose place is not known it is not known which comes first.
    ...(own.length > 1 ? missingOf(...indices) : []),
    ...both,
  ];
  const rules = [...(isUnknown(inline) ? [] : inline), ...ordered.map((acl) => inputsOf(acl))].flatMap((acl) =>
    rulesOf(acl, port),
  );
  if (rules.length + incomplete.length === 0) return [];
  const says = "what no rule of the access list matches gets in";
  const rest: FilterRule[] =
    incomplete.length === 0
      ? []
      : (["allow", "deny"] as const).map((action) => ({
          ...{ id: list.at, action, protocol: "tcp", ports: ports(port), peers: undecidedSet(incomplete) },
          evidence: { kind: "code", at: list.at, says: "rules of the access list are not known" },
        }));
  return [
    {
      ...{ name: "load balancer ACL", combine: "first-match", rules: [...rest, ...rules], incomplete: [] },
      otherwise: { action: "allow", evidence: { kind: "default", at: frontend.urn, says } },
    },
  ];
}

function ports(port: Maybe<number>): Maybe<PortSet> {
  return mapKnown(port, (each) => PortSet.of(each));
}

/** A redirect answers in HTTP: no mail gets in. */
function rulesOf(acl: Input, port: Maybe<number>): FilterRule[] {
  const match = acl.member("match");
  const type = acl.member("action").member("type");
  const action = mapKnown(type.text() ?? unknown(type.at), (text): "allow" | "deny" =>
    text.toLowerCase() === "allow" ? "allow" : "deny",
  );
  const unread = ["httpFilter", "ipsEdgeServices"]
    .map((name) => match.member(name))
    .filter(
      (each) =>
        !each.isAbsent && each.text() !== "" && each.boolean() !== false && each.text() !== "acl_http_filter_none",
    );
  const stated = {
    at: acl.at,
    direction: "ingress",
    protocol: "tcp",
    ports: ports(port),
    peers: peersOf(match),
  } as const;
  const missing = [...missingOf(action), ...unread.map(({ at }) => at)];
  const actions = isUnknown(action) ? (["allow", "deny"] as const) : [action];
  return actions.map((each) => doubtful(filterRule({ ...stated, action: each }), ...missing));
}

function peersOf(match: Input): PartialSet {
  const named = addressBlocks(match.member("ipSubnets")) ?? everybody;
  const invert = match.member("invert").boolean() ?? false;
  if (isUnknown(invert)) return undecidedSet(invert.unknown);
  return invert ? differenceOf(everybody, named) : named;
}
