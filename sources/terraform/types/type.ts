import type { Draft } from "../../pulumi/resource.js";

/** How the resources of one Terraform type become those of the Pulumi type with the same semantics. */
export interface TerraformType {
  /** Pulumi's type token. */
  readonly token: string;
  /** Attributes whose Pulumi name is not the camel case of their own; Pulumi writes repeated blocks in the plural. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Blocks that stand at most once: a list of one in Terraform, the thing itself in Pulumi; by name, wherever they stand. */
  readonly single?: readonly string[];
  /** Maps whose keys are the user's and not names of attributes. */
  readonly maps?: readonly string[];
  /** Lists of ids, with the types that such an id can belong to. */
  readonly idLists?: Readonly<Record<string, readonly string[]>>;
  /** Attributes by which others refer to it, besides `id`. */
  readonly identities?: readonly string[];
  /** Lists that resources of other types fill as well; `through` is the attribute with which those name this one. */
  readonly shared?: Readonly<Record<string, { readonly by: readonly string[]; readonly through: string }>>;
  /** Blocks that the provider fills in where the program leaves them out. */
  readonly reported?: readonly string[];
  /** Where Pulumi's resource has another shape than the camel case of Terraform's: what becomes of it once it is read. */
  readonly reshaped?: (resource: Draft) => Draft;
}
