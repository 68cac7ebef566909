import type { Resource } from "../../resource.js";
import type { NetworkAcls } from "../acls.js";
import type { BlockPublicAccess } from "../block-public-access.js";
import type { Passages } from "../passages.js";
import type { PrefixLists } from "../prefix-lists.js";
import type { RouteTables } from "../route-tables.js";
import type { Subnets } from "../subnets.js";
import { AttachmentAcls } from "./acls.js";
import { TransitAttachments } from "./attachments.js";
import { Crossings } from "./crossings.js";
import { FarSide } from "./far-side.js";
import { TransitLayers } from "./layers.js";
import { TransitTables } from "./tables.js";

/** What stands around transit gateways. */
export interface Environment {
  readonly tables: RouteTables;
  readonly passages: Passages;
  readonly subnets: Subnets;
  readonly acls: NetworkAcls;
  readonly lists: PrefixLists;
  readonly blocks: BlockPublicAccess;
}

/** The transit gateways of a program, as what packets meet on their way by them. */
export function transitLayersOf(
  resources: readonly Resource[],
  { tables, passages, subnets, acls, lists, blocks }: Environment,
): TransitLayers {
  const attachments = new TransitAttachments(resources, subnets);
  const routes = new TransitTables(attachments, subnets, lists);
  const far = new FarSide(tables, passages, subnets, blocks);
  const crossings = new Crossings(attachments, routes, far, subnets);
  return new TransitLayers(crossings, tables, passages, subnets, new AttachmentAcls(crossings, far, subnets, acls));
}
