import type { VpcBlockPublicAccessExclusion } from "@aws-sdk/client-ec2";
import { type Maybe, unknown } from "../../../model/maybe.js";
import type { Resource } from "../../pulumi/resource.js";
import type { Inventory } from "../inventory.js";
import { isUnread } from "../lists.js";
import { described } from "./described.js";

const optionsType = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions";
const exclusionType = "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion";

/** VPC Block Public Access of the Region, and what is excluded from it. */
export function publicAccessResources({ region, publicAccess }: Inventory): Resource[] {
  const { options, exclusions } = publicAccess;
  if (options === undefined) return [];
  const at = `VPC Block Public Access of ${region}`;
  const mode = isUnread(options) ? unknown(options.unread) : (options.InternetGatewayBlockMode ?? unknown(at));
  const found = isUnread(exclusions)
    ? [
        described({
          type: exclusionType,
          id: at,
          inputs: exclusionOfAny(exclusions.unread),
          place: () => exclusions.unread,
        }),
      ]
    : exclusions.flatMap(exclusionResource);
  return [described({ type: optionsType, id: at, inputs: { internetGatewayBlockMode: mode } }), ...found];
}

function exclusionOfAny(missing: string) {
  return { subnetId: unknown(missing), internetGatewayExclusionMode: unknown(missing) };
}

const over: readonly (string | undefined)[] = ["create-failed", "delete-complete", "disable-complete"];
const inForce: readonly (string | undefined)[] = ["create-complete", "update-complete"];

function exclusionResource(exclusion: VpcBlockPublicAccessExclusion): Resource[] {
  const { ExclusionId: id = "", State, ResourceArn = "" } = exclusion;
  if (over.includes(State)) return [];
  const mode: Maybe<string> =
    inForce.includes(State) && exclusion.InternetGatewayExclusionMode
      ? exclusion.InternetGatewayExclusionMode
      : unknown(`${id} (${State})`);
  const [, kind, resource] = /:(vpc|subnet)\/(\S+)$/.exec(ResourceArn) ?? [];
  const whom = kind === "vpc" ? { vpcId: resource } : { subnetId: resource ?? unknown(id) };
  return [described({ type: exclusionType, id, inputs: { ...whom, internetGatewayExclusionMode: mode } })];
}
