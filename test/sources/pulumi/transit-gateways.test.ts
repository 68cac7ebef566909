import { AddressSet } from "../../../model/addresses.js";
import type { NetworkInterface } from "../../../model/network.js";
import { explain } from "../../../reach/explain.js";
import {
  answer,
  factsOf,
  forms,
  fromState,
  missingAt,
  relayed,
  toRelay,
  unknownBoolean,
  unknownText,
  urnOf,
  type Written,
} from "./programs.js";

/** Network `app` (10.1) with `mail`, network `hub` (10.2) with a relay, and a third one that leads to the internet. */
const everything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
const open: Written = {
  ...{ type: "group", name: "open", id: "sg-open" },
  inputs: { ingress: [everything], egress: [everything] },
};
const vpc = (name: string, cidrBlock: string, more: object = {}): Written => ({
  ...{ type: "vpc", name, id: `vpc-${name}`, inputs: { cidrBlock, ...more } },
});
const subnet = (name: string, of: string, cidrBlock: string, more: object = {}): Written => ({
  ...{ type: "subnet", name: `s-${name}`, id: `subnet-${name}` },
  inputs: { vpcId: `vpc-${of}`, cidrBlock, availabilityZone: "eu-west-1a", ...more },
});
const table = (name: string, of: string, ...routes: object[]): Written[] => [
  { type: "table", name: `rt-${name}`, id: `rtb-${name}`, inputs: { vpcId: `vpc-${of}`, routes } },
  {
    ...{ type: "tableAssociation", name: `rta-${name}` },
    inputs: { routeTableId: `rtb-${name}`, subnetId: `subnet-${name}` },
  },
];
const to = (cidrBlock: string) => ({ cidrBlock, transitGatewayId: "tgw-1" });
const gateway = (inputs: object = {}): Written => ({
  type: "transit",
  name: "tgw",
  id: "tgw-1",
  inputs: { ...inputs },
});
const attach = (of: string, subnets: string[], more: object = {}): Written => ({
  ...{ type: "transitAttachment", name: `at-${of}`, id: `tgw-attach-${of}` },
  inputs: {
    transitGatewayId: "tgw-1",
    vpcId: `vpc-${of}`,
    subnetIds: subnets.map((each) => `subnet-${each}`),
    ...more,
  },
});
const mail = (more: object = {}): Written => ({
  ...{ type: "instance", name: "mail" },
  inputs: { vpcSecurityGroupIds: ["sg-open"], subnetId: "subnet-app", privateIp: "10.1.1.25", ...more },
});
const base: Written[] = [
  ...[open, mail(), vpc("app", "10.1.0.0/16"), vpc("hub", "10.2.0.0/16")],
  ...[subnet("app", "app", "10.1.1.0/24"), subnet("at-app", "app", "10.1.9.0/28")],
  ...[subnet("hub", "hub", "10.2.1.0/24"), subnet("at-hub", "hub", "10.2.9.0/28")],
  ...table("app", "app", to("10.2.0.0/16")),
  ...table("hub", "hub", to("10.1.0.0/16")),
];
const unpropagated = { transitGatewayDefaultRouteTablePropagation: false };
const attached = [attach("app", ["at-app"]), attach("hub", ["at-hub"])];
const plain = [...base, gateway(), ...attached];
const without = (program: readonly Written[], ...names: string[]) =>
  program.filter(({ name }) => !names.includes(name));
const instead = (program: readonly Written[], ...written: Written[]) => [
  ...without(program, ...written.map(({ name }) => name)),
  ...written,
];

/** With tables of their own. */
const off = { defaultRouteTableAssociation: "disable", defaultRouteTablePropagation: "disable" };
const transitTable = (name: string): Written => ({
  ...{ type: "transitTable", name: `tt-${name}`, id: `tgw-rtb-${name}`, inputs: { transitGatewayId: "tgw-1" } },
});
const binds = (at: string, table587: string) => ({
  transitGatewayAttachmentId: `tgw-attach-${at}`,
  transitGatewayRouteTableId: `tgw-rtb-${table587}`,
});
const associate = (at: string, to587 = at, more: object = {}): Written => ({
  ...{ type: "transitAssociation", name: `assoc-${at}-${to587}`, inputs: { ...binds(at, to587), ...more } },
});
const propagate = (at: string, into: string): Written => ({
  ...{ type: "transitPropagation", name: `prop-${at}-${into}`, inputs: binds(at, into) },
});
const route = (into: string, destinationCidrBlock: string, at?: string): Written => ({
  ...{ type: "transitRoute", name: `route-${into}-${destinationCidrBlock}` },
  inputs: {
    destinationCidrBlock,
    transitGatewayRouteTableId: into.startsWith("tgw") ? into : `tgw-rtb-${into}`,
    ...(at === undefined ? { blackhole: true } : { transitGatewayAttachmentId: `tgw-attach-${at}` }),
  },
});
const tables = [
  gateway(off),
  ...attached,
  transitTable("app"),
  transitTable("hub"),
  associate("app"),
  associate("hub"),
];
const own = [...base, ...tables, propagate("hub", "app"), propagate("app", "hub")];

/** The third network: 0.0.0.0/0 leads there, and on by its NAT gateway. */
const egress: Written[] = [
  vpc("out", "10.3.0.0/16"),
  ...[subnet("at-out", "out", "10.3.9.0/28"), subnet("nat", "out", "10.3.1.0/24")],
  { type: "internetGateway", name: "igw", id: "igw-1", inputs: { vpcId: "vpc-out" } },
  { type: "nat", name: "nat", id: "nat-1", inputs: { subnetId: "subnet-nat" } },
  ...table("at-out", "out", { cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }),
  ...table("nat", "out", { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }, to("10.0.0.0/8")),
  attach("out", ["at-out"]),
];
const central: Written[] = [
  ...instead(base, ...table("app", "app", to("0.0.0.0/0"))),
  ...[gateway(off), ...attached, ...egress],
  ...["app", "hub", "out"].flatMap((each) => [transitTable(each), associate(each)]),
  ...[route("app", "0.0.0.0/0", "out"), propagate("hub", "app"), propagate("app", "hub"), propagate("app", "out")],
];
const acl = (name: string, at: string, ingress: object, outbound: object): Written => ({
  ...{ type: "acl", name: `acl-${name}` },
  inputs: { vpcId: `vpc-${at}`, subnetIds: [`subnet-${name}`], ingress: [ingress], egress: [outbound] },
});
const entry = (cidrBlock = "0.0.0.0/0", fromPort = 0, toPort = 65535) => ({
  ...{ ruleNo: 100, action: "allow", protocol: "tcp", fromPort, toPort, cidrBlock },
});
const list = (cidr: string): Written => ({
  ...{ type: "prefixList", name: "pl", id: "pl-1" },
  inputs: { addressFamily: "IPv4", maxEntries: 5, entries: [{ cidr }] },
});
const listed = (more: object): Written => ({
  ...{ type: "transitPrefixList", name: "tpl" },
  inputs: { prefixListId: "pl-1", transitGatewayRouteTableId: "tgw-rtb-app", ...more },
});
const vpn = (more: object = {}): Written => ({
  ...{ type: "vpn", name: "vpn", id: "vpn-1", inputs: { transitGatewayId: "tgw-1", ...more } },
});

type Table = Readonly<Record<string, readonly Written[]>>;
const others = without(own, "prop-hub-app", "prop-app-hub");

/** Do `mail` and 10.2.1.25 in the other network reach each other on 587? */
const across: Table = {
  pass_default_tables: plain,
  pass_tables_of_their_own: own,
  pass_static_routes: [...others, route("app", "10.2.0.0/16", "hub"), route("hub", "10.1.0.0/16", "app")],
  pass_static_route_in_the_default_table: [
    ...instead(plain, gateway({ defaultRouteTablePropagation: "disable" })).map((each) =>
      each.type === "transit"
        ? { ...each, outputs: { ...each.inputs, associationDefaultRouteTableId: "tgw-rtb-0" } }
        : each,
    ),
    ...[route("tgw-rtb-0", "10.2.0.0/16", "hub"), route("tgw-rtb-0", "10.1.0.0/16", "app")],
  ],
  unknown_static_route_in_what_may_be_the_default_table: [
    ...[...base, gateway(), attach("app", ["at-app"]), attach("hub", ["at-hub"], unpropagated)],
    route("tgw-rtb-0", "10.2.0.0/16", "hub"),
  ],
  fail_no_route_to_the_gateway: instead(plain, ...table("app", "app")),
  fail_no_route_back_to_the_gateway: instead(plain, ...table("hub", "hub")),
  fail_route_back_for_others: instead(plain, ...table("hub", "hub", to("10.9.0.0/16"))),
  pass_route_back_for_its_address: instead(plain, ...table("hub", "hub", to("10.1.1.0/25"))),
  fail_route_back_for_other_addresses: instead(plain, ...table("hub", "hub", to("10.1.1.128/25"))),
  unknown_route_back_for_some: instead(
    plain,
    mail({ privateIp: unknownText }),
    ...table("hub", "hub", to("10.1.1.0/25")),
  ),
  unknown_table_of_the_other_subnet: without(plain, "rt-hub", "rta-hub"),
  unknown_subnet_of_another_program: without(plain, "s-hub", "rta-hub"),
  fail_no_association: [...base, gateway({ defaultRouteTableAssociation: "disable" }), ...attached],
  fail_attachment_that_takes_no_default_association: instead(
    plain,
    attach("app", ["at-app"], { transitGatewayDefaultRouteTableAssociation: false }),
  ),
  fail_the_other_takes_no_default_association: instead(
    plain,
    attach("hub", ["at-hub"], { transitGatewayDefaultRouteTableAssociation: false }),
  ),
  fail_no_propagation: [...base, gateway({ defaultRouteTablePropagation: "disable" }), ...attached],
  fail_attachment_that_propagates_nothing: instead(
    plain,
    attach("hub", ["at-hub"], { transitGatewayDefaultRouteTablePropagation: false }),
  ),
  fail_the_answers_are_not_propagated: without(own, "prop-app-hub"),
  fail_the_questions_are_not_propagated: without(own, "prop-hub-app"),
  fail_blackhole_of_the_same_length: [...own, route("app", "10.2.0.0/16")],
  fail_blackhole_that_is_longer: [...own, route("app", "10.2.1.0/24")],
  pass_blackhole_that_is_shorter: [...own, route("app", "10.0.0.0/8")],
  pass_blackhole_for_others: [...own, route("app", "10.2.2.0/24")],
  fail_blackhole_for_the_answers: [...own, route("hub", "10.1.1.0/24")],
  fail_static_route_elsewhere: [
    ...own,
    ...egress,
    transitTable("out"),
    associate("out"),
    route("app", "10.2.1.0/24", "out"),
  ],
  pass_prefix_list: [
    ...without(own, "prop-hub-app"),
    ...[list("10.2.0.0/16"), listed({ transitGatewayAttachmentId: "tgw-attach-hub" })],
  ],
  fail_prefix_list_of_a_blackhole: [...own, list("10.2.0.0/16"), listed({ blackhole: true })],
  pass_static_route_beside_a_prefix_list: [
    ...[...own, list("10.2.0.0/16"), listed({ blackhole: true }), route("app", "10.2.0.0/16", "hub")],
  ],
  unknown_prefix_list_of_another_program: [...own, listed({ blackhole: true, prefixListId: "pl-9" })],
  fail_other_availability_zone: instead(plain, subnet("app", "app", "10.1.1.0/24", { availabilityZone: "eu-west-1b" })),
  fail_the_other_in_another_availability_zone: instead(
    plain,
    subnet("hub", "hub", "10.2.1.0/24", { availabilityZone: "eu-west-1b" }),
  ),
  unknown_availability_zone: instead(plain, subnet("app", "app", "10.1.1.0/24", { availabilityZone: unknownText })),
  pass_attachment_in_the_same_subnet: instead(
    plain,
    attach("app", ["app"]),
    subnet("app", "app", "10.1.1.0/24", { availabilityZone: unknownText }),
  ),
  unknown_gateway_of_another_program: base,
  unknown_network_attached_by_another_program: without(plain, "at-app"),
  fail_network_that_is_not_attached: without(plain, "at-hub"),
  unknown_default_setting: [...base, gateway({ defaultRouteTableAssociation: unknownText }), ...attached],
  unknown_attachment_of_a_route: [...own, route("app", "10.2.1.0/24", "elsewhere")],
  unknown_attachment_of_a_propagation: [...own, propagate("elsewhere", "app")],
  unknown_blackhole: [
    ...own,
    {
      ...route("app", "10.2.1.0/24"),
      inputs: { ...route("app", "10.2.1.0/24").inputs, blackhole: unknownText },
    },
  ],
  unknown_destination_of_a_route: [...own, route("app", unknownText)],
  unknown_networks_with_common_addresses: [
    ...plain,
    vpc("twin", "10.2.0.0/20"),
    subnet("twin", "twin", "10.2.1.0/24"),
    attach("twin", ["twin"]),
  ],
  unknown_two_tables_for_one_attachment: [...own, associate("app", "hub")],
  unknown_beside_a_vpn: [...plain, vpn()],
  pass_beside_a_vpn_with_static_routes: [...plain, vpn({ staticRoutesOnly: true })],
  pass_beside_a_vpn_that_propagates_nothing: [...own, vpn()],
  unknown_beside_connect: [
    ...plain,
    { type: "transitConnect", name: "connect", id: "tgw-attach-c", inputs: { transitGatewayId: "tgw-1" } },
  ],
  unknown_route_to_a_peering: [
    ...[...own, route("app", "10.2.1.0/24", "peer")],
    { type: "transitPeering", name: "peer", id: "tgw-attach-peer", inputs: { transitGatewayId: "tgw-1" } },
  ],
  pass_accepted: [
    ...instead(plain, attach("hub", ["at-hub"])),
    {
      type: "transitAccepter",
      name: "accept",
      id: "tgw-attach-hub",
      inputs: { transitGatewayAttachmentId: "tgw-attach-hub" },
    },
  ],
  fail_accepted_without_association: [
    ...plain,
    {
      ...{ type: "transitAccepter", name: "accept", id: "tgw-attach-hub" },
      inputs: { transitGatewayAttachmentId: "tgw-attach-hub", transitGatewayDefaultRouteTableAssociation: false },
    },
  ],
  unknown_other_default_table: [
    ...[...plain, transitTable("app")],
    {
      ...{ type: "transitDefaultAssociation", name: "default" },
      inputs: { transitGatewayId: "tgw-1", transitGatewayRouteTableId: "tgw-rtb-app" },
    },
  ],
  unknown_other_default_table_for_propagation: [
    ...[...plain, transitTable("app")],
    {
      ...{ type: "transitDefaultPropagation", name: "default" },
      inputs: { transitGatewayId: "tgw-1", transitGatewayRouteTableId: "tgw-rtb-app" },
    },
  ],
  unknown_association_beside_the_default_one: [
    ...plain,
    transitTable("app"),
    associate("app"),
    propagate("hub", "app"),
  ],
  pass_association_that_replaces_the_default_one: [
    ...[...plain, transitTable("app"), propagate("hub", "app")],
    associate("app", "app", { replaceExistingAssociation: true }),
  ],
  pass_association_that_stands: [
    ...[...plain, transitTable("app"), propagate("hub", "app")],
    { ...associate("app"), id: "tgw-rtb-app_tgw-attach-app" },
  ],
  unknown_appliance_behind_the_attachment: [
    ...plain,
    ...table("at-hub", "hub", { cidrBlock: "10.2.1.0/24", networkInterfaceId: "eni-1" }),
  ],
  fail_acl_around_an_attachment: [...plain, acl("at-app", "app", entry("10.7.0.0/16"), entry("10.7.0.0/16"))],
  pass_acl_around_an_attachment: [...plain, acl("at-app", "app", entry("10.1.1.25/32"), entry("10.1.1.25/32"))],
  fail_acl_around_the_other_attachment: [...plain, acl("at-hub", "hub", entry("10.7.0.0/16"), entry("10.7.0.0/16"))],
  pass_acl_around_the_other_attachment: [...plain, acl("at-hub", "hub", entry("10.2.1.0/24"), entry("10.2.1.0/24"))],
  fail_acl_around_the_other_attachment_whose_subnet_may_have_any_other_block: [
    ...instead(plain, subnet("at-hub", "hub", unknownText)),
    acl("at-hub", "hub", entry(), entry("10.7.0.0/16")),
  ],
  fail_acl_around_the_other_attachment_beside_a_route_for_whom_it_is_not_known: [
    ...[...own, route("app", unknownText), acl("at-hub", "hub", entry("10.7.0.0/16"), entry("10.7.0.0/16"))],
  ],
  unknown_acl_around_the_other_attachment_beside_a_route_to_another_program: [
    ...[
      ...own,
      route("app", "10.2.1.0/24", "elsewhere"),
      acl("at-hub", "hub", entry("10.7.0.0/16"), entry("10.7.0.0/16")),
    ],
  ],
  fail_default_association_that_is_not_known_where_the_default_table_does_not_lead_there: [
    ...[...base, gateway({ defaultRouteTableAssociation: unknownText })],
    ...[attach("app", ["at-app"]), attach("hub", ["at-hub"], unpropagated)],
  ],
  fail_attachment_whose_default_association_is_not_known: [
    ...[...base, gateway(), attach("hub", ["at-hub"], unpropagated)],
    attach("app", ["at-app"], { transitGatewayDefaultRouteTableAssociation: unknownText }),
  ],
  fail_routes_of_what_may_be_the_default_table_and_lose_the_answers_then: [
    ...[...base, gateway(), attach("app", ["at-app"]), attach("hub", ["at-hub"], unpropagated)],
    ...[route("tgw-rtb-0", "10.2.0.0/16", "hub"), route("tgw-rtb-0", "10.1.0.0/16")],
  ],
  fail_default_propagation_that_is_not_known_beside_a_blackhole: [
    ...instead(plain, gateway({ defaultRouteTablePropagation: unknownText })).map((each) =>
      each.type === "transit"
        ? { ...each, outputs: { ...each.inputs, associationDefaultRouteTableId: "tgw-rtb-0" } }
        : each,
    ),
    route("tgw-rtb-0", "10.2.0.0/16"),
  ],
  pass_association_of_an_attachment_that_is_not_known_where_all_have_one: [
    ...own,
    associate("app", "hub", { transitGatewayAttachmentId: unknownText }),
  ],
  fail_association_of_an_attachment_that_is_not_known_and_may_be_ours: [
    ...without(own, "assoc-app-app", "prop-hub-app"),
    associate("app", "app", { transitGatewayAttachmentId: unknownText }),
  ],
  unknown_association_of_an_attachment_that_is_not_known: [
    ...without(own, "assoc-app-app"),
    associate("app", "app", { transitGatewayAttachmentId: unknownText }),
  ],
  fail_table_that_is_not_known_where_the_subnet_does_not_lead_back: [
    ...instead(without(own, "assoc-hub-hub"), ...table("hub", "hub")),
    associate("hub", "hub", { transitGatewayRouteTableId: unknownText }),
  ],
  pass_route_to_one_address_beside_a_propagation_that_is_not_known: [
    ...[...own, route("app", "10.2.1.25/32", "hub"), propagate("elsewhere", "app")],
  ],
  fail_propagation_that_is_not_known_beside_a_longer_route_elsewhere: [
    ...[...own, ...egress, route("hub", "10.1.1.0/25", "out"), transitTable("out"), associate("out")],
    {
      ...{ type: "transitPropagation", name: "prop-more" },
      inputs: { ...binds("app", "hub"), transitGatewayAttachmentId: unknownText },
    },
  ],
  unknown_propagation_that_may_be_of_our_network: [
    ...without(own, "prop-app-hub"),
    {
      ...{ type: "transitPropagation", name: "prop-more" },
      inputs: { ...binds("app", "hub"), transitGatewayAttachmentId: unknownText },
    },
  ],
  pass_network_whose_block_its_subnets_tell: instead(plain, vpc("hub", unknownText)),
  pass_own_network_whose_block_its_subnets_tell: instead(plain, vpc("app", unknownText)),
  fail_network_whose_block_its_subnets_tell_beside_a_blackhole_that_is_longer: [
    ...instead(own, vpc("hub", unknownText)),
    route("app", "10.2.1.0/24"),
  ],
  unknown_network_whose_block_may_be_shorter_than_a_blackhole: [
    ...instead(own, vpc("hub", unknownText)),
    route("app", "10.2.0.0/18"),
  ],
  unknown_network_whose_subnets_may_lie_in_another_block: [
    ...instead(plain, vpc("hub", unknownText)),
    { type: "vpcBlock", name: "more", inputs: { vpcId: "vpc-hub", cidrBlock: unknownText } },
  ],
  unknown_acl_in_the_subnet_of_the_attachment: [
    ...instead(plain, attach("app", ["app"])),
    acl("app", "app", entry(), { ...entry(), action: "allow", cidrBlock: "0.0.0.0/0" }),
  ].map((each) =>
    each.type === "acl" ? { ...each, inputs: { ...each.inputs, ingress: [entry("10.1.1.0/24")] } } : each,
  ),
  pass_route_of_its_own_by_a_peering: [
    ...instead(
      plain,
      ...table("app", "app", { cidrBlock: "10.2.0.0/16", vpcPeeringConnectionId: "pcx-1" }),
      ...table("hub", "hub"),
    ),
    { type: "peering", name: "pcx", id: "pcx-1", inputs: { vpcId: "vpc-app", peerVpcId: "vpc-hub" } },
  ],
};

/** Can `mail` connect to 8.8.8.8? */
const outward: Table = {
  pass_central_nat_gateway: central,
  fail_no_route_to_the_central_network: without(central, "route-app-0.0.0.0/0"),
  fail_answers_are_not_routed_back_by_the_gateway: without(central, "prop-app-out"),
  fail_answers_are_not_routed_back_by_the_subnet: instead(
    central,
    ...table("nat", "out", { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }),
  ),
  fail_nat_gateway_that_leads_nowhere: instead(central, ...table("nat", "out", to("10.0.0.0/8"))),
  fail_attachment_without_a_nat_gateway: instead(central, ...table("at-out", "out")),
  fail_attachment_that_leads_to_the_internet_gateway: instead(
    central,
    ...table("at-out", "out", { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }),
  ),
  fail_private_nat_gateway: instead(central, {
    ...{ type: "nat", name: "nat", id: "nat-1" },
    inputs: { subnetId: "subnet-nat", connectivityType: "private" },
  }),
  unknown_table_behind_the_attachment: without(central, "rt-at-out", "rta-at-out"),
  unknown_nat_gateway_of_another_program: without(central, "nat"),
  unknown_appliance: instead(
    central,
    ...table("at-out", "out", { cidrBlock: "0.0.0.0/0", networkInterfaceId: "eni-1" }),
  ),
  fail_blackhole_for_it: [...central, route("app", "8.8.8.0/24")],
  pass_blackhole_for_private_networks: [...central, route("app", "10.0.0.0/8")],
  fail_acl_around_the_nat_gateway: [...central, acl("nat", "out", entry("10.7.0.0/16"), entry())],
  pass_acl_around_the_nat_gateway: [...central, acl("nat", "out", entry(), entry())],
  fail_acl_around_the_central_attachment: [...central, acl("at-out", "out", entry(), entry("10.0.0.0/8"))],
  unknown_exclusion_from_block_public_access: [
    ...central,
    { type: "blockPublic", name: "bpa", inputs: { internetGatewayBlockMode: "block-bidirectional" } },
    {
      ...{ type: "blockExclusion", name: "except" },
      inputs: { internetGatewayExclusionMode: "allow-egress", subnetId: "subnet-app" },
    },
  ],
};

const byGroup = (program: readonly Written[], peers: object = {}): Written[] => [
  ...instead(program, mail({ vpcSecurityGroupIds: ["sg-mail"] })),
  {
    ...{ type: "group", name: "mail-servers", id: "sg-mail" },
    inputs: {
      ...{ vpcId: "vpc-app", egress: [everything] },
      ingress: [{ protocol: "tcp", fromPort: 587, toPort: 587, securityGroups: ["sg-relays"] }],
    },
  },
  {
    ...{ type: "group", name: "relays", id: "sg-relays" },
    inputs: { vpcId: "vpc-hub", ingress: [], egress: [everything], ...peers },
  },
  {
    ...{ type: "instance", name: "relay" },
    inputs: { vpcSecurityGroupIds: ["sg-relays"], subnetId: "subnet-hub", privateIp: "10.2.1.25" },
  },
];
const peered = (connection: object = {}): Written[] => [
  ...instead(
    plain,
    ...table("app", "app", { cidrBlock: "10.2.0.0/16", vpcPeeringConnectionId: "pcx-1" }),
    ...table("hub", "hub", { cidrBlock: "10.1.0.0/16", vpcPeeringConnectionId: "pcx-1" }),
  ),
  { type: "peering", name: "pcx", id: "pcx-1", inputs: { vpcId: "vpc-app", peerVpcId: "vpc-hub", ...connection } },
];

/** Does a rule that names the group of the relay let it in? */
const named: Table = {
  unknown_group_over_a_transit_gateway: byGroup(plain),
  pass_group_over_a_peering: byGroup(peered()),
  unknown_group_over_a_peering_of_two_regions: byGroup(peered({ peerRegion: "eu-north-1" })),
  pass_group_of_one_network: byGroup(plain, { vpcId: "vpc-app" }),
};

const truths = { pass: true, fail: false, unknown: "unknown" } as const;
const truthOf = (name: string) => truths[name.slice(0, name.indexOf("_")) as keyof typeof truths];

describe.each(Object.entries(forms))("transit gateways, from %s", (_, form) => {
  it.each(Object.entries(across))("to another network: %s", async (name, program) => {
    expect(answer(factsOf(await form(program), relayed), "egressAllowed", toRelay, "10.2.1.25")).toBe(truthOf(name));
  });

  it.each(Object.entries(across))("from another network: %s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "10.2.1.25")).toBe(truthOf(name));
  });

  it.each(Object.entries(named))("a group of another network: %s", async (name, program) => {
    expect(answer(factsOf(await form(program)), "reachable", "mail:587", "10.2.1.25")).toBe(truthOf(name));
  });

  it.each(Object.entries(outward))("to the internet: %s", async (name, program) => {
    expect(answer(factsOf(await form(program), relayed), "egressAllowed", toRelay, "8.8.8.8")).toBe(truthOf(name));
  });
});

/** Who opens the connection, and what the closed layer of the gateway names: what packets and answers meet first. */
const naming: readonly [name: string, program: Written[], way: "in" | "out", peer: string, Written["type"], string][] =
  [
    [
      "of the far subnet's table and the gateway's on the way back, the subnet's",
      [...instead(others, ...table("hub", "hub")), route("app", "10.2.0.0/16", "hub")],
      ...(["out", "10.2.1.25", "table", "rt-hub#routes"] as const),
    ],
    [
      "of the peer's subnet and our own table, the subnet's",
      instead(others, ...table("hub", "hub")),
      ...(["in", "10.2.1.25", "table", "rt-hub#routes"] as const),
    ],
    [
      "of the peer's table and our own, the peer's",
      others,
      ...(["in", "10.2.1.25", "transitTable", "tt-hub"] as const),
    ],
    [
      "a blackhole that takes the answers",
      [...own, route("hub", "10.1.1.0/24")],
      ...(["out", "10.2.1.25", "transitRoute", "route-hub-10.1.1.0/24#destinationCidrBlock"] as const),
    ],
    [
      "the table of an attachment's subnet that leads no further",
      instead(central, ...table("at-out", "out")),
      ...(["out", "8.8.8.8", "table", "rt-at-out#routes"] as const),
    ],
    [
      "the table of the NAT gateway's subnet, where it does not lead back",
      instead(central, ...table("nat", "out", { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" })),
      ...(["out", "8.8.8.8", "table", "rt-nat#routes"] as const),
    ],
    [
      "the far network's table for what its subnets do not deliver, before the answers' way",
      [...others, ...egress, transitTable("out"), associate("out"), route("app", "10.2.1.0/24", "out")].filter(
        ({ name }) => name !== "nat" && name !== "rt-at-out" && name !== "rta-at-out",
      ),
      ...(["out", "10.2.1.25", "table", "rt-at-out#routes"] as const),
    ],
  ];
it("names the ACL around the peer's attachment where our own table does not lead there either", async () => {
  const entries = [entry("10.7.0.0/16"), entry("10.7.0.0/16")] as const;
  const { interfaces } = await fromState([...without(own, "prop-hub-app"), acl("at-hub", "hub", ...entries)]);
  const nic = interfaces.find(({ name }) => name === "mail") as NetworkInterface;
  const { layers } = explain(nic, "mail", "in", 587, AddressSet.of("10.2.1.25"));
  const closed = layers.filter(({ verdict }) => verdict === "closed").flatMap(({ decidedBy }) => decidedBy);
  expect(closed.map(({ at }) => at)).toContain(`${urnOf({ type: "acl", name: "acl-at-hub" })}#ingress`);
});

it.each(naming)("names what stops it first: %s", async (_, program, way, peer, type, named) => {
  const whole = program.some(({ name }) => name === "rt-at-out") ? program : [...program, ...table("at-out", "out")];
  const { interfaces } = await fromState(whole);
  const nic = interfaces.find(({ name }) => name === "mail") as NetworkInterface;
  const { layers } = explain(nic, "mail", way, 587, AddressSet.of(peer));
  const closed = layers.filter(({ layer, verdict }) => layer === "transit gateway" && verdict === "closed");
  const [first = "", ...rest] = named.split("#");
  const at = [urnOf({ type, name: first }), ...rest].join("#");
  expect(closed.flatMap(({ decidedBy }) => decidedBy.map((each) => each.at))).toEqual([at]);
});

describe("version 6 of the far network", () => {
  const to6 = (ipv6CidrBlock: string) => ({ ipv6CidrBlock, transitGatewayId: "tgw-1" });
  const six = { ipv6Support: "enable" };

  it.each([
    ["no block", {}, false, undefined],
    ["no block, as the program says", { assignGeneratedIpv6CidrBlock: false }, false, undefined],
    ["a block of Amazon's, in which its subnets lie", { assignGeneratedIpv6CidrBlock: true }, true, undefined],
    ["perhaps one", { assignGeneratedIpv6CidrBlock: unknownBoolean }, "unknown", "assignGeneratedIpv6CidrBlock"],
    ["its own block", { ipv6CidrBlock: "2600:1f18:2::/56" }, true, undefined],
  ])("%s", async (_, blocks, said, missing) => {
    const program = [
      ...[open, mail({ ipv6Addresses: ["2600:1f18:1:1::25"] }), gateway()],
      vpc("app", "10.1.0.0/16", { ipv6CidrBlock: "2600:1f18:1::/56" }),
      vpc("hub", "10.2.0.0/16", blocks),
      subnet("app", "app", "10.1.1.0/24", { ipv6CidrBlock: "2600:1f18:1:1::/64" }),
      subnet("at-app", "app", "10.1.9.0/28", { ipv6CidrBlock: "2600:1f18:1:9::/64" }),
      subnet("hub", "hub", "10.2.1.0/24", { ipv6CidrBlock: "2600:1f18:2:1::/64" }),
      subnet("at-hub", "hub", "10.2.9.0/28", { ipv6CidrBlock: "2600:1f18:2:9::/64" }),
      ...table("app", "app", to6("2600:1f18:2::/56")),
      ...table("hub", "hub", to6("2600:1f18:1::/56")),
      ...[attach("app", ["at-app"], six), attach("hub", ["at-hub"], six)],
    ];
    const facts = factsOf(await fromState(program));
    expect(answer(facts, "reachable", "mail:587", "2600:1f18:2:1::7")).toBe(said);
    expect(missingAt(facts, "reachable", "mail:587").some((at) => at.endsWith(`#${missing}`))).toBe(
      missing !== undefined,
    );
  });
});
