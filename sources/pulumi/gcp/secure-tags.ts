import { isUnknown, type Maybe, mapKnown, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { type References, referenceOf, referencesAmong } from "../references.js";
import { flowingInto, inputOf, knownId, outputOf, type Resource } from "../resource.js";
import { type Labels, labelsOf, noLabels, overlap } from "./labels.js";
import { Named } from "./named.js";

const valueType = "gcp:tags/tagValue:TagValue";
const bindingTypes = ["gcp:tags/tagBinding:TagBinding", "gcp:tags/locationTagBinding:LocationTagBinding"];
const instanceTypes: ReadonlySet<string> = new Set(["gcp:compute/instance:Instance"]);

/** The tags that a rule lists: those in force, and whether any is named at all. */
export interface Listed {
  readonly tags: Labels;
  /** Of tags that other programs define, whether they are bound to an instance they may say as well. */
  readonly outside: boolean;
  /** Every one of them is INEFFECTIVE: deleted, or its network is. The rule is then ignored. */
  readonly isIgnored: boolean;
}

/**
 * Secure tags, by the id of their value (`tagValues/123`): bound to an instance when it is made (`resourceManagerTags`) or
 * by bindings (Cloud NGFW documentation, "Secure tags for firewalls").
 */
export class SecureTags {
  private readonly values: Named;
  private readonly bindings: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    this.values = new Named(resources, [valueType]);
    this.bindings = resources.filter(({ type }) => bindingTypes.includes(type));
  }

  /** The tags of an instance, or of the instances of a template. */
  carriedBy(resource: Resource): Labels {
    const params = inputOf(resource, "params");
    const property = params.isAbsent ? "resourceManagerTags" : "params";
    const pairs = params.isAbsent ? inputOf(resource, "resourceManagerTags") : params.member("resourceManagerTags");
    const made = isUnknown(pairs.text())
      ? { ...noLabels, missing: [pairs.at] }
      : this.labels(
          resource,
          property,
          pairs.names().map((name) => pairs.member(name)),
        );
    const bound = this.bindings.flatMap((binding) => {
      const meant = isBoundTo(binding, resource);
      if (meant === false) return [];
      const tag = inputOf(binding, "tagValue");
      const { known, missing } = labelsOf(referenceOf(binding, "tagValue", tag, this.values), tag.at);
      return [
        isUnknown(meant) ? { known: new Set<string>(), missing: [...meant.unknown, ...missing] } : { known, missing },
      ];
    });
    const all = [made, ...bound];
    return {
      known: new Set(all.flatMap(({ known }) => [...known])),
      missing: [...new Set(all.flatMap(({ missing }) => missing))],
    };
  }

  /**
   * The tags of a list of a rule.
   * @param reported the same list as the provider reported it, with the state of each.
   */
  listed(holder: Resource, property: string, list: Input, reported: Input): Listed {
    const items = list.items() ?? [];
    if (isUnknown(items)) return { tags: { ...noLabels, missing: items.unknown }, outside: false, isIgnored: false };
    const last = reported.items() ?? [];
    const inForce = items.filter((each, i) => {
      const state = each.member("state").text() ?? (isUnknown(last) ? undefined : last[i]?.member("state").text());
      return state !== "INEFFECTIVE";
    });
    const names = inForce.map((each) => each.member("name"));
    const found = referencesAmong(holder, property, names, this.values);
    return {
      tags: labelsOf(found, list.at),
      outside: found.outside.length > 0,
      isIgnored: items.length > 0 && inForce.length === 0,
    };
  }

  private labels(holder: Resource, property: string, inputs: readonly Input[]): Labels {
    const found: References = referencesAmong(holder, property, inputs, this.values);
    return labelsOf(found, inputs[0]?.at ?? holder.urn);
  }
}

/** Is one of the listed tags on the target? What other programs bind is not seen here. */
export function isTagged({ tags, outside }: Listed, carried: Labels, at: string): Maybe<boolean> {
  const found = overlap(tags, carried);
  return found === false && outside ? unknown(at) : found;
}

/** `//compute.googleapis.com/projects/1/zones/z/instances/2`: the id that the instance reported, or its name. */
function isBoundTo(binding: Resource, instance: Resource): Maybe<boolean> {
  const parent = inputOf(binding, "parent");
  const text = parent.text();
  if (typeof text !== "string") {
    const [only, ...others] = flowingInto(binding, "parent", instanceTypes);
    return only && others.length === 0 ? only === instance : unknown(parent.at);
  }
  const wanted = /\/instances\/([^/]+)$/.exec(text)?.[1];
  // Whether a project's or a folder's tags count for firewalls too is not documented where it was looked for.
  if (wanted === undefined) return /compute\.googleapis\.com/.test(text) ? false : unknown(parent.at);
  const own = [outputOf(instance, "instanceId"), outputOf(instance, "name"), inputOf(instance, "name")];
  const names = own.map((each) => each.text()).filter((each) => typeof each === "string");
  if (names.includes(wanted) || knownId(instance)?.endsWith(`/${wanted}`)) return true;
  const reported = mapKnown(own[0]?.text() ?? unknown(`${instance.urn}#instanceId`), () => false);
  return /^\d+$/.test(wanted) ? reported : false;
}
