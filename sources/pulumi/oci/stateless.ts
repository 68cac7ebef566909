import { isUnknown } from "../../../model/maybe.js";
import type { FilterRule, Layer } from "../../../model/network.js";
import { everybody } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";
import type { Attached } from "../filter-groups.js";
import { type Direction, doubtful } from "../filter-rules.js";
import type { OciRule } from "./rules.js";

const layerName = "stateless rules";

/**
 * What answers meet. Where a packet matches a stateless rule, also beside a stateful one, its connection is not tracked and
 * the answer needs a rule of its own in the other direction (Oracle, "Security rules", Stateful and stateless rules).
 * Undefined where nothing is stateless.
 * @param direction of the connections that are answered.
 */
export function answersOf(attached: Attached<OciRule>, direction: Direction): Layer | undefined {
  const untracked = attached.rules(direction).filter(({ stateless }) => stateless !== false);
  if (untracked.length === 0) return undefined;
  const back = direction === "ingress" ? "egress" : "ingress";
  const unread = attached.incomplete(back);
  const [at = ""] = unread;
  const perhaps: FilterRule = {
    ...{ id: at, action: "allow", protocol: "any", ports: PortSet.all, peers: everybody },
    evidence: { kind: "code", at, says: "is not known yet and can hold a rule for the answers" },
  };
  return {
    name: layerName,
    combine: "first-match",
    stateless: true,
    rules: [
      ...attached.rules(back),
      ...(unread.length > 0 ? [doubtful(perhaps, ...unread)] : []),
      ...untracked.map(mirrored),
    ],
    otherwise: {
      action: "allow",
      evidence: {
        kind: "default",
        at: "Oracle Cloud",
        says: "answers pass, because no stateless rule let the client in",
      },
    },
    incomplete: [],
  };
}

/** The answers to what a stateless rule lets through: its ports the other way round. */
function mirrored({ id, protocol, ports, sourcePorts, peers, stateless }: OciRule): FilterRule {
  const says = "a stateless rule: its answers need a rule of their own, and none lets them through";
  const rule: FilterRule = {
    ...{ id, action: "deny", protocol, peers, ports: sourcePorts ?? PortSet.all },
    ...(protocol === "any" ? {} : { sourcePorts: ports }),
    evidence: { kind: "code", at: id, says },
  };
  return isUnknown(stateless) ? doubtful(rule, ...stateless.unknown) : rule;
}
