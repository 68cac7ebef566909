// Acme's mail estate. Names state the truth: what `pass` and `fail` stand for is what port587 says of it.
import * as aws from "@pulumi/aws";

const anywhere = { cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
const all = { protocol: "-1", fromPort: 0, toPort: 0, ...anywhere };

function server(name: string, group: aws.ec2.SecurityGroup): aws.ec2.Instance {
  return new aws.ec2.Instance(name, {
    ami: "ami-0123456789abcdef0",
    instanceType: "t3.small",
    vpcSecurityGroupIds: [group.id],
  });
}

// The mail server: 587 is open to its users, 465 was forgotten.
const mail = new aws.ec2.SecurityGroup("mail-pass-587-fail-465", {
  ingress: [{ protocol: "tcp", fromPort: 587, toPort: 587, ...anywhere }],
  egress: [all],
});
server("mail-server", mail);

// The old server: one rule opens every port.
const legacy = new aws.ec2.SecurityGroup("legacy-fail-all-ports", { egress: [all] });
new aws.ec2.SecurityGroupRule("legacy-fail-range-opens-587", {
  securityGroupId: legacy.id,
  type: "ingress",
  protocol: "tcp",
  fromPort: 0,
  toPort: 65535,
  cidrBlocks: ["0.0.0.0/0"],
});
server("legacy-server", legacy);

// The relay for the applications: one rule per port and family.
const relay = new aws.ec2.SecurityGroup("relay-pass-587", { egress: [all] });
for (const [family, range] of [
  ["ipv4", { cidrIpv4: "0.0.0.0/0" }],
  ["ipv6", { cidrIpv6: "::/0" }],
] as const) {
  new aws.vpc.SecurityGroupIngressRule(`relay-pass-587-${family}`, {
    securityGroupId: relay.id,
    ipProtocol: "tcp",
    fromPort: 587,
    toPort: 587,
    ...range,
  });
}
server("relay-server", relay);

// The standby: its firewall is right, its mail server is not.
const standby = new aws.ec2.SecurityGroup("standby-pass-587", {
  ingress: [{ protocol: "tcp", fromPort: 587, toPort: 587, ...anywhere }],
  egress: [all],
});
server("standby-server", standby);

// Applications that send through the relay.
const app = new aws.ec2.SecurityGroup("app-fail-25-open", { egress: [all] });
server("app-server", app);

const worker = new aws.ec2.SecurityGroup("worker-fail-relay-closed", {
  egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, ...anywhere }],
});
server("worker-server", worker);
