import { AddressSet } from "../../model/addresses.js";
import { type Declaration, type DeclaredEndpoint, nothingDeclared } from "../../model/declaration.js";
import { Subjects } from "../../model/subjects.js";
import { judge, rules } from "../../policies/index.js";
import { reachFacts } from "../../reach/index.js";
import { later, planOf, type Resource, read } from "../sources/terraform-plans.js";

const world = "0.0.0.0/0";
const none = { cidr_blocks: [], ipv6_cidr_blocks: [], prefix_list_ids: [], security_groups: [], self: false };
const allow = (port: number, ...cidr_blocks: string[]) => ({
  ...{ ...none, protocol: "tcp", from_port: port, to_port: port, cidr_blocks },
});
const group = (...ingress: unknown[]): Resource => ({ type: "aws_security_group", name: "mail", args: { ingress } });
const separate = (name: string, cidr_ipv4: string): Resource => ({
  type: "aws_vpc_security_group_ingress_rule",
  name,
  args: {
    security_group_id: later("aws_security_group.mail.id"),
    ...{ ip_protocol: "tcp", from_port: 587, to_port: 587, cidr_ipv4 },
  },
});
const list: Resource = {
  type: "aws_ec2_managed_prefix_list",
  name: "all",
  args: { address_family: "IPv4", max_entries: 1, entry: [{ cidr: world, description: "" }] },
};
const balancer = (protocol: string): Resource[] => [
  group(allow(587, world)),
  {
    type: "aws_lb",
    name: "front",
    args: {
      ...{ name: "front", load_balancer_type: "network", internal: false },
      security_groups: [later("aws_security_group.mail.id")],
    },
  },
  {
    type: "aws_lb_listener",
    name: "submission",
    args: { load_balancer_arn: later("aws_lb.front.arn"), port: 587, protocol, default_action: [] },
  },
];

const endpoint = (exposure: AddressSet, differs: Partial<DeclaredEndpoint> = {}): Partial<Declaration> => ({
  endpoints: [
    {
      host: "mail.example.com",
      port: 587,
      role: "submission",
      exposure,
      resource: "aws_security_group.mail",
      ...differs,
    },
  ],
});
const anyone = AddressSet.everything;
const halves = AddressSet.of("0.0.0.0/0");

/** What the rules about reachability say of whole programs: the rule, and `rule:subject` of its failures. */
const programs: readonly [string, rule: string, Resource[], Partial<Declaration>, failing: string[]][] = [
  ["pass_world_spelled_out", "world-in-disguise", [group(allow(587, world))], endpoint(anyone), []],
  [
    "fail_halves_in_one_rule",
    "world-in-disguise",
    [group(allow(587, "0.0.0.0/1", "128.0.0.0/1"))],
    endpoint(halves),
    ["mail.example.com:587"],
  ],
  [
    "fail_halves_in_two_rules",
    "world-in-disguise",
    [{ ...group(), args: {} }, separate("a", "0.0.0.0/1"), separate("b", "128.0.0.0/1")],
    endpoint(halves),
    ["mail.example.com:587"],
  ],
  [
    "fail_prefix_list_of_the_world",
    "world-in-disguise",
    [list, group({ ...allow(587), prefix_list_ids: [later("aws_ec2_managed_prefix_list.all.id")] })],
    {},
    ["aws_security_group.mail:587"],
  ],
  ["fail_host_bits", "world-in-disguise", [group(allow(587, "192.0.2.1/0"))], {}, ["aws_security_group.mail:587"]],
  [
    "pass_office",
    "world-in-disguise",
    [group(allow(587, "192.0.2.0/24"))],
    endpoint(AddressSet.of("192.0.2.0/24")),
    [],
  ],
  [
    "fail_separate_rule_beside_inline_ones",
    "rule-conflict",
    [group(allow(25, world)), separate("a", world)],
    endpoint(anyone),
    ["mail.example.com:587"],
  ],
  [
    "pass_separate_rules_alone",
    "rule-conflict",
    [{ ...group(), args: {} }, separate("a", world)],
    endpoint(anyone),
    [],
  ],
  [
    "fail_imap_beside_submission",
    "legacy-mail-ports",
    [group(allow(587, world), allow(143, world))],
    endpoint(anyone),
    ["aws_security_group.mail:143"],
  ],
  [
    "pass_imap_over_tls_beside_submission",
    "legacy-mail-ports",
    [group(allow(587, world), allow(993, world))],
    endpoint(anyone),
    [],
  ],
  ["pass_imap_where_no_submission_is_declared", "legacy-mail-ports", [group(allow(143, world))], {}, []],
  ["fail_tls_listener", "starttls-behind-tls-listener", balancer("TLS"), {}, ["aws_lb.front:587"]],
  ["pass_tcp_listener", "starttls-behind-tls-listener", balancer("TCP"), {}, []],
  [
    "fail_rule_beside_the_world",
    "dead-mail-rule",
    [group(allow(587, world), allow(587, "192.0.2.0/24"))],
    endpoint(anyone),
    ["mail.example.com:587"],
  ],
  [
    "pass_two_offices",
    "dead-mail-rule",
    [group(allow(587, "192.0.2.0/24"), allow(587, "198.51.100.0/24"))],
    endpoint(anyone),
    [],
  ],
];

it.each(programs)("%s: %s", async (name, id, program, declared, failing) => {
  const estate = await read(planOf(program));
  const subjects = new Subjects({ ...nothingDeclared, ...declared }, estate.interfaces);
  const facts = reachFacts(estate, subjects);
  const asked = rules.filter((rule) => rule.id === id);
  const judged = judge(asked, facts, subjects.declaration, new Date("2026-06-01"));
  const fails = judged.filter(({ outcomes }) => outcomes.some(({ status }) => status === "fail"));
  expect(fails.map(({ subject }) => subject)).toEqual(failing);
  expect(name.startsWith("fail")).toBe(failing.length > 0);
  expect(asked).toHaveLength(1);
});
