import { unknownText, urnOf, type Written } from "../sources/pulumi/programs.js";
import {
  blocks,
  hostIn,
  type Lookup,
  type Network,
  networks,
  outside,
  type Site,
  type Subnet,
  type TransitRoute,
} from "./transit-compiler.js";
import { type Card, mail, programOf, siteOf, subnetBlocks, tableOf } from "./transit-programs.js";

/** Inputs of a program that are hidden one at a time, with all that each may be: its extremes. */

/** A program with one input hidden, and what the gateway may be then. */
export interface Hidden {
  readonly hidden: string;
  readonly program: readonly Written[];
  readonly worlds: readonly Site[];
}

interface Place {
  readonly name: string;
  readonly worlds: readonly Site[];
}
interface Kind {
  readonly type: Written["type"];
  readonly input: string;
  readonly places: (card: Card) => readonly Place[];
}
type Routes = readonly TransitRoute[];

const addresses = (network: Network) =>
  network === "app" ? [...mail] : subnetBlocks[network].flatMap((pair) => pair.map(hostIn));
const host = (address: string) => `${address}/${address.includes(":") ? 128 : 32}`;
const home = mail.map(host);
const abroad = [...addresses("hub"), ...addresses("out"), outside].map(host);
/** The longest blocks that hold the machine and a peer, of those peers for whom there is a shorter one in the second. */
const shared = [
  ["10.0.0.0/14", "2600:1f00::/26"],
  ["8.0.0.0/6", "::/0"],
];
const to = (target: TransitRoute["to"], blocks: readonly string[], rank: number): Routes =>
  blocks.map((block) => ({ block, to: target, rank, id: "" }));
/** What another attachment may announce: that all peers stand behind it, or all that is asked for and lost there. */
const answered = to("elsewhere", abroad, 0);
const lost = to("blackhole", [...abroad, ...home], 0);

/** The site with other routes in a table of the gateway. */
function withRoutes(card: Card, table: number, change: (routes: Routes) => Routes): Site {
  const site = siteOf(card);
  const lookup = Object.fromEntries(
    networks.map((network) => {
      const own = site.lookup[network];
      return [network, tableOf(card, network) === table ? { ...own, routes: change(own.routes) } : own];
    }),
  ) as Record<Network, Lookup>;
  return { ...site, lookup };
}

type Table = Card["tables"][number];
const changed = (card: Card, index: number, change: (table: Table) => Partial<Table>): Card => ({
  ...card,
  tables: card.tables.map((table, i) => (i === index ? { ...table, ...change(table) } : table)),
});

interface StaticRoute {
  readonly index: number;
  readonly block: string;
  readonly to: Network | "blackhole";
  readonly name: string;
  /** The program without it. */
  readonly rest: Card;
}

const staticRoutes = (card: Card): StaticRoute[] =>
  card.tables.flatMap(({ routes }, index) =>
    routes.map((route) => ({
      ...{ ...route, index, name: `route-${index}-${route.block}` },
      rest: changed(card, index, () => ({ routes: routes.filter((each) => each !== route) })),
    })),
  );

/** No table has two static routes to one block. */
const takes = (card: Card, index: number, block: string) =>
  card.tables[index]?.routes.every((each) => each.block !== block) === true;

/** Lists of blocks: nobody, the peers, the machine, both. */
const listed = [[], abroad, home, [...abroad, ...home]];

const ofBlock = ({ rest, index, to: target }: StaticRoute): Site[] =>
  [...listed.slice(0, 3), ...shared].map((blocks) => {
    const free = blocks.filter((each) => takes(rest, index, each));
    return withRoutes(rest, index, (routes) => [...routes, ...to(target, free, 2)]);
  });

const ofTarget = ({ rest, index, block }: StaticRoute): Site[] =>
  ([...networks, "blackhole", "elsewhere"] as const).map((target) =>
    withRoutes(rest, index, (routes) => [...routes, ...to(target, [block], 2)]),
  );

const ofTable = ({ rest, block, to: target }: StaticRoute): Site[] => [
  siteOf(rest),
  ...rest.tables.flatMap((_, index) =>
    takes(rest, index, block)
      ? [siteOf(changed(rest, index, ({ routes }) => ({ routes: [...routes, { block, to: target }] })))]
      : [],
  ),
];

const propagations = (card: Card) =>
  card.tables.flatMap(({ propagated }, index) =>
    card.byDefault && index === 0
      ? []
      : propagated.map((network) => ({
          ...{ index, network, name: `prop-${network}-${index}` },
          rest: changed(card, index, () => ({ propagated: propagated.filter((each) => each !== network) })),
        })),
  );

const propagating = (card: Card, network: Network, index: number): Card =>
  changed(card, index, ({ propagated }) => ({ propagated: [...new Set([...propagated, network])] }));

const associations = (card: Card) =>
  card.byDefault ? [] : networks.filter((network) => tableOf(card, network) !== undefined);
const associated = (card: Card, network: Network, index: number): Card => ({
  ...card,
  association: { ...card.association, [network]: index },
});
/** The index of a table that no program has. */
const none = 9;

function inForeignTable(card: Card, network: Network): Site {
  const site = siteOf(card);
  return { ...site, lookup: { ...site.lookup, [network]: { routes: [...answered, ...to("app", home, 0)], rest: "" } } };
}

/** What a gateway does by itself; `reported`: the id in the routes is that of the table which it made. */
interface Defaults {
  readonly associated: boolean;
  readonly propagated: boolean;
  readonly reported: boolean;
}

function byDefault(card: Card, given: Defaults): Site {
  const site = siteOf(card);
  if (!card.byDefault) return site;
  const lookupOf = (network: Network): Lookup => {
    const { routes, rest } = site.lookup[network];
    const held = routes.filter(({ rank }) => (rank === 0 ? given.propagated : given.reported));
    return { rest, routes: given.associated ? held : [] };
  };
  const lookup = { app: lookupOf("app"), hub: lookupOf("hub"), out: lookupOf("out") };
  return { ...site, lookup };
}

const defaults = (card: Card, setting: "associated" | "propagated"): Place[] => [
  {
    name: "tgw",
    worlds: [true, false].flatMap((reported) =>
      [true, false].map((is) => byDefault(card, { associated: true, propagated: true, reported, [setting]: is })),
    ),
  },
];

/** `served` of all subnets of a network, by the zones of its attachment. */
function inZones(card: Card, network: Network, own: readonly string[], ends: readonly string[]): Site {
  const site = siteOf(card);
  const subnets = site.subnets[network].map((each, i) => ({ ...each, served: ends.includes(own[i] ?? "") }));
  return { ...site, subnets: { ...site.subnets, [network]: subnets } };
}

const zones = ["a", "b", "c"];

function zonePlaces(card: Card): Place[] {
  return networks.flatMap((network) => {
    const own: string[] = card.subnets[network].map(({ zone }) => zone);
    const ends = ["a", ...(card.zones[network] ? ["b"] : [])];
    return [
      ...own.map((_, i) => ({
        name: `${network}${i}`,
        worlds: zones.map((zone) => inZones(card, network, own.with(i, zone), ends)),
      })),
      // An attachment has one subnet in a zone.
      ...ends.map((end, i) => ({
        name: `end-${network}-${end}`,
        worlds: zones
          .filter((zone) => zone === end || !ends.includes(zone))
          .map((zone) => inZones(card, network, own, ends.with(i, zone))),
      })),
    ];
  });
}

/**
 * The addresses of a subnet whose block is not known lie in it, or in one of another program, which may lead everything to
 * the gateway or nothing. The machine stands where it is said to stand, and attachments' subnets hold no peer.
 */
function blockPlaces(card: Card, isSix: boolean): Place[] {
  return networks.flatMap((network) => {
    const site = siteOf(card);
    const split = (k: number, foreign: Partial<Subnet>): Site => {
      const own = site.subnets[network];
      const [subnet] = own.slice(k, k + 1) as [Subnet];
      const isHidden = (block: string) => block.includes(":") === isSix;
      const kept = { ...subnet, blocks: subnet.blocks.filter((each) => !isHidden(each)) };
      const moved = { ...subnet, ...foreign, blocks: subnet.blocks.filter(isHidden) };
      return { ...site, subnets: { ...site.subnets, [network]: [...own.with(k, kept), moved] } };
    };
    const ends = ["a", ...(card.zones[network] ? ["b"] : [])];
    return [
      ...site.subnets[network].map((_, k) => ({
        name: `${network}${k}`,
        worlds:
          network === "app"
            ? [site]
            : [site, split(k, { served: true, toGateway: home }), split(k, { served: true, toGateway: [] })],
      })),
      ...ends.map((end) => ({ name: `end-${network}-${end}`, worlds: [site] })),
    ];
  });
}

/** The blocks of version 6 that hold all subnets of a network, of the lengths that AWS gives: /60 holds too little. */
function inWiderBlocks(card: Card, network: Network): Site[] {
  const [four = "", six = ""] = blocks[network];
  return [44, 48, 52, 56].map((length) => {
    const block = (length === 44 ? six.replace(/(\w+:\w+):[12]::/, "$1::") : six).replace("/56", `/${length}`);
    return siteOf(card, { ...blocks, [network]: [four, block] });
  });
}

const attached = (worlds: (card: Card, network: Network) => readonly Site[], of: string) => (card: Card) =>
  networks.map((network) => ({ name: `${of}-${network}`, worlds: worlds(card, network) }));

const kinds: readonly Kind[] = [
  {
    ...{ type: "transitRoute", input: "destinationCidrBlock" },
    places: (card) => staticRoutes(card).map((each) => ({ name: each.name, worlds: ofBlock(each) })),
  },
  {
    ...{ type: "transitRoute", input: "transitGatewayAttachmentId" },
    places: (card) =>
      staticRoutes(card)
        .filter((each) => each.to !== "blackhole")
        .map((each) => ({ name: each.name, worlds: ofTarget(each) })),
  },
  {
    ...{ type: "transitRoute", input: "transitGatewayRouteTableId" },
    places: (card) => staticRoutes(card).map((each) => ({ name: each.name, worlds: ofTable(each) })),
  },
  {
    ...{ type: "transitPropagation", input: "transitGatewayAttachmentId" },
    places: (card) =>
      propagations(card).map(({ name, index, rest }) => ({
        name,
        worlds: [
          ...networks.map((network) => siteOf(propagating(rest, network, index))),
          ...[lost, answered].map((more) => withRoutes(rest, index, (routes) => [...routes, ...more])),
        ],
      })),
  },
  {
    ...{ type: "transitPropagation", input: "transitGatewayRouteTableId" },
    places: (card) =>
      propagations(card).map(({ name, network, rest }) => ({
        name,
        worlds: [siteOf(rest), ...rest.tables.map((_, index) => siteOf(propagating(rest, network, index)))],
      })),
  },
  {
    ...{ type: "transitAssociation", input: "transitGatewayRouteTableId" },
    places: (card) =>
      associations(card).map((network) => ({
        name: `assoc-${network}`,
        worlds: [siteOf(associated(card, network, none)), inForeignTable(card, network)],
      })),
  },
  {
    ...{ type: "transitAssociation", input: "transitGatewayAttachmentId" },
    places: (card) =>
      associations(card).map((network) => {
        const rest = associated(card, network, none);
        const free = networks.filter((each) => tableOf(rest, each) === undefined);
        return {
          name: `assoc-${network}`,
          worlds: [siteOf(rest), ...free.map((each) => siteOf(associated(rest, each, card.association[network])))],
        };
      }),
  },
  {
    ...{ type: "transitPrefixList", input: "prefixListId" },
    places: (card) =>
      card.tables.flatMap(({ list }, index) => {
        if (!list) return [];
        const rest = changed(card, index, () => ({ list: null }));
        const worlds = listed.map((blocks) =>
          withRoutes(rest, index, (routes) => [...routes, ...to(list.to, blocks, 1)]),
        );
        return [{ name: `ref${index}`, worlds }];
      }),
  },
  {
    ...{ type: "transit", input: "defaultRouteTableAssociation" },
    places: (card) => defaults(card, "associated"),
  },
  {
    ...{ type: "transit", input: "defaultRouteTablePropagation" },
    places: (card) => defaults(card, "propagated"),
  },
  { ...{ type: "subnet", input: "availabilityZone" }, places: zonePlaces },
  { ...{ type: "subnet", input: "cidrBlock" }, places: (card) => blockPlaces(card, false) },
  { ...{ type: "subnet", input: "ipv6CidrBlock" }, places: (card) => blockPlaces(card, true) },
  // No network's block is wider than /16, and the known subnets lie too far apart for a narrower one.
  { ...{ type: "vpc", input: "cidrBlock" }, places: attached((card) => [siteOf(card)], "vpc") },
  { ...{ type: "vpc", input: "ipv6CidrBlock" }, places: attached(inWiderBlocks, "vpc") },
  // Its subnets, which are known, say which network it is.
  { ...{ type: "transitAttachment", input: "vpcId" }, places: attached((card) => [siteOf(card)], "at") },
  {
    ...{ type: "transitAttachment", input: "ipv6Support" },
    places: (card) =>
      networks
        .filter((network) => card.six[network] !== undefined)
        .map((network) => ({
          name: `at-${network}`,
          worlds: (["enable", "disable"] as const).map((six) =>
            siteOf({ ...card, six: { ...card.six, [network]: six } }),
          ),
        })),
  },
];

/** Hides an input of the kind with this number, or of the next one that the program has. */
export function hiddenIn(card: Card, number: number): Hidden {
  const kind = kinds[number % kinds.length] as Kind;
  const places = kind.places(card);
  const place = places[card.hidden % places.length];
  if (place === undefined) return hiddenIn(card, number + 1);
  const { type, input } = kind;
  const program = programOf(card).map((one) =>
    one.type === type && one.name === place.name
      ? { ...one, inputs: { ...one.inputs, [input]: unknownText }, outputs: {} }
      : one,
  );
  const worlds = [...new Map(place.worlds.map((site) => [JSON.stringify(site), site])).values()];
  const hidden = `${urnOf({ type, name: place.name })}#${input}`;
  return { hidden, program, worlds };
}
