import { factsNamed } from "../../../model/fact.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  missingAt,
  secretText,
  unknownList,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const world = "0.0.0.0/0";
const tcp587 = { protocol: "tcp", fromPort: 587, toPort: 587 };

/** A group whose inline ingress is the given blocks. */
function group(...ingress: unknown[]): Written[] {
  return [{ type: "group", name: "g", inputs: { ingress }, id: "sg-1" }];
}

/** A group and one rule resource for it. */
function ruled(type: "rule" | "ingressRule" | "egressRule", inputs: Record<string, unknown>): Written[] {
  return [
    { type: "group", name: "g", inputs: {} },
    { type, name: "r", inputs: { securityGroupId: unknownText, ...inputs }, flows: { securityGroupId: ["g"] } },
  ];
}

/**
 * Is tcp/587 open to a world client? The name says so: `pass` closed, `fail` open over the families named, `unknown`
 * undecided. The numbers are those of the packet truths that string comparison gets wrong.
 */
const programs: Readonly<Record<string, Written[]>> = {
  fail_v4_1_every_protocol_without_ports: ruled("ingressRule", { ipProtocol: "-1", cidrIpv4: world }),
  fail_v6_2_one_ipv6_rule: ruled("ingressRule", { ipProtocol: "tcp", fromPort: 587, toPort: 587, cidrIpv6: "::/0" }),
  fail_v4_3_self_rule_before_the_open_one: group(
    { protocol: "tcp", fromPort: 22, toPort: 22, self: true },
    { ...tcp587, cidrBlocks: [world] },
  ),
  fail_v4_3_self_in_the_open_rule: group({ ...tcp587, self: true, cidrBlocks: [world] }),
  fail_v4_4_prefix_list_beside_the_world: group({ ...tcp587, cidrBlocks: [world], prefixListIds: ["pl-1"] }),
  fail_v4_5_split_halves: group({ ...tcp587, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] }),
  fail_v4_5_four_quarters: group(
    { ...tcp587, cidrBlocks: ["0.0.0.0/2", "64.0.0.0/2"] },
    { ...tcp587, cidrBlocks: ["128.0.0.0/2", "192.0.0.0/2"] },
  ),
  fail_v6_6_all_global_unicast_by_number: group({ ...tcp587, protocol: "6", ipv6CidrBlocks: ["2000::/3"] }),
  pass_7_udp: group({ protocol: "udp", fromPort: 500, toPort: 600, cidrBlocks: [world] }),
  pass_8_icmp: group({ protocol: "icmp", fromPort: 0, toPort: 0, cidrBlocks: [world] }),
  pass_8_icmp_every_type: group({ protocol: "icmp", fromPort: 0, toPort: 65535, cidrBlocks: [world] }),
  pass_8_icmp_minus_one: group({ protocol: "icmp", fromPort: -1, toPort: -1, cidrBlocks: [world] }),
  pass_9_tcp_port_zero: group({ protocol: "tcp", fromPort: 0, toPort: 0, cidrBlocks: [world] }),
  fail_v4_10_rule_of_every_protocol: ruled("rule", {
    ...{ type: "ingress", protocol: "-1", fromPort: -1, toPort: -1, cidrBlocks: [world] },
  }),
  fail_v4_11_prefix_list_of_the_world: [
    { type: "prefixList", name: "pl", inputs: { addressFamily: "IPv4", entries: [{ cidr: world }] } },
    { ...group({ ...tcp587, prefixListIds: [unknownText] })[0], flows: { ingress: ["pl"] } } as Written,
  ],
  fail_v4_11_prefix_list_entry_of_the_world: [
    { type: "prefixList", name: "pl", inputs: { addressFamily: "IPv4" }, id: "pl-7" },
    { type: "prefixListEntry", name: "e", inputs: { cidr: world, prefixListId: "pl-7" } },
    ...ruled("ingressRule", { ipProtocol: "tcp", fromPort: 587, toPort: 587, prefixListId: "pl-7" }),
  ],
  pass_11_prefix_list_of_one_office: [
    { type: "prefixList", name: "pl", inputs: { entries: [{ cidr: "192.0.2.0/24" }] }, id: "pl-7" },
    ...group({ ...tcp587, prefixListIds: ["pl-7"] }),
  ],
  fail_v4_12_default_group: [
    { type: "defaultGroup", name: "g", inputs: { ingress: [{ ...tcp587, cidrBlocks: [world] }] } },
  ],
  pass_30_no_source: group({ ...tcp587, cidrBlocks: [] }),
  pass_no_source_at_all: group(tcp587),
  pass_no_ingress: group(),
  pass_ingress_left_out: [{ type: "group", name: "g", inputs: {} }],
  fail_v4_host_bits: group({ ...tcp587, cidrBlocks: ["1.2.3.4/0"] }),
  fail_v4_upper_case_protocol: group({ ...tcp587, protocol: "TCP", cidrBlocks: [world] }),
  fail_v4_protocol_number: group({ ...tcp587, protocol: 6, cidrBlocks: [world] }),
  fail_v4_protocol_all: group({ protocol: "all", fromPort: 0, toPort: 0, cidrBlocks: [world] }),
  fail_v4_ports_as_texts: group({ protocol: "tcp", fromPort: "1", toPort: "65535", cidrBlocks: [world] }),
  fail_v4_v6_both: group({ ...tcp587, cidrBlocks: [world], ipv6CidrBlocks: ["::/0"] }),
  pass_other_port: group({
    protocol: "tcp",
    fromPort: 588,
    toPort: 65535,
    cidrBlocks: [world],
    ipv6CidrBlocks: ["::/0"],
  }),
  pass_private_source: group({ ...tcp587, cidrBlocks: ["10.0.0.0/8"], ipv6CidrBlocks: ["fd00::/8"] }),
  pass_group_reference: group({ ...tcp587, securityGroups: ["sg-9"] }),
  pass_unknown_group_reference: group({ ...tcp587, securityGroups: [unknownText] }),
  pass_referenced_group: ruled("ingressRule", { ipProtocol: "-1", referencedSecurityGroupId: "sg-9" }),
  pass_source_group_of_a_rule: ruled("rule", { type: "ingress", ...tcp587, sourceSecurityGroupId: unknownText }),
  pass_egress_rule: ruled("rule", { type: "egress", ...tcp587, cidrBlocks: [world] }),
  fail_v4_unknown_block_beside_the_world: group({ ...tcp587, cidrBlocks: [unknownText, world] }),
  fail_v4_unknown_rule_beside_the_world: group(unknownText, { ...tcp587, cidrBlocks: [world] }),
  unknown_v4_block: group({ ...tcp587, cidrBlocks: [unknownText] }),
  unknown_v4_blocks: group({ ...tcp587, cidrBlocks: unknownList }),
  unknown_v6_blocks: group({ ...tcp587, ipv6CidrBlocks: [unknownText] }),
  unknown_v4_v6_prefix_list_of_aws: group({ ...tcp587, prefixListIds: ["pl-63a5400a"] }),
  unknown_v4_v6_rules: [{ type: "group", name: "g", inputs: { ingress: unknownList } }],
  unknown_v4_v6_element: group(unknownText),
  unknown_v4_port: group({ protocol: "tcp", fromPort: unknownText, toPort: 600, cidrBlocks: [world] }),
  unknown_v4_protocol: group({ protocol: unknownText, fromPort: 0, toPort: 0, cidrBlocks: [world] }),
  pass_unknown_block_on_another_port: group({ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: [unknownText] }),
  pass_unknown_port_of_udp: group({ protocol: "udp", fromPort: unknownText, toPort: 600, cidrBlocks: [world] }),
  unknown_v4_inline_and_separate_rules_take_turns: [
    { type: "group", name: "g", inputs: { ingress: [] } },
    {
      type: "ingressRule",
      name: "r",
      inputs: { securityGroupId: unknownText, ipProtocol: "-1", cidrIpv4: world },
      flows: { securityGroupId: ["g"] },
    },
  ],
  unknown_v4_rule_of_an_unknown_group: [
    { type: "group", name: "g", inputs: {} },
    { type: "ingressRule", name: "r", inputs: { securityGroupId: unknownText, ipProtocol: "-1", cidrIpv4: world } },
  ],
  unknown_v4_rule_of_one_of_two_groups: [
    { type: "group", name: "g", inputs: {} },
    { type: "group", name: "h", inputs: {} },
    {
      type: "ingressRule",
      name: "r",
      inputs: { securityGroupId: unknownText, ipProtocol: "-1", cidrIpv4: world },
      flows: { securityGroupId: ["g", "h"] },
    },
  ],
  unknown_v4_two_unknown_prefix_lists: [
    { type: "prefixList", name: "pl", inputs: { entries: [{ cidr: "0.0.0.0/1" }] } },
    {
      ...group({ ...tcp587, prefixListIds: [unknownText, unknownText], cidrBlocks: [] })[0],
      flows: { ingress: ["pl"] },
    } as Written,
  ],
};

/** What a name promises: for a client of each family. */
function promised(name: string): { v4: boolean | "unknown"; v6: boolean | "unknown" } {
  const open = name.startsWith("fail") ? true : ("unknown" as const);
  if (name.startsWith("pass")) return { v4: false, v6: false };
  if (name.includes("unknown_rule_beside")) return { v4: true, v6: "unknown" };
  if (name.includes("prefix_list_beside")) return { v4: true, v6: "unknown" };
  if (name.includes("two_unknown_prefix_lists")) return { v4: "unknown", v6: "unknown" };
  return { v4: name.includes("_v4") ? open : false, v6: name.includes("_v6") ? open : false };
}

describe.each(Object.entries(forms))("tcp/587 of a security group, from %s", (_, form) => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    const facts = factsOf(await form(program));
    const v4 = answer(facts, "reachable", "g:587", "8.8.8.8");
    const v6 = answer(facts, "reachable", "g:587", "2001:4860:4860::8888");
    expect({ v4, v6 }).toEqual(promised(name));
  });
});

describe("evidence and missing inputs name the very property", () => {
  const inState = async (program: Written[]) => factsOf(await fromState(program));
  const urn = urnOf({ type: "group", name: "g" });

  it.each([
    ["unknown_v4_block", [`${urn}#ingress[0].cidrBlocks[0]`]],
    ["unknown_v4_blocks", [`${urn}#ingress[0].cidrBlocks`]],
    ["unknown_v4_v6_rules", [`${urn}#ingress`]],
    ["unknown_v4_v6_element", [`${urn}#ingress[0]`]],
    ["unknown_v4_port", [`${urn}#ingress[0].fromPort`]],
    ["unknown_v4_protocol", [`${urn}#ingress[0].protocol`]],
    ["unknown_v4_v6_prefix_list_of_aws", [`${urn}#ingress[0].prefixListIds[0]`]],
    ["pass_group_reference", [`${urn}#ingress[0].securityGroups[0]`]],
    ["unknown_v4_inline_and_separate_rules_take_turns", [`${urn}#ingress`]],
    ["unknown_v4_rule_of_an_unknown_group", [`${urnOf({ type: "ingressRule", name: "r" })}#securityGroupId`]],
    ["fail_v4_unknown_block_beside_the_world", []],
  ])("%s", async (name, missing) => {
    expect(missingAt(await inState(programs[name] as Written[]), "reachable", "g:587")).toEqual(missing);
  });

  it("the rule that opens the port, and what closes it to the others", async () => {
    const facts = await inState(group({ ...tcp587, cidrBlocks: ["192.0.2.0/24"] }));
    const at = factsNamed(facts, "reachable").filter((fact) => fact.subject === "g:587");
    expect(at.map((fact) => [fact.value, fact.evidence.map((each) => [each.kind, each.at, each.layer])])).toEqual([
      [true, [["code", `${urn}#ingress[0].cidrBlocks`, { name: "security group", decision: "allow" }]]],
      [false, [["code", `${urn}#ingress`, { name: "security group", decision: "deny" }]]],
    ]);
  });

  it("a secret block is unknown and is not shown", async () => {
    const facts = await inState(group({ ...tcp587, cidrBlocks: [secretText] }));
    expect(missingAt(facts, "reachable", "g:587")).toEqual([`${urn}#ingress[0].cidrBlocks[0]`]);
    const shown = { ...secretText, ciphertext: undefined, plaintext: JSON.stringify("198.51.100.77/32") };
    const opened = await inState(group({ ...tcp587, cidrBlocks: [shown] }));
    expect(JSON.stringify(opened)).not.toContain("198.51.100.77");
    expect(answer(opened, "reachable", "g:587", "198.51.100.77")).toBe("unknown");
  });
});

describe("egress", () => {
  const everything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [world] };
  const cases: [string, Written[], boolean | "unknown"][] = [
    ["fail_25_one_rule_of_every_protocol", ruled("egressRule", { ipProtocol: "-1", cidrIpv4: world }), true],
    ["pass_26_egress_left_out", [{ type: "group", name: "g", inputs: {} }], false],
    ["pass_egress_empty", [{ type: "group", name: "g", inputs: { egress: [] } }], false],
    ["fail_inline", [{ type: "group", name: "g", inputs: { egress: [everything] } }], true],
    ["fail_rule_of_type_egress", ruled("rule", { type: "egress", ...everything }), true],
    ["pass_rule_of_type_ingress", ruled("rule", { type: "ingress", ...everything }), false],
    ["unknown_type", ruled("rule", { type: unknownText, ...everything }), "unknown"],
    ["unknown_egress", [{ type: "group", name: "g", inputs: { egress: unknownList } }], "unknown"],
  ];

  it.each(cases)("%s", async (_, program, open) => {
    for (const form of Object.values(forms)) {
      expect(answer(factsOf(await form(program)), "egressAllowed", "g -> *:25", "8.8.8.8")).toBe(open);
    }
  });

  it("says why nothing leaves a group without egress rules", async () => {
    const facts = factsOf(await fromState([{ type: "group", name: "g", inputs: {} }]));
    const [fact] = factsNamed(facts, "egressAllowed");
    expect(fact?.evidence[0]?.at).toBe(`${urnOf({ type: "group", name: "g" })}#egress`);
    expect(fact?.evidence[0]?.says).toMatch(/removes AWS's default/);
  });

  it("rules of the last deployment that the program no longer names may still stand", async () => {
    const program: Written[] = [
      { type: "group", name: "g", inputs: {}, id: "sg-1", outputs: { egress: [everything] } },
    ];
    const facts = factsOf(await fromState(program));
    expect(answer(facts, "egressAllowed", "g -> *:25", "8.8.8.8")).toBe("unknown");
  });
});

describe("rules that open a port", () => {
  it.each([
    ["exactly", tcp587, { protocol: "tcp", ports: "587", exact: true }],
    [
      "as part of a range",
      { protocol: "tcp", fromPort: 0, toPort: 65535 },
      { protocol: "tcp", ports: "0-65535", exact: false },
    ],
    [
      "with everything",
      { protocol: "-1", fromPort: 0, toPort: 0 },
      { protocol: "any", ports: "0-65535", exact: false },
    ],
  ])("%s", async (_, ports, expected) => {
    const facts = factsOf(await fromState(group({ ...ports, cidrBlocks: [world] })));
    const opened = factsNamed(facts, "openedBy").filter((fact) => fact.subject === "g:587");
    const rule = `${urnOf({ type: "group", name: "g" })}#ingress[0].cidrBlocks`;
    expect(opened.map((fact) => [fact.value, fact.from.toCidrs()])).toEqual([
      [{ rule, ...expected, written: [world] }, [world]],
    ]);
  });
});
