import { isUnknown } from "../../../../model/maybe.js";
import type { Input } from "../../input.js";
import { type Change, givenOf, ofTypes, outputOf, type Resource } from "../../resource.js";
import type { Choice, Option } from "../cases.js";
import { transitGatewayType } from "../routes.js";
import { Subnets } from "../subnets.js";
import { accepterType, attachmentType, TransitAttachments } from "./attachments.js";
import { primaryBlocks } from "./network-blocks.js";

/** An id that nothing of the program has. */
const another = "(of another program)";
const ofDefaults = ["Association", "Propagation"] as const;

/** The inputs around transit gateways that are not known and may be one of few things. */
export function choicesOf(resources: readonly Resource[]): Choice[] {
  if (ofTypes(resources, transitGatewayType).length === 0) return [];
  const subnets = new Subnets(resources);
  const attachments = new TransitAttachments(resources, subnets);
  return [
    ...settings(resources),
    ...attachments.loose.map(({ resource, at }) => ofAttachment(resource, at, attachments)),
    ...attachments.gateways.resources.map((gateway) => ofDefaultTable(gateway, attachments)),
    ...[...new Set(attachments.all.flatMap(({ vpc }) => vpc ?? []))].flatMap((vpc) => ofBlocks(vpc, subnets)),
  ].filter(({ options }) => options.length > 0);
}

function settings(resources: readonly Resource[]): Choice[] {
  const told = (resource: Resource, name: string, values: readonly (string | boolean)[]): Choice[] => {
    const given = givenOf(resource, name);
    if (given.isAbsent || !isUnknown(given.content)) return [];
    return [{ at: given.at, options: values.map((value) => [resource, withInput(name, value)]) }];
  };
  return ofDefaults.flatMap((what) => [
    ...ofTypes(resources, transitGatewayType).flatMap((each) =>
      told(each, `defaultRouteTable${what}`, ["enable", "disable"]),
    ),
    ...ofTypes(resources, attachmentType, accepterType).flatMap((each) =>
      told(each, `transitGatewayDefaultRouteTable${what}`, [true, false]),
    ),
  ]);
}

/** An attachment has one association (EC2 API, `AssociateTransitGatewayRouteTable`): it is of one that has none yet. */
function ofAttachment(association: Resource, at: string, attachments: TransitAttachments): Choice {
  const name = "transitGatewayAttachmentId";
  const flowing = association.propertyDependencies[name] ?? [];
  const free = attachments.all.filter((each) => !attachments.isAssociated(each)).map(({ resource }) => resource);
  const candidates = flowing.length > 0 ? free.filter((each) => flowing.includes(each)) : free;
  const flow = (before: Resource, from: readonly Resource[]) => ({
    propertyDependencies: { ...before.propertyDependencies, [name]: from },
  });
  return {
    at,
    options: [
      ...candidates.map((each): Option => [association, (before) => flow(before, [each])]),
      [association, (before) => ({ ...withInput(name, another)(before), ...flow(before, []) })],
    ],
  };
}

/** Where the gateway does not say yet which table it has made, an id that the program does not define may be that table's. */
function ofDefaultTable(gateway: Resource, attachments: TransitAttachments): Choice {
  const names = ofDefaults.map((what) => `${what.toLowerCase()}DefaultRouteTableId`);
  const silent = names.filter((name) => typeof outputOf(gateway, name).text() !== "string");
  const at = `${gateway.urn}#${names[0]}`;
  const ids = attachments.idsOfUnseenTables(gateway);
  if (silent.length === 0 || ids.length === 0) return { at, options: [] };
  return {
    at,
    options: [...ids, another].map((id) => {
      const told = Object.fromEntries(silent.map((name) => [name, id]));
      return [gateway, ({ outputs }) => ({ outputs: () => ({ ...outputs(), ...told }) })];
    }),
  };
}

function ofBlocks(vpc: Resource, subnets: Subnets): Choice[] {
  return primaryBlocks(vpc, subnets).map(({ name, at, blocks }) => ({
    at,
    options: blocks.map((block) => [vpc, withInput(name, block)]),
  }));
}

function withInput(name: string, value: NonNullable<Input["content"]>): Change {
  return ({ inputs }) => ({ inputs: () => ({ ...inputs(), [name]: value }) });
}
