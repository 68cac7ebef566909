import { InputError } from "../../model/errors.js";
import type { Estate } from "../../model/network.js";
import { estateOf, fromPolicyResources, type PolicyResourceLike } from "../../sources/pulumi/index.js";
import type { Properties } from "../../sources/pulumi/input.js";
import { propertiesWhenAsked } from "../../sources/pulumi/properties.js";
import { besideProgram } from "./project.js";

/** The inputs of a resource as the program gave them, and what they are read as. */
export interface Given {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly read: () => Properties;
}

/** By URN. */
export type Inputs = ReadonlyMap<string, Given>;

/** After that many unreadable resources the program is at fault, not a resource. */
const most = 20;

/** The engine's own mark for a text that is not known yet. */
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * The networks and mail definitions of a program. A resource that does not match its schema is a problem, and its
 * inputs count as unknown: what can be decided without them is still decided.
 * @throws InputError when more than 20 resources cannot be read, or one of them not even then.
 */
export async function readProgram(
  resources: readonly PolicyResourceLike[],
  inputs: Inputs,
): Promise<{ estate: Estate; problems: readonly InputError[] }> {
  const problems: InputError[] = [];
  const veils = new Map<string, () => Properties>();
  const inputsOf = (urn: string) => veils.get(urn) ?? inputs.get(urn)?.read;
  for (;;) {
    try {
      return { estate: await estateOf(fromPolicyResources(resources, inputsOf), besideProgram), problems };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const culprit = resources.find(({ urn }) => error.where === urn || error.where.startsWith(`${urn}#`));
      if (!culprit || veils.has(culprit.urn) || veils.size === most) throw error;
      problems.push(error);
      const names = Object.keys(inputs.get(culprit.urn)?.raw ?? culprit.props);
      const veil = Object.fromEntries(names.map((name) => [name, unknownMark]));
      veils.set(
        culprit.urn,
        propertiesWhenAsked(() => veil, culprit.urn),
      );
    }
  }
}
