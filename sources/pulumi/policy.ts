import type { Properties } from "./input.js";
import { propertiesWhenAsked, reportedId } from "./properties.js";
import { link, type Resource } from "./resource.js";

/** What a stack policy of `@pulumi/policy` is given for each resource; `props` throws where a value is unknown. */
export interface PolicyResourceLike {
  readonly urn: string;
  readonly type: string;
  /** The cloud's id, which stands among the properties as well. */
  readonly id: unknown;
  readonly props: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly { readonly urn: string }[];
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
}

/**
 * The resources of a stack policy's arguments. A stack policy sees outputs alone, in which everything the provider
 * fills in is unknown at preview; give the inputs by URN, as resource policies see them, for decided results.
 */
export function fromPolicyResources(
  resources: readonly PolicyResourceLike[],
  inputsOf: (urn: string) => (() => Properties) | undefined = () => undefined,
): Resource[] {
  return link(
    resources.map((resource) => {
      const { urn, type } = resource;
      const outputs = propertiesWhenAsked(() => resource.props, urn);
      return {
        urn,
        type,
        id: reportedId(resource.id, urn),
        inputs: inputsOf(urn) ?? outputs,
        outputs,
        dependencies: resource.dependencies.map((each) => each.urn),
        propertyDependencies: Object.fromEntries(
          Object.entries(resource.propertyDependencies).map(([name, found]) => [name, found.map((each) => each.urn)]),
        ),
      };
    }),
  );
}
