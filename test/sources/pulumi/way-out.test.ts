import { nothingDeclared } from "../../../model/declaration.js";
import { factsNamed } from "../../../model/fact.js";
import { judge, rules } from "../../../policies/index.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  lostPorts,
  missingAt,
  relayed,
  toRelay,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const everything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
const open: Written = {
  type: "group",
  name: "open",
  id: "sg-open",
  inputs: { ingress: [everything], egress: [everything] },
};
const subnet = (name: string, cidrBlock: string, more: object = {}): Written => ({
  ...{ type: "subnet", name, id: `subnet-${name}`, inputs: { vpcId: "vpc-1", cidrBlock, ...more } },
});
const table = (name: string, ...routes: object[]): Written[] => [
  { type: "table", name: `rt-${name}`, id: `rtb-${name}`, inputs: { vpcId: "vpc-1", routes } },
  {
    type: "tableAssociation",
    name: `rta-${name}`,
    inputs: { routeTableId: `rtb-${name}`, subnetId: `subnet-${name}` },
  },
];
const base: Written[] = [
  open,
  { type: "vpc", name: "v", id: "vpc-1", inputs: { cidrBlock: "10.0.0.0/16" } },
  { type: "internetGateway", name: "igw", id: "igw-1", inputs: {} },
  ...[subnet("front", "10.0.1.0/24"), subnet("back", "10.0.2.0/24")],
];
const toGateway = { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" };
const toNat = { cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" };
const mail = (more: object = {}): Written => ({
  ...{ type: "instance", name: "mail" },
  inputs: { vpcSecurityGroupIds: ["sg-open"], subnetId: "subnet-back", privateIp: "10.0.2.25", ...more },
});
const nat = (more: object = {}): Written => ({
  ...{ type: "nat", name: "nat", id: "nat-1", inputs: { subnetId: "subnet-front", ...more } },
});
const privately = [...base, mail(), nat(), ...table("back", toNat), ...table("front", toGateway)];
const without = (program: readonly Written[], ...names: string[]) =>
  program.filter(({ name }) => !names.includes(name));
const acl = (inward: object, outward: object): Written => ({
  ...{ type: "acl", name: "acl" },
  inputs: { vpcId: "vpc-1", subnetIds: ["subnet-front"], ingress: [inward], egress: [outward] },
});
const entry = (fromPort: number, toPort: number, cidrBlock = "0.0.0.0/0") => ({
  ...{ ruleNo: 100, action: "allow", protocol: "tcp", fromPort, toPort, cidrBlock },
});
const block = (mode: string): Written => ({
  type: "blockPublic",
  name: "bpa",
  inputs: { internetGatewayBlockMode: mode },
});
const exclude = (mode: string, subnetId: string): Written => ({
  ...{ type: "blockExclusion", name: `exclude-${subnetId}` },
  inputs: { internetGatewayExclusionMode: mode, subnetId },
});
const six = (...routes: object[]) => [
  ...without(base, "back"),
  ...[subnet("back", "10.0.2.0/24", { ipv6CidrBlock: "2001:db8::/64", assignIpv6AddressOnCreation: true }), mail()],
  ...table("back", ...routes),
];

const list = (cidr: string): Written => ({
  ...{ type: "prefixList", name: "pl", id: "pl-1" },
  inputs: { addressFamily: "IPv4", maxEntries: 5, entries: [{ cidr }] },
});

type Table = Readonly<Record<string, Written[]>>;

/** Can `mail`, whose group lets everything out, connect to tcp/25 of an IPv4 address of the internet? */
const outIpv4: Table = {
  pass_public_nat_gateway: privately,
  pass_public_address_and_internet_gateway: [
    ...base,
    mail({ associatePublicIpAddress: true }),
    ...table("back", toGateway),
  ],
  fail_internet_gateway_without_a_public_address: [...base, mail(), ...table("back", toGateway)],
  fail_no_route: [...base, mail({ associatePublicIpAddress: true }), ...table("back")],
  fail_route_to_a_gateway_that_is_gone: [
    ...base,
    mail({ associatePublicIpAddress: true }),
    ...table("back", { ...toGateway, state: "blackhole" }),
  ],
  fail_route_to_a_nat_gateway_that_is_gone: [
    ...without(privately, "nat", "rt-back", "rta-back"),
    ...table("back", { ...toNat, state: "blackhole" }),
  ],
  pass_prefix_list_to_nat: [
    ...without(privately, "rt-back", "rta-back"),
    list("8.8.0.0/16"),
    ...table("back", { destinationPrefixListId: "pl-1", natGatewayId: "nat-1" }),
  ],
  fail_prefix_list_of_others_to_nat: [
    ...without(privately, "rt-back", "rta-back"),
    list("192.0.2.0/24"),
    ...table("back", { destinationPrefixListId: "pl-1", natGatewayId: "nat-1" }),
  ],
  pass_static_route_beside_a_prefix_list_of_the_same_length: [
    ...without(privately, "rt-back", "rta-back"),
    list("8.8.0.0/16"),
    ...table(
      "back",
      ...[
        { ...toNat, cidrBlock: "8.8.0.0/16" },
        { destinationPrefixListId: "pl-1", egressOnlyGatewayId: "eigw-1" },
      ],
    ),
  ],
  pass_prefix_list_beside_a_propagated_route_of_the_same_length: [
    ...without(privately, "rt-back", "rta-back"),
    list("8.8.0.0/16"),
    ...table(
      "back",
      { destinationPrefixListId: "pl-1", natGatewayId: "nat-1" },
      { cidrBlock: "8.8.0.0/16", egressOnlyGatewayId: "eigw-1", origin: "EnableVgwRoutePropagation" },
    ),
  ],
  unknown_prefix_list_of_another_program: [
    ...without(privately, "rt-back", "rta-back"),
    ...table("back", toNat, { destinationPrefixListId: "pl-9", egressOnlyGatewayId: "eigw-1" }),
  ],
  unknown_entry_of_a_prefix_list: [
    ...without(privately, "rt-back", "rta-back"),
    list(unknownText),
    ...table("back", toNat, { destinationPrefixListId: "pl-1", egressOnlyGatewayId: "eigw-1" }),
  ],
  pass_nothing_said_of_the_route: [...base, mail()],
  fail_private_nat_gateway: [...without(privately, "nat"), nat({ connectivityType: "private" })],
  unknown_private_nat_gateway_to_another_network: [
    ...without(privately, "nat", "rt-front", "rta-front"),
    ...[nat({ connectivityType: "private" }), ...table("front", { cidrBlock: "0.0.0.0/0", transitGatewayId: "tgw-1" })],
  ],
  fail_nat_gateway_in_a_private_subnet: [...without(privately, "rt-front", "rta-front"), ...table("front")],
  unknown_nat_gateway_of_another_program: [...base, mail(), ...table("back", toNat)],
  unknown_connectivity: [...without(privately, "nat"), nat({ connectivityType: unknownText })],
  unknown_through_another_network: [
    ...base,
    mail(),
    ...table("back", { cidrBlock: "0.0.0.0/0", transitGatewayId: "tgw-1" }),
  ],
  fail_egress_only_gateway_is_for_version_6: [
    ...base,
    mail(),
    ...table("back", { ipv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" }),
  ],
  pass_longest_prefix_to_nat: [
    ...without(privately, "rt-back", "rta-back"),
    ...table("back", { ...toNat, cidrBlock: "8.8.0.0/16" }),
  ],
  fail_longest_prefix_elsewhere: [
    ...without(privately, "rt-back", "rta-back"),
    ...table("back", toNat, { cidrBlock: "8.8.0.0/16", egressOnlyGatewayId: "eigw-1" }),
  ],
  fail_acl_of_the_nat_gateway_lets_nothing_in: [...privately, acl(entry(1024, 65535), entry(0, 65535))],
  fail_acl_of_the_nat_gateway_lets_in_other_machines: [
    ...privately,
    acl(entry(0, 65535, "10.0.3.0/24"), entry(0, 65535)),
  ],
  fail_acl_of_the_nat_gateway_lets_nothing_out: [...privately, acl(entry(0, 65535), entry(1024, 65535))],
  fail_acl_of_the_nat_gateway_keeps_answers_out: [...privately, acl(entry(0, 65535, "10.0.0.0/16"), entry(0, 65535))],
  pass_acl_of_the_nat_gateway: [...privately, acl(entry(0, 65535), entry(0, 65535))],
  fail_block_bidirectional: [...privately, block("block-bidirectional")],
  pass_block_ingress_leaves_nat_alone: [...privately, block("block-ingress")],
  fail_block_ingress_stops_what_goes_straight: [
    ...[...base, mail({ associatePublicIpAddress: true }), ...table("back", toGateway)],
    block("block-ingress"),
  ],
  pass_block_off: [...privately, block("off")],
  unknown_block: [...privately, block(unknownText)],
  pass_excluded_for_egress: [...privately, block("block-bidirectional"), exclude("allow-egress", "subnet-back")],
  fail_another_subnet_excluded: [...privately, block("block-bidirectional"), exclude("allow-egress", "subnet-front")],
  unknown_exclusion: [...privately, block("block-bidirectional"), exclude("allow-egress", unknownText)],
};

const outIpv6: Table = {
  pass_egress_only_gateway: six({ ipv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" }),
  pass_internet_gateway: six({ ipv6CidrBlock: "::/0", gatewayId: "igw-1" }),
  fail_no_route: six(),
  fail_no_address: [...base, mail(), ...table("back", { ipv6CidrBlock: "::/0", gatewayId: "igw-1" })],
};

const published = [...base, mail({ associatePublicIpAddress: true }), ...table("back", toGateway)];
const inIpv4: Table = {
  fail_nothing_blocked: published,
  pass_block_bidirectional: [...published, block("block-bidirectional")],
  pass_block_ingress: [...published, block("block-ingress")],
  fail_excluded: [...published, block("block-ingress"), exclude("allow-bidirectional", "subnet-back")],
  pass_excluded_for_egress_alone: [...published, block("block-bidirectional"), exclude("allow-egress", "subnet-back")],
};

const truths = { pass: true, fail: false, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

describe.each(Object.entries(forms))("the way out, from %s", (_, form) => {
  it.each(Object.entries(outIpv4))("IPv4: %s", async (name, program) => {
    expect(answer(factsOf(await form(program), relayed), "egressAllowed", toRelay, "8.8.8.8")).toBe(truthOf(name));
  });

  it.each(Object.entries(outIpv6))("IPv6: %s", async (name, program) => {
    expect(answer(factsOf(await form(program), relayed), "egressAllowed", toRelay, "2001:4860::8")).toBe(truthOf(name));
  });
});

describe("the way in under Block Public Access", () => {
  it.each(Object.entries(inIpv4))("%s", async (name, program) => {
    const is = answer(factsOf(await fromState(program)), "reachable", "mail:587", "8.8.8.8");
    expect(is).toBe(name.startsWith("fail"));
  });
});

it("answers that a NAT gateway's ACL keeps out are lost by port", async () => {
  const facts = factsOf(await fromState([...privately, acl(entry(0, 49151), entry(0, 65535))]), relayed);
  expect(lostPorts(facts, toRelay, "8.8.8.8")).toBe("49152-65535");
});

it("private networks need neither gateway nor address", async () => {
  const facts = factsOf(await fromState([...base, mail(), ...table("back")]));
  expect(answer(facts, "egressAllowed", "mail -> *:25", "10.0.1.9")).toBe(true);
});

describe("what AWS itself does to port 25", () => {
  const lifting = "whether AWS removed the restriction of port 25 for this account and Region";
  it("is not known where the rules let it out, and is said with its condition", async () => {
    const facts = factsOf(await fromState(privately), relayed);
    expect(answer(facts, "egressAllowed", "mail -> *:25", "8.8.8.8")).toBe("unknown");
    expect(missingAt(facts, "egressAllowed", "mail -> *:25")).toEqual([lifting]);
    expect(answer(facts, "egressAllowed", toRelay, "8.8.8.8")).toBe(true);
  });

  it("changes nothing where the rules close it, or inside", async () => {
    const facts = factsOf(await fromState([...base, mail(), ...table("back")]));
    expect(answer(facts, "egressAllowed", "mail -> *:25", "8.8.8.8")).toBe(false);
    expect(answer(facts, "egressAllowed", "mail -> *:25", "10.0.1.9")).toBe(true);
  });

  it("is no guard of one's own", async () => {
    const facts = factsOf(await fromState(privately));
    const found = judge(
      rules.filter(({ id }) => id === "direct-smtp-egress"),
      facts,
      nothingDeclared,
      new Date(0),
    );
    const said = found.flatMap(({ outcomes }) => outcomes.map(({ status, message }) => `${status} ${message}`));
    expect(said).toEqual([
      "fail mail -> *:25: an application host may connect to port 25 as soon as the provider lifts its own block",
    ]);
  });
});

describe("groups that nobody names", () => {
  const bare: Written[] = [
    ...without(base, "open"),
    { ...mail(), inputs: { subnetId: "subnet-back", associatePublicIpAddress: true } },
  ];
  it("the default group of a network of the program lets in its members and lets out everything", async () => {
    const facts = factsOf(await fromState(bare), relayed);
    expect(answer(facts, "reachable", "mail:587", "8.8.8.8")).toBe(false);
    expect(answer(facts, "egressAllowed", toRelay, "8.8.8.8")).toBe(true);
  });

  it("a rule that is added to it opens it", async () => {
    const rule: Written = {
      ...{ type: "ingressRule", name: "r", flows: { securityGroupId: ["v"] } },
      inputs: { securityGroupId: unknownText, ipProtocol: "tcp", fromPort: 587, toPort: 587, cidrIpv4: "0.0.0.0/0" },
    };
    expect(answer(factsOf(await fromState([...bare, rule])), "reachable", "mail:587", "8.8.8.8")).toBe(true);
  });
});

describe("references to groups", () => {
  const from = (name: string) => ({ protocol: "tcp", fromPort: 587, toPort: 587, securityGroups: [`sg-${name}`] });
  const program: Written[] = [
    { type: "group", name: "web", id: "sg-web", inputs: { ingress: [], egress: [] } },
    { type: "group", name: "guard", id: "sg-guard", inputs: { ingress: [from("web")] } },
    { type: "instance", name: "app", inputs: { vpcSecurityGroupIds: ["sg-web"], privateIp: "10.0.9.9" } },
    { type: "instance", name: "mail", inputs: { vpcSecurityGroupIds: ["sg-guard"] } },
  ];
  it.each([
    ["10.0.9.9", true],
    ["10.0.9.8", "unknown"],
    ["8.8.8.8", false],
  ])("%s is let in by the member's address: %s", async (peer, expected) => {
    expect(answer(factsOf(await fromState(program)), "reachable", "mail:587", peer)).toBe(expected);
  });
});

describe("rules that two owners write", () => {
  const world = { ipProtocol: "tcp", fromPort: 587, toPort: 587, cidrIpv4: "0.0.0.0/0", securityGroupId: "sg-1" };
  const rule = (name: string): Written => ({ type: "ingressRule", name, id: `sgr-${name}`, inputs: world });
  const group = (inputs: object): Written => ({ type: "group", name: "g", id: "sg-1", inputs: { ...inputs } });
  const exclusive = (...ingressRuleIds: string[]): Written => ({
    ...{ type: "exclusive", name: "x", inputs: { securityGroupId: "sg-1", ingressRuleIds, egressRuleIds: [] } },
  });
  const inline = { ingress: [{ protocol: "tcp", fromPort: 25, toPort: 25, cidrBlocks: ["10.0.0.0/8"] }] };

  it.each<[string, Written[], boolean | "unknown", boolean]>([
    ["inline and separate", [group(inline), rule("a")], "unknown", true],
    ["separate alone", [group({}), rule("a")], true, false],
    ["listed as exclusive", [group({}), rule("a"), exclusive("sgr-a")], true, false],
    ["not listed as exclusive", [group({}), rule("a"), exclusive("sgr-b")], "unknown", true],
  ])("%s", async (_, program, reachable, conflict) => {
    const facts = factsOf(await fromState(program));
    expect(answer(facts, "reachable", "g:587", "8.8.8.8")).toBe(reachable);
    const stated = factsNamed(facts, "ruleConflict").filter(({ subject }) => subject === "g:587");
    expect(stated.map(({ value }) => value)).toEqual(
      conflict ? [{ rules: [`${urnOf({ type: "ingressRule", name: "a" })}#cidrIpv4`] }] : [],
    );
  });
});

describe("Lightsail", () => {
  const instance: Written = { type: "lightsail", name: "mail", id: "mail", inputs: { name: "mail" } };
  const ports = (...portInfos: object[]): Written => ({
    ...{ type: "lightsailPorts", name: "p", inputs: { instanceName: "mail", portInfos } },
  });
  const info = (more: object = {}) => ({ protocol: "tcp", fromPort: 587, toPort: 587, ...more });
  it.each<[string, Written[], string, boolean | "unknown"]>([
    ["no port named", [instance], "8.8.8.8", false],
    ["a port for everybody", [instance, ports(info())], "2001:4860::8", true],
    ["a port for a network", [instance, ports(info({ cidrs: ["192.0.2.0/24"] }))], "8.8.8.8", false],
    ["a port for a network of the other family", [instance, ports(info({ ipv6Cidrs: ["::/0"] }))], "8.8.8.8", false],
    [
      "an alias of addresses",
      [instance, ports(info({ cidrListAliases: ["lightsail-connect"] }))],
      "8.8.8.8",
      "unknown",
    ],
    ["every protocol", [instance, ports(info({ protocol: "all", fromPort: 0, toPort: 65535 }))], "8.8.8.8", true],
    ["another protocol", [instance, ports(info({ protocol: "udp" }))], "8.8.8.8", false],
  ])("%s", async (_, program, peer, expected) => {
    expect(answer(factsOf(await fromState(program)), "reachable", "mail:587", peer)).toBe(expected);
  });

  it("a range that is reversed is refused with its path", async () => {
    await expect(fromState([instance, ports(info({ fromPort: 600 }))])).rejects.toThrow(
      /portInfos\[0\]\.fromPort.*reversed/,
    );
  });
});
