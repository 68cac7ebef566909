import { setTimeout as sleep } from "node:timers/promises";
import type { Trial } from "../../model/trial.js";
import { attempt } from "./attempt.js";

/** When after the failure a port is tried again: far enough apart for what passes by itself, soon enough to be waited for. */
const pausesMs: readonly number[] = [1000, 4000];

/**
 * Tries a port again where the network failed it, to tell what comes and goes from a block; and where it was answered, beside a
 * port that takes connections, to compare the times of both, which are only known from several.
 * @param reference the port of the same address that took a connection; undefined where none did.
 */
export async function repeat(tried: Trial, reference: number | undefined, ms: number): Promise<Trial[]> {
  const isAnswered = tried.outcome !== "timeout" && tried.outcome !== "local";
  const compared = isAnswered && reference !== undefined ? [reference] : [];
  const isFailed = tried.outcome !== "open" && tried.outcome !== "local";
  const ports = [...(isFailed || compared.length > 0 ? [tried.port] : []), ...compared];
  const all = await Promise.all(
    pausesMs.map(async (pause) => {
      await sleep(pause);
      return Promise.all(ports.map((port) => attempt(tried.address, port, ms)));
    }),
  );
  return all.flat();
}
