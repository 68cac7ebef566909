import type { Resource } from "../resource.js";
import { type Carried, type Carrier, nothingCarried, together } from "./carrier.js";

/** By the beginning of the type tokens that it reads; loaded when a program has such resources. */
const carriers: readonly (readonly [types: RegExp, load: () => Promise<Carrier>])[] = [
  [/^kubernetes:/, async () => (await import("./kubernetes.js")).kubernetesCarrier],
];

/**
 * The containers, mail servers and clients that a program's resources carry, beside machines' user data.
 * @throws InputError for what is damaged: base64 that is none, a file that cannot be read.
 */
export async function carriedIn(resources: readonly Resource[]): Promise<Carried> {
  const found: Carried[] = [nothingCarried];
  for (const [types, load] of carriers) {
    if (resources.some(({ type }) => types.test(type))) found.push((await load())(resources));
  }
  return together(...found);
}
