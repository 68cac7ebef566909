import type { Observation, Step } from "../model/observation.js";
import { TrustStore } from "./chain.js";
import { observe } from "./endpoint.js";
import { withinOpenFiles } from "./open-files.js";
import { asciiHost, checkTarget, defaultOptions, type ProbeOptions, type Target } from "./options.js";
import { Run } from "./run.js";
import { Slots } from "./slots.js";

export { addressesBy } from "./dns/addresses.js";
export { type NameServer, Resolver } from "./dns/resolver.js";
export { Letter } from "./letter.js";
export { Login } from "./login.js";
export {
  defaultConcurrency,
  defaultTimeouts,
  inventoryConcurrency,
  type ProbeOptions,
  type Target,
  type Timeouts,
} from "./options.js";
export { type Resolve, systemResolver } from "./resolve.js";

/**
 * Looks at one endpoint as a mail client without an account: name, TCP to each address, greeting, EHLO, STARTTLS, TLS,
 * certificate, AUTH and the relay gate. It sends no credential unless one is given, and no DATA unless a message is; it ends its transactions
 * with RSET and QUIT, and backs off at a 421, once. A sound server sees 5 connections, 4 on 465, and one more for each of up to three further addresses.
 * With `dns` its host's TLSA, CAA and PTR records are asked for too.
 * What could not be seen is an unknown fact with its reason; a `pathFailure` fact tells what stopped the probe.
 * @throws InputError when host, port or a trust anchor cannot be used; never for what a server does.
 */
export async function probeEndpoint(target: Target, options: Partial<ProbeOptions> = {}): Promise<Observation> {
  const [observation] = await probeAll([target], options, options.onStep);
  return observation as Observation;
}

/** Probes many endpoints, a limited number of connections at a time; the results stand in the order of the targets. */
export async function probeAll(
  targets: readonly Target[],
  options: Partial<ProbeOptions> = {},
  onStep?: (step: Step, target: Target) => void,
): Promise<Observation[]> {
  const all: ProbeOptions = { ...defaultOptions, ...options, ...(onStep ? { onStep } : {}) };
  for (const target of targets) checkTarget(target);
  const trust = new TrustStore(all.trustAnchors);
  const slots = new Slots({ ...all.concurrency, total: withinOpenFiles(all.concurrency.total) });
  return Promise.all(
    targets.map(async (target) => {
      const host = asciiHost((target.connectTo ?? target).host) ?? target.host;
      const observation = await slots.within(host, () => observe(new Run(target, all, trust, slots), slots));
      all.onSeen?.(observation);
      return observation;
    }),
  );
}
