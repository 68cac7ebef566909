import type { Evidence } from "../../../model/evidence.js";
import type { Layer } from "../../../model/network.js";
import { type Direction, layerName } from "../../aws-rules.js";
import { doubtful } from "../filter-rules.js";
import type { Attached } from "./attachments.js";
import type { Group } from "./groups.js";

/** The security groups of one interface as a layer: any rule of any of them lets through. */
export function groupLayer(attached: Attached, direction: Direction, groupsAt: string, isDeployed = false): Layer {
  const certain = [...attached.certain];
  const perhaps = [...attached.doubtful];
  const [only] = certain;
  const rules =
    only && certain.length + perhaps.length === 1
      ? only.rules[direction]
      : [
          ...certain.flatMap((group) => group.rules[direction]),
          ...perhaps.flatMap(([group, at]) => group.rules[direction].map((rule) => doubtful(rule, at))),
        ];
  const incomplete = [
    ...attached.missing,
    ...certain.flatMap((group) => group.incomplete[direction]),
    ...perhaps.flatMap(([group]) => group.incomplete[direction]),
  ];
  return {
    name: layerName,
    combine: "union",
    rules,
    otherwise: {
      action: "deny",
      evidence: denial(certain, reason(rules.length, direction, isDeployed), direction, groupsAt),
    },
    incomplete: incomplete.length === 0 ? incomplete : [...new Set(incomplete)].sort(),
  };
}

const denying = { name: layerName, decision: "deny" } as const;

function denial(groups: readonly Group[], why: string, direction: Direction, groupsAt: string): Evidence {
  const [only] = groups;
  const single = groups.length === 1 && only !== undefined;
  const names = groups.map((group) => group.name).sort();
  const whose = names.length === 0 ? "no security group known" : `security group ${names.join(", ")}`;
  return {
    kind: "code",
    at: single ? `${only.id}#${direction}` : groupsAt,
    says: `${whose}: ${why}`,
    layer: denying,
  };
}

/** The provider deletes the allow-all egress rule that AWS gives to a new group (its `SecurityGroup` documentation). */
function reason(rules: number, direction: Direction, isDeployed: boolean): string {
  if (direction === "ingress") return "what no ingress rule allows is dropped";
  if (rules > 0) return "what no egress rule allows is dropped";
  return isDeployed
    ? "it has no egress rule, so nothing is let out"
    : "no egress rule is defined and the provider removes AWS's default one, so nothing is let out";
}
