import { factsNamed } from "../../../model/fact.js";
import { answer, factsOf, forms, fromState, missingAt, unknownText, type Written } from "./programs.js";

const on = (port: number, more: object = { cidrBlocks: ["0.0.0.0/0"] }) => ({
  ...{ protocol: "tcp", fromPort: port, toPort: port },
  ...more,
});
const group = (name: string, ...ingress: object[]): Written => ({
  ...{ type: "group", name: `sg-${name}`, id: `sg-${name}` },
  inputs: { vpcId: "vpc-1", ingress, egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] },
});
const subnet = (name: string, cidrBlock: string): Written => ({
  ...{ type: "subnet", name, id: `subnet-${name}`, inputs: { vpcId: "vpc-1", cidrBlock } },
});
const network: Written[] = [
  { type: "vpc", name: "v", id: "vpc-1", inputs: { cidrBlock: "10.0.0.0/16" } },
  { type: "internetGateway", name: "igw", id: "igw-1", inputs: {} },
  ...[subnet("front", "10.0.1.0/24"), subnet("back", "10.0.2.0/24")],
  {
    type: "table",
    name: "public",
    id: "rtb-1",
    inputs: { vpcId: "vpc-1", routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] },
  },
  { type: "tableAssociation", name: "public-front", inputs: { routeTableId: "rtb-1", subnetId: "subnet-front" } },
  { type: "table", name: "private", id: "rtb-2", inputs: { vpcId: "vpc-1", routes: [] } },
  { type: "tableAssociation", name: "private-back", inputs: { routeTableId: "rtb-2", subnetId: "subnet-back" } },
];
const mail = (groups: readonly string[], more: object = {}): Written => ({
  ...{ type: "instance", name: "mail", id: "i-1" },
  inputs: { vpcSecurityGroupIds: groups, subnetId: "subnet-back", privateIp: "10.0.2.25", ...more },
});
const balancer = (more: object = {}): Written => ({
  ...{ type: "balancer", name: "nlb", id: "arn:nlb" },
  inputs: { loadBalancerType: "network", subnets: ["subnet-front"], ...more },
});
const listener = (port: unknown, more: object = {}): Written => ({
  ...{ type: "listener", name: `listener${port}` },
  inputs: {
    loadBalancerArn: "arn:nlb",
    port,
    protocol: "TCP",
    defaultActions: [{ type: "forward", targetGroupArn: "arn:tg" }],
    ...more,
  },
});
const targets = (port: number, more: object = {}): Written => ({
  ...{ type: "targetGroup", name: "tg", id: "arn:tg", inputs: { port, protocol: "TCP", ...more } },
});
const registered = (more: object = {}): Written => ({
  ...{ type: "target", name: "t", inputs: { targetGroupArn: "arn:tg", targetId: "i-1", ...more } },
});
/** Row 27 of the reference: the group opens 2587 alone, and 587 is open to the world. */
const row27 = [
  ...network,
  group("mail", on(2587)),
  mail(["sg-mail"]),
  balancer(),
  listener(587),
  targets(2587),
  registered(),
];
const replaced = (program: readonly Written[], ...others: Written[]) => [
  ...program.filter(({ name }) => !others.some((each) => each.name === name)),
  ...others,
];
const acl = (name: string, inward: object, outward: object): Written => ({
  ...{ type: "acl", name: `acl-${name}` },
  inputs: { vpcId: "vpc-1", subnetIds: [`subnet-${name}`], ingress: [inward], egress: [outward] },
});
const entry = (fromPort: number, toPort: number, cidrBlock = "0.0.0.0/0") => ({
  ...{ ruleNo: 100, action: "allow", protocol: "tcp", fromPort, toPort, cidrBlock },
});

const mapped = balancer({
  subnets: undefined,
  subnetMappings: [{ subnetId: "subnet-front", privateIpv4Address: "10.0.1.9" }],
});

/** Can an IPv4 client of the internet connect to tcp/587 of the load balancer? */
const cases: Readonly<Record<string, Written[]>> = {
  fail_row_27_listener_587_to_2587: row27,
  pass_group_opens_the_listener_port_alone: replaced(row27, group("mail", on(587))),
  pass_no_listener: row27.filter(({ name }) => name !== "listener587"),
  fail_listener_for_quic_too: row27.map((each) =>
    each.type === "listener" ? listener(587, { protocol: "TCP_QUIC" }) : each,
  ),
  pass_listener_on_another_port: row27.map((each) => (each.type === "listener" ? listener(2525) : each)),
  fail_target_port_overridden: replaced(row27, group("mail", on(10587)), registered({ port: 10587 })),
  pass_target_port_overridden: replaced(row27, registered({ port: 10587 })),
  pass_internal: replaced(row27, balancer({ internal: true })),
  pass_its_subnet_has_no_way_to_the_internet: replaced(row27, balancer({ subnets: ["subnet-back"] })),
  fail_one_of_its_subnets_has_a_way: replaced(row27, balancer({ subnets: ["subnet-back", "subnet-front"] })),
  fail_subnet_mappings: replaced(
    row27,
    balancer({ subnets: undefined, subnetMappings: [{ subnetId: "subnet-front" }] }),
  ),
  pass_its_own_group_is_shut: [...replaced(row27, balancer({ securityGroups: ["sg-own"] })), group("own", on(25))],
  fail_its_own_group_lets_in: [...replaced(row27, balancer({ securityGroups: ["sg-own"] })), group("own", on(587))],
  pass_its_own_group_lets_nothing_out: [
    ...replaced(row27, balancer({ securityGroups: ["sg-own"] })),
    { type: "group", name: "sg-own", id: "sg-own", inputs: { ingress: [on(587)], egress: [] } },
  ],
  fail_targets_name_its_group: [
    ...replaced(
      row27,
      balancer({ securityGroups: ["sg-own"] }),
      group("mail", on(2587, { securityGroups: ["sg-own"] })),
    ),
    group("own", on(587)),
  ],
  pass_clients_preserved_and_targets_let_in_its_addresses: replaced(
    row27,
    group("mail", on(2587, { cidrBlocks: ["10.0.1.0/24"] })),
  ),
  fail_clients_hidden_and_targets_let_in_its_addresses: replaced(
    row27,
    ...[group("mail", on(2587, { cidrBlocks: ["10.0.1.0/24"] })), targets(2587, { preserveClientIp: "false" })],
  ),
  pass_clients_hidden_and_targets_let_in_others: replaced(
    row27,
    ...[group("mail", on(2587, { cidrBlocks: ["192.0.2.0/24"] })), targets(2587, { preserveClientIp: "false" })],
  ),
  unknown_clients_hidden_and_targets_let_in_part_of_its_subnet: replaced(
    row27,
    ...[group("mail", on(2587, { cidrBlocks: ["10.0.1.0/25"] })), targets(2587, { preserveClientIp: "false" })],
  ),
  fail_clients_hidden_and_targets_let_in_the_address_that_it_is_given: replaced(
    row27,
    group("mail", on(2587, { cidrBlocks: ["10.0.1.9/32"] })),
    ...[targets(2587, { preserveClientIp: "false" }), mapped],
  ),
  pass_clients_hidden_and_targets_let_in_another_address_than_it_is_given: replaced(
    row27,
    group("mail", on(2587, { cidrBlocks: ["10.0.1.8/32"] })),
    ...[targets(2587, { preserveClientIp: "false" }), mapped],
  ),
  fail_target_by_the_address_of_an_interface: replaced(
    row27,
    ...[targets(2587, { targetType: "ip" }), registered({ targetId: "10.0.2.77" })],
    mail([], { privateIp: undefined, networkInterfaces: [{ networkInterfaceId: "eni-1", deviceIndex: 0 }] }),
  ).concat({
    ...{ type: "nic", name: "eni", id: "eni-1" },
    inputs: { subnetId: "subnet-back", securityGroups: ["sg-mail"], privateIps: ["10.0.2.77"] },
  }),
  fail_targets_by_address_hide_clients: replaced(
    row27,
    group("mail", on(2587, { cidrBlocks: ["10.0.0.0/16"] })),
    ...[targets(2587, { targetType: "ip" }), registered({ targetId: "10.0.2.25" })],
  ),
  unknown_whether_clients_are_preserved: replaced(
    row27,
    ...[group("mail", on(2587, { cidrBlocks: ["10.0.1.0/24"] })), targets(2587, { preserveClientIp: unknownText })],
  ),
  fail_unknown_whether_clients_are_preserved_but_all_are_let_in: replaced(
    row27,
    targets(2587, { preserveClientIp: unknownText }),
  ),
  unknown_target: replaced(row27, registered({ targetId: "10.0.9.9" })),
  unknown_no_target_seen: row27.filter(({ name }) => name !== "t"),
  unknown_port_of_the_listener: row27.map((each) => (each.type === "listener" ? listener(unknownText) : each)),
  unknown_port_of_the_target: replaced(row27, registered({ port: unknownText })),
  fail_one_of_two_targets_lets_in: [
    ...replaced(row27, group("mail", on(25))),
    ...[group("other", on(2587)), { ...mail(["sg-other"]), name: "second", id: "i-2" }],
    { ...registered({ targetId: "i-2" }), name: "t2" },
  ],
  pass_acl_of_its_subnet: [...row27, acl("front", entry(25, 25), entry(0, 65535))],
  pass_acl_of_its_subnet_towards_the_targets: [...row27, acl("front", entry(0, 65535), entry(25, 25))],
  pass_acl_of_the_targets_on_the_listener_port: [...row27, acl("back", entry(587, 587), entry(0, 65535))],
  fail_acl_of_the_targets_on_the_target_port: [...row27, acl("back", entry(2587, 2587), entry(1024, 65535))],
  pass_application_load_balancer_speaks_no_smtp: replaced(row27, balancer({ loadBalancerType: "application" })),
  fail_scaling_group_behind: [
    ...row27.filter(({ name }) => !["mail", "t"].includes(name)),
    { type: "template", name: "lt", id: "lt-1", inputs: { vpcSecurityGroupIds: ["sg-mail"] } },
    {
      ...{ type: "scaling", name: "asg" },
      inputs: { launchTemplate: { id: "lt-1" }, vpcZoneIdentifiers: ["subnet-back"], targetGroupArns: ["arn:tg"] },
    },
  ],
  fail_classic: [
    ...network,
    ...[group("own", on(587)), group("mail", on(2587, { securityGroups: ["sg-own"] })), mail(["sg-mail"])],
    {
      ...{ type: "classic", name: "nlb" },
      inputs: {
        ...{ securityGroups: ["sg-own"], subnets: ["subnet-front"], instances: ["i-1"] },
        listeners: [{ lbPort: 587, lbProtocol: "tcp", instancePort: 2587, instanceProtocol: "tcp" }],
      },
    },
  ],
  pass_classic_speaks_http: [
    ...network,
    ...[group("own", on(587)), group("mail", on(2587)), mail(["sg-mail"])],
    {
      ...{ type: "classic", name: "nlb" },
      inputs: {
        ...{ securityGroups: ["sg-own"], subnets: ["subnet-front"], instances: ["i-1"] },
        listeners: [{ lbPort: 587, lbProtocol: "http", instancePort: 2587, instanceProtocol: "http" }],
      },
    },
  ],
};

const truths = { pass: false, fail: true, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

describe.each(Object.entries(forms))("tcp/587 of a load balancer, from %s", (_, form) => {
  it.each(Object.entries(cases))("%s", async (name, program) => {
    const facts = factsOf(await form(program));
    const isThere = facts.some(({ subject }) => subject === "nlb:587");
    expect(isThere ? answer(facts, "reachable", "nlb:587", "8.8.8.8") : false).toBe(truthOf(name));
  });
});

describe("what is said of load balancers", () => {
  it("at preview, where everything is joined by dependency", async () => {
    const open = { ...on(2587), ipv6CidrBlocks: ["::/0"] };
    const facts = factsOf(
      await fromState([
        { type: "group", name: "g", inputs: { ingress: [open] } },
        {
          type: "instance",
          name: "mail",
          inputs: { vpcSecurityGroupIds: [unknownText] },
          flows: { vpcSecurityGroupIds: ["g"] },
        },
        { type: "balancer", name: "nlb", inputs: { loadBalancerType: "network" } },
        { type: "targetGroup", name: "tg", inputs: { port: 2587, protocol: "TCP" } },
        {
          ...{ type: "listener", name: "l", flows: { loadBalancerArn: ["nlb"], defaultActions: ["tg"] } },
          inputs: {
            loadBalancerArn: unknownText,
            port: 587,
            defaultActions: [{ type: "forward", targetGroupArn: unknownText }],
          },
        },
        {
          ...{ type: "target", name: "t", flows: { targetGroupArn: ["tg"], targetId: ["mail"] } },
          inputs: { targetGroupArn: unknownText, targetId: unknownText },
        },
      ]),
    );
    expect(answer(facts, "reachable", "nlb:587", "8.8.8.8")).toBe(true);
    expect(answer(facts, "reachable", "nlb:465", "8.8.8.8")).toBe(false);
    expect(answer(facts, "reachable", "nlb:587", "2001:4860::8")).toBe(false);
  });

  it("that the machine behind a seen one is not on the internet itself", async () => {
    const facts = factsOf(await fromState(row27));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
  });

  it.each(["TCP", "TLS"])("what its listener speaks: %s", async (protocol) => {
    const facts = factsOf(
      await fromState(row27.map((each) => (each.type === "listener" ? listener(587, { protocol }) : each))),
    );
    expect(factsNamed(facts, "listenerProtocol")).toMatchObject([
      { subject: "nlb:587", value: protocol.toLowerCase(), origin: "planned", evidence: [{ kind: "code" }] },
    ]);
  });

  it("dualstack: version 6 clients, whom targets see as the balancer's address", async () => {
    const program = (more: object) => [
      ...replaced(row27, balancer({ ipAddressType: "dualstack" }), group("mail", on(2587, more))),
      {
        type: "route",
        name: "six",
        inputs: { routeTableId: "rtb-1", destinationIpv6CidrBlock: "::/0", gatewayId: "igw-1" },
      } as Written,
    ];
    const said = async (more: object) =>
      answer(factsOf(await fromState(program(more))), "reachable", "nlb:587", "2001:4860::8");
    expect(await said({ cidrBlocks: ["0.0.0.0/0"] })).not.toBe(false);
    expect(await said({ ipv6CidrBlocks: ["::/0"] })).toBe(false);
  });

  it("which input is missing", async () => {
    const facts = factsOf(await fromState(replaced(row27, registered({ targetId: "10.0.9.9" }))));
    expect(missingAt(facts, "reachable", "nlb:587")).toEqual([expect.stringContaining("targetId")]);
  });

  it("nothing about connections of its own, except that there are none", async () => {
    expect(answer(factsOf(await fromState(row27)), "egressAllowed", "nlb -> *:25", "8.8.8.8")).toBe(false);
  });

  it("a port that is none is refused with its path", async () => {
    await expect(fromState([...row27, listener(70000)])).rejects.toThrow(/listener70000#port: must be <= 65535/);
  });
});
