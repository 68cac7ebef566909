import { factsNamed } from "../../../model/fact.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  lostPorts,
  missingAt,
  relayed,
  toRelay,
  unknownList,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const world = { protocol: "tcp", fromPort: 587, toPort: 587, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
const outward = { ...world, fromPort: 587, toPort: 587 };
const open: Written = { type: "group", name: "open", inputs: { ingress: [world], egress: [outward] } };
const vpc: Written = { type: "vpc", name: "v", inputs: { cidrBlock: "10.0.0.0/16" } };
const subnet: Written = {
  type: "subnet",
  name: "s",
  inputs: { vpcId: unknownText, mapPublicIpOnLaunch: true, assignIpv6AddressOnCreation: true },
  flows: { vpcId: ["v"] },
};
const mail: Written = {
  type: "instance",
  name: "mail",
  inputs: { vpcSecurityGroupIds: [unknownText], subnetId: unknownText },
  flows: { vpcSecurityGroupIds: ["open"], subnetId: ["s"] },
};
const place = [open, vpc, subnet, mail];

const entry = (ruleNo: number, action: string, ports: readonly [number, number], more: object = {}) => ({
  ...{ ruleNo, action, protocol: "tcp", fromPort: ports[0], toPort: ports[1], cidrBlock: "0.0.0.0/0" },
  ...more,
});
const everything = { ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: "0.0.0.0/0" };

function acl(inputs: Record<string, unknown>, more: Partial<Written> = {}): Written {
  return {
    ...{ type: "acl", name: "acl" },
    inputs: { vpcId: unknownText, subnetIds: [unknownText], ...inputs },
    flows: { vpcId: ["v"], subnetIds: ["s"] },
    ...more,
  };
}

function aclRule(name: string, inputs: Record<string, unknown>, flows: Written["flows"] = { networkAclId: ["acl"] }) {
  const rule: Written = { type: "aclRule", name, inputs: { networkAclId: unknownText, ...inputs }, flows };
  return rule;
}

const separate = (ruleNumber: number, ruleAction: string, egress: boolean, more: object = {}) => ({
  ...{ ruleNumber, ruleAction, egress, protocol: "-1", fromPort: 0, toPort: 0, cidrBlock: "0.0.0.0/0" },
  ...more,
});

const bare = acl({}, { inputs: { vpcId: unknownText }, flows: { vpcId: ["v"] } });
const out = aclRule("out", separate(100, "allow", true));

function defaultAcl(inputs: Record<string, unknown> = {}, more: Partial<Written> = {}): Written {
  return {
    ...{ type: "defaultAcl", name: "d", inputs: { defaultNetworkAclId: unknownText, ...inputs } },
    flows: { defaultNetworkAclId: ["v"] },
    ...more,
  };
}

/** Can a world client connect to tcp/587 of `mail`, whose group is open? `pass` no, `fail` yes, `unknown` undecided. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_no_network_acl_in_the_program: [...place],
  fail_row_13_allow_tcp_0_to_65535: [
    ...place,
    acl({ ingress: [entry(100, "allow", [0, 65535])], egress: [everything] }),
  ],
  fail_row_14_separate_rule_protocol_all: [
    ...place,
    acl({}),
    aclRule("in", separate(100, "allow", false, { protocol: "all" })),
    out,
  ],
  fail_protocol_6: [
    ...place,
    acl({ ingress: [entry(9, "ALLOW", [587, 587], { protocol: "6" })], egress: [everything] }),
  ],
  pass_udp: [...place, acl({ ingress: [entry(9, "allow", [587, 587], { protocol: "17" })], egress: [everything] })],
  pass_deny_before_allow: [
    ...place,
    acl({ ingress: [entry(100, "allow", [0, 65535]), entry(99, "deny", [500, 600])], egress: [everything] }),
  ],
  fail_deny_after_allow: [
    ...place,
    acl({ ingress: [entry(101, "deny", [500, 600]), entry(100, "allow", [0, 65535])], egress: [everything] }),
  ],
  fail_deny_of_the_other_family: [
    ...place,
    acl({
      ingress: [
        { ...entry(1, "deny", [0, 65535]), cidrBlock: "", ipv6CidrBlock: "::/0" },
        entry(100, "allow", [587, 587]),
      ],
      egress: [everything],
    }),
  ],
  pass_allow_of_the_other_family: [
    ...place,
    acl({
      ingress: [{ ...everything, cidrBlock: undefined, ipv6CidrBlock: "::/0" }],
      egress: [everything, { ...everything, ruleNo: 101, cidrBlock: undefined, ipv6CidrBlock: "::/0" }],
    }),
  ],
  pass_no_entries: [...place, acl({})],
  pass_nothing_goes_back: [...place, acl({ ingress: [everything] })],
  pass_answers_to_privileged_ports_only: [
    ...place,
    acl({ ingress: [everything], egress: [entry(1, "allow", [0, 1023])] }),
  ],
  fail_row_29_answers_to_some_ports: [
    ...place,
    acl({ ingress: [everything], egress: [entry(1, "allow", [49152, 65535])] }),
  ],
  pass_separate_tcp_rule_without_ports_is_port_0: [
    ...place,
    acl({}),
    aclRule("in", { ruleNumber: 1, ruleAction: "allow", protocol: "tcp", cidrBlock: "0.0.0.0/0" }),
    out,
  ],
  unknown_separate_rule_beside_inline_ones: [
    ...place,
    acl({ ingress: [entry(100, "allow", [25, 25])], egress: [everything] }),
    aclRule("in", separate(200, "allow", false)),
  ],
  fail_separate_deny_behind_inline_allow: [
    ...place,
    acl({ ingress: [everything], egress: [everything] }),
    aclRule("in", separate(200, "deny", false)),
  ],
  fail_by_id: [
    { ...open, id: "sg-1" },
    { ...mail, inputs: { vpcSecurityGroupIds: ["sg-1"], subnetId: "subnet-1" }, flows: {} },
    acl({ vpcId: "vpc-1", subnetIds: ["subnet-1"], ingress: [everything], egress: [everything] }, { flows: {} }),
  ],
  pass_by_id: [
    { ...open, id: "sg-1" },
    { ...mail, inputs: { vpcSecurityGroupIds: ["sg-1"], subnetId: "subnet-1" }, flows: {} },
    acl({ vpcId: "vpc-1", subnetIds: ["subnet-1"] }, { flows: {} }),
  ],
  fail_acl_of_another_subnet: [
    ...place,
    { ...subnet, name: "s2" },
    acl({}, { flows: { vpcId: ["v"], subnetIds: ["s2"] } }),
  ],
  fail_subnet_outside_the_program: [
    open,
    vpc,
    { ...mail, inputs: { vpcSecurityGroupIds: [unknownText], subnetId: "subnet-9" } },
    defaultAcl(),
  ],
  pass_by_association: [
    ...place,
    bare,
    {
      ...{ type: "aclAssociation", name: "a", inputs: { networkAclId: unknownText, subnetId: unknownText } },
      flows: { networkAclId: ["acl"], subnetId: ["s"] },
    } as Written,
  ],
  unknown_association_with_an_acl_outside_the_program: [
    ...place,
    {
      ...{ type: "aclAssociation", name: "a", inputs: { networkAclId: "acl-9", subnetId: unknownText } },
      flows: { subnetId: ["s"] },
    } as Written,
  ],
  unknown_which_subnets: [...place, acl({ subnetIds: unknownList }, { flows: { vpcId: ["v"] } })],
  fail_unknown_subnets_of_another_network: [
    ...place,
    { ...vpc, name: "v2" },
    acl({ subnetIds: unknownList }, { flows: { vpcId: ["v2"] } }),
  ],
  unknown_two_acls: [...place, acl({ ingress: [everything], egress: [everything] }), acl({}, { name: "acl2" })],
  unknown_entries: [...place, acl({ ingress: unknownList, egress: [everything] })],
  unknown_block_of_a_deny: [
    ...place,
    acl({ ingress: [entry(1, "deny", [0, 65535], { cidrBlock: unknownText }), everything], egress: [everything] }),
  ],
  fail_unknown_block_of_a_deny_of_other_ports: [
    ...place,
    acl({ ingress: [entry(1, "deny", [0, 586], { cidrBlock: unknownText }), everything], egress: [everything] }),
  ],
  unknown_action: [...place, acl({ ingress: [{ ...everything, action: unknownText }], egress: [everything] })],
  fail_unknown_action_behind_an_allow: [
    ...place,
    acl({ ingress: [everything, { ...everything, ruleNo: 200, action: unknownText }], egress: [everything] }),
  ],
  unknown_number_of_a_deny: [
    ...place,
    acl({ ingress: [everything, { ...entry(1, "deny", [587, 587]), ruleNo: unknownText }], egress: [everything] }),
  ],
  fail_unknown_number_of_a_further_allow: [
    ...place,
    acl({ ingress: [everything, { ...entry(1, "allow", [587, 587]), ruleNo: unknownText }], egress: [everything] }),
  ],
  unknown_two_entries_of_one_number: [
    ...place,
    acl({ ingress: [everything, entry(100, "deny", [587, 587])], egress: [everything] }),
  ],
  pass_bare_default_acl: [...place, defaultAcl()],
  fail_default_acl_that_allows: [...place, defaultAcl({ ingress: [everything], egress: [everything] })],
  fail_bare_default_acl_of_another_network: [
    ...place,
    { ...vpc, name: "v2" },
    defaultAcl({}, { flows: { defaultNetworkAclId: ["v2"] } }),
  ],
  fail_bare_default_acl_beside_an_own_one: [
    ...place,
    defaultAcl(),
    acl({ ingress: [everything], egress: [everything] }),
  ],
  pass_default_acl_by_reported_id: [
    open,
    { ...vpc, id: "vpc-1", outputs: { cidrBlock: "10.0.0.0/16", defaultNetworkAclId: "acl-1" } },
    subnet,
    mail,
    defaultAcl({ defaultNetworkAclId: "acl-1" }, { flows: {} }),
  ],
  unknown_rule_added_to_the_default_acl: [...place, aclRule("in", separate(1, "deny", false), { networkAclId: ["v"] })],
  fail_separate_rules_that_the_acl_reports_too: [
    ...place,
    acl({ egress: [everything] }, { outputs: { ingress: [everything] } }),
    aclRule("in", separate(100, "allow", false)),
  ],
  fail_row_12_default_group_behind_an_allowing_acl: [
    vpc,
    subnet,
    { type: "defaultGroup", name: "dg", inputs: { vpcId: unknownText, ingress: [world] }, flows: { vpcId: ["v"] } },
    { type: "instance", name: "mail", inputs: { subnetId: unknownText }, flows: { subnetId: ["s"] } },
    acl({ ingress: [everything], egress: [everything] }),
  ],
};

const truths = { pass: false, fail: true, unknown: "unknown" } as const;

describe.each(Object.entries(forms))("tcp/587 behind a network ACL, from %s", (_, form) => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    const facts = factsOf(await form(program));
    const truth = truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(truth);
  });
});

it("entries left over from the last deployment may still stand", async () => {
  const reported = { outputs: { ingress: [everything], egress: [everything] } };
  const facts = factsOf(await fromState([...place, acl({ egress: [everything] }, reported)]));
  expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe("unknown");
});

describe("the way back through a network ACL", () => {
  const factsWith = async (inputs: Record<string, unknown>) =>
    factsOf(await fromState([...place, acl(inputs)]), relayed);

  it("loses the client ports that the other direction does not pass (row 29)", async () => {
    const facts = await factsWith({ ingress: [everything], egress: [entry(1, "allow", [49152, 65535])] });
    expect(lostPorts(facts, "mail:587", "8.8.8.8")).toBe("1024-49151");
  });

  it("loses none where everything passes, and says nothing without an ACL", async () => {
    const facts = await factsWith({ ingress: [everything], egress: [everything] });
    expect(lostPorts(facts, "mail:587", "8.8.8.8")).toBe("none");
    expect(lostPorts(factsOf(await fromState(place)), "mail:587", "8.8.8.8")).toBeUndefined();
  });

  it("of outbound connections are the ingress entries", async () => {
    const facts = await factsWith({ egress: [everything], ingress: [entry(1, "allow", [32768, 60999])] });
    expect(answer(facts, "egressAllowed", toRelay, "8.8.8.8")).toBe(true);
    expect(lostPorts(facts, toRelay, "8.8.8.8")).toBe("1024-32767,61000-65535");
    const shut = await factsWith({ egress: [everything] });
    expect(answer(shut, "egressAllowed", toRelay, "8.8.8.8")).toBe(false);
    expect(answer(await factsWith({ ingress: [everything] }), "egressAllowed", toRelay, "8.8.8.8")).toBe(false);
  });
});

describe("what is said of a network ACL", () => {
  it("a denial names the layer, the number and the place", async () => {
    const program = [...place, acl({ ingress: [entry(90, "deny", [587, 587]), everything], egress: [everything] })];
    const denials = factsNamed(factsOf(await fromState(program)), "reachable")
      .filter(({ subject, value }) => subject === "mail:587" && value === false)
      .flatMap(({ evidence }) => evidence);
    expect(denials).toContainEqual({
      kind: "code",
      at: `${urnOf({ type: "acl", name: "acl" })}#ingress[0].cidrBlock`,
      says: "rule 90 denies tcp 587 from any IPv4 address",
      layer: { name: "network ACL", decision: "deny" },
    });
    expect(denials.map(({ says }) => says)).toContainEqual(expect.stringContaining("last rule (*)"));
  });

  it("the missing input is the one that decides", async () => {
    const program = [
      ...place,
      acl({
        ingress: [{ ...everything, action: unknownText }, entry(200, "deny", [1, 2], { cidrBlock: unknownText })],
      }),
      out,
    ];
    const at = `${urnOf({ type: "acl", name: "acl" })}#ingress[0].action`;
    expect(missingAt(factsOf(await fromState(program)), "reachable", "mail:587")).toEqual([at]);
  });

  it.each([
    ["ruleNo", entry(0, "allow", [1, 2])],
    ["ruleNo", entry(32767, "allow", [1, 2])],
    ["action", entry(1, "reject", [1, 2])],
    ["fromPort", entry(1, "allow", [600, 500])],
    ["toPort", entry(1, "allow", [0, 65536])],
    ["cidrBlock", entry(1, "allow", [1, 2], { cidrBlock: "10.0.0.0/33" })],
  ])("a bad %s is an error that names it", async (name, bad) => {
    const where = `${urnOf({ type: "acl", name: "acl" })}#ingress[0].${name}`;
    await expect(fromState([...place, acl({ ingress: [bad] })])).rejects.toMatchObject({ where });
  });
});
