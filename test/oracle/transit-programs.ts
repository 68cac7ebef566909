import fc from "fast-check";
import { urnOf, type Written } from "../sources/pulumi/programs.js";
import { blocks, hostIn, type Lookup, type Network, networks, type Site, type Subnet } from "./transit-compiler.js";

/** Random programs around a transit gateway, and the same as the kernel's compiler wants it. */

export const subnetBlocks: Readonly<Record<Network, readonly (readonly [four: string, six: string])[]>> = {
  app: [
    ["10.1.1.0/24", "2600:1f10:1:1::/64"],
    ["10.1.2.0/24", "2600:1f10:1:2::/64"],
  ],
  hub: [
    ["10.2.1.0/24", "2600:1f20:2:1::/64"],
    ["10.2.2.0/24", "2600:1f20:2:2::/64"],
  ],
  out: [["10.3.1.0/24", "fd00:3:0:1::/64"]],
};
export const mail = subnetBlocks.app[0]?.map(hostIn) as [four: string, six: string];

/** Many routes are wide, so that most connections find a way and what is random decides. */
const wide = ["10.0.0.0/8", "0.0.0.0/0", "2600::/16", "fd00::/8"];
const toward: fc.Arbitrary<string> = fc.constantFrom(
  ...["10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16", "10.1.1.0/24", "10.2.1.0/24", "10.3.0.0/16"],
  ...["2600::/16", "2600:1f10:1::/56", "2600:1f20:2::/56", "2600:1f10:1:1::/64", "2600:1f20:2:1::/64", "fd00:3::/56"],
);
const subnet = fc.record({
  zone: fc.constantFrom("a", "a", "a", "a", "a", "a", "b"),
  routes: fc.oneof(
    { weight: 5, arbitrary: fc.constant(wide) },
    { weight: 2, arbitrary: fc.uniqueArray(toward, { minLength: 1, maxLength: 4 }) },
  ),
});
const route = fc.record({
  block: fc.oneof(
    toward,
    fc.constantFrom("0.0.0.0/0", "10.2.1.0/25", "10.2.1.25/32", "8.8.8.0/24", "10.1.1.0/25"),
    fc.constantFrom("::/0", "2600:1f20:2:1::/80", "2600:1f20:2:1::25/128", "2600:1f10:1:1::/80"),
  ),
  to: fc.constantFrom("app", "hub", "out", "out", "blackhole"),
});
const table = fc.record({
  propagated: fc.subarray([...networks], { minLength: 2 }),
  routes: fc.uniqueArray(route, { maxLength: 3, selector: ({ block }) => block }),
  list: fc.option(route, { freq: 2 }),
});
const everyone = ["0.0.0.0/0", "::/0"].map((block) => ({ block, passes: true }));
const guard = fc
  .tuple(
    fc.array(
      fc.record({
        block: fc.constantFrom(
          ...["0.0.0.0/0", "10.0.0.0/8", "10.1.1.0/24", "10.2.0.0/16", "10.3.1.25/32"],
          ...["::/0", "2600:1f10:1:1::/64", "2600:1f20:2::/56", "fd00::/8"],
        ),
        passes: fc.constantFrom(true, true, false),
      }),
      { maxLength: 3 },
    ),
    fc.constantFrom(true, true, false),
  )
  .map(([entries, ends]) => (ends ? [...entries, ...everyone] : entries));
const each = <T>(of: (network: Network) => T) =>
  Object.fromEntries(networks.map((network) => [network, of(network)])) as Record<Network, T>;
export const cards = fc.record({
  subnets: fc.record(each((network) => fc.tuple(...subnetBlocks[network].map(() => subnet)))),
  tables: fc.array(table, { minLength: 2, maxLength: 3 }),
  /** By network the table of its attachment; one that does not exist: none. */
  association: fc.record(each(() => fc.nat(2))),
  /** The first table is the gateway's own, with what AWS does by itself. */
  byDefault: fc.boolean(),
  acls: fc.record(each(() => fc.option(fc.record({ ingress: guard, egress: guard }), { freq: 2 }))),
  nat: fc.constantFrom(true, true, false),
  zones: fc.record(each(() => fc.boolean())),
  /** `ipv6Support` of the attachment; undefined: not given. */
  six: fc.record(each(() => fc.constantFrom("enable", "enable", "disable", undefined))),
  hidden: fc.nat(),
});
export type Card = typeof cards extends fc.Arbitrary<infer T> ? T : never;

const urn = (type: Written["type"], name: string, more = "") => `${urnOf({ type, name })}${more}`;

/** Which table an attachment is looked up in; with defaults every network is in the first one, and propagated there. */
export function tableOf(card: Card, network: Network): number | undefined {
  if (card.byDefault) return 0;
  return card.tables[card.association[network]] === undefined ? undefined : card.association[network];
}

/**
 * No route to a transit gateway may lie within the network's own block. 0.0.0.0/0 of `out` leads to the internet, and what
 * goes from its NAT gateway to other private networks is not judged.
 */
function sentBy(network: Network, routes: readonly string[]): string[] {
  const foreign = routes.filter(
    (one) => !blocks[network].some((own) => one.startsWith(own.slice(0, -4).replace(/[.:]*0?$/, ""))),
  );
  if (network !== "out") return foreign;
  const back = foreign.map((one) => (one === "10.0.0.0/8" ? "10.1.0.0/16" : one));
  return [...new Set(back.filter((one) => one.includes(":") || one.startsWith("10.1.")))];
}

/** @param own the networks' blocks. */
export function siteOf(card: Card, own: Site["blocks"] = blocks): Site {
  return {
    blocks: own,
    subnets: each((network) =>
      card.subnets[network].map(
        ({ zone, routes }, i): Subnet => ({
          blocks: subnetBlocks[network][i] ?? [],
          served: zone === "a" || card.zones[network],
          toGateway: sentBy(network, routes),
          table: urn("table", `rt-${network}${i}`, "#routes"),
          zone: urn("transitAttachment", `at-${network}`, "#subnetIds"),
        }),
      ),
    ),
    lookup: each((network) => lookupOf(card, network, own)),
    acls: Object.fromEntries(
      networks.flatMap((network) => {
        const acl = card.acls[network];
        if (acl === null) return [];
        const side = (way: "ingress" | "egress") => ({
          entries: acl[way].map(({ block, passes }, i) => ({
            ...{ block, passes },
            id: urn("acl", `acl-${network}`, `#${way}[${i}].${block.includes(":") ? "ipv6CidrBlock" : "cidrBlock"}`),
          })),
          rest: urn("acl", `acl-${network}`, `#${way}`),
        });
        return [[network, { ingress: side("ingress"), egress: side("egress") }]];
      }),
    ),
    nat: card.nat,
    beyond: each((network) => urn("table", `rt-end-${network}-a`, "#routes")),
  };
}

function lookupOf(card: Card, network: Network, held: Site["blocks"]): Lookup {
  const index = tableOf(card, network);
  const found = index === undefined ? undefined : card.tables[index];
  if (found === undefined) return { routes: [], rest: urn("transitAttachment", `at-${network}`) };
  const own = card.byDefault ? networks : found.propagated;
  const propagated = own.flatMap((one) =>
    held[one]
      .filter((block) => !block.includes(":") || card.six[one] === "enable")
      .map((block) => ({ block, to: one, rank: 0, id: "" })),
  );
  const listed = found.list
    ? [{ ...found.list, rank: 1, id: urn("transitPrefixList", `ref${index}`, "#prefixListId") }]
    : [];
  const fixed = found.routes.map((one) => ({
    ...{ ...one, rank: 2 },
    id: urn("transitRoute", `route-${index}-${one.block}`, "#destinationCidrBlock"),
  }));
  return {
    routes: [...propagated, ...listed, ...fixed] as Lookup["routes"],
    rest: card.byDefault ? urn("transit", "tgw") : urn("transitTable", `table${index}`),
  };
}

const everything = {
  ...{ protocol: "-1", fromPort: 0, toPort: 0 },
  ...{ cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] },
};
const toBlock = (block: string) => (block.includes(":") ? { ipv6CidrBlock: block } : { cidrBlock: block });
const entries = (
  list: Card["acls"]["app"] extends infer T ? NonNullable<T>["ingress" & keyof NonNullable<T>] : never,
) =>
  (list as readonly { block: string; passes: boolean }[]).map(({ block, passes }, i) => ({
    ...{ ruleNo: 10 * (i + 1), action: passes ? "allow" : "deny", protocol: "-1", fromPort: 0, toPort: 0 },
    ...toBlock(block),
  }));
const routed = (id: string, vpcId: string, routes: object[]): Written[] => [
  { type: "table", name: `rt-${id}`, id: `rtb-${id}`, inputs: { vpcId, routes } },
  { type: "tableAssociation", name: `rta-${id}`, inputs: { routeTableId: `rtb-${id}`, subnetId: id } },
];

function networkOf(card: Card, network: Network): Written[] {
  const vpcId = `vpc-${network}`;
  const [cidrBlock = "", ipv6CidrBlock = ""] = blocks[network];
  const leaves = network === "out" && card.nat;
  const ends = ["a", ...(card.zones[network] ? ["b"] : [])];
  const subnetIds = ends.map((zone) => `end-${network}-${zone}`);
  const acl = card.acls[network];
  const six = card.six[network];
  return [
    { type: "vpc", name: vpcId, id: vpcId, inputs: { cidrBlock, ipv6CidrBlock } },
    ...card.subnets[network].flatMap(({ zone, routes }, i): Written[] => {
      const [four, sixth] = subnetBlocks[network][i] ?? [];
      return [
        {
          ...{ type: "subnet", name: `${network}${i}`, id: `${network}${i}` },
          inputs: { vpcId, cidrBlock: four, ipv6CidrBlock: sixth, availabilityZone: zone },
        },
        ...routed(`${network}${i}`, vpcId, [
          ...sentBy(network, routes).map((block) => ({ ...toBlock(block), transitGatewayId: "tgw-1" })),
          ...(network === "out" ? [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] : []),
        ]),
      ];
    }),
    ...ends.flatMap((zone, i): Written[] => [
      {
        ...{ type: "subnet", name: `end-${network}-${zone}`, id: `end-${network}-${zone}` },
        inputs: {
          ...{ vpcId, cidrBlock: `${cidrBlock.slice(0, 5)}200.${16 * i}/28`, availabilityZone: zone },
          ipv6CidrBlock: `${ipv6CidrBlock.replace("::/56", network === "out" ? ":0" : "")}:c${i}::/64`,
        },
      },
      ...routed(`end-${network}-${zone}`, vpcId, leaves ? [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }] : []),
    ]),
    {
      ...{ type: "transitAttachment", name: `at-${network}`, id: `tgw-attach-${network}` },
      inputs: { transitGatewayId: "tgw-1", vpcId, subnetIds, ...(six ? { ipv6Support: six } : {}) },
    },
    ...(acl
      ? [
          {
            ...{ type: "acl", name: `acl-${network}` },
            inputs: { vpcId, subnetIds, ingress: entries(acl.ingress), egress: entries(acl.egress) },
          } as Written,
        ]
      : []),
  ];
}

export function programOf(card: Card): Written[] {
  const setting = card.byDefault ? "enable" : "disable";
  const inTable = (i: number) => ({ transitGatewayRouteTableId: `tgw-rtb-${i}` });
  const target = (to: string) =>
    to === "blackhole" ? { blackhole: true } : { transitGatewayAttachmentId: `tgw-attach-${to}` };
  const defaults = { associationDefaultRouteTableId: "tgw-rtb-0" };
  const [privateIp, six] = mail;
  return [
    { type: "group", name: "open", id: "sg-1", inputs: { ingress: [everything], egress: [everything] } },
    {
      ...{ type: "instance", name: "mail" },
      inputs: { vpcSecurityGroupIds: ["sg-1"], subnetId: "app0", privateIp, ipv6Addresses: [six] },
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
              (one): Written => ({
                ...{ type: "transitPropagation", name: `prop-${one}-${i}` },
                inputs: { transitGatewayAttachmentId: `tgw-attach-${one}`, ...inTable(i) },
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
              inputs: {
                ...{ addressFamily: list.block.includes(":") ? "IPv6" : "IPv4", maxEntries: 1 },
                entries: [{ cidr: list.block }],
              },
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
      : networks.flatMap((network): Written[] => {
          const index = tableOf(card, network);
          if (index === undefined) return [];
          return [
            {
              ...{ type: "transitAssociation", name: `assoc-${network}`, id: `a-${network}` },
              inputs: { transitGatewayAttachmentId: `tgw-attach-${network}`, ...inTable(index) },
            },
          ];
        })),
  ];
}
