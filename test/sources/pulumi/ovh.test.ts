import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import { later, planOf, type Resource, read as readPlan } from "../terraform-plans.js";
import { answer, factsOf, forms, fromState, missingAt, unknownText, urnOf, type Written } from "./programs.js";

const ip = { ip: "198.51.100.7/32", ipOnFirewall: "198.51.100.7" };

function firewall(inputs: Record<string, unknown> = {}): Written {
  return { type: "ovhFirewall", name: "mail", inputs: { ...ip, enabled: true, ...inputs } };
}

function rule(sequence: number, inputs: Record<string, unknown> = {}, flows?: Written["flows"]): Written {
  const stated = { ...ip, sequence, action: "permit", protocol: "tcp", destinationPort: 587, ...inputs };
  return { type: "ovhRule", name: `r${sequence}`, inputs: stated, ...(flows ? { flows } : {}) };
}

const denyAll = (sequence: number, inputs: Record<string, unknown> = {}) =>
  rule(sequence, { action: "deny", protocol: "ipv4", destinationPort: undefined, ...inputs });

/** Is tcp/587 of the address open to a world client of IPv4? */
const programs: Readonly<Record<string, Written[]>> = {
  fail_no_rule: [firewall()],
  fail_permit_before_deny: [firewall(), rule(0), denyAll(19)],
  pass_deny_before_permit: [firewall(), denyAll(0), rule(1)],
  pass_deny_all: [firewall(), denyAll(19)],
  fail_disabled: [firewall({ enabled: false }), denyAll(19)],
  unknown_enabled_left_out: [firewall({ enabled: undefined }), denyAll(19)],
  fail_enabled_left_out_and_all_permitted: [firewall({ enabled: undefined }), rule(0)],
  unknown_enabled: [firewall({ enabled: unknownText }), denyAll(19)],
  fail_deny_of_udp: [firewall(), denyAll(0, { protocol: "udp", destinationPort: 587 })],
  fail_deny_of_another_port: [firewall(), denyAll(0, { protocol: "tcp", destinationPort: 25 })],
  pass_source_elsewhere: [firewall(), rule(0, { source: "10.0.0.0/8" }), denyAll(19)],
  fail_split_halves: [firewall(), rule(0, { source: "0.0.0.0/1" }), rule(1, { source: "128.0.0.0/1" }), denyAll(19)],
  pass_established_lets_no_first_packet_in: [
    firewall(),
    rule(0, { tcpOption: "established", destinationPort: undefined }),
    denyAll(19),
  ],
  pass_syn_alone_keeps_out_what_follows: [firewall(), rule(0, { tcpOption: "syn" }), denyAll(19)],
  fail_syn_and_established: [
    firewall(),
    rule(0, { tcpOption: "syn" }),
    rule(1, { tcpOption: "established", destinationPort: undefined }),
    denyAll(19),
  ],
  pass_deny_whatever_its_option_is: [firewall(), denyAll(0, { protocol: "tcp", tcpOption: unknownText })],
  fail_permit_before_a_deny_of_unknown_option: [firewall(), rule(0), denyAll(1, { tcpOption: unknownText })],
  unknown_option_of_a_permit: [firewall(), rule(0, { tcpOption: unknownText }), denyAll(19)],
  pass_four_denies_whatever_their_options_are: [
    firewall(),
    ...[0, 1, 2, 3].map((each) => denyAll(each, { protocol: "tcp", tcpOption: unknownText })),
  ],
  unknown_more_options_than_are_followed: [
    firewall(),
    ...[0, 1, 2, 3, 4].map((each) => denyAll(each, { protocol: "tcp", tcpOption: unknownText })),
  ],
  unknown_fragments: [firewall(), rule(0, { fragments: true }), denyAll(19)],
  unknown_action: [firewall(), rule(0, { action: unknownText }), denyAll(19)],
  unknown_source: [firewall(), rule(0, { source: unknownText }), denyAll(19)],
  unknown_sequence_of_the_deny: [firewall(), rule(5), denyAll(19, { sequence: unknownText })],
  unknown_two_with_one_sequence: [firewall(), rule(3), { ...denyAll(3), name: "twin" }],
  fail_rule_of_another_address: [firewall(), denyAll(0, { ipOnFirewall: "198.51.100.8" })],
  pass_joined_by_dependency: [
    firewall({ ip: unknownText, ipOnFirewall: unknownText }),
    { ...denyAll(0, { ip: unknownText, ipOnFirewall: unknownText }), flows: { ipOnFirewall: ["mail"] } },
  ],
  unknown_address_of_the_rule: [firewall(), denyAll(0, { ipOnFirewall: unknownText })],
};

describe.each(Object.entries(forms))("tcp/587 of an address behind the edge firewall, from %s", (_, form) => {
  it.each(Object.entries(programs))("%s", async (name, program) => {
    const facts = factsOf(await form(program));
    const promised = name.startsWith("fail") ? true : name.startsWith("pass") ? false : "unknown";
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(promised);
    expect(answer(facts, "reachable", "mail:587", "2001:4860:4860::8888")).toBe(false);
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

describe("answers to connections of the machine", () => {
  it.each<[string, boolean | "unknown", Written[]]>([
    ["without rules they pass", true, [firewall()]],
    ["a final deny keeps them out", false, [firewall(), rule(0), denyAll(19)]],
    [
      "established lets them in",
      true,
      [firewall(), rule(0, { tcpOption: "established", destinationPort: undefined }), denyAll(19)],
    ],
    [
      "whether syn matches an answer is not documented",
      "unknown",
      [
        firewall(),
        rule(0, { tcpOption: "syn", destinationPort: undefined }),
        rule(1, { action: "deny", tcpOption: "established", destinationPort: 1 }),
        denyAll(2, { protocol: "tcp", tcpOption: "syn" }),
      ],
    ],
  ])("%s", async (_, expected, program) => {
    expect(await out(...program)).toBe(expected);
  });
});

describe("security groups of Public Cloud", () => {
  const open = { direction: "INGRESS", ethernetType: "IPV4", protocol: "TCP", portRangeMin: 587, portRangeMax: 587 };
  const site = (rules: unknown, instance: Record<string, unknown> = { securityGroupIds: ["sg-1"] }): Written[] => [
    { type: "ovhGroup", name: "g", id: "sg-1", inputs: { rules } },
    { type: "ovhInstance", name: "mail", inputs: { ...instance } },
  ];
  it.each<[string, boolean | "unknown", Written[]]>([
    ["fail: world", true, site([{ ...open, remoteIpPrefix: "0.0.0.0/0" }])],
    ["fail: no remote", true, site([open])],
    ["pass: private", false, site([{ ...open, remoteIpPrefix: "10.0.0.0/8" }])],
    ["pass: udp", false, site([{ ...open, protocol: "UDP" }])],
    ["pass: no group at all", false, site([open], { securityGroupIds: [] })],
    ["unknown: the default group", "unknown", site([open], {})],
    ["unknown: rules", "unknown", site(unknownText)],
    ["unknown: direction", "unknown", site([{ ...open, direction: unknownText }])],
    ["unknown: an instance of the older type", "unknown", [{ type: "ovhProjectInstance", name: "mail", inputs: {} }]],
    [
      "pass: the edge firewall of its address",
      false,
      [
        { ...(site([open])[0] as Written) },
        {
          type: "ovhInstance",
          name: "mail",
          inputs: { securityGroupIds: ["sg-1"] },
          outputs: {
            securityGroupIds: ["sg-1"],
            currentState: { networks: [{ addresses: [{ ip: "198.51.100.7" }] }] },
          },
        },
        { ...firewall(), name: "edge" },
        denyAll(19),
      ],
    ],
  ])("%s", async (_, expected, program) => {
    expect(answer(factsOf(await fromState(program)), "reachable", "mail:587", "8.8.8.8")).toBe(expected);
  });

  it("a new group lets everything out", async () => {
    const facts = factsOf(await fromState(site([])), { ...nothingDeclared, relays });
    expect(answer(facts, "egressAllowed", "mail -> relay:587", "8.8.8.8")).toBe(true);
  });
});

describe("missing inputs name the very property", () => {
  it.each([
    ["unknown_action", [`${urnOf({ type: "ovhRule", name: "r0" })}#action`]],
    ["unknown_enabled_left_out", [`${urnOf({ type: "ovhFirewall", name: "mail" })}#enabled`]],
    ["unknown_two_with_one_sequence", ["r3", "twin"].map((name) => `${urnOf({ type: "ovhRule", name })}#sequence`)],
  ])("%s", async (name, missing) => {
    const facts = factsOf(await fromState(programs[name] as Written[]));
    expect(missingAt(facts, "reachable", "mail:587")).toEqual(missing);
  });
});

describe("bad input names resource and path", () => {
  it.each<[string, Written[], string]>([
    ["a port over 65535", [firewall(), rule(0, { destinationPort: 70000 })], "#destinationPort"],
    ["no address", [firewall(), rule(0, { source: "mail.example" })], "#source"],
    ["an IPv6 source", [firewall(), rule(0, { source: "::/0" })], "#source"],
    ["an action that is none", [firewall(), rule(0, { action: "drop" })], "#action"],
    ["an option that is none", [firewall(), rule(0, { tcpOption: "ack" })], "#tcpOption"],
  ])("%s", async (_, program, path) => {
    const reading = fromState(program);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(path);
  });
});

describe("a Terraform plan means the same", () => {
  const tfFirewall: Resource = {
    type: "ovh_ip_firewall",
    name: "mail",
    args: { ip: "198.51.100.7", ip_on_firewall: "198.51.100.7", enabled: true },
  };
  const tf = (name: string, args: Record<string, unknown>): Resource => ({
    type: "ovh_ip_firewall_rule",
    name,
    args: { ip: "198.51.100.7", ip_on_firewall: "198.51.100.7", action: "permit", protocol: "tcp", ...args },
  });
  const deny = tf("deny", { sequence: 19, action: "deny", protocol: "ipv4" });
  it.each<[string, boolean | "unknown", Resource[]]>([
    ["fail: permitted", true, [tfFirewall, tf("r", { sequence: 0, destination_port: 587 }), deny]],
    ["pass: established alone", false, [tfFirewall, tf("r", { sequence: 0, tcp_option: "established" }), deny]],
    [
      "unknown: source",
      "unknown",
      [tfFirewall, tf("r", { sequence: 0, destination_port: 587, source: later("ovh_ip_service.s.ip") }), deny],
    ],
  ])("%s", async (_, expected, resources) => {
    const facts = factsOf(await readPlan(planOf(resources)));
    expect(answer(facts, "reachable", "ovh_ip_firewall.mail:587", "8.8.8.8")).toBe(expected);
  });
});
