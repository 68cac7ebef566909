import { setTimeout as sleep } from "node:timers/promises";
import type { Trial } from "../../model/trial.js";
import { attempt } from "./attempt.js";

/** When after the failure a port is tried again: far enough apart for what passes by itself, soon enough to be waited for. */
const pausesMs: readonly number[] = [1000, 4000];

/**
 * Tries a port again where the network failed it, to tell what comes and goes from a block; and beside it a port that answers, whose
 * round trip is only known from several.
 * @param reference a port of the same address that took a connection; undefined where none did.
 */
export async function repeat(failed: Trial, reference: Trial | undefined, ms: number): Promise<Trial[]> {
  const tried = await Promise.all(
    pausesMs.map(async (pause) => {
      await sleep(pause);
      const own = isOfTheNetwork(failed) ? [attempt(failed.address, failed.port, ms)] : [];
      const other = reference && failed.outcome !== "timeout" ? [attempt(reference.address, reference.port, ms)] : [];
      return Promise.all([...own, ...other]);
    }),
  );
  return tried.flat();
}

/** What this machine itself refuses it refuses again, and a connection that stood is not asked for twice. */
function isOfTheNetwork({ outcome }: Trial): boolean {
  return outcome === "timeout" || outcome === "refused" || outcome === "unreachable";
}
