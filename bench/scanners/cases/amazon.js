import { later } from "../plan.js";

const world = "0.0.0.0/0";
const ipv4 = "8.8.8.8";
const ipv6 = "2001:4860:4860::8888";

const none = { cidr_blocks: [], ipv6_cidr_blocks: [], prefix_list_ids: [], security_groups: [] };
/** A block of a group as the provider plans it: every argument is there. */
const block = (args) => ({ ...none, description: "", self: false, ...args });
const tcp = (from, to = from) => ({ protocol: "tcp", from_port: from, to_port: to });
const open = block({ ...tcp(587), cidr_blocks: [world] });
const ofVpc = { vpc_id: later("aws_vpc.main.id") };
const vpc = { type: "aws_vpc", name: "main", args: { cidr_block: "10.0.0.0/16" } };

const group = (args) => ({ type: "aws_security_group", name: "mail", args: { description: "mail", ...args } });
const ofGroup = { security_group_id: later("aws_security_group.mail.id") };
const rule = (args, type = "aws_vpc_security_group_ingress_rule") => ({
  type,
  name: "mail",
  args: { ...ofGroup, ...args },
});
const intoGroup = { from: ipv4, to: "aws_security_group.mail" };
/** A group with these ingress blocks. */
const blocks = (...ingress) => ({ ...intoGroup, resources: [group({ ingress })] });
const egress = { from: "aws_security_group.mail", to: ipv4 };

/** An instance with the open group in a subnet; public unless it is said to be private. */
const instance = (isPublic = true, ingress = [open]) => [
  vpc,
  {
    type: "aws_subnet",
    name: "mail",
    args: { cidr_block: "10.0.1.0/24", map_public_ip_on_launch: isPublic, ...ofVpc },
  },
  ...(isPublic ? [{ type: "aws_internet_gateway", name: "main", args: ofVpc }] : []),
  {
    type: "aws_route_table",
    name: "mail",
    args: {
      ...ofVpc,
      route: isPublic ? [{ cidr_block: world, gateway_id: later("aws_internet_gateway.main.id") }] : [],
    },
  },
  {
    type: "aws_route_table_association",
    name: "mail",
    args: { subnet_id: later("aws_subnet.mail.id"), route_table_id: later("aws_route_table.mail.id") },
  },
  group({ ingress, ...ofVpc }),
  {
    type: "aws_instance",
    name: "mail",
    args: {
      ami: "ami-0abcdef0123456789",
      instance_type: "t3.small",
      associate_public_ip_address: isPublic,
      subnet_id: later("aws_subnet.mail.id"),
      vpc_security_group_ids: [later("aws_security_group.mail.id")],
    },
  },
];
const intoInstance = { from: ipv4, to: "aws_instance.mail" };

const acl = (args) => ({
  type: "aws_network_acl",
  name: "mail",
  args: { ...ofVpc, subnet_ids: [later("aws_subnet.mail.id")], ...args },
});
const entry = (args) => ({ action: "allow", rule_no: 100, cidr_block: world, ipv6_cidr_block: "", ...args });
const everything = entry({ protocol: "-1", from_port: 0, to_port: 0 });
const aclRule = (name, args) => ({
  type: "aws_network_acl_rule",
  name,
  args: {
    network_acl_id: later("aws_network_acl.mail.id"),
    ...{ rule_number: 100, rule_action: "allow", cidr_block: world, ipv6_cidr_block: null, ...args },
  },
});

export const amazon = [
  {
    name: "a separate rule of every protocol, without ports",
    truth: "open",
    ...intoGroup,
    resources: [group(), rule({ ip_protocol: "-1", cidr_ipv4: world })],
  },
  {
    name: "a separate rule for ::/0",
    truth: "open",
    ...{ ...intoGroup, from: ipv6 },
    resources: [group(), rule({ ip_protocol: "tcp", from_port: 587, to_port: 587, cidr_ipv6: "::/0" })],
  },
  {
    name: "a rule for the group itself before the open one",
    truth: "open",
    ...blocks(block({ ...tcp(22), self: true }), open),
  },
  {
    name: "a prefix list beside the world",
    truth: "open",
    ...blocks({ ...open, prefix_list_ids: ["pl-0123456789abcdef0"] }),
  },
  { name: "the world in two halves", truth: "open", ...blocks({ ...open, cidr_blocks: ["0.0.0.0/1", "128.0.0.0/1"] }) },
  {
    name: "2000::/3 and protocol 6",
    truth: "open",
    ...blocks(block({ ...tcp(587), protocol: "6", ipv6_cidr_blocks: ["2000::/3"] })),
    from: ipv6,
  },
  { name: "UDP 500-600", truth: "closed", ...blocks({ ...open, protocol: "udp", from_port: 500, to_port: 600 }) },
  { name: "ICMP type 0 code 0", truth: "closed", ...blocks({ ...open, protocol: "icmp", from_port: 0, to_port: 0 }) },
  { name: "TCP port 0", truth: "closed", ...blocks({ ...open, from_port: 0, to_port: 0 }) },
  {
    name: "an older separate rule of every protocol, ports -1",
    truth: "open",
    ...intoGroup,
    resources: [
      group(),
      rule(
        { type: "ingress", protocol: "-1", from_port: -1, to_port: -1, cidr_blocks: [world], self: false },
        "aws_security_group_rule",
      ),
    ],
  },
  {
    name: "a prefix list that holds the world",
    truth: "open",
    ...intoGroup,
    resources: [
      {
        type: "aws_ec2_managed_prefix_list",
        name: "clients",
        args: { name: "clients", address_family: "IPv4", max_entries: 5, entry: [{ cidr: world, description: "" }] },
      },
      group({ ingress: [block({ ...tcp(587), prefix_list_ids: [later("aws_ec2_managed_prefix_list.clients.id")] })] }),
    ],
  },
  {
    name: "the default group of the network",
    truth: "open",
    from: ipv4,
    to: "aws_default_security_group.mail",
    resources: [vpc, { type: "aws_default_security_group", name: "mail", args: { ...ofVpc, ingress: [open] } }],
  },
  {
    name: "a network ACL for TCP 0-65535",
    truth: "open",
    ...intoInstance,
    resources: [...instance(), acl({ ingress: [entry(tcp(0, 65535))], egress: [everything] })],
  },
  {
    name: "network ACL rules of protocol all",
    truth: "open",
    ...intoInstance,
    resources: [
      ...instance(),
      acl({}),
      aclRule("in", { egress: false, protocol: "all" }),
      aclRule("out", { egress: true, protocol: "all" }),
    ],
  },
  {
    name: "a separate egress rule of every protocol",
    truth: "open",
    ...egress,
    resources: [group(), rule({ ip_protocol: "-1", cidr_ipv4: world }, "aws_vpc_security_group_egress_rule")],
  },
  { name: "a group without egress rules", truth: "closed", ...egress, resources: [group({ ingress: [open] })] },
  {
    name: "an open group, but neither public address nor route",
    truth: "closed",
    ...intoInstance,
    resources: instance(false),
  },
  {
    name: "a network ACL that lets answers out to 49152-65535 alone",
    truth: "partial",
    ...intoInstance,
    resources: [...instance(), acl({ ingress: [entry(tcp(587))], egress: [entry(tcp(49152, 65535))] })],
  },
  { name: "an ingress block without a source", truth: "closed", ...blocks(block(tcp(587))) },
  {
    name: "a load balancer's 587 that leads to 2587",
    truth: "open",
    from: ipv4,
    to: "aws_lb.mail",
    resources: [
      ...instance().map((each) =>
        each.type === "aws_security_group"
          ? group({ ingress: [block({ ...tcp(2587), cidr_blocks: [world] })], ...ofVpc })
          : each,
      ),
      {
        type: "aws_lb",
        name: "mail",
        args: { load_balancer_type: "network", internal: false, subnets: [later("aws_subnet.mail.id")] },
      },
      {
        type: "aws_lb_target_group",
        name: "mail",
        args: { port: 2587, protocol: "TCP", target_type: "instance", preserve_client_ip: "true", ...ofVpc },
      },
      {
        type: "aws_lb_target_group_attachment",
        name: "mail",
        args: { target_group_arn: later("aws_lb_target_group.mail.arn"), target_id: later("aws_instance.mail.id") },
      },
      {
        type: "aws_lb_listener",
        name: "mail",
        args: {
          load_balancer_arn: later("aws_lb.mail.arn"),
          ...{ port: 587, protocol: "TCP" },
          default_action: [{ type: "forward", target_group_arn: later("aws_lb_target_group.mail.arn") }],
        },
      },
    ],
  },
];
