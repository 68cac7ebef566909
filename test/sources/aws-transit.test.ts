import {
  CreateTransitGatewayRouteCommand,
  DeleteTransitGatewayRouteCommand,
  DisassociateTransitGatewayRouteTableCommand,
} from "@aws-sdk/client-ec2";
import { nothingDeclared } from "../../model/declaration.js";
import { type Estate, joinEstates } from "../../model/network.js";
import { Subjects } from "../../model/subjects.js";
import { judge } from "../../policies/index.js";
import { firewallDrift } from "../../policies/rules/firewall-drift.js";
import { reachFacts } from "../../reach/index.js";
import { toEstate } from "../../sources/aws/estate.js";
import { readAws } from "../../sources/aws/index.js";
import type { Inventory } from "../../sources/aws/inventory.js";
import { noTransit, type Transit } from "../../sources/aws/transit-gateways.js";
import { cloudInMoto } from "../setup/aws-cloud.js";
import { deploy } from "../setup/aws-deploy.js";
import { describeWith, lacks } from "../setup/real-part.js";
import { answer, factsOf, fromState, missingAt, type Written } from "./pulumi/programs.js";

const region = "eu-west-1";
const relay = "10.2.0.25";

/** Network `app` with `mail` and network `hub`, on one transit gateway with a table for each. */
const network = (name: string, block: string, other: string): Written[] => [
  { type: "vpc", name: `vpc-${name}`, id: `vpc-${name}`, inputs: { cidrBlock: `${block}.0.0/23` } },
  ...["a", "end"].map(
    (part, i): Written => ({
      ...{ type: "subnet", name: `${name}-${part}`, id: `subnet-${name}-${part}` },
      inputs: { vpcId: `vpc-${name}`, cidrBlock: `${block}.${i}.0/24`, availabilityZone: `${region}a` },
    }),
  ),
  {
    ...{ type: "transitAttachment", name: `at-${name}`, id: `tgw-attach-${name}` },
    inputs: { transitGatewayId: "tgw-1", vpcId: `vpc-${name}`, subnetIds: [`subnet-${name}-end`] },
  },
  { type: "transitTable", name: `tt-${name}`, id: `tgw-rtb-${name}`, inputs: { transitGatewayId: "tgw-1" } },
  {
    ...{ type: "transitAssociation", name: `assoc-${name}`, id: `assoc-${name}` },
    inputs: { transitGatewayAttachmentId: `tgw-attach-${name}`, transitGatewayRouteTableId: `tgw-rtb-${name}` },
  },
  {
    ...{ type: "table", name: `rt-${name}`, id: `rtb-${name}` },
    inputs: { vpcId: `vpc-${name}`, routes: [{ cidrBlock: `${other}.0.0/16`, transitGatewayId: "tgw-1" }] },
  },
  { type: "table", name: `rt-${name}-end`, id: `rtb-${name}-end`, inputs: { vpcId: `vpc-${name}`, routes: [] } },
  ...["a", "end"].map(
    (part): Written => ({
      ...{ type: "tableAssociation", name: `rta-${name}-${part}`, id: `rta-${name}-${part}` },
      inputs: { routeTableId: part === "a" ? `rtb-${name}` : `rtb-${name}-end`, subnetId: `subnet-${name}-${part}` },
    }),
  ),
];
const route = (into: string, destinationCidrBlock: string, to?: string): Written => ({
  ...{ type: "transitRoute", name: `${into} ${destinationCidrBlock}`, id: `${into}_${destinationCidrBlock}` },
  inputs: {
    ...{ destinationCidrBlock, transitGatewayRouteTableId: `tgw-rtb-${into}` },
    ...(to === undefined ? { blackhole: true } : { transitGatewayAttachmentId: `tgw-attach-${to}` }),
  },
});
const propagate = (into: string, from: string): Written => ({
  ...{ type: "transitPropagation", name: `prop-${into}-${from}`, id: `prop-${into}-${from}` },
  inputs: { transitGatewayRouteTableId: `tgw-rtb-${into}`, transitGatewayAttachmentId: `tgw-attach-${from}` },
});
const everything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
const base: Written[] = [
  {
    ...{ type: "transit", name: "tgw", id: "tgw-1" },
    inputs: { defaultRouteTableAssociation: "disable", defaultRouteTablePropagation: "disable" },
  },
  ...[...network("app", "10.1", "10.2"), ...network("hub", "10.2", "10.1")],
  {
    ...{ type: "group", name: "open", id: "sg-open" },
    inputs: { vpcId: "vpc-app", ingress: [everything], egress: [everything] },
  },
  {
    ...{ type: "instance", name: "mail", id: "i-1" },
    inputs: { vpcSecurityGroupIds: ["sg-open"], subnetId: "subnet-app-a", privateIp: "10.1.0.25" },
  },
];
const there = route("app", "10.2.0.0/16", "hub");
const back = route("hub", "10.1.0.0/16", "app");
/** The subnet's table without its route. */
const unrouted = (table: string) => [
  ...base.map((each) => (each.name === table ? { ...each, inputs: { ...each.inputs, routes: [] } } : each)),
  ...[there, back],
];

/** Do `mail` and an address of the other network reach each other on 587? */
const programs: Readonly<Record<string, Written[]>> = {
  open_static_routes: [...base, there, back],
  open_propagated_routes: [...base, propagate("app", "hub"), propagate("hub", "app")],
  closed_static_blackhole_before_a_propagated_route: [
    ...base,
    ...[propagate("app", "hub"), propagate("hub", "app"), route("app", "10.2.0.0/23")],
  ],
  closed_no_route_of_the_gateway: [...base, back],
  closed_no_route_back_of_the_gateway: [...base, there],
  closed_blackhole_that_is_longer: [...base, there, back, route("app", "10.2.0.0/24")],
  open_blackhole_for_others: [...base, there, back, route("app", "10.2.1.0/24")],
  closed_route_back_elsewhere: [...base, there, route("hub", "10.1.0.0/16", "hub")],
  closed_no_route_of_the_subnet: unrouted("rt-app"),
  closed_no_route_back_of_the_subnet: unrouted("rt-hub"),
};

function said(estate: Estate, side: Estate): boolean | "unknown" {
  return answer(reachFacts(side, new Subjects(nothingDeclared, estate.interfaces)), "reachable", "mail:587", relay);
}

function driftOf(both: Estate): string[] {
  const facts = reachFacts(both, new Subjects(nothingDeclared, both.interfaces));
  const outcomes = judge([firewallDrift], facts, nothingDeclared, new Date(0)).flatMap((each) => each.outcomes);
  return outcomes.filter(({ status }) => status !== "pass").map(({ message }) => message);
}

describeWith(lacks("python3", "--version"))("transit gateways of a program and its deployment (moto)", () => {
  const aws = cloudInMoto(region);

  it.each(Object.entries(programs))("say the same: %s", async (name, program) => {
    const planned = await fromState(await deploy(program, aws.cloud));
    const deployed = (await readAws({ region })).estate;
    const both = joinEstates(planned, deployed);
    const truth = name.startsWith("open");
    expect([said(both, planned), said(both, deployed)]).toEqual([truth, truth]);
    expect(driftOf(both)).toEqual([]);
  });

  const byHand: [string, (ids: Readonly<Record<string, string>>) => Promise<unknown>, boolean][] = [
    [
      "a blackhole put before a route",
      ({ "tt-app": TransitGatewayRouteTableId }) =>
        aws.cloud.ec2.send(
          new CreateTransitGatewayRouteCommand({
            ...{ TransitGatewayRouteTableId, DestinationCidrBlock: "10.2.0.0/24", Blackhole: true },
          }),
        ),
      false,
    ],
    [
      "the route back deleted",
      ({ "tt-hub": TransitGatewayRouteTableId }) =>
        aws.cloud.ec2.send(
          new DeleteTransitGatewayRouteCommand({ TransitGatewayRouteTableId, DestinationCidrBlock: "10.1.0.0/16" }),
        ),
      false,
    ],
    [
      "the attachment's association taken away",
      ({ "tt-app": TransitGatewayRouteTableId, "at-app": TransitGatewayAttachmentId }) =>
        aws.cloud.ec2.send(
          new DisassociateTransitGatewayRouteTableCommand({ TransitGatewayRouteTableId, TransitGatewayAttachmentId }),
        ),
      false,
    ],
  ];
  it.each(byHand)("differ: %s", async (_case, change, expected) => {
    const written = await deploy([...base, there, back], aws.cloud);
    await change(Object.fromEntries(written.map(({ name, id = "" }) => [name, id])));
    const planned = await fromState(written);
    const both = joinEstates(planned, (await readAws({ region })).estate);
    expect(said(both, (await readAws({ region })).estate)).toBe(expected);
    expect(driftOf(both)).toContainEqual(
      expect.stringMatching(/mail:587: deployed, its transit gateway keeps out 10\.2\.\S+, which the plan opens/),
    );
  });
});

/*
 * Answers of the EC2 API as its reference documents them, which no emulator gives: propagated routes, routes to peerings,
 * several targets, tables longer than the API tells, gateways of another account.
 */
const vpc = (name: string, block: string) => ({ VpcId: `vpc-${name}`, CidrBlock: `${block}.0.0/16` });
const attachment = (name: string) => ({
  ...{ TransitGatewayAttachmentId: `tgw-attach-${name}`, TransitGatewayId: "tgw-1", VpcId: `vpc-${name}` },
  ...{ SubnetIds: [`subnet-${name}`], State: "available" as const },
});
const associated = (name: string, State: "associated" | "disassociating" = "associated") => ({
  TransitGatewayAttachmentId: `tgw-attach-${name}`,
  State: "available" as const,
  Association: { TransitGatewayRouteTableId: "tgw-rtb-1", State },
});
const told = (DestinationCidrBlock: string, ...names: string[]) => ({
  ...{ DestinationCidrBlock, Type: "propagated" as const, State: "active" as const },
  TransitGatewayAttachments: names.map((name) => ({ TransitGatewayAttachmentId: `tgw-attach-${name}` })),
});
const oneTable = { TransitGatewayRouteTableId: "tgw-rtb-1", TransitGatewayId: "tgw-1" };
const transit = (routes: readonly object[], more: Partial<Transit> = {}, isWhole = true): Transit => ({
  gateways: [{ TransitGatewayId: "tgw-1", State: "available" }],
  attachments: [associated("app"), associated("hub")],
  networks: [attachment("app"), attachment("hub")],
  tables: [{ table: oneTable, routes: [told("10.1.0.0/16", "app"), ...routes], isWhole }],
  ...more,
});
const inventory = (found: Inventory["transit"]): Inventory => ({
  region,
  groups: [{ GroupId: "sg-1", GroupName: "open", VpcId: "vpc-app" }],
  rules: [{ SecurityGroupRuleId: "sgr-1", GroupId: "sg-1", IsEgress: false, IpProtocol: "-1", CidrIpv4: "0.0.0.0/0" }],
  enis: [
    {
      ...{ NetworkInterfaceId: "eni-1", InterfaceType: "interface", VpcId: "vpc-app", SubnetId: "subnet-app" },
      ...{ OwnerId: "1", Groups: [{ GroupId: "sg-1" }], PrivateIpAddress: "10.1.1.25" },
      TagSet: [{ Key: "Name", Value: "mail" }],
    },
  ],
  instances: [],
  vpcs: [vpc("app", "10.1"), vpc("hub", "10.2")],
  subnets: [
    { SubnetId: "subnet-app", VpcId: "vpc-app", CidrBlock: "10.1.1.0/24", AvailabilityZoneId: "euw1-az1" },
    { SubnetId: "subnet-hub", VpcId: "vpc-hub", CidrBlock: "10.2.0.0/24", AvailabilityZoneId: "euw1-az1" },
  ],
  acls: ["app", "hub"].map((name) => ({
    NetworkAclId: `acl-${name}`,
    Associations: [{ SubnetId: `subnet-${name}` }],
    Entries: [false, true].map((Egress) => ({
      ...{ Egress, RuleNumber: 100, RuleAction: "allow" as const, Protocol: "-1", CidrBlock: "0.0.0.0/0" },
    })),
  })),
  tables: ["app", "hub"].map((name) => ({
    ...{ RouteTableId: `rtb-${name}`, VpcId: `vpc-${name}`, Associations: [{ SubnetId: `subnet-${name}` }] },
    Routes: [{ DestinationCidrBlock: "10.0.0.0/8", TransitGatewayId: "tgw-1", State: "active" }],
  })),
  nats: [],
  serviceEndpoints: [],
  transit: found,
  publicAccess: { options: undefined, exclusions: [] },
  balancers: { network: [], classic: [] },
  prefixLists: new Map(),
});
const hub = told("10.2.0.0/16", "hub");

it.each<[string, Inventory["transit"], boolean | "unknown", ...string[]]>([
  ["propagated routes", transit([hub]), true],
  ["no route", transit([]), false],
  ["a blackhole", transit([{ DestinationCidrBlock: "10.2.0.0/16", State: "blackhole" }]), false],
  ["a route to a peering", transit([told("10.2.0.0/16", "peering")]), "unknown", "tgw-rtb-1#10.2.0.0/16"],
  ["a route to two attachments", transit([told("10.2.0.0/16", "hub", "vpn")]), "unknown", "tgw-rtb-1#10.2.0.0/16"],
  ["a route that is pending", transit([{ ...hub, State: "pending" }]), "unknown", "tgw-rtb-1#10.2.0.0/16"],
  ["a table longer than is told", transit([], {}, false), "unknown", "tgw-rtb-1 (routes that the API does not list)"],
  ["no association", transit([hub], { attachments: [associated("app")] }), false],
  [
    "an association on its way out",
    transit([hub], { attachments: [associated("app"), associated("hub", "disassociating")] }),
    "unknown",
    "association of tgw-attach-hub (disassociating)",
  ],
  [
    "an attachment that was deleted",
    transit([hub], { networks: [attachment("app"), { ...attachment("hub"), State: "deleted" }] }),
    "unknown",
  ],
  [
    "a gateway of another account, which shows no tables",
    transit([hub], { tables: [] }),
    "unknown",
    "rtb-app#10.0.0.0/8",
  ],
  [
    "none that may be read",
    { unread: "not read: permission missing (x)" },
    "unknown",
    "not read: permission missing (x)",
  ],
  ["none that is listed", noTransit, "unknown", "rtb-app#10.0.0.0/8"],
])("what the API says of a transit gateway: %s", (_, found, expected, ...missing) => {
  const facts = factsOf(toEstate(inventory(found)));
  expect(answer(facts, "reachable", "mail:587", relay)).toBe(expected);
  expect(missingAt(facts, "reachable", "mail:587")).toEqual(expect.arrayContaining(missing));
});
