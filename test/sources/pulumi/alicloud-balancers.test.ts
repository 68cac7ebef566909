import { later, planOf, read as readPlan } from "../terraform-plans.js";
import { answer, factsOf, unknownText, type Written } from "./programs.js";
import { describeTruths, spokenBy } from "./truths.js";

type Inputs = Record<string, unknown>;
const world = "0.0.0.0/0";

/** An instance `mail` whose group lets in port 2587. */
const server = (rule: Inputs = {}): Written[] => [
  { type: "aliGroup", name: "g", id: "g", inputs: { vpcId: "vpc", innerAccessPolicy: "Drop" } },
  { type: "aliInstance", name: "mail", id: "i", inputs: { securityGroups: ["g"], vswitchId: "vsw" } },
  {
    ...{ type: "aliRule", name: "r" },
    inputs: {
      ...{ type: "ingress", ipProtocol: "tcp", portRange: "2587/2587", cidrIp: world, securityGroupId: "g" },
      ...rule,
    },
  },
];

interface Site {
  readonly balancer?: Inputs;
  readonly listener?: Inputs;
  readonly group?: Inputs;
  readonly member?: Inputs;
  readonly rule?: Inputs;
  readonly more?: readonly Written[];
}

const nlb = ({ balancer, listener, group, member, rule, more = [] }: Site = {}): Written[] => [
  ...server(rule),
  { type: "aliNlb", name: "lb", id: "lb", inputs: { addressType: "Internet", ...balancer } },
  {
    ...{ type: "aliNlbListener", name: "l" },
    inputs: { loadBalancerId: "lb", serverGroupId: "sg", listenerPort: 587, listenerProtocol: "TCP", ...listener },
  },
  { type: "aliNlbGroup", name: "sg", id: "sg", inputs: { preserveClientIpEnabled: true, ...group } },
  { type: "aliNlbServer", name: "s", inputs: { serverGroupId: "sg", serverId: "i", port: 2587, ...member } },
  ...more,
];
const own = (port: number): Written[] => [
  { type: "aliGroup", name: "own", id: "own", inputs: { vpcId: "vpc" } },
  {
    ...{ type: "aliRule", name: "own-rule" },
    inputs: {
      ...{ type: "ingress", ipProtocol: "tcp", portRange: `${port}/${port}`, cidrIp: world, securityGroupId: "own" },
    },
  },
];

const slb = ({ balancer, listener, rule, more }: Site = {}): Written[] => [
  ...server(rule),
  { type: "aliSlb", name: "lb", id: "lb", inputs: { addressType: "internet", ...balancer } },
  {
    ...{ type: "aliSlbListener", name: "l" },
    inputs: { loadBalancerId: "lb", frontendPort: 587, backendPort: 2587, protocol: "tcp", ...listener },
  },
  ...(more ?? [
    { type: "aliSlbServers", name: "b", inputs: { loadBalancerId: "lb", backendServers: [{ serverId: "i" }] } },
  ]),
];

/** Does `lb` bring 8.8.8.8 to tcp/587? The name says so. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_to_the_server_port: nlb(),
  pass_group_names_the_listener_port: nlb({ rule: { portRange: "587/587" } }),
  fail_servers_see_clients: nlb({ rule: { cidrIp: "8.8.8.0/24" } }),
  pass_servers_see_clients: nlb({ rule: { cidrIp: "10.0.0.0/8" } }),
  unknown_servers_see_the_balancer: nlb({ group: { preserveClientIpEnabled: false }, rule: { cidrIp: "10.0.0.0/8" } }),
  unknown_what_servers_see: nlb({ group: { preserveClientIpEnabled: undefined }, rule: { cidrIp: "8.8.8.0/24" } }),
  pass_intranet: nlb({ balancer: { addressType: "Intranet" } }),
  unknown_address: nlb({ balancer: { addressType: unknownText } }),
  pass_udp: nlb({ listener: { listenerProtocol: "UDP" } }),
  pass_other_port: nlb({ listener: { listenerPort: 465 } }),
  unknown_ports_of_a_range: nlb({ listener: { listenerPort: 0 } }),
  unknown_server_elsewhere: nlb({ member: { serverId: "j" } }),
  unknown_group_elsewhere: nlb({ listener: { serverGroupId: "other" } }),
  fail_own_groups: nlb({ balancer: { securityGroupIds: ["own"] }, more: own(587) }),
  pass_own_groups: nlb({ balancer: { securityGroupIds: ["own"] }, more: own(465) }),
  unknown_behind_a_network_acl: nlb({
    more: [
      {
        ...{ type: "aliAcl", name: "acl", id: "acl" },
        inputs: {
          ...{ vpcId: "vpc", ingressAclEntries: [], egressAclEntries: [] },
          resources: [{ resourceId: "vsw", resourceType: "VSwitch" }],
        },
      },
    ],
  }),

  fail_classic: slb(),
  pass_classic_intranet: slb({ balancer: { addressType: "intranet" } }),
  pass_classic_in_a_vpc: slb({ balancer: { addressType: undefined, vswitchId: "vsw" } }),
  pass_classic_http: slb({ listener: { protocol: "http" } }),
  pass_classic_other_port_behind: slb({ listener: { backendPort: 25 } }),
  unknown_classic_what_servers_see: slb({ rule: { cidrIp: "8.8.8.0/24" } }),
  fail_classic_attachment: slb({
    more: [{ type: "aliSlbAttachment", name: "a", inputs: { loadBalancerId: "lb", instanceIds: ["i"] } }],
  }),
  fail_classic_server_group: slb({
    listener: { serverGroupId: "vg", backendPort: undefined },
    more: [
      {
        ...{ type: "aliSlbGroup", name: "vg", id: "vg" },
        inputs: { loadBalancerId: "lb", servers: [{ serverIds: ["i"], port: 2587 }] },
      },
    ],
  }),
  unknown_classic_access_list: slb({ listener: { aclStatus: "on", aclType: "white", aclId: "a" } }),
  unknown_classic_no_server: slb({ more: [] }),
};

describeTruths("balancers of Alibaba Cloud", "lb:587", programs);

it.each([
  ["tcp", nlb()],
  ["tls", nlb({ listener: { listenerProtocol: "TCPSSL" } })],
  ["tcp", slb()],
  ["tls", slb({ listener: { protocol: "https" } })],
])("a listener speaks %s", async (spoken, program) => {
  expect(await spokenBy(program)).toEqual([spoken]);
});

it("joins a Terraform plan before anything has an id", async () => {
  const plan = planOf([
    { type: "alicloud_security_group", name: "g", args: { vpc_id: "vpc", inner_access_policy: "Drop" } },
    {
      ...{ type: "alicloud_security_group_rule", name: "r" },
      args: {
        ...{ type: "ingress", ip_protocol: "tcp", port_range: "2587/2587", cidr_ip: world },
        security_group_id: later("alicloud_security_group.g.id"),
      },
    },
    { type: "alicloud_instance", name: "mail", args: { security_groups: later("alicloud_security_group.g.id") } },
    { type: "alicloud_nlb_load_balancer", name: "lb", args: { address_type: "Internet" } },
    { type: "alicloud_nlb_server_group", name: "sg", args: { preserve_client_ip_enabled: true } },
    {
      ...{ type: "alicloud_nlb_listener", name: "l" },
      args: {
        ...{ listener_port: 587, listener_protocol: "TCP" },
        load_balancer_id: later("alicloud_nlb_load_balancer.lb.id"),
        server_group_id: later("alicloud_nlb_server_group.sg.id"),
      },
    },
    {
      ...{ type: "alicloud_nlb_server_group_server_attachment", name: "s" },
      args: {
        ...{ port: 2587, server_type: "Ecs" },
        server_group_id: later("alicloud_nlb_server_group.sg.id"),
        server_id: later("alicloud_instance.mail.id"),
      },
    },
  ]);
  const facts = factsOf(await readPlan(plan));
  expect(answer(facts, "reachable", "alicloud_nlb_load_balancer.lb:587", "8.8.8.8")).toBe(true);
  expect(answer(facts, "reachable", "alicloud_nlb_load_balancer.lb:465", "8.8.8.8")).toBe(false);
});
