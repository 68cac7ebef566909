import type { HopAnswer, Sweep } from "../../model/trial.js";
import type { Knock } from "./ttl.js";

/** The longest ways in use are some thirty hops; what is further away than this is not worth so many SYNs. */
const furthest = 20;
const wave = 4;

/**
 * Knocks with a growing TTL, four at a time, until the port itself answers, a whole wave stays silent, or `last` is reached.
 * What comes after the first answer of the port tells nothing and is left out.
 */
export async function sweep(
  knock: Knock,
  address: string,
  port: number,
  seconds: number,
  last: number = furthest,
): Promise<Sweep> {
  const answers: HopAnswer[] = [];
  while (answers.length < last) {
    const ttls = Array.from({ length: Math.min(wave, last - answers.length) }, (_, i) => answers.length + i + 1);
    const next = await Promise.all(ttls.map((ttl) => knock(address, port, ttl, seconds)));
    const final = next.findIndex(isFinal);
    answers.push(...(final < 0 ? next : next.slice(0, final + 1)));
    if (final >= 0 || next.every((each) => each === "silent")) break;
  }
  return { address, port, answers };
}

/** The port has answered, or something in its place. */
export function isFinal(answer: HopAnswer | undefined): boolean {
  return answer === "open" || answer === "refused" || answer === "prohibited";
}
