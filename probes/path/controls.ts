import { type FactName, type FactOf, factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Observation } from "../../model/observation.js";
import { endpointSubject } from "../../model/subjects.js";
import type { Control } from "../../model/trial.js";
import { probeAll } from "../index.js";
import type { ProbeOptions, Target } from "../options.js";

/** A control is known to work: one that has not greeted by then is not one. */
const greetingMs = 10_000;

/**
 * Visits hosts that are known to work as one good client each (a single connection), each once however many endpoints are
 * compared with it: nothing of it is judged.
 */
export function visits(options: Partial<ProbeOptions>): (targets: readonly Target[]) => Promise<Control[]> {
  const greeting = Math.min(options.timeouts?.greeting ?? greetingMs, greetingMs);
  const timeouts = { ...options.timeouts, greeting };
  const { onStep: _, ...rest } = options;
  const seen = new Map<string, Promise<Control[]>>();
  const visit = (target: Target) => {
    const key = endpointSubject(target.host, target.port);
    const known = seen.get(key);
    if (known) return known;
    const visited = probeAll([target], { ...rest, timeouts, inventory: true }).then((all) => all.map(controlOf));
    seen.set(key, visited);
    return visited;
  };
  return async (targets) => (await Promise.all(targets.map(visit))).flat();
}

function controlOf({ host, port, facts, addresses }: Observation): Control {
  const known = <N extends FactName>(name: N) => {
    const value = factsNamed(facts, name)[0]?.value;
    return value === undefined || isUnknown(value)
      ? undefined
      : (value as Exclude<FactOf<N>["value"], { unknown: unknown }>);
  };
  const failure = known("pathFailure");
  const address = (addresses.find(({ outcome }) => outcome === "open") ?? addresses[0])?.address;
  const starttls = known("starttlsOffered");
  const certificate = known("certificate");
  return {
    host,
    port,
    ...(address ? { address } : {}),
    outcome: failure?.kind ?? "open",
    ...(failure ? { stage: failure.stage } : {}),
    detail: failure?.detail ?? "",
    ...(starttls ? { starttls } : {}),
    ...(certificate ? { certificate: { issuer: certificate.issuer, isTrusted: certificate.chain === "trusted" } } : {}),
  };
}
