import { internet } from "../../../../model/addresses.js";
import { isUnknown } from "../../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../../model/network.js";
import { everybody, nobody, type PartialSet, undecidedSet } from "../../../../model/partial.js";
import { PortSet } from "../../../../model/ports.js";
import { doubtful } from "../../filter-rules.js";
import type { Resource } from "../../resource.js";
import { filterRules, inOrder } from "../rules.js";
import { type Collection, type Engine, type FirewallRule, firewallLayerName } from "./rule.js";

/**
 * What a firewall does with the connections of a machine: parents' rules first, then by the priority of groups and
 * collections; the first match ends (documentation, "Azure Firewall rule processing logic").
 * @param own the machine's addresses, which the firewall sees as the source.
 * @param at the input that leaves open which of them it is.
 */
export function engineLayer(firewall: Resource, engine: Engine, own: PartialSet, at: string): Layer {
  const write = (rule: FirewallRule, { action }: Collection, doubts: readonly string[]): FilterRule[] => {
    const peers = peersOf(rule, own, at);
    if (peers.possible.isEmpty) return [];
    const priority = 0;
    const stated = { ...rule, direction: "egress", priority, sourcePorts: PortSet.all, doubts } as const;
    const actions = isUnknown(action) ? (["allow", "deny"] as const) : [action];
    const open = [...doubts, ...(isUnknown(action) ? action.unknown : [])];
    return actions.flatMap((each) => filterRules({ rule: stated, peers }, each, "egress", open));
  };
  const network = engine.levels.flatMap((level) =>
    inOrder(level, (collection, doubts) => collection.network.flatMap((rule) => write(rule, collection, doubts))),
  );
  const tls = engine.levels.flatMap((level) =>
    level.flatMap((collection) => {
      if (collection.action === "deny") return [];
      return collection.tls.flatMap((rule) =>
        write(rule, { ...collection, action: "allow" }, [`${rule.at} (whether it takes SMTP over TLS for its own)`]),
      );
    }),
  );
  return {
    name: firewallLayerName,
    combine: "first-match",
    rules: [...unread(firewall, engine), ...threats(firewall, engine), ...network, ...tls],
    otherwise: {
      action: "deny",
      evidence: {
        kind: "default",
        at: firewall.urn,
        says: `what no network rule of the firewall ${firewall.name} allows is dropped`,
      },
    },
    incomplete: [],
  };
}

/** The same for machines whom all rules take alike; undefined where one depends on which address the machine has. */
export function likeness(engine: Engine, own: PartialSet): string | undefined {
  const rules = engine.levels.flatMap((level) => level.flatMap(({ network, tls }) => [...network, ...tls]));
  const kinds = rules.map(({ from }) =>
    !from.possible.overlaps(own.possible) ? "-" : from.certain.contains(own.possible) ? "+" : "?",
  );
  return kinds.includes("?") ? undefined : kinds.join("");
}

/** Rules that are not known may come first, and either let pass or stop. */
export function unread({ urn, name }: Resource, { missing }: Engine): FilterRule[] {
  if (missing.length === 0) return [];
  return (["deny", "allow"] as const).map((action) =>
    doubtful(whole(urn, action, `rules of the firewall ${name} that are not known`, everybody), ...missing),
  );
}

/** Microsoft's list of addresses comes before all rules (documentation, "Threat intelligence-based filtering"). */
export function threats({ urn, name }: Resource, { denies, deniesAt }: Engine): FilterRule[] {
  if (denies === false) return [];
  const missing = [
    `${deniesAt} (the addresses that Microsoft's threat intelligence names)`,
    ...(isUnknown(denies) ? denies.unknown : []),
  ];
  const says = `threat intelligence of the firewall ${name} stops what it knows as malicious`;
  return [whole(`${urn} (threat intelligence)`, "deny", says, undecidedSet(missing, internet))];
}

function whole(at: string, action: "allow" | "deny", says: string, peers: PartialSet): FilterRule {
  return { id: at, action, protocol: "any", ports: PortSet.all, peers, evidence: { kind: "code", at, says } };
}

/** The destinations of a rule, where the machine's own address lies among its sources. */
function peersOf({ from, to }: FirewallRule, own: PartialSet, at: string): PartialSet {
  if (!from.possible.overlaps(own.possible)) return nobody;
  if (from.certain.contains(own.possible)) return to;
  const missing = [...new Set([...from.missing, ...own.missing, ...to.missing])].sort();
  return undecidedSet(missing.length > 0 ? missing : [at], to.possible);
}
