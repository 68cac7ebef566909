import { any, type Maybe, unknown } from "../../../../model/maybe.js";
import { inputOf } from "../../resource.js";
import type { Place, Subnets } from "../subnets.js";
import type { Attachment } from "./attachments.js";

/**
 * Whether packets of a place get to the gateway: an attachment serves the Availability Zones of its subnets (Transit
 * Gateway guide, "VPC attachments", limits).
 */
export function serves({ subnets: own, resource }: Attachment, place: Place, subnets: Subnets): Maybe<boolean> {
  const listed = own.certain.map((each) => subnets.sharesZone(place, each));
  const isOpen = own.doubtful.length + own.missing.length > 0;
  return any(...listed, ...(isOpen ? [unknown(inputOf(resource, "subnetIds").at)] : []));
}
