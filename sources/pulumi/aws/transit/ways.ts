import { type PartialSet, unionOf } from "../../../../model/partial.js";
import type { Attachment } from "./attachments.js";
import type { Reached } from "./far-side.js";

/** A network behind the gateway: which addresses' packets are sent there, come from there, and get through both ways. */
export interface Way {
  readonly far: Attachment;
  readonly sent: PartialSet;
  readonly comes: PartialSet;
  readonly passes: PartialSet;
}

/** Who gets through by which way; `elsewhere`: who may by one that is not known. */
export interface Crossed extends Reached {
  readonly ways: readonly Way[];
  readonly elsewhere: PartialSet;
}

/**
 * Whose packets meet what stands around the far attachment of a way: those that may go another way only if no other one
 * would get them through, so that what stops them here stops them.
 * @param taken the packets that take the way, as far as that is known.
 */
export function meeting(taken: PartialSet, way: Way, { ways, elsewhere }: Crossed): PartialSet {
  const others = unionOf(elsewhere, ...ways.filter((each) => each !== way).map(({ passes }) => passes));
  const certain = taken.certain.union(taken.possible.subtract(others.possible));
  return { ...taken, certain, missing: certain.contains(taken.possible) ? [] : taken.missing };
}
