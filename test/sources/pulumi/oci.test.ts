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
const open = { protocol: "6", source: world, tcpOptions: { min: 587, max: 587 } };
const out = { protocol: "all", destination: world };

interface Site {
  ingress?: unknown;
  egress?: unknown;
  subnet?: Record<string, unknown>;
  details?: Record<string, unknown>;
}

/** An instance `mail` in a subnet with one list. */
function site({ ingress = [], egress = [], subnet = {}, details = {} }: Site = {}): Written[] {
  return [
    { type: "ociVcn", name: "vcn", id: "vcn", inputs: {} },
    {
      type: "ociList",
      name: "list",
      id: "list",
      inputs: { vcnId: "vcn", ingressSecurityRules: ingress, egressSecurityRules: egress },
    },
    {
      type: "ociSubnet",
      name: "subnet",
      id: "subnet",
      inputs: { vcnId: "vcn", securityListIds: ["list"], cidrBlock: "10.0.0.0/24", ...subnet },
    },
    {
      type: "ociInstance",
      name: "mail",
      inputs: { createVnicDetails: { subnetId: "subnet", assignIpv6ip: true, ...details } },
    },
  ];
}

function grouped(inputs: Record<string, unknown>, ...more: Written[]): Written[] {
  const rule = { networkSecurityGroupId: "nsg", direction: "INGRESS", protocol: "6", source: world };
  return [
    ...site({ details: { nsgIds: ["nsg"] } }),
    { type: "ociGroup", name: "nsg", id: "nsg", inputs: { vcnId: "vcn" } },
    {
      type: "ociRule",
      name: "r",
      inputs: { ...rule, tcpOptions: { destinationPortRange: { min: 587, max: 587 } }, ...inputs },
    },
    ...more,
  ];
}

/** Is tcp/587 of `mail` open to a world client? The name says so, as in the other clouds' tables. */
const programs: Readonly<Record<string, Written[]>> = {
  fail_v4_world: site({ ingress: [open] }),
  fail_v6_world: site({ ingress: [{ ...open, source: "::/0" }] }),
  fail_v4_no_options_is_every_port: site({ ingress: [{ protocol: "6", source: world }] }),
  fail_v4_every_protocol: site({ ingress: [{ protocol: "all", source: world }] }),
  fail_v4_split_halves: site({
    ingress: [
      { ...open, source: "0.0.0.0/1" },
      { ...open, source: "128.0.0.0/1" },
    ],
  }),
  fail_v4_host_bits: site({ ingress: [{ ...open, source: "1.2.3.4/0" }] }),
  fail_v4_source_ports_alone_name_no_destination: site({
    ingress: [{ ...open, tcpOptions: { sourcePortRange: { min: 1, max: 65535 } } }],
  }),
  pass_udp: site({ ingress: [{ protocol: "17", source: world }] }),
  pass_icmp: site({ ingress: [{ protocol: "1", source: world }] }),
  pass_private: site({ ingress: [{ ...open, source: "10.0.0.0/8" }] }),
  pass_no_rule: site(),
  pass_low_source_ports: site({
    ingress: [{ ...open, tcpOptions: { min: 587, max: 587, sourcePortRange: { min: 1, max: 1023 } } }],
  }),
  pass_private_subnet: site({ ingress: [open], subnet: { prohibitPublicIpOnVnic: true } }),
  pass_prohibited_internet_ingress: site({
    ingress: [open, { ...open, source: "::/0" }],
    subnet: { prohibitInternetIngress: true },
  }),
  fail_v6_private_subnet_of_ipv4: site({
    ingress: [open, { ...open, source: "::/0" }],
    subnet: { prohibitPublicIpOnVnic: true },
  }),
  pass_no_public_address: site({ ingress: [open], details: { assignPublicIp: "false" } }),
  unknown_v4_public_address: site({ ingress: [open], details: { assignPublicIp: unknownText } }),
  unknown_v4_reserved_public_address: [
    ...site({ ingress: [open], details: { assignPublicIp: "false" } }),
    { type: "ociPublicIp", name: "ip", inputs: {} },
  ],
  pass_no_ipv6_address: site({ ingress: [{ ...open, source: "::/0" }], details: { assignIpv6ip: false } }),
  unknown_v4_v6_rules: site({ ingress: unknownList }),
  unknown_v4_v6_source: site({ ingress: [{ ...open, source: unknownText }] }),
  unknown_v4_protocol: site({ ingress: [{ ...open, protocol: unknownText }] }),
  unknown_v4_port: site({ ingress: [{ ...open, tcpOptions: { min: unknownText, max: 600 } }] }),
  fail_v4_unknown_source_beside_the_world: site({
    ingress: [{ ...open, source: unknownText }, open, { ...open, source: "::/0" }],
  }),
  fail_v4_group: grouped({}),
  pass_group_of_another: grouped({ networkSecurityGroupId: "nsg-9" }),
  pass_group_egress: grouped({ direction: "EGRESS", destination: world, source: undefined }),
  fail_v4_group_without_options: grouped({ tcpOptions: undefined }),
  pass_group_as_source: grouped({ source: "nsg", sourceType: "NETWORK_SECURITY_GROUP" }),
  unknown_v4_v6_services_as_source: grouped({ source: "all-iad-services", sourceType: "SERVICE_CIDR_BLOCK" }),
  unknown_v4_direction: grouped({ direction: unknownText }),
  unknown_v4_rule_of_an_unknown_group: grouped({ networkSecurityGroupId: unknownText }),
  unknown_v4_v6_groups: site({ details: { nsgIds: unknownList } }),
  unknown_v4_v6_group_outside: site({ details: { nsgIds: ["nsg-9"] } }),
  fail_v4_joined_by_dependency: [
    { type: "ociVcn", name: "vcn", inputs: {} },
    {
      type: "ociList",
      name: "list",
      inputs: { vcnId: unknownText, ingressSecurityRules: [open] },
      flows: { vcnId: ["vcn"] },
    },
    {
      type: "ociSubnet",
      name: "subnet",
      inputs: { vcnId: unknownText, securityListIds: [unknownText] },
      flows: { vcnId: ["vcn"], securityListIds: ["list"] },
    },
    {
      type: "ociInstance",
      name: "mail",
      inputs: { createVnicDetails: { subnetId: unknownText } },
      flows: { createVnicDetails: ["subnet"] },
    },
  ],
  pass_default_list_of_oracle: site({ ingress: [open], subnet: { securityListIds: undefined } }),
  fail_v4_default_list_managed: [
    ...site({ subnet: { securityListIds: undefined } }),
    {
      type: "ociDefaultList",
      name: "d",
      inputs: { manageDefaultResourceId: unknownText, ingressSecurityRules: [open] },
      flows: { manageDefaultResourceId: ["vcn"] },
    },
  ],
  unknown_v4_v6_default_list_of_a_network_outside: site({
    ingress: [open],
    subnet: { securityListIds: undefined, vcnId: "vcn-9" },
  }),
  unknown_v4_v6_subnet_outside: [
    { type: "ociInstance", name: "mail", inputs: { createVnicDetails: { subnetId: "subnet-9", assignIpv6ip: true } } },
  ],
  unknown_v4_v6_two_resources_with_one_id: [
    ...site(),
    { type: "ociList", name: "twin", id: "list", inputs: { vcnId: "vcn" } },
  ],
  pass_stateless_without_its_mirror: site({ ingress: [{ ...open, stateless: true }] }),
  pass_stateless_wins_over_its_stateful_twin: site({ ingress: [{ ...open, stateless: true }, open] }),
  fail_v4_stateless_with_its_mirror: site({
    ingress: [{ ...open, stateless: true }],
    egress: [{ ...out, stateless: true }],
  }),
  fail_v4_stateless_of_others: site({ ingress: [{ ...open, source: "10.0.0.0/8", stateless: true }, open] }),
  unknown_v4_stateless: site({ ingress: [{ ...open, stateless: unknownText }] }),
};

function promised(name: string): { v4: boolean | "unknown"; v6: boolean | "unknown" } {
  const value = name.startsWith("fail") ? true : ("unknown" as const);
  if (name.startsWith("pass")) return { v4: false, v6: false };
  if (name.includes("unknown_source_beside")) return { v4: true, v6: true };
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

describe("answers and outbound", () => {
  it("a stateless rule loses the answers that no rule lets out", async () => {
    const high = { protocol: "6", destination: world, tcpOptions: { min: 32768, max: 65535 } };
    const facts = factsOf(await fromState(site({ ingress: [{ ...open, stateless: true }], egress: [high] })));
    expect(lostPorts(facts, "mail:587", "8.8.8.8")).toBe("1024-32767");
  });

  const relays = [{ host: "relay", port: 587, clients: ["mail"] }];
  it.each<[string, boolean | "unknown", Written[]]>([
    ["without a rule nothing goes out", false, site()],
    ["everything", true, site({ egress: [out] })],
    ["Oracle's default list lets everything out", true, site({ subnet: { securityListIds: undefined } })],
    ["stateless without a rule for the answers", false, site({ egress: [{ ...out, stateless: true }] })],
    [
      "stateless with one",
      true,
      site({ egress: [{ ...out, stateless: true }], ingress: [{ protocol: "6", source: world, stateless: true }] }),
    ],
  ])("%s", async (_, expected, program) => {
    const facts = factsOf(await fromState(program), { ...nothingDeclared, relays });
    expect(answer(facts, "egressAllowed", "mail -> relay:587", "8.8.8.8")).toBe(expected);
  });
});

describe("missing inputs name the very property", () => {
  it.each([
    ["unknown_v4_public_address", [`${urnOf({ type: "ociInstance", name: "mail" })}#createVnicDetails.assignPublicIp`]],
    ["unknown_v4_stateless", [`${urnOf({ type: "ociList", name: "list" })}#ingressSecurityRules[0].stateless`]],
    ["unknown_v4_v6_rules", [`${urnOf({ type: "ociList", name: "list" })}#ingressSecurityRules`]],
  ])("%s", async (name, missing) => {
    const facts = factsOf(await fromState(programs[name] as Written[]));
    expect(missingAt(facts, "reachable", "mail:587")).toEqual(missing);
  });
});

describe("bad input names resource and path", () => {
  it.each<[string, Written[], string]>([
    ["a reversed range", site({ ingress: [{ ...open, tcpOptions: { min: 600, max: 500 } }] }), "tcpOptions.min"],
    ["a port over 65535", site({ ingress: [{ ...open, tcpOptions: { min: 1, max: 70000 } }] }), "tcpOptions.max"],
    ["half a range", site({ ingress: [{ ...open, tcpOptions: { min: 587 } }] }), "tcpOptions.min"],
    ["no address", site({ ingress: [{ ...open, source: "mail.example" }] }), "#ingressSecurityRules[0].source"],
    [
      "a source type that is none",
      site({ ingress: [{ ...open, sourceType: "NSG" }] }),
      "#ingressSecurityRules[0].sourceType",
    ],
    ["a direction that is none", grouped({ direction: "in" }), "#direction"],
  ])("%s", async (_, program, path) => {
    const reading = fromState(program);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(path);
  });
});

describe("a Terraform plan means the same", () => {
  const base = (args: Record<string, unknown>): Resource[] => [
    { type: "oci_core_vcn", name: "vcn", args: {} },
    { type: "oci_core_security_list", name: "list", args: { vcn_id: later("oci_core_vcn.vcn.id"), ...args } },
    {
      type: "oci_core_subnet",
      name: "subnet",
      args: { vcn_id: later("oci_core_vcn.vcn.id"), security_list_ids: [later("oci_core_security_list.list.id")] },
    },
    {
      type: "oci_core_instance",
      name: "mail",
      args: { create_vnic_details: [{ subnet_id: later("oci_core_subnet.subnet.id") }] },
    },
  ];
  const tf = { protocol: "6", source: world, tcp_options: [{ min: 587, max: 587 }] };
  it.each<[string, boolean | "unknown", Resource[]]>([
    ["fail: world", true, base({ ingress_security_rules: [tf] })],
    ["pass: another port", false, base({ ingress_security_rules: [{ ...tf, tcp_options: [{ min: 25, max: 25 }] }] })],
    ["pass: stateless", false, base({ ingress_security_rules: [{ ...tf, stateless: true }] })],
    [
      "unknown: source",
      "unknown",
      base({ ingress_security_rules: [{ ...tf, source: later("oci_core_ipv6.a.ip_address") }] }),
    ],
  ])("%s", async (_, expected, resources) => {
    const facts = factsOf(await readPlan(planOf(resources)));
    expect(answer(facts, "reachable", "oci_core_instance.mail:587", "8.8.8.8")).toBe(expected);
  });
});
