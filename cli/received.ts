import { InputError } from "../model/errors.js";
import { isUnknown } from "../model/maybe.js";
import type { Observation } from "../model/observation.js";
import { endpointSubject } from "../model/subjects.js";
import type { Arrived } from "../sources/received/index.js";

export interface ReceivedFlags {
  received?: string;
  sendTest?: string;
}

/**
 * The test message that `--received` names; undefined where none is named.
 * @throws InputError for a message of another endpoint, or one that is only being sent.
 */
export async function readArrived(
  { received, sendTest }: ReceivedFlags,
  endpoints: readonly { readonly host: string; readonly port: number }[],
): Promise<Arrived | undefined> {
  if (received === undefined) return undefined;
  if (sendTest !== undefined)
    throw new InputError(
      "--received",
      "does not go with --send-test: the message has yet to arrive",
      "Send it first; run this again with the message that arrived.",
    );
  const { readReceived } = await import("../sources/received/index.js");
  const arrived = await readReceived(received);
  if (endpoints.some(({ host, port }) => endpointSubject(host, port) === arrived.through)) return arrived;
  throw new InputError(
    received,
    `was sent through ${arrived.through}, which is not among those that are checked`,
    `Write: port587 check ${arrived.through} --received ${received}`,
  );
}

/** The endpoint that took the message, with what its Received line says. */
export function withArrived(observation: Observation, { through, fact, says }: Arrived): Observation {
  if (observation.subject !== through) return observation;
  const { value } = fact;
  const sound = !isUnknown(value) && value.tls && value.authenticated && value.sameTls !== false;
  const outcome = isUnknown(value) ? "unknown" : sound ? "ok" : "bad";
  return {
    ...observation,
    steps: [...observation.steps, { name: "received", outcome, says, ms: 0 }],
    facts: [...observation.facts, fact],
  };
}
