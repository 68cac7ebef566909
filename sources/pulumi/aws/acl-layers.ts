import type { Evidence } from "../../../model/evidence.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { aclLayerName, type Direction } from "../../aws-rules.js";
import type { Resource } from "../resource.js";
import { doubtfulEntry, type Entry } from "./acl-entries.js";

/** A network ACL: of this program, or an existing one that it adds entries to or puts around a subnet. */
export interface Acl {
  /** URN, or the cloud's id of an ACL that the program does not define. */
  readonly id: string;
  readonly name: string;
  readonly resource?: Resource;
  readonly entries: Readonly<Record<Direction, Entry[]>>;
  /** Entries that another owner's writing may remove, and why. */
  readonly conflicts: Evidence[];
  /** Inputs that could add entries and are not known. */
  readonly incomplete: Readonly<Record<Direction, string[]>>;
}

/** One layer a direction. */
export type AclLayers = Readonly<Record<Direction, Layer>>;

/** The rules of an ACL in the order of their numbers, and the denial that ends every ACL. */
export function layersOf(acl: Acl): AclLayers {
  return { ingress: layerOf(acl, "ingress"), egress: layerOf(acl, "egress") };
}

function layerOf({ id, name, entries, incomplete }: Acl, direction: Direction): Layer {
  const rules = inOrder(entries[direction]);
  const none = rules.length === 0 ? `has no ${direction} rule, so ` : "";
  return {
    name: aclLayerName,
    combine: "first-match",
    stateless: true,
    rules,
    otherwise: {
      action: "deny",
      evidence: {
        kind: "code",
        at: `${id}#${direction}`,
        says: `network ACL ${name} ${none}denies by its last rule (*) what no other ${direction} rule matches, except within the subnet`,
        layer: { name: aclLayerName, decision: "deny" },
      },
    },
    incomplete: [...incomplete[direction]].sort(),
  };
}

/**
 * By ascending number. An entry of unknown number can come first as well as last: both places give both extremes. Of two
 * with one number AWS accepts only one.
 */
function inOrder(entries: readonly Entry[]): FilterRule[] {
  const places = new Map<number, string[]>();
  for (const { number, at } of entries) {
    if (number !== undefined) places.set(number, [...(places.get(number) ?? []), at]);
  }
  const open = entries.filter(({ number }) => number === undefined);
  const placed = entries
    .filter(({ number }) => number !== undefined)
    .sort((a, b) => (a.number ?? 0) - (b.number ?? 0))
    .map((entry) => {
      const rivals = places.get(entry.number ?? 0) ?? [];
      return rivals.length > 1 ? doubtfulEntry(entry, ...rivals) : entry;
    });
  const early = open.map((entry) => doubtfulEntry(entry, ...entry.unplaced));
  // Where several are open, which of them comes last is open too.
  const late = open.length > 1 ? [] : open;
  return [...early, ...placed, ...late].flatMap(({ rules }) => rules);
}

/** Some ACL stands there, it is not known which. */
export function undecidedAcl(missing: readonly string[]): AclLayers {
  const [at = ""] = missing;
  const evidence = { kind: "code", at, says: "which network ACL guards the subnet is not known yet" } as const;
  const layer: Layer = {
    ...{ name: aclLayerName, combine: "first-match", stateless: true, rules: [] },
    otherwise: { action: "deny", evidence: { ...evidence, layer: { name: aclLayerName, decision: "unknown" } } },
    incomplete: [...new Set(missing)].sort(),
  };
  return { ingress: layer, egress: layer };
}
