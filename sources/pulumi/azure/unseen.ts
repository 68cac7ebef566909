import type { Layer, NetworkInterface } from "../../../model/network.js";
import { providerLayer } from "../../../model/provider-blocks.js";
import type { Resource } from "../resource.js";

/** A virtual machine whose network interfaces this program does not show. */
export function unseen({ urn, name }: Resource, missing: readonly string[]): NetworkInterface {
  const layer: Layer = {
    name: "network interface",
    combine: "first-match",
    rules: [],
    otherwise: {
      action: "deny",
      evidence: { kind: "code", at: urn, says: "its network interfaces are not seen here" },
    },
    incomplete: missing,
  };
  return {
    id: urn,
    name,
    kind: "instance",
    origin: "planned",
    evidence: { kind: "code", at: urn, says: `virtual machine ${name}` },
    ingress: [layer],
    egress: [layer, providerLayer("azure")],
  };
}
