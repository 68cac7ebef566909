import { nothingDeclared } from "../../../model/declaration.js";
import { InputError } from "../../../model/errors.js";
import { factsNamed } from "../../../model/fact.js";
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

const world = "0.0.0.0/0";
const tcp587 = { protocol: "tcp", ports: ["587"] };

/** A network and an instance `mail` with public addresses of both families. */
function site(instance: Record<string, unknown> = {}, network: Record<string, unknown> = {}): Written[] {
  return [
    { type: "gcpNetwork", name: "net", inputs: { name: "net", ...network } },
    {
      type: "gcpInstance",
      name: "mail",
      inputs: { networkInterfaces: [{ network: "net", accessConfigs: [{}], ipv6AccessConfigs: [{}] }], ...instance },
    },
  ];
}

function rule(name: string, inputs: Record<string, unknown>, flows?: Written["flows"]): Written {
  return { type: "gcpFirewall", name, inputs: { network: "net", ...inputs }, ...(flows ? { flows } : {}) };
}

const open = { allows: [tcp587], sourceRanges: [world] };
const shut = { denies: [{ protocol: "all" }], sourceRanges: [world] };

/**
 * Is tcp/587 of `mail` open to a world client? The name says so: `pass` closed, `fail` open over the families named,
 * `unknown` undecided. The numbers are those of the packet truths that string comparison gets wrong.
 */
const programs: Readonly<Record<string, Written[]>> = {
  fail_v4_15_allow_tcp_without_ports: [...site(), rule("r", { allows: [{ protocol: "tcp" }], sourceRanges: [world] })],
  fail_v4_15_empty_list_of_ports: [
    ...site(),
    rule("r", { allows: [{ protocol: "tcp", ports: [] }], sourceRanges: [world] }),
  ],
  fail_v4_16_allow_all: [...site(), rule("r", { allows: [{ protocol: "all" }], sourceRanges: [world] })],
  fail_v6_17_ipv6_world: [...site(), rule("r", { allows: [tcp587], sourceRanges: ["::/0"] })],
  pass_18_disabled: [...site(), rule("r", { ...open, disabled: true })],
  fail_v4_19_tags_beside_the_world: [...site(), rule("r", { ...open, sourceTags: ["web"] })],
  fail_v4_19_target_tag_that_it_carries: [
    ...site({ tags: ["mx"] }),
    rule("r", { ...open, targetTags: ["mx", "other"] }),
  ],
  pass_19_target_tag_that_it_lacks: [...site({ tags: ["web"] }), rule("r", { ...open, targetTags: ["mx"] })],
  pass_19_target_tag_of_an_instance_without_tags: [...site(), rule("r", { ...open, targetTags: ["mx"] })],
  pass_20_udp: [...site(), rule("r", { allows: [{ protocol: "udp", ports: ["500-600"] }], sourceRanges: [world] })],
  pass_icmp: [...site(), rule("r", { allows: [{ protocol: "icmp" }], sourceRanges: [world] })],
  fail_v4_protocol_number: [...site(), rule("r", { ...open, allows: [{ protocol: "6", ports: ["587"] }] })],
  fail_v4_upper_case_protocol: [...site(), rule("r", { ...open, allows: [{ protocol: "TCP", ports: ["500-600"] }] })],
  fail_v4_second_block: [...site(), rule("r", { ...open, allows: [{ protocol: "icmp" }, tcp587] })],
  fail_v4_v6_split_halves: [
    ...site(),
    rule("r", { ...open, sourceRanges: ["0.0.0.0/1", "128.0.0.0/1"] }),
    rule("s", { ...open, sourceRanges: ["2000::/3"] }),
  ],
  fail_v4_host_bits: [...site(), rule("r", { ...open, sourceRanges: ["1.2.3.4/0"] })],
  fail_v4_no_source_is_every_ipv4_address: [...site(), rule("r", { allows: [tcp587] })],
  pass_other_port: [...site(), rule("r", { ...open, allows: [{ protocol: "tcp", ports: ["25", "588-2525"] }] })],
  pass_private_source: [...site(), rule("r", { ...open, sourceRanges: ["10.0.0.0/8"] })],
  pass_no_rule: site(),
  pass_egress_rule: [...site(), rule("r", { allows: [tcp587], direction: "EGRESS", destinationRanges: [world] })],
  pass_other_network: [
    ...site(),
    { type: "gcpNetwork", name: "other", inputs: { name: "other" } },
    rule("r", { ...open, network: "other" }),
  ],
  pass_deny_first: [...site(), rule("r", open), rule("s", { ...shut, priority: 999 })],
  pass_deny_of_equal_priority: [...site(), rule("a", open), rule("z", { ...shut, priority: 1000 })],
  fail_v4_allow_before_deny: [...site(), rule("r", { ...open, priority: 10 }), rule("s", { ...shut, priority: 11 })],
  fail_v4_deny_of_another_target: [...site(), rule("r", open), rule("s", { ...shut, priority: 1, targetTags: ["x"] })],
  pass_source_tag: [...site(), rule("r", { allows: [tcp587], sourceTags: ["web"] })],
  pass_source_account: [...site(), rule("r", { allows: [tcp587], sourceServiceAccounts: ["a@p.example"] })],
  pass_unknown_source_tag: [...site(), rule("r", { allows: [tcp587], sourceTags: [unknownText] })],
  fail_v4_target_account: [
    ...site({ serviceAccount: { email: "mx@p.example" } }),
    rule("r", { ...open, targetServiceAccounts: ["mx@p.example"] }),
  ],
  pass_target_account_of_another: [
    ...site({ serviceAccount: { email: "web@p.example" } }),
    rule("r", { ...open, targetServiceAccounts: ["mx@p.example"] }),
  ],
  pass_target_account_of_an_instance_without: [
    ...site(),
    rule("r", { ...open, targetServiceAccounts: ["mx@p.example"] }),
  ],
  fail_v4_target_account_joined_by_dependency: [
    { type: "gcpAccount", name: "sa", inputs: { accountId: "mx" } },
    ...site().map((each) =>
      each.name === "mail"
        ? {
            ...each,
            inputs: { ...each.inputs, serviceAccount: { email: unknownText } },
            flows: { serviceAccount: ["sa"] },
          }
        : each,
    ),
    rule("r", { ...open, targetServiceAccounts: [unknownText] }, { targetServiceAccounts: ["sa"] }),
  ],
  fail_v4_network_joined_by_dependency: [
    { type: "gcpNetwork", name: "net", inputs: {} },
    {
      type: "gcpInstance",
      name: "mail",
      inputs: { networkInterfaces: [{ network: unknownText, accessConfigs: [{}] }] },
      flows: { networkInterfaces: ["net"] },
    },
    rule("r", { ...open, network: unknownText }, { network: ["net"] }),
  ],
  fail_v4_network_by_subnetwork_and_self_link: [
    { type: "gcpNetwork", name: "net", inputs: { name: "net" }, id: "projects/p/global/networks/net" },
    {
      type: "gcpSubnetwork",
      name: "sub",
      inputs: { name: "sub", network: "https://www.googleapis.com/compute/v1/projects/p/global/networks/net" },
      id: "projects/p/regions/r/subnetworks/sub",
    },
    {
      type: "gcpInstance",
      name: "mail",
      inputs: { networkInterfaces: [{ subnetwork: "sub", accessConfigs: [{}] }] },
    },
    rule("r", { ...open, network: "projects/p/global/networks/net" }),
  ],
  pass_without_access_config: [
    ...site({ networkInterfaces: [{ network: "net" }] }),
    rule("r", { ...open, sourceRanges: [world, "::/0"] }),
  ],
  fail_v6_with_ipv6_access_config_alone: [
    ...site({ networkInterfaces: [{ network: "net", ipv6AccessConfigs: [{}] }] }),
    rule("r", { ...open, sourceRanges: [world, "::/0"] }),
  ],
  unknown_v4_access_configs: [
    ...site({ networkInterfaces: [{ network: "net", accessConfigs: unknownList }] }),
    rule("r", open),
  ],
  pass_forwarding_rule_is_a_subject_of_its_own: [
    ...site({ networkInterfaces: [{ network: "net" }] }),
    { type: "gcpForwarding", name: "lb", inputs: { target: "pool" } },
    rule("r", open),
  ],
  fail_v4_destination_is_its_address: [
    ...site({ networkInterfaces: [{ network: "net", networkIp: "10.0.0.5", accessConfigs: [{}] }] }),
    rule("r", { ...open, destinationRanges: ["10.0.0.0/24"] }),
  ],
  pass_destination_is_another_address: [
    ...site({ networkInterfaces: [{ network: "net", networkIp: "10.0.0.5", accessConfigs: [{}] }] }),
    rule("r", { ...open, destinationRanges: ["10.0.1.0/24"] }),
  ],
  unknown_v4_destination_of_an_unknown_address: [...site(), rule("r", { ...open, destinationRanges: ["10.0.1.0/24"] })],
  unknown_v4_disabled: [...site(), rule("r", { ...open, disabled: unknownText })],
  unknown_v4_tags: [...site({ tags: unknownList }), rule("r", { ...open, targetTags: ["mx"] })],
  pass_denied_before_it_is_allowed_whatever_the_tags_are: [
    ...site({ tags: unknownList }),
    rule("d", { ...shut, priority: 100, targetTags: ["mx"] }),
    rule("r", { ...open, targetTags: ["mx"] }),
  ],
  pass_denied_before_it_is_allowed_whatever_the_account_is: [
    ...site({ serviceAccount: { email: unknownText } }),
    rule("d", { ...shut, priority: 100, targetServiceAccounts: ["mx@p.example", "web@p.example"] }),
    rule("r", { ...open, targetServiceAccounts: ["mx@p.example"] }),
  ],
  unknown_v4_more_tags_than_are_followed: [
    ...site({ tags: unknownList }),
    rule("d", { ...shut, priority: 100, targetTags: [..."abcdefg"] }),
    rule("r", { ...open, targetTags: [..."abcdefg"] }),
  ],
  unknown_v4_target_tags: [...site(), rule("r", { ...open, targetTags: unknownList })],
  pass_unknown_target_tag_of_an_instance_without: [...site(), rule("r", { ...open, targetTags: [unknownText] })],
  unknown_v4_v6_ranges: [...site(), rule("r", { ...open, sourceRanges: unknownList })],
  unknown_v4_source_tags_that_may_be_none: [...site(), rule("r", { allows: [tcp587], sourceTags: unknownList })],
  fail_v4_unknown_range_beside_the_world: [...site(), rule("r", { ...open, sourceRanges: [unknownText, world] })],
  unknown_v4_port: [...site(), rule("r", { ...open, allows: [{ protocol: "tcp", ports: [unknownText, "25"] }] })],
  fail_v4_unknown_port_beside_the_right_one: [
    ...site(),
    rule("r", { ...open, allows: [{ protocol: "tcp", ports: [unknownText, "587"] }] }),
  ],
  unknown_v4_allows: [...site(), rule("r", { ...open, allows: unknownList })],
  unknown_v4_protocol: [...site(), rule("r", { ...open, allows: [{ protocol: unknownText }] })],
  unknown_v4_direction: [...site(), rule("r", { ...open, direction: unknownText })],
  fail_v4_unknown_priority_alone: [...site(), rule("r", { ...open, priority: unknownText })],
  unknown_v4_priority_of_the_deny: [...site(), rule("r", open), rule("s", { ...shut, priority: unknownText })],
  unknown_v4_deny_of_unknown_addresses: [
    ...site(),
    rule("r", open),
    rule("s", { denies: [tcp587], sourceRanges: unknownList, priority: 1 }),
  ],
  unknown_v4_network_of_the_rule: [...site(), rule("r", { ...open, network: unknownText })],
  fail_v4_network_outside_with_a_rule: [
    {
      type: "gcpInstance",
      name: "mail",
      inputs: { networkInterfaces: [{ network: "shared", accessConfigs: [{}] }] },
    },
    rule("r", { ...open, network: "projects/host/global/networks/shared" }),
  ],
  unknown_v4_network_outside: [
    {
      type: "gcpInstance",
      name: "mail",
      inputs: { networkInterfaces: [{ network: "shared", accessConfigs: [{}] }] },
    },
  ],
};

/** What a name promises: for a client of each family. */
function promised(name: string): { v4: boolean | "unknown"; v6: boolean | "unknown" } {
  const value = name.startsWith("fail") ? true : ("unknown" as const);
  if (name.startsWith("pass")) return { v4: false, v6: false };
  if (name.includes("unknown_range_beside")) return { v4: true, v6: "unknown" };
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

const inState = async (program: Written[]) => factsOf(await fromState(program));

describe("evidence and missing inputs name the very property", () => {
  const urn = urnOf({ type: "gcpFirewall", name: "r" });
  const mail = urnOf({ type: "gcpInstance", name: "mail" });

  it.each([
    ["unknown_v4_disabled", [`${urn}#disabled`]],
    ["unknown_v4_tags", [`${mail}#tags`]],
    ["unknown_v4_target_tags", [`${urn}#targetTags`]],
    ["unknown_v4_v6_ranges", [`${urn}#sourceRanges`]],
    ["unknown_v4_port", [`${urn}#allows[0].ports[0]`]],
    ["unknown_v4_allows", [`${urn}#allows`]],
    ["unknown_v4_protocol", [`${urn}#allows[0].protocol`]],
    ["unknown_v4_direction", [`${urn}#direction`]],
    ["unknown_v4_network_of_the_rule", [`${urn}#network`]],
    ["unknown_v4_access_configs", [`${mail}#networkInterfaces[0].accessConfigs`]],
    ["unknown_v4_network_outside", [`${mail}#networkInterfaces[0].network`]],
    ["pass_source_tag", [`${urn}#sourceTags`]],
    ["fail_v4_19_target_tag_that_it_carries", []],
  ])("%s", async (name, missing) => {
    const facts = await inState(programs[name] as Written[]);
    expect(missingAt(facts, "reachable", "mail:587")).toEqual(missing);
  });

  it("the rule that lets in, and every layer that keeps out", async () => {
    const facts = await inState([
      ...site({ networkInterfaces: [{ network: "net" }] }),
      rule("r", { ...open, sourceRanges: ["10.1.0.0/16"] }),
    ]);
    const at = factsNamed(facts, "reachable").filter((fact) => fact.subject === "mail:587");
    expect(at.map((fact) => [fact.value, fact.evidence.map((each) => [each.at, each.layer])])).toEqual([
      [
        true,
        [
          [`${mail}#networkInterfaces[0]`, { name: "public address", decision: "allow" }],
          [`${urn}#allows[0]`, { name: "VPC firewall", decision: "allow" }],
          [urnOf({ type: "gcpNetwork", name: "net" }), { name: "route", decision: "allow" }],
        ],
      ],
      [
        false,
        [
          [`${mail}#networkInterfaces[0].accessConfigs`, { name: "public address", decision: "deny" }],
          [`${mail}#networkInterfaces[0].ipv6AccessConfigs`, { name: "public address", decision: "deny" }],
          ["Google Cloud VPC", { name: "VPC firewall", decision: "deny" }],
        ],
      ],
    ]);
  });
});

describe("sources by tag and service account", () => {
  const web = (networkIp?: string, more: Record<string, unknown> = {}): Written => ({
    type: "gcpInstance",
    name: "web",
    inputs: { networkInterfaces: [{ network: "net", ...(networkIp ? { networkIp } : {}) }], tags: ["web"], ...more },
  });
  const byTag = rule("r", { allows: [tcp587], sourceTags: ["web"] });
  const elsewhere = { ...byTag, inputs: { ...byTag.inputs, network: unknownText } };
  const at = async (peer: string, ...program: Written[]) =>
    answer(await inState([...site(), ...program]), "reachable", "mail:587", peer);

  it.each<[string, boolean | "unknown", string, Written[]]>([
    ["its known address", true, "10.0.0.9", [web("10.0.0.9"), byTag]],
    ["another address", false, "10.0.0.8", [web("10.0.0.9"), byTag]],
    ["an inside address while its own is unknown", "unknown", "10.0.0.8", [web(), byTag]],
    ["an inside address while nobody here carries the tag", "unknown", "10.0.0.8", [byTag]],
    ["the internet while its address is unknown", false, "8.8.8.8", [web(), byTag]],
    [
      "its address when it was reported at the last deployment",
      true,
      "10.0.0.9",
      [{ ...web(), outputs: { networkInterfaces: [{ network: "net", networkIp: "10.0.0.9" }] } }, byTag],
    ],
    ["another address, for a rule in an unknown network", false, "10.0.0.8", [web("10.0.0.9"), elsewhere]],
    ["its address, for a rule in an unknown network", "unknown", "10.0.0.9", [web("10.0.0.9"), elsewhere]],
    [
      "an instance in another network",
      "unknown",
      "10.0.0.9",
      [
        { ...web("10.0.0.9"), inputs: { networkInterfaces: [{ network: "x", networkIp: "10.0.0.9" }], tags: ["web"] } },
        byTag,
      ],
    ],
    [
      "instances of a template with the tag",
      "unknown",
      "10.0.0.8",
      [web("10.0.0.9"), { type: "gcpTemplate", name: "t", inputs: { tags: ["web"], networkInterfaces: [{}] } }, byTag],
    ],
    [
      "a service account's instance",
      true,
      "10.0.0.9",
      [
        web("10.0.0.9", { serviceAccount: { email: "web@p.example" } }),
        rule("r", { allows: [tcp587], sourceServiceAccounts: ["web@p.example"] }),
      ],
    ],
  ])("%s", async (_, expected, peer, program) => {
    expect(await at(peer, ...program)).toBe(expected);
  });
});

describe("egress", () => {
  const out = { direction: "EGRESS", destinationRanges: [world] };
  const relays = [{ host: "smtp.example.net", port: 587, clients: ["mail"] }];
  const declared = { relays };

  it.each<[string, Written[], boolean | "unknown", boolean | "unknown"]>([
    ["everything without a rule", site(), true, true],
    ["nothing by IPv4 after a deny", [...site(), rule("r", { ...out, denies: [{ protocol: "all" }] })], false, true],
    [
      "587 before a deny",
      [
        ...site(),
        rule("r", { ...out, denies: [{ protocol: "all" }] }),
        rule("s", { ...out, allows: [tcp587], priority: 10 }),
      ],
      true,
      true,
    ],
    [
      "no destination is every IPv4 address",
      [...site(), rule("r", { direction: "EGRESS", denies: [tcp587] })],
      false,
      true,
    ],
    ["ingress rules do not matter", [...site(), rule("r", shut)], true, true],
    ["an unknown deny", [...site(), rule("r", { ...out, denies: unknownList })], "unknown", true],
  ])("%s", async (_, program, v4, v6) => {
    for (const form of Object.values(forms)) {
      const facts = factsOf(await form(program), { ...nothingDeclared, ...declared });
      expect(answer(facts, "egressAllowed", "mail -> smtp.example.net:587", "8.8.8.8")).toBe(v4);
      expect(answer(facts, "egressAllowed", "mail -> smtp.example.net:587", "2001:4860:4860::8888")).toBe(v6);
    }
  });

  it("port 25 to outside is Google's own block, to inside it is not", async () => {
    const facts = await inState(site());
    expect(answer(facts, "egressAllowed", "mail -> *:25", "8.8.8.8")).toBe(false);
    expect(answer(facts, "egressAllowed", "mail -> *:25", "203.0.113.9")).toBe(false);
    expect(answer(facts, "egressAllowed", "mail -> *:25", "10.0.0.1")).toBe(true);
    const [closed] = factsNamed(facts, "egressAllowed").filter(
      ({ subject, value }) => subject === "mail -> *:25" && !value,
    );
    expect(closed?.evidence.map(({ layer }) => layer)).toEqual([{ name: "provider", decision: "deny" }]);
  });
});

describe("interfaces and rules of their own", () => {
  it("each interface of an instance is judged by its own network", async () => {
    const facts = await inState([
      ...site({
        networkInterfaces: [
          { network: "net", accessConfigs: [{}] },
          { network: "inner", accessConfigs: [{}] },
        ],
      }),
      { type: "gcpNetwork", name: "inner", inputs: { name: "inner" } },
      rule("r", { ...open, network: "inner" }),
    ]);
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
    expect(answer(facts, "reachable", "mail nic1:587", "8.8.8.8")).toBe(true);
  });

  it.each([
    ["fail_15_no_ports", { allows: [{ protocol: "tcp" }], sourceRanges: [world] }, true],
    ["fail_16_all", { allows: [{ protocol: "all" }], sourceRanges: [world] }, true],
    ["pass_18_disabled", { ...open, disabled: true }, false],
    ["fail_19_target_tags", { ...open, targetTags: ["mx"] }, true],
    ["pass_20_udp", { ...open, allows: [{ protocol: "udp", ports: ["500-600"] }] }, false],
  ])("a rule for no instance seen acts as on an instance that it is for: %s", async (_, inputs, expected) => {
    for (const form of Object.values(forms)) {
      const facts = factsOf(await form([rule("r", { ...inputs, network: "default" })]));
      expect(answer(facts, "reachable", "r:587", "8.8.8.8")).toBe(expected);
    }
  });
});

describe("what no provider accepts is an error that names URN and path", () => {
  const urn = urnOf({ type: "gcpFirewall", name: "r" });
  it.each<[string, Record<string, unknown>]>([
    ["sourceRanges[0]", { ...open, sourceRanges: ["10.0.0.0/33"] }],
    ["sourceRanges[0]", { ...open, sourceRanges: ["example.org"] }],
    ["allows[0].ports[0]", { ...open, allows: [{ protocol: "tcp", ports: ["600-500"] }] }],
    ["allows[0].ports[1]", { ...open, allows: [{ protocol: "tcp", ports: ["25", "65536"] }] }],
    ["allows[0].ports[0]", { ...open, allows: [{ protocol: "tcp", ports: ["smtp"] }] }],
    ["allows[0]", { ...open, allows: [{ ports: ["587"] }] }],
    ["direction", { ...open, direction: "SIDEWAYS" }],
    ["priority", { ...open, priority: "high" }],
    ["disabled", { ...open, disabled: "yes" }],
    ["targetTags", { ...open, targetTags: "mx" }],
  ])("%s", async (path, inputs) => {
    const error = await fromState([...site(), rule("r", inputs)]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).where).toBe(`${urn}#${path}`);
  });
});
