import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../model/errors.js";
import { factsNamed } from "../../model/fact.js";
import { readTerraform, recognisesTerraform } from "../../sources/terraform/index.js";
import { answer, factsOf, missingAt } from "./pulumi/programs.js";
import {
  configured,
  expression,
  later,
  planOf,
  type Resource,
  read,
  readText,
  sensitive,
  through,
} from "./terraform-plans.js";

const world = "0.0.0.0/0";
const none = { cidr_blocks: [], ipv6_cidr_blocks: [], prefix_list_ids: [], security_groups: [] };
/** A block of `ingress` or `egress` as the provider plans it: every argument is there. */
const block = (args: Record<string, unknown>) => ({ ...none, description: "", self: false, ...args });
const tcp = (from: number, to = from) => ({ protocol: "tcp", from_port: from, to_port: to });
const open587 = block({ ...tcp(587), cidr_blocks: [world] });
const group = (...ingress: unknown[]): Resource[] => [{ type: "aws_security_group", name: "g", args: { ingress } }];
const bare: Resource = { type: "aws_security_group", name: "g", args: {} };
const ofGroup = { security_group_id: later("aws_security_group.g.id") };
const vpcRule = (args: Record<string, unknown>, direction = "ingress"): Resource[] => [
  bare,
  { type: `aws_vpc_security_group_${direction}_rule`, name: "r", args: { ...ofGroup, ...args } },
];
const oldRule = (args: Record<string, unknown>): Resource[] => [
  bare,
  {
    type: "aws_security_group_rule",
    name: "r",
    args: { ...ofGroup, self: false, cidr_blocks: null, ipv6_cidr_blocks: null, prefix_list_ids: null, ...args },
  },
];
const list = (...cidrs: string[]): Resource => ({
  type: "aws_ec2_managed_prefix_list",
  name: "pl",
  args: { address_family: "IPv4", max_entries: 5, entry: cidrs.map((cidr) => ({ cidr, description: "" })) },
});
const looked = (...cidrs: string[]): Resource => ({
  type: "aws_ec2_managed_prefix_list",
  name: "pl",
  mode: "data",
  args: { id: "pl-7", entries: cidrs.map((cidr) => ({ cidr, description: "" })) },
});

/** Is tcp/587 open to a world client? As in the table of the Pulumi source; the numbers are the same packet truths. */
const programs: Readonly<Record<string, Resource[]>> = {
  fail_v4_1_every_protocol_without_ports: vpcRule({
    ...{ ip_protocol: "-1", cidr_ipv4: world, cidr_ipv6: null, from_port: null, to_port: null },
  }),
  fail_v6_2_one_ipv6_rule: vpcRule({ ip_protocol: "tcp", from_port: 587, to_port: 587, cidr_ipv6: "::/0" }),
  fail_v4_3_self_rule_before_the_open_one: group(block({ ...tcp(22), self: true }), open587),
  fail_v4_3_self_in_the_open_rule: group({ ...open587, self: true }),
  fail_v4_4_prefix_list_beside_the_world: group({ ...open587, prefix_list_ids: ["pl-1"] }),
  fail_v4_5_split_halves: group({ ...open587, cidr_blocks: ["0.0.0.0/1", "128.0.0.0/1"] }),
  fail_v4_5_four_quarters: group(
    { ...open587, cidr_blocks: ["0.0.0.0/2", "64.0.0.0/2"] },
    { ...open587, cidr_blocks: ["128.0.0.0/2", "192.0.0.0/2"] },
  ),
  fail_v6_6_all_global_unicast_by_number: group(block({ ...tcp(587), protocol: "6", ipv6_cidr_blocks: ["2000::/3"] })),
  pass_7_udp: group({ ...open587, protocol: "udp", from_port: 500, to_port: 600 }),
  pass_8_icmp: group({ ...open587, protocol: "icmp", from_port: 0, to_port: 0 }),
  pass_9_tcp_port_zero: group({ ...open587, from_port: 0, to_port: 0 }),
  fail_v4_10_rule_of_every_protocol: oldRule({
    ...{ type: "ingress", protocol: "-1", from_port: -1, to_port: -1, cidr_blocks: [world] },
  }),
  fail_v4_11_prefix_list_of_the_world: [
    list(world),
    ...group(block({ ...tcp(587), prefix_list_ids: later("aws_ec2_managed_prefix_list.pl.id") })),
  ],
  fail_v4_11_prefix_list_of_a_rule: [
    list(world),
    ...oldRule({ type: "ingress", ...tcp(587), prefix_list_ids: [later("aws_ec2_managed_prefix_list.pl.id")] }),
  ],
  fail_v4_11_prefix_list_entry_of_the_world: [
    { type: "aws_ec2_managed_prefix_list", name: "pl", args: { address_family: "IPv4", max_entries: 5 } },
    {
      type: "aws_ec2_managed_prefix_list_entry",
      name: "e",
      args: { cidr: world, prefix_list_id: later("aws_ec2_managed_prefix_list.pl.id") },
    },
    ...vpcRule({ ip_protocol: "tcp", ...ports(587), prefix_list_id: later("aws_ec2_managed_prefix_list.pl.id") }),
  ],
  fail_v4_11_prefix_list_looked_up: [
    looked(world),
    ...group(block({ ...tcp(587), prefix_list_ids: through(["pl-7"], "data.aws_ec2_managed_prefix_list.pl.id") })),
  ],
  pass_11_prefix_list_of_one_office: [
    list("192.0.2.0/24"),
    ...group(block({ ...tcp(587), prefix_list_ids: later("aws_ec2_managed_prefix_list.pl.id") })),
  ],
  fail_v4_12_default_group: [{ type: "aws_default_security_group", name: "g", args: { ingress: [open587] } }],
  pass_12_default_group_left_bare: [{ type: "aws_default_security_group", name: "g", args: {} }],
  pass_30_no_source: group(block(tcp(587))),
  pass_ingress_left_out: [bare],
  pass_ingress_empty: group(),
  pass_group_reference: group(block({ ...tcp(587), security_groups: later("aws_security_group.other.id") })),
  pass_source_group: oldRule({
    ...{ type: "ingress", ...tcp(587), source_security_group_id: later("aws_security_group.other.id") },
  }),
  pass_egress_rule: oldRule({ type: "egress", ...tcp(587), cidr_blocks: [world] }),
  fail_v4_rule_with_a_computed_source_group: oldRule({ type: "ingress", ...tcp(587), cidr_blocks: [world] }),
  fail_v4_dynamic_block: [{ ...(group(open587)[0] as Resource), dynamic: ["ingress"] }],
  fail_v4_existing_group_of_a_dynamic_block: [
    {
      ...{ type: "aws_security_group", name: "g", args: { id: "sg-1" }, dynamic: ["ingress"] },
      before: { id: "sg-1", ingress: [open587], egress: [] },
    },
  ],
  unknown_v4_rule_of_the_last_refresh_among_separate_rules: [
    { type: "aws_security_group", name: "g", args: { id: "sg-1" }, before: { id: "sg-1", ingress: [open587] } },
    {
      type: "aws_vpc_security_group_ingress_rule",
      name: "r",
      args: { security_group_id: "sg-1", ip_protocol: "tcp", ...ports(587), cidr_ipv4: "192.0.2.0/24" },
    },
  ],
  unknown_v4_block: group(block({ ...tcp(587), cidr_blocks: [later("aws_eip.office.public_ip")] })),
  unknown_v4_blocks: group(block({ ...tcp(587), cidr_blocks: later("aws_eip.office.public_ip") })),
  unknown_v6_block: vpcRule({ ip_protocol: "-1", cidr_ipv6: later("aws_vpc.v.ipv6_cidr_block") }),
  unknown_v4_port: group({ ...open587, from_port: later("random_integer.p.result"), to_port: 600 }),
  unknown_v4_v6_rules: [{ type: "aws_security_group", name: "g", args: { ingress: later("local.rules") } }],
  fail_v4_unknown_block_beside_the_world: group({ ...open587, cidr_blocks: [world, later("aws_eip.e.public_ip")] }),
  unknown_v4_inline_and_separate_rules_take_turns: [
    { type: "aws_security_group", name: "g", args: { ingress: [] } },
    ...vpcRule({ ip_protocol: "-1", cidr_ipv4: world }).slice(1),
  ],
  unknown_v4_rule_of_a_local_group: vpcRule({
    ip_protocol: "-1",
    cidr_ipv4: world,
    security_group_id: later("local.g"),
  }),
  unknown_v4_sensitive_block: group({ ...open587, cidr_blocks: [sensitive("198.51.100.77/32")] }),
};

function ports(port: number) {
  return { from_port: port, to_port: port };
}

function promised(name: string): { v4: boolean | "unknown"; v6: boolean | "unknown" } {
  if (name.startsWith("pass")) return { v4: false, v6: false };
  if (name.includes("prefix_list_beside")) return { v4: true, v6: "unknown" };
  const open = name.startsWith("fail") ? true : ("unknown" as const);
  return { v4: name.includes("_v4") ? open : false, v6: name.includes("_v6") ? open : false };
}

const groupSubject = (program: readonly Resource[]) =>
  `${program.find((each) => each.name === "g" && each.type.endsWith("security_group"))?.type}.g:587`;

describe("tcp/587 of a security group, from a Terraform plan", () => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    const facts = factsOf(await read(planOf(program)));
    const subject = groupSubject(program);
    const v4 = answer(facts, "reachable", subject, "8.8.8.8");
    const v6 = answer(facts, "reachable", subject, "2001:4860:4860::8888");
    expect({ v4, v6 }).toEqual(promised(name));
  });
});

describe("evidence and missing inputs name Terraform's own attributes", () => {
  it.each([
    ["unknown_v4_block", ["aws_security_group.g#ingress[0].cidr_blocks[0]"]],
    ["unknown_v4_blocks", ["aws_security_group.g#ingress[0].cidr_blocks"]],
    ["unknown_v4_v6_rules", ["aws_security_group.g#ingress"]],
    ["unknown_v4_port", ["aws_security_group.g#ingress[0].from_port"]],
    ["unknown_v6_block", ["aws_vpc_security_group_ingress_rule.r#cidr_ipv6"]],
    ["unknown_v4_rule_of_a_local_group", ["aws_vpc_security_group_ingress_rule.r#security_group_id"]],
    ["unknown_v4_sensitive_block", ["aws_security_group.g#ingress[0].cidr_blocks[0]"]],
    ["pass_group_reference", ["aws_security_group.g#ingress[0].security_groups"]],
    ["pass_source_group", ["aws_security_group_rule.r#source_security_group_id"]],
  ])("%s", async (name, missing) => {
    const program = programs[name] as Resource[];
    expect(missingAt(factsOf(await read(planOf(program))), "reachable", groupSubject(program))).toEqual(missing);
  });

  it("the rule that opens the port", async () => {
    const facts = factsOf(await read(planOf(group({ ...open587, ipv6_cidr_blocks: ["2001:db8::/32"] }))));
    expect(factsNamed(facts, "openedBy").map((fact) => fact.value)).toEqual(
      ["cidr_blocks", "ipv6_cidr_blocks"].map((name) =>
        expect.objectContaining({ rule: `aws_security_group.g#ingress[0].${name}`, ports: "587" }),
      ),
    );
  });

  it("nothing that is sensitive is shown", async () => {
    const estate = await read(planOf(programs.unknown_v4_sensitive_block as Resource[]));
    expect(JSON.stringify(estate)).not.toContain("198.51.100.77");
  });
});

describe("egress", () => {
  const everything = block({ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: [world] });
  const cases: [string, Resource[], boolean | "unknown"][] = [
    ["fail_25_one_rule_of_every_protocol", vpcRule({ ip_protocol: "-1", cidr_ipv4: world }, "egress"), true],
    ["pass_26_egress_left_out", [bare], false],
    ["pass_egress_empty", [{ ...bare, args: { egress: [] } }], false],
    ["fail_inline", [{ ...bare, args: { egress: [everything] } }], true],
    ["fail_rule_of_type_egress", oldRule({ ...everything, type: "egress" }), true],
    ["pass_rule_of_type_ingress", oldRule({ ...everything, type: "ingress" }), false],
    ["unknown_egress", [{ ...bare, args: { egress: later("local.rules") } }], "unknown"],
  ];

  it.each(cases)("%s", async (_, program, open) => {
    expect(
      answer(factsOf(await read(planOf(program))), "egressAllowed", "aws_security_group.g -> *:25", "8.8.8.8"),
    ).toBe(open);
  });

  it("left out, says that the provider removes the default rule", async () => {
    const [fact] = factsNamed(factsOf(await read(planOf([bare]))), "egressAllowed");
    expect(fact?.evidence[0]).toMatchObject({ at: "aws_security_group.g#egress" });
    expect(fact?.evidence[0]?.says).toMatch(/removes AWS's default/);
  });
});

/** From inside, where routes and public addresses do not matter. */
const client = "10.9.8.7";

/** Which groups an instance has: the open one, or another. */
const opened: Resource = { type: "aws_security_group", name: "open", args: { ingress: [open587] } };
const closed: Resource = { type: "aws_security_group", name: "closed", args: { ingress: [] } };
const instance = (args: Record<string, unknown>): Resource => ({ type: "aws_instance", name: "mail", args });
const groupsOf = (...references: string[]) => instance({ vpc_security_group_ids: later(...references) });
const nic: Resource = {
  type: "aws_network_interface",
  name: "nic",
  args: { security_groups: later("aws_security_group.open.id") },
};

describe("joins by references", () => {
  const cases: [string, Resource[], boolean | "unknown"][] = [
    ["fail_group_of_an_instance", [opened, closed, groupsOf("aws_security_group.open.id")], true],
    ["pass_group_of_an_instance", [opened, closed, groupsOf("aws_security_group.closed.id")], false],
    ["fail_two_groups", [opened, closed, groupsOf("aws_security_group.closed.id", "aws_security_group.open.id")], true],
    ["unknown_one_of_two", [opened, closed, groupsOf("var.a", "aws_security_group.closed.id")], "unknown"],
    ["unknown_local", [opened, closed, groupsOf("local.groups")], "unknown"],
    ["unknown_no_group_given", [opened, instance({})], "unknown"],
    [
      "fail_group_elements_one_by_one",
      [opened, instance({ vpc_security_group_ids: ["sg-9", later("aws_security_group.open.id")] })],
      true,
    ],
    [
      "fail_existing_group_by_id",
      [{ ...opened, args: { ...opened.args, id: "sg-1" } }, instance({ vpc_security_group_ids: ["sg-1"] })],
      true,
    ],
    [
      "fail_interface_of_an_instance",
      [opened, nic, instance({ network_interface: [{ network_interface_id: later("aws_network_interface.nic.id") }] })],
      true,
    ],
    [
      "fail_second_of_two_interfaces",
      [
        ...[
          opened,
          closed,
          nic,
          { ...nic, name: "other", args: { security_groups: later("aws_security_group.closed.id") } },
        ],
        instance({
          network_interface: ["other", "nic"].map((name) => ({
            network_interface_id: later(`aws_network_interface.${name}.id`),
          })),
        }),
      ],
      true,
    ],
    [
      "unknown_which_of_two_interfaces",
      [
        ...[
          opened,
          closed,
          nic,
          { ...nic, name: "other", args: { security_groups: later("aws_security_group.closed.id") } },
        ],
        instance({
          network_interface: [
            { network_interface_id: later("aws_network_interface.other.id", "aws_network_interface.nic.id") },
          ],
        }),
      ],
      "unknown",
    ],
    [
      "fail_primary_interface_of_an_instance",
      [
        ...[opened, nic],
        instance({ primary_network_interface: [{ network_interface_id: later("aws_network_interface.nic.id") }] }),
      ],
      true,
    ],
    [
      "fail_attachment_to_the_primary_interface",
      [
        ...[opened, closed, groupsOf("aws_security_group.closed.id")],
        {
          type: "aws_network_interface_sg_attachment",
          name: "a",
          args: {
            security_group_id: later("aws_security_group.open.id"),
            network_interface_id: later("aws_instance.mail.primary_network_interface_id"),
          },
        },
      ],
      true,
    ],
    [
      "fail_interface_attachment",
      [
        ...[opened, closed, nic, groupsOf("aws_security_group.closed.id")],
        {
          type: "aws_network_interface_attachment",
          name: "a",
          args: {
            instance_id: later("aws_instance.mail.id"),
            network_interface_id: later("aws_network_interface.nic.id"),
          },
        },
      ],
      true,
    ],
    [
      "fail_launch_template",
      [
        opened,
        {
          type: "aws_launch_template",
          name: "lt",
          args: { vpc_security_group_ids: later("aws_security_group.open.id") },
        },
        instance({ launch_template: [{ id: later("aws_launch_template.lt.id"), version: "$Latest" }] }),
      ],
      true,
    ],
    [
      "fail_rule_of_a_group_that_a_known_variable_chooses",
      [
        closed,
        { ...bare, name: "late" },
        {
          type: "aws_vpc_security_group_ingress_rule",
          name: "r",
          args: {
            ip_protocol: "-1",
            cidr_ipv4: world,
            security_group_id: later("var.own", "aws_security_group.late.id"),
          },
        },
        groupsOf("aws_security_group.late.id"),
      ],
      true,
    ],
    [
      "unknown_rule_whose_group_a_local_may_choose",
      [
        ...[closed, { ...bare, name: "late" }],
        {
          type: "aws_vpc_security_group_ingress_rule",
          name: "r",
          args: {
            ...{ ip_protocol: "-1", cidr_ipv4: world },
            security_group_id: later("local.group", "aws_security_group.late.id"),
          },
        },
        groupsOf("aws_security_group.late.id"),
      ],
      "unknown",
    ],
    [
      "unknown_default_group_of_the_network_beside_another",
      [closed, { type: "aws_vpc", name: "v", args: {} }].concat(
        groupsOf("aws_security_group.closed.id", "aws_vpc.v.default_security_group_id"),
      ),
      "unknown",
    ],
    [
      "unknown_rule_of_one_of_two_groups",
      [
        ...[closed, { ...bare, name: "late" }],
        {
          type: "aws_vpc_security_group_ingress_rule",
          name: "r",
          args: {
            ip_protocol: "-1",
            cidr_ipv4: world,
            security_group_id: later("aws_security_group.closed.id", "aws_security_group.late.id"),
          },
        },
        groupsOf("aws_security_group.late.id"),
      ],
      "unknown",
    ],
  ];

  it.each(cases)("%s", async (_, program, open) => {
    const facts = factsOf(await read(planOf(program)));
    expect(answer(facts, "reachable", "aws_instance.mail:587", client)).toBe(open);
  });

  it("a local says what is missing", async () => {
    const facts = factsOf(await read(planOf([opened, groupsOf("local.groups")])));
    expect(missingAt(facts, "reachable", "aws_instance.mail:587")).toEqual([
      "aws_instance.mail#vpc_security_group_ids",
    ]);
  });
});

describe("count and for_each", () => {
  const each = (index: string | number, ingress: unknown[]): Resource => ({
    ...opened,
    name: "g",
    index,
    args: { ingress },
  });
  const server = (index: string | number, ...references: string[]): Resource => ({
    ...groupsOf(...references),
    index,
  });

  it("instances are joined by their written key", async () => {
    const program = [each("a.b", [open587]), each("c", []), groupsOf('aws_security_group.g["a.b"].id')];
    const facts = factsOf(await read(planOf(program)));
    expect(answer(facts, "reachable", "aws_instance.mail:587", client)).toBe(true);
  });

  it.each([
    ["each.key", ["a", "b"]],
    ["count.index", [0, 1]],
  ] as [string, [string | number, string | number]][])("instances are joined by %s", async (key, [a, b]) => {
    const references = ["aws_security_group.g", key];
    const program = [each(a, [open587]), each(b, []), server(a, ...references), server(b, ...references)];
    const facts = factsOf(await read(planOf(program)));
    const at = (index: string | number) =>
      answer(facts, "reachable", `aws_instance.mail[${JSON.stringify(index)}]:587`, client);
    expect([at(a), at(b)]).toEqual([true, false]);
  });

  it("a chained for_each joins the same keys", async () => {
    const forEach = ["aws_security_group.g"];
    const program = ["a", "b"].flatMap((key) => [
      each(key, key === "a" ? [open587] : []),
      { ...server(key, "each.value.id"), forEach },
    ]);
    const facts = factsOf(await read(planOf(program)));
    expect(answer(facts, "reachable", 'aws_instance.mail["a"]:587', client)).toBe(true);
    expect(answer(facts, "reachable", 'aws_instance.mail["b"]:587', client)).toBe(false);
  });

  it("a splat over several is not taken for one of them", async () => {
    const facts = factsOf(await read(planOf([each(0, [open587]), each(1, []), groupsOf("aws_security_group.g")])));
    expect(answer(facts, "reachable", "aws_instance.mail:587", client)).toBe("unknown");
  });

  it("a splat over one is that one", async () => {
    const facts = factsOf(await read(planOf([each(0, [open587]), groupsOf("aws_security_group.g")])));
    expect(answer(facts, "reachable", "aws_instance.mail:587", client)).toBe(true);
  });
});

describe("modules", () => {
  const inside = (module: string, resource: Resource): Resource => ({ ...resource, module });
  const output = (reference: string) => ({ group_id: { expression: expression(reference) } });

  it("an output brings a group to the caller, a variable to the callee", async () => {
    const machine = inside("module.mail", groupsOf("var.groups"));
    const program = [inside("module.net", opened), inside("module.net", closed), machine];
    const calls = {
      net: { module: { resources: configured([opened, closed]), outputs: output("aws_security_group.open.id") } },
      mail: {
        expressions: { groups: expression("module.net.group_id") },
        module: { resources: configured([machine]) },
      },
    };
    const facts = factsOf(await read(planOf(program, calls)));
    expect(answer(facts, "reachable", "module.mail.aws_instance.mail:587", client)).toBe(true);
    const [rule] = factsNamed(facts, "openedBy");
    expect(rule?.value).toMatchObject({ rule: "module.net.aws_security_group.open#ingress[0].cidr_blocks" });
  });

  it("each instance of a module has its own resources", async () => {
    const program = ["a", "b"].flatMap((key) => [
      inside(`module.mail["${key}"]`, { ...bare, args: { ingress: key === "a" ? [open587] : [] } }),
      inside(`module.mail["${key}"]`, groupsOf("aws_security_group.g.id")),
    ]);
    const calls = {
      mail: {
        for_each_expression: { constant_value: ["a", "b"] },
        module: { resources: configured(program.slice(0, 2)) },
      },
    };
    const facts = factsOf(await read(planOf(program, calls)));
    expect(answer(facts, "reachable", 'module.mail["a"].aws_instance.mail:587', client)).toBe(true);
    expect(answer(facts, "reachable", 'module.mail["b"].aws_instance.mail:587', client)).toBe(false);
  });

  it.each([
    ["by its written key", 'module.net["a"].group_id', true],
    ["that is not told apart", "module.net", "unknown"],
  ] as [string, string, boolean | "unknown"][])(
    "the output of one of several instances, %s",
    async (_, reference, open) => {
      const net = (key: string, ingress: unknown[]) => inside(`module.net["${key}"]`, { ...opened, args: { ingress } });
      const program = [net("a", [open587]), net("b", []), groupsOf(reference)];
      const calls = {
        net: {
          for_each_expression: { constant_value: ["a", "b"] },
          module: { resources: configured([opened]), outputs: output("aws_security_group.open.id") },
        },
      };
      const facts = factsOf(await read(planOf(program, calls)));
      expect(answer(facts, "reachable", "aws_instance.mail:587", client)).toBe(open);
    },
  );

  it("a module that passes its own variable in a circle ends", async () => {
    const machine = inside("module.mail", groupsOf("var.groups"));
    const calls = {
      mail: {
        expressions: { groups: expression("module.mail.groups") },
        module: {
          resources: configured([machine]),
          outputs: { groups: { expression: expression("var.groups") } },
        },
      },
    };
    const facts = factsOf(await read(planOf([machine], calls)));
    expect(answer(facts, "reachable", "module.mail.aws_instance.mail:587", client)).toBe("unknown");
  });
});

describe("the way from the internet", () => {
  const vpc: Resource = { type: "aws_vpc", name: "v", args: { cidr_block: "10.0.0.0/16" } };
  const ofVpc = { vpc_id: later("aws_vpc.v.id") };
  const subnet: Resource = {
    type: "aws_subnet",
    name: "s",
    args: { ...ofVpc, cidr_block: "10.0.1.0/24", map_public_ip_on_launch: true },
  };
  const route = { cidr_block: world, ipv6_cidr_block: "", destination_prefix_list_id: "", nat_gateway_id: "" };
  const routed: Resource[] = [
    { type: "aws_internet_gateway", name: "igw", args: ofVpc },
    {
      type: "aws_route_table",
      name: "rt",
      args: { ...ofVpc, route: [{ ...route, gateway_id: later("aws_internet_gateway.igw.id") }] },
    },
    {
      type: "aws_route_table_association",
      name: "a",
      args: { route_table_id: later("aws_route_table.rt.id"), subnet_id: later("aws_subnet.s.id") },
    },
  ];
  const machine = instance({
    vpc_security_group_ids: later("aws_security_group.open.id"),
    subnet_id: later("aws_subnet.s.id"),
  });
  const line = (args: Record<string, unknown>) => ({
    ...{ action: "allow", protocol: "tcp", rule_no: 100, from_port: 0, to_port: 65535 },
    ...{ cidr_block: world, ipv6_cidr_block: "", icmp_type: 0, icmp_code: 0, ...args },
  });
  const acl = (ingress: object[], egress: object[]): Resource => ({
    type: "aws_network_acl",
    name: "acl",
    args: { ...ofVpc, subnet_ids: later("aws_subnet.s.id"), ingress, egress },
  });
  const everything = line({ protocol: "-1", to_port: 0 });
  const base = [vpc, subnet, ...routed, opened, machine];

  it.each([
    ["fail_routed_and_public", base, true],
    ["fail_13_acl_of_every_port", [...base, acl([line({})], [everything])], true],
    ["pass_acl_of_another_port", [...base, acl([line({ from_port: 588 })], [everything])], false],
    ["pass_acl_without_lines", [...base, acl([], [])], false],
    [
      "pass_28_no_public_address",
      base.map((each) =>
        each === subnet ? { ...subnet, args: { ...subnet.args, map_public_ip_on_launch: false } } : each,
      ),
      false,
    ],
    ["pass_28_no_route", base.filter((each) => !routed.includes(each)).concat(noRoute()), false],
  ] as [string, Resource[], boolean][])("%s", async (_, program, open) => {
    const facts = factsOf(await read(planOf(program)));
    expect(answer(facts, "reachable", "aws_instance.mail:587", "8.8.8.8")).toBe(open);
  });

  function noRoute(): Resource[] {
    return routed.map((each) => (each.type === "aws_route_table" ? { ...each, args: { ...ofVpc, route: [] } } : each));
  }
});

describe("mail definitions", () => {
  const main = "smtpd_tls_security_level = encrypt\n";
  const userData = `#cloud-config\nwrite_files:\n- path: /etc/postfix/main.cf\n  content: |\n    ${main}`;
  const base64 = Buffer.from(userData).toString("base64");
  const template: Resource = { type: "aws_launch_template", name: "lt", args: { user_data: base64 } };
  const map: Resource = { type: "kubernetes_config_map_v1", name: "m", args: { data: { "main.cf": main } } };

  it.each([
    ["user_data", instance({ user_data: userData }), "aws_instance.mail#user_data:/etc/postfix"],
    ["user_data_base64", instance({ user_data_base64: base64 }), "aws_instance.mail#user_data_base64:/etc/postfix"],
    ["a launch template", template, "aws_launch_template.lt#user_data:/etc/postfix"],
    ["sensitive user_data", instance({ user_data: sensitive(userData) }), "aws_instance.mail#user_data:/etc/postfix"],
    ["a ConfigMap", map, "kubernetes_config_map_v1.m#data"],
  ] as [string, Resource, string][])("%s", async (_, resource, id) => {
    const { definitions } = await read(planOf([resource]));
    expect(definitions.map((each) => [each.id, each.files["main.cf"]?.text])).toEqual([[id, main]]);
  });

  it("user data shown as a digest is read from the configuration, or not at all", async () => {
    const plan = JSON.stringify(planOf([instance({ user_data: userData })]));
    const digest = "c765373c563b260626d113c4a56a46e8a8c5ca33";
    const hashed = JSON.parse(plan);
    hashed.planned_values.root_module.resources[0].values.user_data = digest;
    expect((await read(hashed)).definitions).toHaveLength(1);
    hashed.configuration.root_module.resources[0].expressions.user_data = expression("local.user_data");
    expect((await read(hashed)).definitions).toEqual([]);
  });
});

describe("a state", () => {
  const state = (...resources: Resource[]) => ({
    format_version: "1.0",
    values: (planOf(resources) as { planned_values: unknown }).planned_values,
  });

  it("says what stands", async () => {
    const values = { id: "sg-1", ingress: [open587], egress: [] };
    const facts = factsOf(
      await read(
        state(
          { ...bare, args: values },
          instance({ id: "i-1", vpc_security_group_ids: ["sg-1"], network_interface: [] }),
        ),
      ),
    );
    expect(answer(facts, "reachable", "aws_instance.mail:587", client)).toBe(true);
    expect(answer(facts, "egressAllowed", "aws_instance.mail -> *:25", client)).toBe(false);
  });

  it("that is empty has nothing", async () => {
    expect(await read({ format_version: "1.0", terraform_version: "1.9.8" })).toEqual({
      interfaces: [],
      definitions: [],
      containers: [],
      clients: [],
    });
  });
});

async function failure(work: Promise<unknown>): Promise<InputError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InputError)) throw new Error(`expected an InputError, got ${String(error)}`);
  return error;
}

describe("files that cannot be read are refused with place, expectation and mend", () => {
  const valid = { format_version: "1.2", planned_values: { root_module: {} } };
  it.each([
    ["a missing comma", '{\n "format_version": "1.2"\n "planned_values": {}}', /plan\.json:3:2$/, /malformed JSON/],
    ["a list", "[]", /plan\.json$/, /neither a Terraform plan/],
    ["format version 2", JSON.stringify({ ...valid, format_version: "2.0" }), /plan\.json$/, /2\.0; versions 0 and 1/],
    ["a format version that is a number", JSON.stringify({ ...valid, format_version: 1 }), /plan\.json$/, /versions 0/],
    ["a plan that failed", JSON.stringify({ ...valid, errored: true }), /plan\.json$/, /ended with an error/],
    ["changes that are no list", JSON.stringify({ ...valid, resource_changes: 7 }), /#resource_changes$/, /not a list/],
    [
      "a change without address",
      JSON.stringify({ ...valid, resource_changes: [7] }),
      /#resource_changes$/,
      /`address`/,
    ],
    [
      "a resource without address",
      JSON.stringify({ ...valid, planned_values: { root_module: { resources: [{}] } } }),
      /resources$/,
      /`address` and `type`/,
    ],
    [
      "nesting without end",
      `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_vpc.v", "mode": "managed", "type": "aws_vpc", "name": "v", "values": {"x": ${"[".repeat(5000)}${"]".repeat(5000)}}}]}}}`,
      /aws_vpc\.v#x/,
      /nested deeper/,
    ],
  ])("%s", async (_, text, where, problem) => {
    const error = await failure(readText(text));
    expect(error.where).toMatch(where);
    expect(error.problem).toMatch(problem);
    expect(error.mend).not.toBe("");
  });

  it("an attribute that does not fit is named as Terraform names it", async () => {
    const error = await failure(read(planOf(group({ ...open587, cidr_blocks: "10.0.0.0/8" }))));
    expect(error.where).toBe("aws_security_group.g#ingress[0].cidr_blocks");
    const reversed = await failure(read(planOf(group({ ...open587, from_port: 600 }))));
    expect(reversed.where).toBe("aws_security_group.g#ingress[0].from_port");
    const high = await failure(read(planOf(group({ ...open587, to_port: 70000 }))));
    expect([high.where, high.problem]).toEqual([
      "aws_security_group.g#ingress[0].to_port",
      "70000 is not a port (0 to 65535)",
    ]);
  });

  it("two resources of one address are named", async () => {
    const error = await failure(read(planOf([...group(open587), ...group({ ...open587, from_port: 25 })])));
    expect([error.where, error.problem]).toEqual(["aws_security_group.g", "two resources have this address"]);
  });

  it("a file that is not there", async () => {
    expect((await failure(readTerraform("/nonexistent/plan.json"))).problem).toMatch(/ENOENT/);
  });

  it("a broken file is never quoted", async () => {
    expect((await failure(readText('{"format_version": "1.2", "password": hunter2}'))).message).not.toContain(
      "hunter2",
    );
  });
});

describe("files are recognised by content", () => {
  it.each([
    ["a plan", '{"format_version": "1.2", "planned_values": {}}', "terraform-plan"],
    ["a state", '{"format_version": "1.0", "values": {}}', "terraform-state"],
    ["a broken plan", '{"format_version": "1.2", "planned_values": {', "terraform-plan"],
    ["a Pulumi stack export", '{"version": 3, "deployment": {}}', undefined],
    ["other JSON", '{"name": "port587"}', undefined],
    ["nothing", "", undefined],
  ])("%s", async (_, text, kind) => {
    const directory = mkdtempSync(join(tmpdir(), "port587-recognise-"));
    try {
      writeFileSync(join(directory, "file"), text);
      expect(await recognisesTerraform(join(directory, "file"))).toBe(kind);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
