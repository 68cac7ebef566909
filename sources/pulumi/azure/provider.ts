import { internet } from "../../../model/addresses.js";
import type { Layer } from "../../../model/network.js";
import { undecidedSet } from "../../../model/partial.js";
import { PortSet } from "../../../model/ports.js";

const at = "Azure documentation, Troubleshoot outbound SMTP connectivity";

/** Azure drops what goes to tcp 25 outside unless the subscription's kind is exempt, which no program shows. */
export const provider: Layer = {
  name: "provider",
  combine: "first-match",
  rules: [
    {
      id: "azure:egress-smtp",
      action: "deny",
      protocol: "tcp",
      ports: PortSet.of(25),
      peers: undecidedSet(["the kind of the subscription"], internet),
      evidence: {
        kind: "default",
        at,
        says: "Azure lets tcp 25 out only from subscriptions of an Enterprise Agreement or an enterprise customer agreement",
      },
    },
  ],
  otherwise: { action: "allow", evidence: { kind: "default", at, says: "Azure does not block this port" } },
  incomplete: [],
};
