import { AddressSet } from "../../../model/addresses.js";
import { type Maybe, unknown } from "../../../model/maybe.js";
import type { Place } from "../../pulumi/input.js";
import { propertiesWhenAsked } from "../../pulumi/properties.js";
import { noProperties, type Resource } from "../../pulumi/resource.js";

/** Something of the account in the vocabulary of programs, so that one semantics reads both. */
interface Described {
  /** The type token of the resource that would make it. */
  readonly type: string;
  /** The cloud's own id. */
  readonly id: string;
  /** What evidence names; else the id. */
  readonly urn?: string;
  /** What people call it; else the id. */
  readonly name?: string | undefined;
  /** Inputs; what is undefined is left out, what is unknown names what is missing. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What evidence names for a part of the inputs. */
  readonly place?: Place;
}

export function described({ type, id, urn = id, name, inputs, place }: Described): Resource {
  return {
    ...{ type, id, urn, name: name ?? id, inputs: propertiesWhenAsked(() => inputs, urn), outputs: noProperties },
    ...{ dependencies: [], propertyDependencies: {}, ...(place ? { place } : {}) },
  };
}

/** An address block as AWS writes it; anything else would be no answer of AWS, and is unknown. */
export function cidr(text: string | undefined, at: string): Maybe<string> | undefined {
  if (text === undefined) return undefined;
  try {
    AddressSet.of(text);
    return text;
  } catch {
    return unknown(at);
  }
}

export function nameTag(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): string | undefined {
  return tags?.find(({ Key }) => Key === "Name")?.Value || undefined;
}

/** Makes ARNs of EC2 in a Region (AWS General Reference, "ARN format"); without an owner the id has to do. */
export function arnMaker(region: string): (kind: string, id: string, ownerId: string | undefined) => string {
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return (kind, id, ownerId) => (ownerId ? `arn:${partition}:ec2:${region}:${ownerId}:${kind}/${id}` : id);
}
