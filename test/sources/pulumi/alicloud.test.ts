import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import { later, planOf, type Resource, read as readPlan } from "../terraform-plans.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  lostPorts,
  missingAt,
  unknownList,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const world = "0.0.0.0/0";

/** An instance `mail` with one group. */
function site(instance: Record<string, unknown> = {}, group: Record<string, unknown> = {}): Written[] {
  return [
    { type: "aliGroup", name: "g", id: "sg-1", inputs: { vpcId: "vpc", ...group } },
    { type: "aliInstance", name: "mail", inputs: { securityGroups: ["sg-1"], vswitchId: "vsw", ...instance } },
  ];
}

function rule(name: string, inputs: Record<string, unknown> = {}, flows?: Written["flows"]): Written {
  const open = { type: "ingress", ipProtocol: "tcp", portRange: "587/587", cidrIp: world, securityGroupId: "sg-1" };
  return { type: "aliRule", name, inputs: { ...open, ...inputs }, ...(flows ? { flows } : {}) };
}

const shut = { policy: "drop", ipProtocol: "all", portRange: "-1/-1" };

function acl(ingress: unknown, egress: unknown, more: Record<string, unknown> = {}): Written {
  const inputs = {
    vpcId: "vpc",
    ingressAclEntries: ingress,
    egressAclEntries: egress,
    resources: [{ resourceId: "vsw", resourceType: "VSwitch" }],
  };
  return { type: "aliAcl", name: "acl", id: "acl", inputs: { ...inputs, ...more } };
}

const lets = { protocol: "tcp", port: "587/587", policy: "accept", sourceCidrIp: world };
const answers = { protocol: "tcp", port: "1024/65535", policy: "accept", destinationCidrIp: world };

/** Is tcp/587 of `mail` open to a world client? The name says so, as in the other clouds' tables. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_v4_world: [...site(), rule("r")],
  fail_v6_world: [...site(), rule("r", { cidrIp: undefined, ipv6CidrIp: "::/0" })],
  fail_v4_every_protocol: [...site(), rule("r", { ipProtocol: "all", portRange: "-1/-1" })],
  fail_v4_range: [...site(), rule("r", { portRange: "1/65535" })],
  fail_v4_split_halves: [...site(), rule("r", { cidrIp: "0.0.0.0/1" }), rule("s", { cidrIp: "128.0.0.0/1" })],
  fail_v4_host_bits: [...site(), rule("r", { cidrIp: "1.2.3.4/0" })],
  pass_udp: [...site(), rule("r", { ipProtocol: "udp", portRange: "500/600" })],
  pass_icmp: [...site(), rule("r", { ipProtocol: "icmp", portRange: "-1/-1" })],
  pass_private: [...site(), rule("r", { cidrIp: "10.0.0.0/8" })],
  pass_egress: [...site(), rule("r", { type: "egress" })],
  pass_no_rule: site(),
  pass_drop_wins_a_tie: [...site(), rule("a"), rule("z", shut)],
  pass_lower_number_first: [...site(), rule("r", { priority: 2 }), rule("s", { ...shut, priority: 1 })],
  fail_v4_lower_number_first: [...site(), rule("r", { priority: 1 }), rule("s", { ...shut, priority: 2 })],
  pass_drop_of_another_group: [
    ...site({ securityGroups: ["sg-1", "sg-2"] }),
    { type: "aliGroup", name: "h", id: "sg-2", inputs: { vpcId: "vpc" } },
    rule("r", { priority: 5 }),
    rule("s", { ...shut, priority: 4, securityGroupId: "sg-2" }),
  ],
  unknown_v4_priority: [...site(), rule("r", { priority: 5 }), rule("s", { ...shut, priority: unknownText })],
  pass_drop_of_the_first_priority_before_any: [
    ...site(),
    rule("r", { priority: unknownText }),
    rule("s", { ...shut, priority: 1 }),
  ],
  fail_v4_unknown_priority_alone: [...site(), rule("r", { priority: unknownText })],
  unknown_v4_policy: [...site(), rule("r", { policy: unknownText })],
  unknown_v4_source: [...site(), rule("r", { cidrIp: unknownText })],
  fail_v4_unknown_source_beside_the_world: [...site(), rule("r", { cidrIp: unknownText }), rule("s")],
  unknown_v4_port: [...site(), rule("r", { portRange: unknownText })],
  unknown_v4_no_source_at_all: [...site(), rule("r", { cidrIp: undefined })],
  unknown_v4_v6_groups: [...site({ securityGroups: unknownList }), rule("r")],
  unknown_v4_v6_group_outside: site({ securityGroups: ["sg-9"] }),
  pass_rule_that_points_to_nothing: [...site(), rule("r", { securityGroupId: "sg-9" })],
  unknown_v4_rule_of_an_unknown_group: [...site(), rule("r", { securityGroupId: unknownText })],
  unknown_v4_classic_network: [...site({}, { vpcId: undefined }), rule("r")],
  fail_v4_joined_by_dependency: [
    { type: "aliGroup", name: "g", inputs: { vpcId: unknownText } },
    { type: "aliInstance", name: "mail", inputs: { securityGroups: [unknownText] }, flows: { securityGroups: ["g"] } },
    rule("r", { securityGroupId: unknownText }, { securityGroupId: ["g"] }),
  ],
  fail_v4_prefix_list: [
    ...site(),
    { type: "aliPrefixList", name: "p", id: "pl-1", inputs: { entries: [{ cidr: world }] } },
    rule("r", { cidrIp: undefined, prefixListId: "pl-1" }),
  ],
  pass_prefix_list_beside_a_source_is_left_out: [
    ...site(),
    { type: "aliPrefixList", name: "p", id: "pl-1", inputs: { entries: [{ cidr: world }] } },
    rule("r", { cidrIp: "10.0.0.0/8", prefixListId: "pl-1" }),
  ],
  unknown_v4_v6_prefix_list_outside: [...site(), rule("r", { cidrIp: undefined, prefixListId: "pl-9" })],
  pass_group_as_source: [...site(), rule("r", { cidrIp: undefined, sourceSecurityGroupId: "sg-1" })],
  pass_cyclic_groups: [
    ...site(),
    { type: "aliGroup", name: "h", id: "sg-2", inputs: { vpcId: "vpc" } },
    rule("r", { cidrIp: undefined, sourceSecurityGroupId: "sg-2" }),
    rule("s", { cidrIp: undefined, sourceSecurityGroupId: "sg-1", securityGroupId: "sg-2" }),
  ],
  unknown_v4_v6_two_resources_with_one_id: [...site(), { type: "aliGroup", name: "twin", id: "sg-1", inputs: {} }],
  fail_v4_network_acl_both_ways: [...site(), rule("r"), acl([lets], [answers])],
  pass_network_acl_without_entries: [...site(), rule("r"), acl([], [answers])],
  pass_network_acl_without_answers: [...site(), rule("r"), acl([lets], [])],
  pass_network_acl_in_order: [...site(), rule("r"), acl([{ ...lets, policy: "drop" }, lets], [answers])],
  fail_v4_network_acl_of_another_switch: [
    ...site(),
    rule("r"),
    acl([], [], { resources: [{ resourceId: "vsw-9", resourceType: "VSwitch" }] }),
  ],
  pass_network_acl_by_attachment: [
    ...site(),
    rule("r"),
    acl([], [], { resources: undefined }),
    {
      type: "aliAclAttachment",
      name: "a",
      inputs: { networkAclId: "acl", resourceId: "vsw", resourceType: "VSwitch" },
    },
  ],
  unknown_v4_network_acl_of_an_unknown_switch: [...site({ vswitchId: unknownText }), rule("r"), acl([], [])],
  unknown_v4_network_acl_entries: [...site(), rule("r"), acl(unknownList, [answers])],
  unknown_v4_network_acl_entries_left_out: [...site(), rule("r"), acl(undefined, [answers])],
  unknown_v4_cloud_firewall: [
    ...site(),
    rule("r"),
    {
      type: "aliPolicy",
      name: "p",
      inputs: {
        aclAction: "drop",
        direction: "in",
        proto: "TCP",
        source: world,
        sourceType: "net",
        destination: world,
        destinationType: "net",
        destPort: "587/587",
        destPortType: "port",
      },
    },
  ],
  fail_v4_cloud_firewall_of_another_port: [
    ...site(),
    rule("r"),
    {
      type: "aliPolicy",
      name: "p",
      inputs: {
        aclAction: "drop",
        direction: "in",
        proto: "TCP",
        source: world,
        sourceType: "net",
        destination: world,
        destinationType: "net",
        destPort: "22/22",
        destPortType: "port",
      },
    },
  ],
};

function promised(name: string): { v4: boolean | "unknown"; v6: boolean | "unknown" } {
  const value = name.startsWith("fail") ? true : ("unknown" as const);
  if (name.startsWith("pass")) return { v4: false, v6: false };
  return { v4: name.includes("_v4") ? value : false, v6: name.includes("_v6") ? value : false };
}

describe.each(Object.entries(forms))("tcp/587 of an instance, from %s", (_, form) => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    const facts = factsOf(await form(program));
    const v4 = answer(facts, "reachable", "mail:587", "8.8.8.8");
    const v6 = answer(facts, "reachable", "mail:587", "2001:4860:4860::8888");
    expect({ v4, v6 }).toEqual(promised(name));
  });
});

describe("members of one group", () => {
  const fellow: Written = {
    type: "aliInstance",
    name: "fellow",
    inputs: { securityGroups: ["sg-1"], privateIp: "10.1.2.3" },
  };
  it.each<[string, boolean | "unknown", Written[]]>([
    ["reach each other", true, [...site(), fellow]],
    ["also against a rule that drops", true, [...site(), fellow, rule("r", { ...shut, priority: 1 })]],
    ["unless the group isolates them", false, [...site({}, { innerAccessPolicy: "Drop" }), fellow]],
    ["or is an enterprise group", false, [...site({}, { securityGroupType: "enterprise" }), fellow]],
    ["whether it isolates them is not known", "unknown", [...site({}, { innerAccessPolicy: unknownText }), fellow]],
    [
      "where the member's address is not known",
      "unknown",
      [...site(), { ...fellow, inputs: { securityGroups: ["sg-1"] } }],
    ],
  ])("%s", async (_, expected, program) => {
    expect(answer(factsOf(await fromState(program)), "reachable", "mail:587", "10.1.2.3")).toBe(expected);
  });
});

describe("outbound and answers", () => {
  const relays = [{ host: "relay", port: 587, clients: ["mail"] }];
  it.each<[string, boolean | "unknown", Written[]]>([
    ["a basic group lets everything out", true, site()],
    ["an enterprise group nothing", false, site({}, { securityGroupType: "enterprise" })],
    ["the type is not known", "unknown", site({}, { securityGroupType: unknownText })],
    ["a rule that drops", false, [...site(), rule("r", { ...shut, type: "egress" })]],
    [
      "a rule of an enterprise group",
      true,
      [...site({}, { securityGroupType: "enterprise" }), rule("r", { type: "egress" })],
    ],
  ])("%s", async (_, expected, program) => {
    const facts = factsOf(await fromState(program), { ...nothingDeclared, relays });
    expect(answer(facts, "egressAllowed", "mail -> relay:587", "8.8.8.8")).toBe(expected);
  });

  it("an ACL loses the answers that it does not let out", async () => {
    const high = { ...answers, port: "32768/65535" };
    const facts = factsOf(await fromState([...site(), rule("r"), acl([lets], [high])]));
    expect(lostPorts(facts, "mail:587", "8.8.8.8")).toBe("1024-32767");
  });
});

describe("missing inputs name the very property", () => {
  it.each([
    ["unknown_v4_source", [`${urnOf({ type: "aliRule", name: "r" })}#cidrIp`]],
    ["unknown_v4_priority", [`${urnOf({ type: "aliRule", name: "s" })}#priority`]],
    ["unknown_v4_network_acl_entries", [`${urnOf({ type: "aliAcl", name: "acl" })}#ingressAclEntries`]],
  ])("%s", async (name, missing) => {
    const facts = factsOf(await fromState(programs[name] as Written[]));
    expect(missingAt(facts, "reachable", "mail:587")).toEqual(missing);
  });
});

describe("bad input names resource and path", () => {
  it.each<[string, Written[], string]>([
    ["every port of tcp", [...site(), rule("r", { portRange: "-1/-1" })], "#portRange"],
    ["a reversed range", [...site(), rule("r", { portRange: "600/500" })], "#portRange"],
    ["a port over 65535", [...site(), rule("r", { portRange: "1/70000" })], "#portRange"],
    ["a dash", [...site(), rule("r", { portRange: "500-600" })], "#portRange"],
    ["no address", [...site(), rule("r", { cidrIp: "mail.example" })], "#cidrIp"],
    ["an address of the other family", [...site(), rule("r", { cidrIp: "::/0" })], "#cidrIp"],
    ["a policy that is none", [...site(), rule("r", { policy: "reject" })], "#policy"],
    ["a priority over 100", [...site(), rule("r", { priority: 101 })], "#priority"],
    [
      "an entry without an address",
      [...site(), acl([{ ...lets, sourceCidrIp: "world" }], [])],
      "#ingressAclEntries[0].sourceCidrIp",
    ],
  ])("%s", async (_, program, path) => {
    const reading = fromState(program);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(path);
  });
});

describe("a Terraform plan means the same", () => {
  const group: Resource = { type: "alicloud_security_group", name: "g", args: { vpc_id: later("alicloud_vpc.v.id") } };
  const mail: Resource = {
    type: "alicloud_instance",
    name: "mail",
    args: { security_groups: [later("alicloud_security_group.g.id")] },
  };
  const tf = (name: string, args: Record<string, unknown> = {}): Resource => ({
    type: "alicloud_security_group_rule",
    name,
    args: {
      type: "ingress",
      ip_protocol: "tcp",
      port_range: "587/587",
      cidr_ip: world,
      security_group_id: later("alicloud_security_group.g.id"),
      ...args,
    },
  });
  it.each<[string, boolean | "unknown", Resource[]]>([
    ["fail: world", true, [group, mail, tf("r")]],
    ["pass: drop wins a tie", false, [group, mail, tf("r"), tf("s", { policy: "drop" })]],
    ["unknown: source", "unknown", [group, mail, tf("r", { cidr_ip: later("alicloud_eip_address.e.ip_address") })]],
  ])("%s", async (_, expected, resources) => {
    const facts = factsOf(await readPlan(planOf(resources)));
    expect(answer(facts, "reachable", "alicloud_instance.mail:587", "8.8.8.8")).toBe(expected);
  });
});
