import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import type { NetworkInterface } from "../../model/network.js";
import { explain } from "../../reach/explain.js";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { fromState, unknownText, type Written } from "../sources/pulumi/programs.js";
import { batchesOf } from "./batches.js";
import {
  connected,
  hostIn,
  type Network,
  networks,
  outside,
  type Question,
  type Site,
  type Subnet,
} from "./transit-compiler.js";

const blocks: Readonly<Record<Network, string>> = { app: "10.1.0.0/16", hub: "10.2.0.0/16", out: "10.3.0.0/16" };
const subnetBlocks: Readonly<Record<Network, readonly string[]>> = {
  app: ["10.1.1.0/24", "10.1.2.0/24"],
  hub: ["10.2.1.0/24", "10.2.2.0/24"],
  out: ["10.3.1.0/24"],
};
const mail = hostIn("10.1.1.0/24");
const peers = [...subnetBlocks.hub, ...subnetBlocks.out].map(hostIn);

/** Many routes are wide, so that most connections find a way and what is random decides. */
const toward: fc.Arbitrary<string> = fc.constantFrom(
  "10.0.0.0/8",
  "10.1.0.0/16",
  "10.2.0.0/16",
  "10.1.1.0/24",
  "10.2.1.0/24",
  "10.3.0.0/16",
);
const subnet = (block: string) =>
  fc.record({
    block: fc.constant(block),
    zone: fc.constantFrom("a", "a", "a", "a", "a", "a", "b"),
    routes: fc.oneof(
      { weight: 5, arbitrary: fc.constant<string[]>(["10.0.0.0/8", "0.0.0.0/0"]) },
      { weight: 2, arbitrary: fc.uniqueArray(toward, { minLength: 1, maxLength: 3 }) },
    ),
  });
const route = fc.record({
  block: fc.oneof(toward, fc.constantFrom("0.0.0.0/0", "10.2.1.0/25", "10.2.1.25/32", "8.8.8.0/24", "10.1.1.0/25")),
  to: fc.constantFrom("app", "hub", "out", "out", "blackhole"),
});
const table = fc.record({
  propagated: fc.subarray([...networks], { minLength: 2 }),
  routes: fc.uniqueArray(route, { maxLength: 2, selector: ({ block }) => block }),
  list: fc.option(route, { freq: 1 }),
});
const acl = fc.record({
  ingress: fc.constantFrom("0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/8", "10.1.1.0/24", "10.2.0.0/16"),
  egress: fc.constantFrom("0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/8", "10.1.1.0/24", "10.2.0.0/16"),
});
const cards = fc.record({
  subnets: fc.record({
    app: fc.tuple(...subnetBlocks.app.map(subnet)),
    hub: fc.tuple(...subnetBlocks.hub.map(subnet)),
    out: fc.tuple(...subnetBlocks.out.map(subnet)),
  }),
  tables: fc.array(table, { minLength: 2, maxLength: 3 }),
  /** By network the table of its attachment; one that does not exist: none. */
  association: fc.record({ app: fc.nat(2), hub: fc.nat(2), out: fc.nat(2) }),
  /** The first table is the gateway's own, with what AWS does by itself. */
  byDefault: fc.boolean(),
  acls: fc.record({
    app: fc.option(acl, { freq: 1 }),
    hub: fc.option(acl, { freq: 1 }),
    out: fc.option(acl, { freq: 1 }),
  }),
  nat: fc.constantFrom(true, true, false),
  zones: fc.record({ app: fc.boolean(), hub: fc.boolean(), out: fc.boolean() }),
  hidden: fc.nat(),
});
type Card = typeof cards extends fc.Arbitrary<infer T> ? T : never;

/** Which table an attachment is looked up in; with defaults every network is in the first one, and propagated there. */
function tableOf(card: Card, network: Network) {
  return card.byDefault ? card.tables[0] : card.tables[card.association[network]];
}

/**
 * No route to a transit gateway may lie within the network's own block. 0.0.0.0/0 of `out` leads to the internet, and what
 * goes from its NAT gateway to other private networks is not judged.
 */
function sentBy(network: Network, routes: readonly string[]): string[] {
  if (network === "out") {
    const back = routes.map((each) => (each === "10.0.0.0/8" ? blocks.app : each));
    return [...new Set(back.filter((each) => each.startsWith("10.1.")))];
  }
  return routes.filter((each) => !each.startsWith(blocks[network].slice(0, 5)));
}

function siteOf(card: Card): Site {
  const each = <T>(of: (network: Network) => T) =>
    Object.fromEntries(networks.map((network) => [network, of(network)])) as Record<Network, T>;
  return {
    subnets: each((network) =>
      card.subnets[network].map(
        ({ block, zone, routes }): Subnet => ({
          block,
          served: zone === "a" || card.zones[network],
          toGateway: sentBy(network, routes),
        }),
      ),
    ),
    lookup: each((network) => {
      const found = tableOf(card, network);
      const from = card.byDefault ? networks : found?.propagated;
      return (
        found && [
          ...(from ?? []).map((one) => ({ block: blocks[one], to: one, rank: 0 })),
          ...(found.list ? [{ ...found.list, rank: 1 }] : []),
          ...found.routes.map((one) => ({ ...one, rank: 2 })),
        ]
      );
    }) as Site["lookup"],
    acls: Object.fromEntries(networks.flatMap((one) => (card.acls[one] ? [[one, card.acls[one]]] : []))),
    // The machine and the NAT gateway stand in the first subnet there.
    nat: card.nat && (card.subnets.out[0]?.zone === "a" || card.zones.out),
  };
}

const everything = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
const entry = (cidrBlock: string) => ({
  ...{ ruleNo: 1, action: "allow", protocol: "-1", fromPort: 0, toPort: 0, cidrBlock },
});
const routed = (id: string, vpcId: string, routes: object[]): Written[] => [
  { type: "table", name: `rt-${id}`, id: `rtb-${id}`, inputs: { vpcId, routes } },
  { type: "tableAssociation", name: `rta-${id}`, inputs: { routeTableId: `rtb-${id}`, subnetId: id } },
];

function networkOf(card: Card, network: Network): Written[] {
  const vpcId = `vpc-${network}`;
  const leaves = network === "out" && card.nat;
  const ends = ["a", ...(card.zones[network] ? ["b"] : [])];
  const guard = card.acls[network];
  return [
    { type: "vpc", name: vpcId, id: vpcId, inputs: { cidrBlock: blocks[network] } },
    ...card.subnets[network].flatMap(({ block, zone, routes }, i): Written[] => [
      {
        ...{ type: "subnet", name: `${network}${i}`, id: `${network}${i}` },
        inputs: { vpcId, cidrBlock: block, availabilityZone: zone },
      },
      ...routed(`${network}${i}`, vpcId, [
        ...sentBy(network, routes).map((cidrBlock) => ({ cidrBlock, transitGatewayId: "tgw-1" })),
        ...(network === "out" ? [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] : []),
      ]),
    ]),
    ...ends.flatMap((zone, i): Written[] => [
      {
        ...{ type: "subnet", name: `end-${network}-${zone}`, id: `end-${network}-${zone}` },
        inputs: { vpcId, cidrBlock: `${blocks[network].slice(0, 5)}200.${16 * i}/28`, availabilityZone: zone },
      },
      ...routed(`end-${network}-${zone}`, vpcId, leaves ? [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }] : []),
    ]),
    {
      ...{ type: "transitAttachment", name: `at-${network}`, id: `tgw-attach-${network}` },
      inputs: { transitGatewayId: "tgw-1", vpcId, subnetIds: ends.map((zone) => `end-${network}-${zone}`) },
    },
    ...(guard
      ? [
          {
            ...{ type: "acl", name: `acl-${network}` },
            inputs: {
              ...{ vpcId, subnetIds: ends.map((zone) => `end-${network}-${zone}`) },
              ...{ ingress: [entry(guard.ingress)], egress: [entry(guard.egress)] },
            },
          } as Written,
        ]
      : []),
  ];
}

function programOf(card: Card): Written[] {
  const setting = card.byDefault ? "enable" : "disable";
  const inTable = (i: number) => ({ transitGatewayRouteTableId: `tgw-rtb-${i}` });
  const target = (to: string) =>
    to === "blackhole" ? { blackhole: true } : { transitGatewayAttachmentId: `tgw-attach-${to}` };
  const defaults = { associationDefaultRouteTableId: "tgw-rtb-0" };
  return [
    { type: "group", name: "open", id: "sg-1", inputs: { ingress: [everything], egress: [everything] } },
    {
      ...{ type: "instance", name: "mail" },
      inputs: { vpcSecurityGroupIds: ["sg-1"], subnetId: "app0", privateIp: mail },
    },
    { type: "internetGateway", name: "igw", id: "igw-1", inputs: { vpcId: "vpc-out" } },
    ...(card.nat ? [{ type: "nat", name: "nat", id: "nat-1", inputs: { subnetId: "out0" } } as Written] : []),
    ...networks.flatMap((network) => networkOf(card, network)),
    {
      ...{ type: "transit", name: "tgw", id: "tgw-1" },
      inputs: { defaultRouteTableAssociation: setting, defaultRouteTablePropagation: setting },
      ...(card.byDefault ? { outputs: defaults } : {}),
    },
    ...card.tables.flatMap(({ propagated, routes, list }, i): Written[] => [
      ...(i === 0 && card.byDefault
        ? []
        : [
            {
              type: "transitTable",
              name: `table${i}`,
              id: `tgw-rtb-${i}`,
              inputs: { transitGatewayId: "tgw-1" },
            } as Written,
            ...propagated.map(
              (each): Written => ({
                ...{ type: "transitPropagation", name: `prop-${each}-${i}` },
                inputs: { transitGatewayAttachmentId: `tgw-attach-${each}`, ...inTable(i) },
              }),
            ),
          ]),
      ...routes.map(
        ({ block, to }): Written => ({
          ...{ type: "transitRoute", name: `route-${i}-${block}` },
          inputs: { destinationCidrBlock: block, ...target(to), ...inTable(i) },
        }),
      ),
      ...(list
        ? ([
            {
              ...{ type: "prefixList", name: `list${i}`, id: `pl-${i}` },
              inputs: { addressFamily: "IPv4", maxEntries: 1, entries: [{ cidr: list.block }] },
            },
            {
              ...{ type: "transitPrefixList", name: `ref${i}` },
              inputs: { prefixListId: `pl-${i}`, ...target(list.to), ...inTable(i) },
            },
          ] as Written[])
        : []),
    ]),
    ...(card.byDefault
      ? []
      : networks.flatMap((network): Written[] =>
          card.tables[card.association[network]] === undefined
            ? []
            : [
                {
                  ...{ type: "transitAssociation", name: `assoc-${network}`, id: `a-${network}` },
                  inputs: {
                    transitGatewayAttachmentId: `tgw-attach-${network}`,
                    ...inTable(card.association[network]),
                  },
                },
              ],
        )),
  ];
}

/** Inputs that may be unknown before a deployment. */
const hideable: readonly (readonly [type: Written["type"], input: string])[] = [
  ["transitRoute", "destinationCidrBlock"],
  ["transitRoute", "transitGatewayAttachmentId"],
  ["transitRoute", "transitGatewayRouteTableId"],
  ["transitPropagation", "transitGatewayAttachmentId"],
  ["transitPropagation", "transitGatewayRouteTableId"],
  ["transitAssociation", "transitGatewayRouteTableId"],
  ["transitAssociation", "transitGatewayAttachmentId"],
  ["transitPrefixList", "prefixListId"],
  ["transit", "defaultRouteTableAssociation"],
  ["transit", "defaultRouteTablePropagation"],
  ["subnet", "availabilityZone"],
  ["subnet", "cidrBlock"],
  ["vpc", "cidrBlock"],
  ["transitAttachment", "vpcId"],
];

function hiddenIn(program: readonly Written[], pick: number): Written[] {
  const places = program.flatMap((each) =>
    hideable.flatMap(([type, input]) =>
      each.type === type && each.inputs[input] !== undefined ? [[each, input]] : [],
    ),
  ) as [Written, string][];
  const [holder, input] = places[pick % places.length] as [Written, string];
  return program.map((each) =>
    each === holder ? { ...each, inputs: { ...each.inputs, [input]: unknownText }, outputs: {} } : each,
  );
}

async function nicOf(program: readonly Written[]): Promise<NetworkInterface> {
  const { interfaces } = await fromState(program);
  return interfaces.find((each) => each.name === "mail") as NetworkInterface;
}

interface Asked extends Question {
  readonly way: "in" | "out";
  readonly peer: string;
}

function questionsOf(site: number): Asked[] {
  const networkAt = (peer: string): Network => (peer.startsWith("10.2.") ? "hub" : "out");
  return [
    ...[...peers, outside].map(
      (peer): Asked => ({
        ...{ site, way: "out", peer, to: peer },
        from: { network: "app", address: mail },
      }),
    ),
    ...peers.map(
      (peer): Asked => ({
        ...{ site, way: "in", peer, to: mail },
        from: { network: networkAt(peer), address: peer },
      }),
    ),
  ];
}

describeWith(lacksNftables())("the kernel's routing, for transit gateways", () => {
  const { batches, told, sample } = batchesOf();

  it.each(batches)(
    `agrees about who is reached through a gateway and back, and is never wrong with an input hidden ${told}`,
    async (k) => {
      const drawn = sample(cards, k);
      const asked = drawn.flatMap((_, i) => questionsOf(i));
      const kernel = connected(drawn.map(siteOf), asked);
      const whole = await Promise.all(drawn.map((card) => nicOf(programOf(card))));
      const partly = await Promise.all(drawn.map((card) => nicOf(hiddenIn(programOf(card), card.hidden))));
      const said = (nics: readonly NetworkInterface[], { site, way, peer }: Asked) => {
        const nic = nics[site] as NetworkInterface;
        return explain(nic, "mail", way, 587, AddressSet.of(peer));
      };
      const differing = asked.flatMap((each, i) => {
        const truth = kernel[i] ? "open" : "closed";
        const [ours, hidden] = [said(whole, each), said(partly, each)];
        if (ours.verdict === truth && [truth, "unknown"].includes(hidden.verdict)) return [];
        const layers = ours.layers.map(({ layer, verdict, decidedBy }) => [
          layer,
          verdict,
          ...decidedBy.map((by) => by.says),
        ]);
        const { way, peer, site } = each;
        const told = { way, peer, truth, ours: ours.verdict, hidden: hidden.verdict, missing: ours.missing };
        return [{ ...told, layers: layers.slice(2), card: JSON.stringify(drawn[site]) }];
      });
      expect(differing.slice(0, 2)).toEqual([]);
      const open = kernel.filter((each) => each).length;
      expect(Math.min(open, kernel.length - open)).toBeGreaterThan(0);
      const unknowns = asked.filter((each) => said(partly, each).verdict === "unknown").length;
      expect(unknowns).toBeGreaterThan(0);
    },
    300_000,
  );
});
