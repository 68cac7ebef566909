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

/** A port `mail` with one group. */
function site(port: Record<string, unknown> = {}, group: Record<string, unknown> = {}): Written[] {
  return [
    { type: "osGroup", name: "g", id: "sg-1", inputs: { name: "mail", ...group } },
    { type: "osPort", name: "mail", inputs: { networkId: "n", securityGroupIds: ["sg-1"], ...port } },
  ];
}

function rule(name: string, inputs: Record<string, unknown> = {}, flows?: Written["flows"]): Written {
  const open = { direction: "ingress", ethertype: "IPv4", protocol: "tcp", portRangeMin: 587, portRangeMax: 587 };
  return { type: "osRule", name, inputs: { ...open, securityGroupId: "sg-1", ...inputs }, ...(flows ? { flows } : {}) };
}

const noPorts = { portRangeMin: undefined, portRangeMax: undefined };

/** Is tcp/587 of `mail` open to a world client? The name says so, as in the other clouds' tables. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_v4_no_remote_is_everyone: [...site(), rule("r")],
  fail_v4_world: [...site(), rule("r", { remoteIpPrefix: world })],
  fail_v6_world: [...site(), rule("r", { ethertype: "IPv6", remoteIpPrefix: "::/0" })],
  fail_v6_no_remote: [...site(), rule("r", { ethertype: "IPv6" })],
  fail_v4_no_ports_is_every_port: [...site(), rule("r", noPorts)],
  fail_v4_no_protocol_is_every_protocol: [...site(), rule("r", { ...noPorts, protocol: undefined })],
  fail_v4_empty_protocol: [...site(), rule("r", { ...noPorts, protocol: "" })],
  fail_v4_ports_0_to_0_are_left_out_by_the_provider: [...site(), rule("r", { portRangeMin: 0, portRangeMax: 0 })],
  fail_v4_protocol_number: [...site(), rule("r", { protocol: "6" })],
  fail_v4_split_halves: [
    ...site(),
    rule("r", { remoteIpPrefix: "0.0.0.0/1" }),
    rule("s", { remoteIpPrefix: "128.0.0.0/1" }),
  ],
  fail_v4_host_bits: [...site(), rule("r", { remoteIpPrefix: "1.2.3.4/0" })],
  fail_v4_second_group: [
    ...site({ securityGroupIds: ["sg-1", "sg-2"] }),
    { type: "osGroup", name: "h", id: "sg-2", inputs: {} },
    rule("r", { securityGroupId: "sg-2" }),
  ],
  pass_udp: [...site(), rule("r", { protocol: "udp", portRangeMin: 500, portRangeMax: 600 })],
  pass_icmp: [...site(), rule("r", { protocol: "icmp", portRangeMin: 8, portRangeMax: 0 })],
  pass_private: [...site(), rule("r", { remoteIpPrefix: "10.0.0.0/8" })],
  pass_egress: [...site(), rule("r", { direction: "egress" })],
  pass_no_rule: site(),
  pass_group_that_is_not_on_the_port: [
    ...site({ securityGroupIds: ["sg-2"] }),
    { type: "osGroup", name: "h", id: "sg-2", inputs: {} },
    rule("r"),
  ],
  pass_no_security_groups_filters_everything: [...site({ noSecurityGroups: true }), rule("r")],
  fail_v4_v6_port_security_disabled: site({ securityGroupIds: [], portSecurityEnabled: false }),
  unknown_v4_v6_port_security: site({ portSecurityEnabled: unknownText }),
  unknown_v4_v6_default_group: site({ securityGroupIds: [] }),
  unknown_v4_v6_groups: [...site({ securityGroupIds: unknownList }), rule("r")],
  unknown_v4_v6_group_outside: site({ securityGroupIds: ["sg-99"] }),
  unknown_v4_prefix: [...site(), rule("r", { remoteIpPrefix: unknownText })],
  fail_v4_unknown_prefix_beside_the_world: [...site(), rule("r", { remoteIpPrefix: unknownText }), rule("s")],
  unknown_v4_v6_ethertype: [...site(), rule("r", { ethertype: unknownText })],
  unknown_v4_direction: [...site(), rule("r", { direction: unknownText })],
  unknown_v4_protocol: [...site(), rule("r", { protocol: unknownText })],
  unknown_v4_lower_end: [...site(), rule("r", { portRangeMin: unknownText, portRangeMax: 600 })],
  fail_v4_lower_end_below_the_upper: [...site(), rule("r", { portRangeMin: unknownText })],
  pass_upper_end_below: [...site(), rule("r", { portRangeMin: unknownText, portRangeMax: 500 })],
  fail_v4_group_joined_by_dependency: [
    { type: "osGroup", name: "g", inputs: {} },
    {
      type: "osPort",
      name: "mail",
      inputs: { networkId: "n", securityGroupIds: [unknownText] },
      flows: { securityGroupIds: ["g"] },
    },
    rule("r", { securityGroupId: unknownText }, { securityGroupId: ["g"] }),
  ],
  unknown_v4_rule_of_an_unknown_group: [...site(), rule("r", { securityGroupId: unknownText })],
  pass_rule_that_points_to_nothing: [...site(), rule("r", { securityGroupId: "sg-99" })],
  unknown_v4_v6_two_resources_with_one_id: [...site(), { type: "osGroup", name: "twin", id: "sg-1", inputs: {} }],
  pass_remote_group_with_known_member: [
    ...site(),
    { type: "osGroup", name: "clients", id: "sg-2", inputs: {} },
    {
      type: "osPort",
      name: "client",
      inputs: { networkId: "n", securityGroupIds: ["sg-2"], fixedIps: [{ ipAddress: "10.0.0.9" }] },
    },
    rule("r", { remoteGroupId: "sg-2" }),
  ],
  pass_remote_group_within_its_subnet: [
    ...site(),
    { type: "osNetwork", name: "n", id: "n", inputs: {} },
    { type: "osSubnet", name: "s", id: "s", inputs: { networkId: "n", cidr: "10.0.0.0/24" } },
    { type: "osGroup", name: "clients", id: "sg-2", inputs: {} },
    { type: "osPort", name: "client", inputs: { networkId: "n", securityGroupIds: ["sg-2"] } },
    rule("r", { remoteGroupId: "sg-2" }),
  ],
  unknown_v4_remote_group_outside: [...site(), rule("r", { remoteGroupId: "sg-99" })],
  unknown_v4_cyclic_remote_groups: [
    ...site(),
    { type: "osGroup", name: "h", id: "sg-2", inputs: {} },
    rule("r", { remoteGroupId: "sg-2" }),
    rule("s", { securityGroupId: "sg-2", remoteGroupId: "sg-1" }),
  ],
  fail_v4_associated_group: [
    ...site({ securityGroupIds: undefined, noSecurityGroups: true }, {}),
    {
      type: "osAssociate",
      name: "a",
      inputs: { portId: unknownText, securityGroupIds: ["sg-1"] },
      flows: { portId: ["mail"] },
    },
    rule("r"),
  ],
  unknown_v4_enforced_beside_its_own: [
    ...site(),
    { type: "osGroup", name: "h", id: "sg-2", inputs: {} },
    {
      type: "osAssociate",
      name: "a",
      inputs: { portId: unknownText, securityGroupIds: ["sg-2"], enforce: true },
      flows: { portId: ["mail"] },
    },
    rule("r"),
  ],
  unknown_v4_v6_firewall_group: [
    ...site(),
    rule("r"),
    rule("s", { ethertype: "IPv6" }),
    { type: "osFirewall", name: "f", inputs: { ports: ["p-1"] } },
  ],
  fail_v4_nova_group: [
    {
      type: "osNovaGroup",
      name: "nova",
      id: "sg-9",
      inputs: { name: "nova", rules: [{ fromPort: 587, toPort: 587, ipProtocol: "tcp", cidr: world }] },
    },
    { type: "osInstance", name: "mail", inputs: { securityGroups: ["nova"], networks: [{ uuid: "n" }] } },
  ],
  fail_v4_instance_with_a_port: [
    ...site().slice(0, 1),
    { type: "osPort", name: "p", id: "port-1", inputs: { networkId: "n", securityGroupIds: ["sg-1"] } },
    { type: "osInstance", name: "mail", inputs: { networks: [{ port: "port-1" }] } },
    rule("r"),
  ],
  unknown_v4_v6_instance_without_groups: [{ type: "osInstance", name: "mail", inputs: {} }],
};

function promised(name: string): { v4: boolean | "unknown"; v6: boolean | "unknown" } {
  const value = name.startsWith("fail") ? true : ("unknown" as const);
  if (name.startsWith("pass")) return { v4: false, v6: false };
  return { v4: name.includes("_v4") ? value : false, v6: name.includes("_v6") ? value : false };
}

describe.each(Object.entries(forms))("tcp/587 of a port, from %s", (_, form) => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    const facts = factsOf(await form(program));
    const v4 = answer(facts, "reachable", "mail:587", "8.8.8.8");
    const v6 = answer(facts, "reachable", "mail:587", "2001:4860:4860::8888");
    expect({ v4, v6 }).toEqual(promised(name));
  });
});

const relays = [{ host: "relay", port: 587, clients: ["mail"] }];
const out = async (...program: Written[]) =>
  answer(
    factsOf(await fromState(program), { ...nothingDeclared, relays }),
    "egressAllowed",
    "mail -> relay:587",
    "8.8.8.8",
  );

describe("outbound", () => {
  it.each<[string, boolean | "unknown", Written[]]>([
    ["a new group lets everything out", true, site()],
    ["without the default rules nothing goes out", false, site({}, { deleteDefaultRules: true })],
    [
      "an egress rule of its own",
      true,
      [...site({}, { deleteDefaultRules: true }), rule("r", { direction: "egress" })],
    ],
    ["whether the default rules are deleted is not known", "unknown", site({}, { deleteDefaultRules: unknownText })],
  ])("%s", async (_, expected, program) => {
    expect(await out(...program)).toBe(expected);
  });

  it("the default rule is evidence of its own", async () => {
    const facts = factsOf(await fromState(site()));
    const [fact] = facts.filter(({ name, value }) => name === "egressAllowed" && value === true);
    expect(fact?.evidence[0]).toMatchObject({
      kind: "default",
      at: `${urnOf({ type: "osGroup", name: "g" })}#deleteDefaultRules`,
    });
  });
});

describe("stateless groups", () => {
  it("answers need a rule of their own", async () => {
    const group = { stateful: false, deleteDefaultRules: true };
    const back = rule("s", { direction: "egress", portRangeMin: 32768, portRangeMax: 65535 });
    const facts = factsOf(await fromState([...site({}, group), rule("r"), back]));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(true);
    expect(lostPorts(facts, "mail:587", "8.8.8.8")).toBe("1024-32767");
  });

  it("without any nobody connects", async () => {
    const facts = factsOf(await fromState([...site({}, { stateful: false, deleteDefaultRules: true }), rule("r")]));
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
  });
});

describe("missing inputs name the very property", () => {
  it.each([
    ["unknown_v4_prefix", [`${urnOf({ type: "osRule", name: "r" })}#remoteIpPrefix`]],
    ["unknown_v4_v6_port_security", [`${urnOf({ type: "osPort", name: "mail" })}#portSecurityEnabled`]],
    ["unknown_v4_v6_default_group", [`${urnOf({ type: "osPort", name: "mail" })}#securityGroupIds`]],
    ["unknown_v4_v6_firewall_group", [`${urnOf({ type: "osFirewall", name: "f" })}#ports`]],
  ])("%s", async (name, missing) => {
    const facts = factsOf(await fromState(programs[name] as Written[]));
    expect(missingAt(facts, "reachable", "mail:587")).toEqual(missing);
  });
});

describe("bad input names resource and path", () => {
  it.each<[string, Written[], string]>([
    ["a reversed range", [...site(), rule("r", { portRangeMin: 600, portRangeMax: 500 })], "#portRangeMin"],
    ["a port over 65535", [...site(), rule("r", { portRangeMax: 70000 })], "#portRangeMax"],
    ["half a range", [...site(), rule("r", { portRangeMax: undefined })], "#portRangeMin"],
    ["no address", [...site(), rule("r", { remoteIpPrefix: "mail.example" })], "#remoteIpPrefix"],
    ["an address of the other family", [...site(), rule("r", { remoteIpPrefix: "::/0" })], "#remoteIpPrefix"],
    ["a direction that is none", [...site(), rule("r", { direction: "both" })], "#direction"],
    ["a list that is a text", site({ securityGroupIds: "sg-1" }), "#securityGroupIds"],
  ])("%s", async (_, program, path) => {
    const reading = fromState(program);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(path);
  });
});

describe("a Terraform plan means the same", () => {
  const group: Resource = {
    type: "openstack_networking_secgroup_v2",
    name: "g",
    args: { name: "mail", delete_default_rules: true },
  };
  const tf = (args: Record<string, unknown> = {}): Resource => ({
    type: "openstack_networking_secgroup_rule_v2",
    name: "r",
    args: {
      direction: "ingress",
      ethertype: "IPv4",
      protocol: "tcp",
      port_range_min: 587,
      port_range_max: 587,
      security_group_id: later("openstack_networking_secgroup_v2.g.id"),
      ...args,
    },
  });
  const port: Resource = {
    type: "openstack_networking_port_v2",
    name: "mail",
    args: { network_id: "n", security_group_ids: [later("openstack_networking_secgroup_v2.g.id")] },
  };
  it.each<[string, boolean | "unknown", Resource[]]>([
    ["fail: everyone", true, [group, tf(), port]],
    ["pass: private", false, [group, tf({ remote_ip_prefix: "10.0.0.0/8" }), port]],
    [
      "unknown: prefix",
      "unknown",
      [group, tf({ remote_ip_prefix: later("openstack_networking_floatingip_v2.f.address") }), port],
    ],
    [
      "pass: no security groups",
      false,
      [group, tf(), { ...port, args: { network_id: "n", no_security_groups: true } }],
    ],
  ])("%s", async (_, expected, resources) => {
    const facts = factsOf(await readPlan(planOf(resources)));
    expect(answer(facts, "reachable", "openstack_networking_port_v2.mail:587", "8.8.8.8")).toBe(expected);
    expect(answer(facts, "egressAllowed", "openstack_networking_port_v2.mail -> *:25", "8.8.8.8")).toBe(false);
  });
});
