import { InputError } from "../../model/errors.js";
import type { Estate } from "../../model/network.js";
import { estateOf, fromPolicyResources, type PolicyResourceLike } from "../../sources/pulumi/index.js";
import { besideProgram } from "./project.js";

/** By URN: the inputs of a resource as the program gave them. */
export type Inputs = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

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
  const given = new Map([...inputs].map(([urn, known]) => [urn, () => known]));
  const problems: InputError[] = [];
  const veiled = new Set<string>();
  for (;;) {
    try {
      return { estate: await estateOf(fromPolicyResources(resources, given), besideProgram), problems };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const culprit = resources.find(({ urn }) => error.where === urn || error.where.startsWith(`${urn}#`));
      if (!culprit || veiled.has(culprit.urn) || veiled.size === most) throw error;
      problems.push(error);
      veiled.add(culprit.urn);
      const names = Object.keys(given.get(culprit.urn)?.() ?? culprit.props);
      const veil = Object.fromEntries(names.map((name) => [name, unknownMark]));
      given.set(culprit.urn, () => veil);
    }
  }
}
