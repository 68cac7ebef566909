import { planOf } from "./plan.js";

/** A plan of that many security groups with three rules each: SSH from inside, HTTPS from anywhere, submission from one network. */
export function largePlan(groups) {
  const rule = (port, cidr) => ({
    ...{ protocol: "tcp", from_port: port, to_port: port, cidr_blocks: [cidr], description: `port ${port}` },
    ...{ ipv6_cidr_blocks: [], prefix_list_ids: [], security_groups: [], self: false },
  });
  const group = (_, i) => ({
    type: "aws_security_group",
    name: `service-${i}`,
    args: {
      name: `service-${i}`,
      description: "Managed by Terraform",
      ingress: [
        rule(22, "10.0.0.0/8"),
        rule(443, "0.0.0.0/0"),
        // Every hundredth is open to the world.
        rule(587, i % 100 === 0 ? "0.0.0.0/0" : `10.${i >> 8}.${i & 255}.0/24`),
      ],
      revoke_rules_on_delete: false,
      tags: { Name: `service-${i}`, team: "mail" },
      vpc_id: "vpc-0123456789abcdef0",
    },
  });
  return planOf(Array.from({ length: groups }, group));
}
