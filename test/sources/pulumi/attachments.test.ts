import {
  answer,
  factsOf,
  forms,
  fromState,
  missingAt,
  unknownList,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const open: Written = {
  type: "group",
  name: "open",
  inputs: { ingress: [{ protocol: "tcp", fromPort: 587, toPort: 587, cidrBlocks: ["0.0.0.0/0"] }] },
};
const shut: Written = { type: "group", name: "shut", inputs: { ingress: [], egress: [] } };
const deployed = (group: Written, id: string): Written => ({ ...group, id });

function instance(inputs: Record<string, unknown>, more: Partial<Written> = {}): Written {
  return { type: "instance", name: "mail", inputs, ...more };
}

function nic(inputs: Record<string, unknown>, more: Partial<Written> = {}): Written {
  return { type: "nic", name: "eni", inputs, ...more };
}

const attachment = (inputs: Record<string, unknown>, flows: Written["flows"] = {}): Written => ({
  type: "attachment",
  name: "att",
  inputs: { networkInterfaceId: unknownText, securityGroupId: unknownText, ...inputs },
  flows,
});

/** Can a world client open tcp/587 of the instance `mail`? `pass` no, `fail` yes, `unknown` undecided. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_by_dependency: [
    open,
    instance({ vpcSecurityGroupIds: [unknownText] }, { flows: { vpcSecurityGroupIds: ["open"] } }),
  ],
  pass_by_dependency: [
    open,
    shut,
    instance({ vpcSecurityGroupIds: [unknownText] }, { flows: { vpcSecurityGroupIds: ["shut"] } }),
  ],
  fail_second_group_opens: [
    open,
    shut,
    instance({ vpcSecurityGroupIds: [unknownText, unknownText] }, { flows: { vpcSecurityGroupIds: ["open", "shut"] } }),
  ],
  fail_by_id: [deployed(open, "sg-1"), instance({ vpcSecurityGroupIds: ["sg-1"] })],
  pass_by_id: [deployed(open, "sg-1"), deployed(shut, "sg-2"), instance({ vpcSecurityGroupIds: ["sg-2"] })],
  fail_one_by_id_one_by_dependency: [
    open,
    deployed(shut, "sg-2"),
    instance({ vpcSecurityGroupIds: ["sg-2", unknownText] }, { flows: { vpcSecurityGroupIds: ["open", "shut"] } }),
  ],
  fail_legacy_group_list: [deployed(open, "sg-1"), instance({ securityGroups: ["sg-1"] })],
  unknown_group_outside_the_program: [instance({ vpcSecurityGroupIds: ["sg-9"] })],
  unknown_group_beside_a_shut_one: [
    shut,
    instance({ vpcSecurityGroupIds: [unknownText, unknownText] }, { flows: { vpcSecurityGroupIds: ["shut"] } }),
  ],
  fail_open_group_beside_an_unknown_one: [
    open,
    instance({ vpcSecurityGroupIds: [unknownText, unknownText] }, { flows: { vpcSecurityGroupIds: ["open"] } }),
  ],
  unknown_which_of_two_groups: [
    open,
    shut,
    instance({ vpcSecurityGroupIds: [unknownText] }, { flows: { vpcSecurityGroupIds: ["open", "shut"] } }),
  ],
  pass_either_of_two_shut_groups: [
    shut,
    { ...shut, name: "shut2" },
    instance({ vpcSecurityGroupIds: [unknownText] }, { flows: { vpcSecurityGroupIds: ["shut", "shut2"] } }),
  ],
  fail_computed_list: [
    open,
    instance({ vpcSecurityGroupIds: unknownList }, { flows: { vpcSecurityGroupIds: ["open"] } }),
  ],
  unknown_computed_list: [
    open,
    shut,
    instance({ vpcSecurityGroupIds: unknownList }, { flows: { vpcSecurityGroupIds: ["shut"] } }),
  ],
  unknown_no_group_given: [open, instance({})],
  fail_reported_at_the_last_deployment: [
    deployed(open, "sg-1"),
    instance({}, { id: "i-1", outputs: { vpcSecurityGroupIds: ["sg-1"] } }),
  ],
  fail_default_group_of_its_network: [
    { type: "vpc", name: "v", inputs: {} },
    { type: "subnet", name: "s", inputs: { vpcId: unknownText, mapPublicIpOnLaunch: true }, flows: { vpcId: ["v"] } },
    {
      ...{ type: "defaultGroup", name: "d", flows: { vpcId: ["v"] } },
      inputs: { vpcId: unknownText, ...open.inputs },
    } as Written,
    instance({ subnetId: unknownText }, { flows: { subnetId: ["s"] } }),
  ],
  unknown_default_group_of_another_network: [
    { type: "subnet", name: "s", inputs: { vpcId: "vpc-2", mapPublicIpOnLaunch: true }, id: "subnet-2" },
    { type: "defaultGroup", name: "d", inputs: { vpcId: "vpc-1" } },
    instance({ subnetId: "subnet-2" }),
  ],
  fail_through_its_interface: [
    open,
    nic({ securityGroups: [unknownText] }, { flows: { securityGroups: ["open"] } }),
    instance(
      { networkInterfaces: [{ networkInterfaceId: unknownText, deviceIndex: 0 }] },
      { flows: { networkInterfaces: ["eni"] } },
    ),
  ],
  pass_through_its_primary_interface: [
    deployed(shut, "sg-2"),
    nic({ securityGroups: ["sg-2"] }, { id: "eni-1" }),
    instance({ primaryNetworkInterface: { networkInterfaceId: "eni-1" } }),
  ],
  unknown_interface_outside_the_program: [
    instance({ networkInterfaces: [{ networkInterfaceId: "eni-9", deviceIndex: 0 }] }),
  ],
  fail_through_an_interface_put_in_by_a_resource: [
    open,
    shut,
    instance({ vpcSecurityGroupIds: [unknownText] }, { flows: { vpcSecurityGroupIds: ["shut"] } }),
    nic({ securityGroups: [unknownText] }, { flows: { securityGroups: ["open"] } }),
    {
      ...{ type: "nicAttachment", name: "in", inputs: { instanceId: unknownText, networkInterfaceId: unknownText } },
      flows: { instanceId: ["mail"], networkInterfaceId: ["eni"] },
    } as Written,
  ],
  unknown_interface_put_into_some_instance: [
    shut,
    instance({ vpcSecurityGroupIds: [unknownText] }, { flows: { vpcSecurityGroupIds: ["shut"] } }),
    { type: "nicAttachment", name: "in", inputs: { instanceId: unknownText, networkInterfaceId: "eni-9" } },
  ],
  fail_groups_of_its_launch_template: [
    open,
    {
      ...{ type: "template", name: "lt", inputs: { vpcSecurityGroupIds: [unknownText] } },
      flows: { vpcSecurityGroupIds: ["open"] },
    } as Written,
    instance({ launchTemplate: { id: unknownText } }, { flows: { launchTemplate: ["lt"] } }),
  ],
  unknown_launch_template_without_groups: [
    { type: "template", name: "lt", inputs: {}, id: "lt-1" },
    instance({ launchTemplate: { id: "lt-1" } }),
  ],
  unknown_launch_template: [instance({ launchTemplate: { id: "lt-1" } })],
  fail_attached_by_a_resource: [
    open,
    shut,
    instance({ vpcSecurityGroupIds: [unknownText] }, { flows: { vpcSecurityGroupIds: ["shut"] } }),
    attachment({}, { networkInterfaceId: ["mail"], securityGroupId: ["open"] }),
  ],
  fail_attached_to_the_primary_interface: [
    deployed(open, "sg-1"),
    deployed(shut, "sg-2"),
    instance({ vpcSecurityGroupIds: ["sg-2"] }, { id: "i-1", outputs: { primaryNetworkInterfaceId: "eni-1" } }),
    attachment({ networkInterfaceId: "eni-1", securityGroupId: "sg-1" }),
  ],
  pass_attached_to_another_interface: [
    deployed(open, "sg-1"),
    deployed(shut, "sg-2"),
    instance({ vpcSecurityGroupIds: ["sg-2"] }, { id: "i-1", outputs: { primaryNetworkInterfaceId: "eni-1" } }),
    attachment({ networkInterfaceId: "eni-2", securityGroupId: "sg-1" }),
  ],
  fail_attached_to_its_interface: [
    open,
    shut,
    nic({ securityGroups: [unknownText] }, { flows: { securityGroups: ["shut"] } }),
    attachment({}, { networkInterfaceId: ["eni"], securityGroupId: ["open"] }),
    instance({ networkInterfaces: [{ networkInterfaceId: unknownText }] }, { flows: { networkInterfaces: ["eni"] } }),
  ],
  unknown_attached_to_some_interface: [
    open,
    shut,
    instance({ vpcSecurityGroupIds: [unknownText] }, { flows: { vpcSecurityGroupIds: ["shut"] } }),
    attachment({}, { securityGroupId: ["open"] }),
  ],
  fail_rule_added_to_an_existing_group: [
    instance({ vpcSecurityGroupIds: ["sg-9"] }),
    {
      type: "ingressRule",
      name: "r",
      inputs: { securityGroupId: "sg-9", ipProtocol: "tcp", fromPort: 587, toPort: 587, cidrIpv4: "0.0.0.0/0" },
    },
  ],
};

const truths = { pass: false, fail: true, unknown: "unknown" } as const;

describe.each(Object.entries(forms))("tcp/587 of an instance, from %s", (_, form) => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    const facts = factsOf(await form(program));
    const truth = truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(truth);
  });
});

describe("the interfaces of a program", () => {
  const kinds = async (...program: Written[]) =>
    (await fromState(program)).interfaces.map(({ kind, name, cloudId }) => ({ kind, name, cloudId }));

  it("a group in use is not listed, one that nothing uses is", async () => {
    const used = deployed(open, "sg-1");
    expect(
      await kinds(used, deployed(shut, "sg-2"), instance({ vpcSecurityGroupIds: ["sg-1"] }, { id: "i-1" })),
    ).toEqual([
      { kind: "instance", name: "mail", cloudId: "i-1" },
      { kind: "unattached group", name: "shut", cloudId: "sg-2" },
    ]);
  });

  it("an interface that belongs to an instance is not listed apart", async () => {
    const machine = instance({ networkInterfaces: [{ networkInterfaceId: "eni-1" }] });
    expect(await kinds(nic({ securityGroups: ["sg-9"] }, { id: "eni-1" }), machine)).toEqual([
      { kind: "instance", name: "mail", cloudId: undefined },
    ]);
    expect(await kinds(nic({ securityGroups: ["sg-9"] }, { id: "eni-1" }))).toEqual([
      { kind: "interface", name: "eni", cloudId: "eni-1" },
    ]);
  });

  it("an existing group that the program adds a rule to is listed under its id", async () => {
    const rule: Written = {
      type: "egressRule",
      name: "r",
      inputs: { securityGroupId: "sg-9", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    };
    expect(await kinds(rule)).toEqual([{ kind: "unattached group", name: "sg-9", cloudId: "sg-9" }]);
  });

  it("the missing input is the one that names the groups", async () => {
    const facts = factsOf(await fromState([instance({})]));
    const at = `${urnOf({ type: "instance", name: "mail" })}#vpcSecurityGroupIds`;
    expect(missingAt(facts, "reachable", "mail:587")).toEqual([at]);
    expect(missingAt(facts, "egressAllowed", "mail -> *:25")).toEqual([
      at,
      "whether AWS removed the restriction of port 25 for this account and Region",
    ]);
  });
});
