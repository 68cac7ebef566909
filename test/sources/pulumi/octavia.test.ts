import { later, planOf, read as readPlan } from "../terraform-plans.js";
import { answer, factsOf, unknownText, type Written } from "./programs.js";
import { describeTruths, spokenBy } from "./truths.js";

type Inputs = Record<string, unknown>;
const world = "0.0.0.0/0";

interface Site {
  readonly balancer?: Inputs;
  readonly listener?: Inputs;
  readonly member?: Inputs;
  readonly rule?: Inputs;
  readonly more?: readonly Written[];
}

/** A balancer `lb` whose amphora sends 587 on to port 2587 of `mail`, whose group lets in that port from the world. */
function site({ balancer, listener, member, rule, more = [] }: Site = {}): Written[] {
  return [
    { type: "osSubnet", name: "subnet", id: "s", inputs: { networkId: "n", cidr: "10.0.0.0/24" } },
    { type: "osGroup", name: "g", id: "g", inputs: {} },
    {
      ...{ type: "osRule", name: "r" },
      inputs: {
        ...{ direction: "ingress", ethertype: "IPv4", protocol: "tcp", portRangeMin: 2587, portRangeMax: 2587 },
        ...{ securityGroupId: "g", remoteIpPrefix: world, ...rule },
      },
    },
    {
      ...{ type: "osPort", name: "mail" },
      inputs: { networkId: "n", securityGroupIds: ["g"], fixedIps: [{ ipAddress: "10.0.0.5" }] },
    },
    {
      ...{ type: "osBalancer", name: "lb", id: "lb" },
      inputs: { vipSubnetId: "s", loadbalancerProvider: "amphora", ...balancer },
    },
    {
      ...{ type: "osListener", name: "l", id: "l" },
      inputs: { loadbalancerId: "lb", protocol: "TCP", protocolPort: 587, ...listener },
    },
    { type: "osPool", name: "p", id: "p", inputs: { listenerId: "l", protocol: "TCP" } },
    { type: "osMember", name: "m", inputs: { poolId: "p", address: "10.0.0.5", protocolPort: 2587, ...member } },
    ...more,
  ];
}
const from = (remoteIpPrefix: string) => ({ remoteIpPrefix });
const inside = site({ balancer: { securityGroupIds: ["own"] } });
const group = (port: number): Written[] => [
  { type: "osGroup", name: "own", id: "own", inputs: {} },
  {
    ...{ type: "osRule", name: "own-rule" },
    inputs: {
      ...{ direction: "ingress", ethertype: "IPv4", protocol: "tcp", portRangeMin: port, portRangeMax: port },
      ...{ securityGroupId: "own", remoteIpPrefix: world },
    },
  },
];

/** Does `lb` bring 8.8.8.8 to tcp/587? The name says so. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_to_the_member_port: site(),
  pass_group_names_the_listener_port: site({ rule: { portRangeMin: 587, portRangeMax: 587 } }),
  fail_group_for_the_subnet_of_the_balancer: site({ rule: from("10.0.0.0/24") }),
  pass_group_for_clients_that_it_never_sees: site({ rule: from("8.8.8.0/24") }),
  fail_ovn_hands_clients_on: site({ balancer: { loadbalancerProvider: "ovn" }, rule: from("8.8.8.0/24") }),
  unknown_provider: site({ balancer: { loadbalancerProvider: undefined }, rule: from("8.8.8.0/24") }),
  pass_allowed_cidrs: site({ listener: { allowedCidrs: ["9.0.0.0/8"] } }),
  fail_allowed_cidrs: site({ listener: { allowedCidrs: ["9.0.0.0/8", "8.0.0.0/8"] } }),
  unknown_allowed_cidrs: site({ listener: { allowedCidrs: [unknownText] } }),
  pass_http: site({ listener: { protocol: "HTTP" } }),
  pass_terminated_https: site({ listener: { protocol: "TERMINATED_HTTPS" } }),
  fail_https_is_handed_on: site({ listener: { protocol: "HTTPS" } }),
  pass_udp: site({ listener: { protocol: "UDP" } }),
  pass_other_port: site({ listener: { protocolPort: 465 } }),
  unknown_member_elsewhere: site({ member: { address: "10.0.0.9" } }),
  unknown_no_member: site().filter(({ type }) => type !== "osMember"),
  fail_subnets_not_seen: site({ balancer: { vipSubnetId: "other" } }),
  fail_members_as_a_list: site({
    more: [
      {
        ...{ type: "osMembers", name: "ms" },
        inputs: { poolId: "p", members: [{ address: "10.0.0.5", protocolPort: 2587 }] },
      },
    ],
  }).filter(({ type }) => type !== "osMember"),
  fail_default_pool: site({ listener: { defaultPoolId: "p" } }).map((each) =>
    each.type === "osPool" ? { ...each, inputs: { loadbalancerId: "lb", protocol: "TCP" } } : each,
  ),
  fail_own_groups: [...inside, ...group(587)],
  pass_own_groups: [...inside, ...group(465)],
};

describeTruths("Octavia", "lb:587", programs);

it.each([
  ["tcp", site()],
  ["tcp", site({ listener: { protocol: "HTTPS" } })],
  ["tls", site({ listener: { protocol: "TERMINATED_HTTPS" } })],
])("a listener speaks %s", async (spoken, program) => {
  expect(await spokenBy(program)).toEqual([spoken]);
});

it("joins a Terraform plan before anything has an id", async () => {
  const plan = planOf([
    { type: "openstack_networking_secgroup_v2", name: "g", args: { name: "g" } },
    {
      ...{ type: "openstack_networking_secgroup_rule_v2", name: "r" },
      args: {
        ...{ direction: "ingress", ethertype: "IPv4", protocol: "tcp", port_range_min: 2587, port_range_max: 2587 },
        ...{ security_group_id: later("openstack_networking_secgroup_v2.g.id"), remote_ip_prefix: world },
      },
    },
    {
      ...{ type: "openstack_networking_port_v2", name: "mail" },
      args: { network_id: "n", security_group_ids: later("openstack_networking_secgroup_v2.g.id") },
    },
    {
      type: "openstack_lb_loadbalancer_v2",
      name: "lb",
      args: { vip_subnet_id: later("openstack_networking_subnet_v2.s.id") },
    },
    { type: "openstack_networking_subnet_v2", name: "s", args: { network_id: "n", cidr: "10.0.0.0/24" } },
    {
      ...{ type: "openstack_lb_listener_v2", name: "l" },
      args: { loadbalancer_id: later("openstack_lb_loadbalancer_v2.lb.id"), protocol: "TCP", protocol_port: 587 },
    },
    {
      ...{ type: "openstack_lb_pool_v2", name: "p" },
      args: { listener_id: later("openstack_lb_listener_v2.l.id"), protocol: "TCP", lb_method: "ROUND_ROBIN" },
    },
    {
      ...{ type: "openstack_lb_member_v2", name: "m" },
      args: {
        ...{ pool_id: later("openstack_lb_pool_v2.p.id"), protocol_port: 2587 },
        address: later("openstack_networking_port_v2.mail.all_fixed_ips"),
      },
    },
  ]);
  const facts = factsOf(await readPlan(plan));
  expect(answer(facts, "reachable", "openstack_lb_loadbalancer_v2.lb:587", "8.8.8.8")).toBe(true);
  expect(answer(facts, "reachable", "openstack_lb_loadbalancer_v2.lb:465", "8.8.8.8")).toBe(false);
});
