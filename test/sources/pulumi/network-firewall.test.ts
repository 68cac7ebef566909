import { factsNamed } from "../../../model/fact.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  lostPorts,
  relayed,
  toRelay,
  unknownText,
  type Written,
} from "./programs.js";

const everything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
const network = (name: string, cidrBlock: string): Written => ({
  ...{ type: "subnet", name, id: `subnet-${name}`, inputs: { vpcId: "vpc-1", cidrBlock } },
});
const table = (name: string, bound: object, ...routes: object[]): Written[] => [
  { type: "table", name: `rt-${name}`, id: `rtb-${name}`, inputs: { vpcId: "vpc-1", routes } },
  { type: "tableAssociation", name: `rta-${name}`, inputs: { routeTableId: `rtb-${name}`, ...bound } },
];
const of = (name: string) => ({ subnetId: `subnet-${name}` });
const world = "0.0.0.0/0";
const toGateway = { cidrBlock: world, gatewayId: "igw-1" };
const toFirewall = (cidrBlock = world) => ({ cidrBlock, vpcEndpointId: "vpce-1" });
const toNat = { cidrBlock: world, natGatewayId: "nat-1" };

const base: Written[] = [
  { type: "group", name: "open", id: "sg-open", inputs: { ingress: [everything], egress: [everything] } },
  { type: "vpc", name: "v", id: "vpc-1", inputs: { cidrBlock: "10.0.0.0/16" } },
  { type: "internetGateway", name: "igw", id: "igw-1", inputs: { vpcId: "vpc-1" } },
  ...[network("home", "10.0.1.0/24"), network("guard", "10.0.9.0/28"), network("nat", "10.0.3.0/24")],
  {
    ...{ type: "firewall", name: "fw", id: "arn:fw" },
    inputs: { firewallPolicyArn: "arn:policy", vpcId: "vpc-1", subnetMappings: [of("guard")] },
    outputs: {
      firewallStatuses: [{ syncStates: [{ availabilityZone: "a", attachments: [{ endpointId: "vpce-1" }] }] }],
    },
  },
];
const mail = (more: object = { associatePublicIpAddress: true }): Written => ({
  ...{ type: "instance", name: "mail" },
  inputs: { vpcSecurityGroupIds: ["sg-open"], subnetId: "subnet-home", privateIp: "10.0.1.25", ...more },
});
const nat: Written = { type: "nat", name: "nat-1", id: "nat-1", inputs: { subnetId: "subnet-nat" } };
const edge = (...routes: object[]) => table("edge", { gatewayId: "igw-1" }, ...routes);

/** The internet gateway, the firewall, the machine: both ways the same. */
const guarded = [
  ...[...base, mail(), ...table("home", of("home"), toFirewall()), ...table("guard", of("guard"), toGateway)],
  ...edge(toFirewall("10.0.1.0/24")),
];
const without = (program: readonly Written[], ...names: string[]) =>
  program.filter(({ name }) => !names.includes(name));
const tables = ["home", "guard", "edge"].flatMap((name) => [`rt-${name}`, `rta-${name}`]);
const bare = without(guarded, ...tables, "mail");

const forwarding = { statelessDefaultActions: ["aws:forward_to_sfe"], statelessFragmentDefaultActions: ["aws:drop"] };
const policy = (more: object = {}): Written => ({
  ...{ type: "firewallPolicy", name: "policy", id: "arn:policy" },
  inputs: { firewallPolicy: { ...forwarding, ...more } },
});
const refer = (...names: string[]) => names.map((name, i) => ({ resourceArn: `arn:${name}`, priority: i + 1 }));
const group = (name: string, ruleGroup: object, type = "STATEFUL"): Written => ({
  ...{ type: "firewallGroup", name, id: `arn:${name}`, inputs: { type, capacity: 10, ruleGroup } },
});
const suricata = (...rules: string[]) => group("g", { rulesSource: { rulesString: rules.join("\n") } });
const strict = { statefulEngineOptions: { ruleOrder: "STRICT_ORDER" } };

/** By default order: passes, drops, rejects. */
const byAction = (...rules: string[]) => [
  ...guarded,
  policy({ statefulRuleGroupReferences: refer("g") }),
  suricata(...rules),
];
const inOrder = (end: string | undefined, ...rules: string[]) => {
  const ends = end === undefined ? {} : { statefulDefaultActions: [end] };
  return [...guarded, policy({ statefulRuleGroupReferences: refer("g"), ...strict, ...ends }), suricata(...rules)];
};
const stateless = (rules: object[], fallback = "aws:drop", more: object = {}) => [
  ...guarded,
  policy({
    ...{ statelessRuleGroupReferences: refer("s"), statelessDefaultActions: [fallback] },
    ...more,
  }),
  group("s", { rulesSource: { statelessRulesAndCustomActions: { statelessRules: rules } } }, "STATELESS"),
];
const rule = (priority: number, action: string, match: object = {}) => ({
  ...{ priority, ruleDefinition: { actions: [action], matchAttributes: { protocols: [6], ...match } } },
});
const to587 = { destinationPorts: [{ fromPort: 587, toPort: 587 }] };
const from587 = { sourcePorts: [{ fromPort: 587, toPort: 587 }] };
const standard = (action: string, header: object, ...keywords: string[]) => [
  ...guarded,
  policy({ statefulRuleGroupReferences: refer("g") }),
  group("g", {
    rulesSource: {
      statefulRules: [
        {
          action,
          header: {
            protocol: "TCP",
            source: "ANY",
            sourcePort: "ANY",
            destination: "ANY",
            destinationPort: "ANY",
            ...header,
          },
          ruleOptions: [{ keyword: "sid", settings: ["1"] }, ...keywords.map((keyword) => ({ keyword }))],
        },
      ],
    },
  }),
];

type Table = Readonly<Record<string, Written[]>>;

/** Can 8.8.8.8 connect to tcp/587 of `mail`, whose group is open and which stands behind the firewall? */
const inward: Table = {
  open_no_rules: [...guarded, policy()],
  closed_drop_of_the_port: byAction("drop tcp any any -> any 587 (sid:1;)"),
  closed_reject_of_the_port: byAction("reject tcp any any -> any 587 (sid:1;)"),
  closed_drop_of_the_protocol_that_carries_it: byAction("drop ip any any -> any any (sid:1;)"),
  open_drop_of_another_port: byAction("drop tcp any any -> any [25,465] (sid:1;)"),
  open_drop_of_udp: byAction("drop udp any any -> any 587 (sid:1;)"),
  open_drop_of_http: byAction('drop http any any -> any any (msg:"no; web"; http.method; content:"GET"; sid:1;)'),
  open_alert: byAction("alert tcp any any -> any 587 (sid:1;)"),
  open_comment: byAction("# drop tcp any any -> any 587 (sid:1;)"),
  closed_line_that_goes_on: byAction("drop tcp any any -> \\", "any 587 (sid:1;)"),
  open_pass_comes_before_drop: byAction("drop tcp any any -> any 587 (sid:1;)", "pass tcp any any -> any 587 (sid:2;)"),
  closed_pass_of_other_clients: byAction(
    "pass tcp 192.0.2.0/24 any -> any 587 (sid:1;)",
    "drop tcp any any -> any any (sid:2;)",
  ),
  open_drop_of_other_clients: byAction("drop tcp !8.8.0.0/16 any -> any 587 (sid:1;)"),
  open_drop_for_other_servers: byAction("drop tcp any any -> 10.0.2.0/24 587 (sid:1;)"),
  closed_drop_into_the_home_network: byAction("drop tcp $EXTERNAL_NET any -> $HOME_NET 587 (sid:1;)"),
  open_drop_out_of_the_home_network: byAction("drop tcp $HOME_NET any -> $EXTERNAL_NET 587 (sid:1;)"),
  open_pass_whatever_the_end_is: inOrder(unknownText, "pass tcp any any -> any 587 (sid:1;)"),
  closed_drop_of_answers_whatever_the_end_is: inOrder(unknownText, "drop tcp any 587 -> any any (sid:1;)"),
  unknown_pass_of_answers_where_the_end_is_unknown: inOrder(unknownText, "pass tcp any 587 -> any any (sid:1;)"),
  closed_drop_of_answers: byAction("drop tcp any 587 -> any any (sid:1;)"),
  open_pass_goes_on_with_the_answers: byAction(
    "pass tcp any any -> any 587 (sid:1;)",
    "drop tcp any 587 -> any any (sid:2;)",
  ),
  closed_both_directions: byAction("drop tcp any 587 <> any any (sid:1;)"),
  unknown_content: byAction('drop tcp any any -> any 587 (content:"EHLO"; sid:1;)'),
  unknown_tls: byAction('drop tls any any -> any any (tls.sni; content:"mail.example"; sid:1;)'),
  unknown_established: byAction("drop tcp any any -> any 587 (flow:established,to_server; sid:1;)"),
  closed_to_server: byAction("drop tcp any any -> any 587 (flow:to_server; sid:1;)"),
  unknown_not_understood: byAction("drop tcp any any any 587 (sid:1;)"),
  unknown_variable_of_nobody: byAction("drop tcp $MAIL any -> any 587 (sid:1;)"),
  open_some_client_ports: byAction("drop tcp any 1024:40000 -> any 587 (sid:1;)"),
  unknown_text: [
    ...guarded,
    policy({ statefulRuleGroupReferences: refer("g") }),
    group("g", { rulesSource: { rulesString: unknownText } }),
  ],
  open_strict_first_pass: inOrder(
    undefined,
    "pass tcp any any -> any 587 (sid:1;)",
    "drop tcp any any -> any any (sid:2;)",
  ),
  closed_strict_first_drop: inOrder(
    undefined,
    "drop tcp any any -> any any (sid:2;)",
    "pass tcp any any -> any 587 (sid:1;)",
  ),
  closed_strict_drop_all: inOrder("aws:drop_strict", "pass tcp any any -> any 25 (sid:1;)"),
  open_strict_drop_all_but_this: inOrder("aws:drop_strict", "pass tcp any any -> any 587 (sid:1;)"),
  closed_strict_drop_established: inOrder("aws:drop_established"),
  open_strict_drop_established_but_this: inOrder("aws:drop_established", "pass tcp any any -> any 587 (sid:1;)"),
  open_strict_pass_of_answers: inOrder("aws:drop_established", "pass tcp any 587 -> any any (sid:1;)"),
  closed_strict_drop_all_before_answers: inOrder("aws:drop_strict", "pass tcp any 587 -> any any (sid:1;)"),
  open_strict_alerts_only: inOrder("aws:alert_strict"),
  unknown_default_action: inOrder(unknownText),
  closed_groups_by_priority: [
    ...guarded,
    policy({ statefulRuleGroupReferences: refer("h", "g"), ...strict }),
    suricata("pass tcp any any -> any 587 (sid:1;)"),
    group("h", { rulesSource: { rulesString: "drop tcp any any -> any 587 (sid:2;)" } }),
  ],
  unknown_managed_group: [...guarded, policy({ statefulRuleGroupReferences: refer("aws-managed") })],
  open_managed_group_that_only_alerts: [
    ...guarded,
    policy({ statefulRuleGroupReferences: [{ resourceArn: "arn:g", override: { action: "DROP_TO_ALERT" } }] }),
    suricata("drop tcp any any -> any any (sid:1;)"),
  ],
  unknown_policy_of_another_program: guarded,
  unknown_domains: [
    ...guarded,
    policy({ statefulRuleGroupReferences: refer("g") }),
    group("g", {
      rulesSource: {
        rulesSourceList: { targetTypes: ["TLS_SNI"], targets: [".example"], generatedRulesType: "DENYLIST" },
      },
    }),
  ],
  open_domains_of_the_web: [
    ...guarded,
    policy({ statefulRuleGroupReferences: refer("g") }),
    group("g", { rulesSource: { rulesSourceList: { targetTypes: ["HTTP_HOST"], targets: [".example"] } } }),
  ],
  closed_home_network_of_the_policy: [
    ...guarded,
    policy({
      statefulRuleGroupReferences: refer("g"),
      policyVariables: { ruleVariables: [{ key: "HOME_NET", ipSet: { definitions: ["10.0.1.0/24"] } }] },
    }),
    suricata("drop tcp any any -> $HOME_NET 587 (sid:1;)"),
  ],
  closed_sets_of_the_group: [
    ...guarded,
    policy({ statefulRuleGroupReferences: refer("g") }),
    group("g", {
      ruleVariables: {
        ipSets: [{ key: "SERVERS", ipSet: { definitions: ["10.0.1.0/24", "!10.0.1.26"] } }],
        portSets: [{ key: "MAIL", portSet: { definitions: ["25", "465:587"] } }],
      },
      rulesSource: { rulesString: "drop tcp any any -> $SERVERS $MAIL (sid:1;)" },
    }),
  ],
  closed_standard_rule: standard("DROP", { destinationPort: "587", direction: "FORWARD" }),
  open_standard_rule_of_another_port: standard("DROP", { destinationPort: "25", direction: "FORWARD" }),
  closed_standard_rule_of_answers: standard("DROP", { destinationPort: "1024:", sourcePort: "587", direction: "ANY" }),
  unknown_standard_rule_with_content: standard("DROP", { destinationPort: "587", direction: "FORWARD" }, "content"),
  closed_stateless_default: stateless([]),
  open_stateless_pass_both_ways: stateless([rule(1, "aws:pass", to587), rule(2, "aws:pass", from587)]),
  closed_stateless_answers_dropped: stateless([rule(1, "aws:pass", to587)]),
  closed_stateless_priority: stateless([rule(2, "aws:pass"), rule(1, "aws:drop", to587)]),
  open_stateless_priority: stateless([rule(1, "aws:pass"), rule(2, "aws:drop", to587)]),
  closed_stateless_drop_before_stateful_pass: [
    ...stateless([rule(1, "aws:drop", to587)], "aws:forward_to_sfe", { statefulRuleGroupReferences: refer("g") }),
    suricata("pass tcp any any -> any any (sid:1;)"),
  ],
  closed_stateless_hands_on: [
    ...stateless([rule(1, "aws:forward_to_sfe", to587)], "aws:drop", { statefulRuleGroupReferences: refer("g") }),
    suricata("drop tcp any any -> any 587 (sid:1;)"),
  ],
  unknown_one_engine_sees_half: stateless([rule(1, "aws:pass", to587)], "aws:forward_to_sfe"),
  open_each_engine_sees_all: stateless(
    [rule(1, "aws:pass", to587), rule(2, "aws:pass", from587)],
    "aws:forward_to_sfe",
  ),
  open_stateless_other_protocol: stateless(
    [{ priority: 1, ruleDefinition: { actions: ["aws:drop"], matchAttributes: { protocols: [17] } } }],
    "aws:pass",
  ),
  closed_stateless_sources: stateless(
    [rule(1, "aws:drop", { sources: [{ addressDefinition: "8.0.0.0/8" }] })],
    "aws:pass",
  ),
  unknown_stateless_flags: stateless(
    [rule(1, "aws:drop", { tcpFlags: [{ flags: ["SYN"], masks: ["SYN"] }] })],
    "aws:pass",
  ),
  unknown_stateless_action: stateless([rule(1, unknownText, to587)], "aws:pass"),
};

/** Where the routes of gateways and subnets do not lead through the firewall both ways. */
const routed: Table = {
  unknown_answers_alone_meet_it: [...without(guarded, "rt-edge", "rta-edge"), policy()],
  unknown_questions_alone_meet_it: [
    ...without(guarded, "rt-home", "rta-home"),
    ...[...table("home", of("home"), toGateway), policy()],
  ],
  open_edge_table_for_another_subnet: [
    ...bare,
    ...[mail(), ...table("home", of("home"), toGateway), ...edge(toFirewall("10.0.2.0/24")), policy()],
  ],
  open_edge_table_of_another_network: [
    ...without(bare, "igw"),
    ...[mail(), ...table("home", of("home"), toGateway), policy()],
    ...edge(toFirewall("10.0.1.0/24")).map((each) => ({ ...each, inputs: { ...each.inputs, vpcId: "vpc-2" } })),
    { type: "internetGateway", name: "igw", id: "igw-1", inputs: { vpcId: "vpc-2" } } as Written,
  ],
  unknown_edge_table_for_a_part: [
    ...bare,
    ...[mail(), ...table("home", of("home"), toGateway), ...edge(toFirewall("10.0.1.128/25")), policy()],
  ],
  unknown_edge_table_to_an_appliance: [
    ...bare,
    ...[mail(), ...table("home", of("home"), toGateway)],
    ...edge({ cidrBlock: "10.0.1.0/24", networkInterfaceId: "eni-9" }),
  ],
  open_edge_table_that_leads_home: [
    ...bare,
    ...[mail(), ...table("home", of("home"), toGateway), ...edge({ cidrBlock: "10.0.1.0/24", gatewayId: "local" })],
  ],
  closed_firewall_leads_nowhere: [
    ...without(guarded, "rt-guard", "rta-guard"),
    ...[...table("guard", of("guard")), policy()],
  ],
  unknown_endpoint_of_another_program: [...without(guarded, "fw"), policy()],
  closed_acl_around_its_endpoint: [
    ...guarded,
    policy(),
    {
      type: "acl",
      name: "acl",
      inputs: { vpcId: "vpc-1", subnetIds: ["subnet-guard"], ingress: [], egress: [] },
    } as Written,
  ],
};

const dropOut = [
  policy({ statefulRuleGroupReferences: refer("g") }),
  suricata("drop tcp 10.0.0.0/8 any -> any 587 (sid:1;)"),
];
const beforeNat = [
  ...bare,
  ...[mail({}), nat, ...table("home", of("home"), toFirewall()), ...table("guard", of("guard"), toNat)],
];
const behindNat = [
  ...bare,
  ...[mail({}), nat, ...table("home", of("home"), toNat), ...table("nat", of("nat"), toFirewall())],
  ...[...table("guard", of("guard"), toGateway), ...edge(toFirewall("10.0.3.0/24"))],
];

/** Can `mail`, whose group lets everything out, connect to tcp/587 of 8.8.8.8? */
const outward: Table = {
  open_with_a_public_address: [...guarded, policy()],
  closed_without_a_public_address: [...without(guarded, "mail"), mail({ associatePublicIpAddress: false }), policy()],
  closed_by_a_rule: [...guarded, ...dropOut],
  open_rule_for_other_machines: [
    ...guarded,
    policy({ statefulRuleGroupReferences: refer("g") }),
    suricata("drop tcp 10.0.1.128/25 any -> any 587 (sid:1;)"),
  ],
  unknown_rule_for_some_machines: [
    ...without(guarded, "mail"),
    mail({ associatePublicIpAddress: true, privateIp: unknownText }),
    policy({ statefulRuleGroupReferences: refer("g") }),
    suricata("drop tcp 10.0.1.128/25 any -> any 587 (sid:1;)"),
  ],
  open_before_a_nat_gateway: [...beforeNat, ...table("nat", of("nat"), toGateway, toFirewall("10.0.1.0/24")), policy()],
  closed_before_a_nat_gateway: [
    ...beforeNat,
    ...[...table("nat", of("nat"), toGateway, toFirewall("10.0.1.0/24")), ...dropOut],
  ],
  unknown_before_a_nat_gateway_that_answers_directly: [...beforeNat, ...table("nat", of("nat"), toGateway), policy()],
  open_behind_a_nat_gateway: [...behindNat, policy()],
  closed_behind_a_nat_gateway: [...behindNat, ...dropOut],
  closed_behind_a_nat_gateway_by_its_address: [
    ...behindNat,
    policy({ statefulRuleGroupReferences: refer("g") }),
    suricata("drop tcp 10.0.3.0/24 any -> any 587 (sid:1;)"),
  ],
  open_behind_a_nat_gateway_the_machine_is_not_seen: [
    ...behindNat,
    policy({ statefulRuleGroupReferences: refer("g") }),
    suricata("drop tcp 10.0.1.0/24 any -> any 587 (sid:1;)"),
  ],
};

const truths = { open: true, closed: false, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

describe.each(Object.entries(forms))("behind a Network Firewall, from %s", (_, form) => {
  it.each(Object.entries({ ...inward, ...routed }))("in: %s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "8.8.8.8")).toBe(truthOf(name));
  });

  it.each(Object.entries(outward))("out: %s", async (name, program) => {
    expect(answer(factsOf(await form(program), relayed), "egressAllowed", toRelay, "8.8.8.8")).toBe(truthOf(name));
  });
});

it("a rule in doubt is quoted", async () => {
  const facts = factsOf(await fromState(inward.unknown_content as Written[]));
  const said = factsNamed(facts, "reachable")
    .filter(({ subject, from }) => subject === "mail:587" && !from.isEmpty)
    .flatMap(({ evidence }) => evidence.map(({ says }) => says));
  expect(said.join("\n")).toContain('drop tcp any any -> any 587 (content:"EHLO"; sid:1;)');
});

it("answers that stateless rules drop are lost by port", async () => {
  const high = { ...from587, destinationPorts: [{ fromPort: 32768, toPort: 65535 }] };
  const program = stateless([rule(1, "aws:pass", to587), rule(2, "aws:pass", high)]);
  expect(lostPorts(factsOf(await fromState(program)), "mail:587", "8.8.8.8")).toBe("1024-32767");
});

it("connections that a rule about client ports drops are told by port", async () => {
  const facts = factsOf(await fromState(byAction("drop tcp any 1024:40000 -> any 587 (sid:1;)")));
  expect(lostPorts(facts, "mail:587", "8.8.8.8")).toBe("1024-40000");
});

it("the program's own flow tells a firewall whose endpoints are not known yet", async () => {
  const flowing = guarded.map((each): Written => {
    if (each.name === "fw") return { ...each, outputs: {} };
    const routes = each.inputs.routes as object[] | undefined;
    if (!routes?.some((route) => "vpcEndpointId" in route)) return each;
    const hidden = routes.map((route) => ("vpcEndpointId" in route ? { ...route, vpcEndpointId: unknownText } : route));
    return { ...each, inputs: { ...each.inputs, routes: hidden }, flows: { routes: ["fw"] } };
  });
  const facts = factsOf(await fromState([...flowing, ...dropOut]), relayed);
  expect(answer(facts, "egressAllowed", toRelay, "8.8.8.8")).toBe(false);
  expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(true);
});

describe("between subnets of one network", () => {
  const led = (route: object) => [...bare, mail(), ...table("home", of("home"), toGateway, route), policy(), ...dropIn];
  const dropIn = [suricata("drop tcp 10.0.2.0/24 any -> any 587 (sid:1;)")];
  it.each<[string, object, string, boolean | "unknown"]>([
    ["an appliance of one's own", { cidrBlock: "10.0.2.0/24", networkInterfaceId: "eni-9" }, "10.0.2.9", "unknown"],
    ["other neighbours", { cidrBlock: "10.0.2.0/24", networkInterfaceId: "eni-9" }, "10.0.3.9", true],
    ["a firewall that lets pass", toFirewall("10.0.2.0/24"), "10.0.2.9", true],
  ])("%s", async (_, route, peer, expected) => {
    expect(answer(factsOf(await fromState(led(route))), "reachable", "mail:587", peer)).toBe(expected);
  });

  it("a firewall that drops", async () => {
    const program = led(toFirewall("10.0.2.0/24")).map((each) =>
      each.name === "policy" ? policy({ statefulRuleGroupReferences: refer("g") }) : each,
    );
    const facts = factsOf(await fromState(program));
    expect(answer(facts, "reachable", "mail:587", "10.0.2.9")).toBe(false);
    expect(answer(facts, "reachable", "mail:587", "10.0.3.9")).toBe(true);
  });
});

describe("peerings", () => {
  const peered = (connection: object) => [
    ...bare,
    mail({}),
    ...table("home", of("home"), { cidrBlock: world, vpcPeeringConnectionId: "pcx-1" }),
    { type: "vpc", name: "w", id: "vpc-2", inputs: { cidrBlock: "198.51.100.0/24" } } as Written,
    { type: "peering", name: "p", id: "pcx-1", inputs: { vpcId: "vpc-1", ...connection } } as Written,
  ];
  it.each<[string, object, string, boolean | "unknown"]>([
    ["lead no further than to the other network", { peerVpcId: "vpc-2" }, "8.8.8.8", false],
    ["lead into the other network", { peerVpcId: "vpc-2" }, "198.51.100.9", true],
    ["to a network of another program", { peerVpcId: "vpc-9" }, "8.8.8.8", "unknown"],
  ])("%s", async (_, connection, peer, expected) => {
    const facts = factsOf(await fromState(peered(connection)), relayed);
    expect(answer(facts, "egressAllowed", toRelay, peer)).toBe(expected);
  });
});
