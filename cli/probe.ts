import type { AddressSet } from "../model/addresses.js";
import type { Observation } from "../model/observation.js";
import type { ProbeOptions, Target } from "../probes/index.js";
import { type ProbeFlags, parseCount, parseTimeout, readAnchors } from "./options.js";
import { progress } from "./progress.js";
import { parseConnectTo, parseResolver, redirected } from "./targets.js";

/** Where the named endpoints are to be probed. */
export function targetsOf(endpoints: readonly { host: string; port: number }[], flags: ProbeFlags): Target[] {
  const redirects = (flags.connectTo ?? []).map(parseConnectTo);
  return endpoints.map(({ host, port }) => redirected(host, port, redirects));
}

/** The probe's options as the command line has them. */
export async function probeOptions(flags: ProbeFlags, vantage?: AddressSet): Promise<Partial<ProbeOptions>> {
  const timeout = parseTimeout(flags.timeout);
  const { addressesBy, defaultConcurrency, Resolver } = await import("../probes/index.js");
  const dns = new Resolver(flags.resolver === undefined ? undefined : parseResolver(flags.resolver));
  const total = parseCount(flags.concurrency, "--concurrency");
  const perHost = parseCount(flags.perHost, "--per-host");
  return {
    concurrency: { ...defaultConcurrency, ...(total ? { total } : {}), ...(perHost ? { perHost } : {}) },
    inventory: flags.inventory ?? false,
    dns,
    ...(dns.named ? { resolve: addressesBy(dns) } : {}),
    trustAnchors: await readAnchors(flags.ca),
    ...(vantage ? { vantage } : {}),
    ...(timeout ? { timeouts: { connect: timeout, greeting: timeout, command: timeout, tls: timeout } } : {}),
  };
}

/** Probes the named endpoints with the flags of the command line, and shows on the terminal what it waits for. */
export async function probeLive(
  endpoints: readonly { host: string; port: number }[],
  flags: ProbeFlags,
  vantage: AddressSet | undefined,
): Promise<Observation[]> {
  const targets = targetsOf(endpoints, flags);
  const options = await probeOptions(flags, vantage);
  const { probeAll } = await import("../probes/index.js");
  const shown = progress(process.stderr);
  try {
    return await probeAll(targets, options, ({ name, outcome }, { host, port }) =>
      shown.say(`probing ${host}:${port}: ${name} ${outcome}`),
    );
  } finally {
    shown.end();
  }
}
