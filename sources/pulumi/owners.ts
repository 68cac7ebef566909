import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { type References, referenceOf, type Targets } from "./references.js";
import { inputOf, type Resource } from "./resource.js";

/** The parts of a thing that are resources of their own and name it: listeners, members, rules. */

/** The resources that name an owner, and the inputs of those that may. */
export function belonging(parts: readonly Resource[], property: string, owner: Resource, owners: Targets) {
  const found = parts.map((each) => ({ each, on: referenceOf(each, property, inputOf(each, property), owners) }));
  const perhaps = found.filter(({ on }) => on.doubtful.includes(owner) || on.missing.length > 0);
  return {
    sure: found.filter(({ on }) => on.certain.includes(owner)).map(({ each }) => each),
    perhaps: perhaps.map(({ each }) => inputOf(each, property).at),
  };
}

/** What references leave open: what is not seen, and what is not known. */
export function openIn({ doubtful, outside, missing }: References): string[] {
  return [...doubtful.map(({ urn }) => urn), ...outside.map(({ at }) => at), ...missing];
}

/** The port of all of them; of those that listen on different ones it is not known which a client gets. */
export function commonPort(ports: readonly Maybe<number>[], at: string): Maybe<number> {
  const [first] = ports;
  return first === undefined || isUnknown(first) || ports.some((port) => port !== first) ? unknown(at) : first;
}
