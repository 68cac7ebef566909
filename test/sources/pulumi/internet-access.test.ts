import { factsNamed } from "../../../model/fact.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  missingAt,
  unknownBoolean,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

const world = { protocol: "tcp", fromPort: 587, toPort: 587, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
const open: Written = { type: "group", name: "open", inputs: { ingress: [world] } };
const vpc: Written = { type: "vpc", name: "v", inputs: { cidrBlock: "10.0.0.0/16" } };
const gateway: Written = { type: "internetGateway", name: "igw", inputs: {} };

const subnet = (inputs: Record<string, unknown> = {}): Written => ({
  ...{ type: "subnet", name: "s", flows: { vpcId: ["v"] } },
  inputs: { vpcId: unknownText, cidrBlock: "10.0.1.0/24", ...inputs },
});

const mail = (inputs: Record<string, unknown> = {}, more: Partial<Written> = {}): Written => ({
  ...{ type: "instance", name: "mail" },
  inputs: { vpcSecurityGroupIds: [unknownText], subnetId: unknownText, ...inputs },
  flows: { vpcSecurityGroupIds: ["open"], subnetId: ["s"] },
  ...more,
});

const place = (instance: Record<string, unknown> = {}, inSubnet: Record<string, unknown> = {}) => [
  ...[open, vpc, gateway, subnet(inSubnet)],
  mail(instance),
];
const published = place({ associatePublicIpAddress: true, ipv6AddressCount: 1 });

function table(routes: readonly object[] | undefined, flows: readonly string[] = ["igw"]): Written[] {
  return [
    {
      ...{ type: "table", name: "rt", flows: { vpcId: ["v"], routes: flows } },
      inputs: { vpcId: unknownText, ...(routes ? { routes } : {}) },
    },
    {
      ...{ type: "tableAssociation", name: "rta", inputs: { routeTableId: unknownText, subnetId: unknownText } },
      flows: { routeTableId: ["rt"], subnetId: ["s"] },
    },
  ];
}

const route = (inputs: Record<string, unknown>, flows: Written["flows"]): Written => ({
  ...{ type: "route", name: "r", inputs: { routeTableId: unknownText, ...inputs } },
  flows: { routeTableId: ["rt"], ...flows },
});
const through = (name: string, more: object = {}) => ({ cidrBlock: "0.0.0.0/0", [name]: unknownText, ...more });
const eip = (type: "eip" | "eipAssociation", input: string, flowing: readonly string[]): Written => ({
  ...{ type, name: "address", inputs: { [input]: unknownText }, flows: { [input]: flowing } },
});

type Table = Readonly<Record<string, Written[]>>;

/** Can an IPv4 client of the internet connect to tcp/587 of `mail`, whose group is open? */
const ipv4: Table = {
  pass_row_28_private_subnet: [...place(), ...table([through("natGatewayId")], ["nat"])],
  pass_no_public_address: place(),
  pass_public_address_refused: place({ associatePublicIpAddress: false }, { mapPublicIpOnLaunch: true }),
  fail_public_address_asked_for: place({ associatePublicIpAddress: true }),
  fail_public_address_from_the_subnet: place({}, { mapPublicIpOnLaunch: true }),
  pass_public_address_refused_outside_the_program: [
    open,
    mail({ associatePublicIpAddress: false, subnetId: "subnet-9" }),
  ],
  fail_nothing_said_of_the_subnet: [open, mail({ subnetId: "subnet-9" })],
  pass_no_address_was_reported: [open, mail({ subnetId: "subnet-9" }, { outputs: { publicIp: "" } })],
  fail_an_address_was_reported: [open, mail({ subnetId: "subnet-9" }, { outputs: { publicIp: "198.51.100.9" } })],
  fail_the_program_asks_for_what_was_not_reported: [
    open,
    mail({ subnetId: "subnet-9", associatePublicIpAddress: true }, { outputs: { publicIp: "" } }),
  ],
  fail_not_reported_yet: [open, mail({ subnetId: "subnet-9" }, { outputs: { publicIp: unknownText } })],
  fail_no_subnet: [open, mail({ subnetId: undefined })],
  unknown_whether_it_gets_an_address: place({ associatePublicIpAddress: unknownBoolean }),
  unknown_whether_the_subnet_gives_addresses: place({}, { mapPublicIpOnLaunch: unknownBoolean }),
  fail_elastic_address: [...place(), eip("eip", "instance", ["mail"])],
  fail_elastic_address_by_association: [...place(), eip("eipAssociation", "instanceId", ["mail"])],
  fail_elastic_address_of_its_primary_interface: [...place(), eip("eipAssociation", "networkInterfaceId", ["mail"])],
  unknown_elastic_address_of_something: [...place(), eip("eipAssociation", "instanceId", [])],
  pass_elastic_address_of_another: [...place(), { ...mail(), name: "other" }, eip("eip", "instance", ["other"])],
  pass_elastic_address_bound_to_nothing: [...place(), { type: "eip", name: "spare", inputs: {} }],
  fail_elastic_address_of_its_interface: [
    ...[open, vpc, subnet()],
    {
      ...{ type: "nic", name: "eni", inputs: { subnetId: unknownText, securityGroups: [unknownText] } },
      flows: { subnetId: ["s"], securityGroups: ["open"] },
    } as Written,
    {
      ...{ type: "instance", name: "mail", flows: { networkInterfaces: ["eni"] } },
      inputs: { networkInterfaces: [{ networkInterfaceId: unknownText, deviceIndex: 0 }] },
    } as Written,
    eip("eip", "networkInterface", ["eni"]),
  ],
  pass_interface_made_before_gets_no_address_at_launch: [
    ...[open, vpc, subnet({ mapPublicIpOnLaunch: true })],
    {
      ...{ type: "nic", name: "eni", inputs: { subnetId: unknownText, securityGroups: [unknownText] } },
      flows: { subnetId: ["s"], securityGroups: ["open"] },
    } as Written,
    {
      ...{ type: "instance", name: "mail", flows: { networkInterfaces: ["eni"] } },
      inputs: { networkInterfaces: [{ networkInterfaceId: unknownText, deviceIndex: 0 }] },
    } as Written,
  ],
  fail_load_balancer_in_front: [
    ...place(),
    ...table([]),
    { type: "target", name: "t", inputs: { targetId: unknownText }, flows: { targetId: ["mail"] } },
  ],
  pass_load_balancer_in_front_of_another: [
    ...place(),
    { ...mail(), name: "other" },
    { type: "target", name: "t", inputs: { targetId: unknownText }, flows: { targetId: ["other"] } },
  ],
  fail_load_balancer_in_front_of_an_address: [
    ...place(),
    { type: "target", name: "t", inputs: { targetId: "10.0.1.9" } },
  ],
  fail_route_to_the_internet: [...published, ...table([through("gatewayId")])],
  pass_no_route: [...published, ...table([])],
  pass_route_of_the_other_family: [
    ...published,
    ...table([{ ipv6CidrBlock: "::/0", cidrBlock: "", gatewayId: unknownText }]),
  ],
  pass_route_to_a_nat_gateway: [...published, ...table([through("natGatewayId")])],
  fail_route_by_id: [...published, ...table([through("gatewayId", { gatewayId: "igw-1" })])],
  fail_route_in_halves: [
    ...published,
    ...table([through("gatewayId", { cidrBlock: "0.0.0.0/1" }), through("gatewayId", { cidrBlock: "128.0.0.0/1" })]),
  ],
  pass_longest_prefix_wins: [
    ...published,
    ...table([through("gatewayId"), { cidrBlock: "8.0.0.0/8", natGatewayId: unknownText }]),
  ],
  fail_longest_prefix_wins: [
    ...published,
    ...table([{ cidrBlock: "8.8.0.0/16", gatewayId: unknownText }, through("natGatewayId")]),
  ],
  unknown_gateway: [...published, ...table([through("gatewayId")], [])],
  unknown_destination: [...published, ...table([through("gatewayId", { cidrBlock: unknownText })])],
  unknown_appliance: [...published, ...table([through("vpcEndpointId")])],
  unknown_carrier_gateway: [...published, ...table([through("carrierGatewayId")])],
  fail_separate_route: [
    ...published,
    ...table(undefined),
    route({ destinationCidrBlock: "0.0.0.0/0", gatewayId: unknownText }, { gatewayId: ["igw"] }),
  ],
  unknown_separate_route_beside_inline_ones: [
    ...published,
    ...table([{ cidrBlock: "192.0.2.0/24", natGatewayId: unknownText }]),
    route({ destinationCidrBlock: "0.0.0.0/0", gatewayId: unknownText }, { gatewayId: ["igw"] }),
  ],
  fail_table_outside_the_program: [
    ...published,
    {
      ...{ type: "tableAssociation", name: "rta", inputs: { routeTableId: "rtb-9", subnetId: unknownText } },
      flows: { subnetId: ["s"] },
    } as Written,
  ],
  unknown_table: [
    ...published,
    {
      ...{ type: "tableAssociation", name: "rta", inputs: { routeTableId: unknownText, subnetId: unknownText } },
      flows: { subnetId: ["s"] },
    } as Written,
  ],
  fail_main_table_that_nothing_shows: published,
  pass_default_table_without_routes: [
    ...published,
    {
      ...{ type: "defaultTable", name: "d", inputs: { defaultRouteTableId: unknownText, routes: [] } },
      flows: { defaultRouteTableId: ["v"] },
    } as Written,
  ],
  pass_main_table: [
    ...published,
    { type: "table", name: "rt", inputs: { vpcId: unknownText, routes: [] }, flows: { vpcId: ["v"] } },
    {
      ...{ type: "mainTable", name: "m", inputs: { vpcId: unknownText, routeTableId: unknownText } },
      flows: { vpcId: ["v"], routeTableId: ["rt"] },
    } as Written,
  ],
};

/** The same of an IPv6 client. */
const ipv6: Table = {
  pass_no_address: place({ associatePublicIpAddress: true }),
  fail_address_counted: place({ ipv6AddressCount: 1 }),
  fail_address_given: place({ ipv6Addresses: ["2001:db8::25"] }),
  fail_address_from_the_subnet: place({}, { assignIpv6AddressOnCreation: true }),
  unknown_address_from_the_subnet: place({}, { assignIpv6AddressOnCreation: unknownBoolean }),
  fail_nothing_said_of_the_subnet: [open, mail({ subnetId: "subnet-9" })],
  pass_no_address_was_reported: [open, mail({ subnetId: "subnet-9" }, { outputs: { ipv6Addresses: [] } })],
  fail_an_address_was_reported: [
    open,
    mail({ subnetId: "subnet-9" }, { outputs: { ipv6Addresses: ["2001:db8::25"] } }),
  ],
  pass_egress_only_gateway: [
    ...published,
    ...table([{ ipv6CidrBlock: "::/0", egressOnlyGatewayId: unknownText }, through("gatewayId")]),
  ],
  fail_route_to_the_internet: [...published, ...table([{ ipv6CidrBlock: "::/0", gatewayId: unknownText }])],
};

const truths = { pass: false, fail: true, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

describe.each(Object.entries(forms))("tcp/587 from the internet, from %s", (_, form) => {
  it.each(Object.entries(ipv4))("IPv4: %s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "8.8.8.8")).toBe(truthOf(name));
  });

  it.each(Object.entries(ipv6))("IPv6: %s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "2001:4860::8")).toBe(truthOf(name));
  });

  it.each([...Object.entries(ipv4), ...Object.entries(ipv6)])("from inside it is open: %s", async (_name, program) => {
    const facts = factsOf(await form(program));
    expect(answer(facts, "reachable", "mail:587", "10.0.1.77")).toBe(true);
    expect(answer(facts, "reachable", "mail:587", "fd00::7")).toBe(true);
  });
});

describe("what is said of address and route", () => {
  const denials = async (program: Written[]) =>
    factsNamed(factsOf(await fromState(program)), "reachable")
      .filter(({ subject, value }) => subject === "mail:587" && value === false)
      .flatMap(({ evidence }) => evidence.map(({ at, layer }) => [layer?.name, at]));

  it("a denial names the layer and the input that decides", async () => {
    const at = urnOf({ type: "table", name: "rt" });
    expect(await denials([...published, ...table([])])).toEqual([["route", `${at}#routes`]]);
    expect(await denials(place({ associatePublicIpAddress: false, ipv6AddressCount: 1 }))).toEqual([
      ["public address", `${urnOf({ type: "instance", name: "mail" })}#associatePublicIpAddress`],
    ]);
  });

  it("the missing input is the one that decides", async () => {
    const program = place({ ipv6AddressCount: 1 }, { mapPublicIpOnLaunch: unknownBoolean });
    expect(missingAt(factsOf(await fromState(program)), "reachable", "mail:587")).toEqual([
      `${urnOf({ type: "subnet", name: "s" })}#mapPublicIpOnLaunch`,
    ]);
  });

  it("clients in a further block of the network need neither", async () => {
    const more: Written = {
      ...{ type: "vpcBlock", name: "more", flows: { vpcId: ["v"] } },
      inputs: { vpcId: unknownText, cidrBlock: "203.0.112.0/20" },
    };
    const facts = factsOf(await fromState([open, vpc, more, subnet(), mail(), ...table([])]));
    expect(answer(facts, "reachable", "mail:587", "203.0.113.9")).toBe(true);
    expect(answer(facts, "reachable", "mail:587", "203.0.128.1")).toBe(false);
  });

  it("clients in the network's own blocks need neither, whatever those blocks are", async () => {
    const wide = [open, { ...vpc, inputs: { cidrBlock: "203.0.112.0/20" } }, subnet(), mail(), ...table([])];
    const facts = factsOf(await fromState(wide));
    expect(answer(facts, "reachable", "mail:587", "203.0.113.9")).toBe(true);
    expect(answer(facts, "reachable", "mail:587", "203.0.128.1")).toBe(false);
  });
});
