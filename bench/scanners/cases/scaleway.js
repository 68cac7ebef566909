import { later } from "../plan.js";

export const scaleway = [
  {
    name: "Scaleway: all egress accepted, default security left on",
    truth: "closed",
    from: "scaleway_instance_server.mail",
    to: "8.8.8.8",
    resources: [
      {
        type: "scaleway_instance_security_group",
        name: "mail",
        args: {
          ...{ inbound_default_policy: "drop", outbound_default_policy: "accept", stateful: true },
          ...{ enable_default_security: true, external_rules: false, inbound_rule: [], outbound_rule: [] },
        },
      },
      {
        type: "scaleway_instance_server",
        name: "mail",
        args: {
          ...{ type: "DEV1-S", image: "debian_bookworm" },
          security_group_id: later("scaleway_instance_security_group.mail.id"),
        },
      },
    ],
  },
];
