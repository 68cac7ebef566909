import type { AddressSet } from "../model/addresses.js";
import type { Observation } from "../model/observation.js";
import { type ProbeFlags, parseCount, parseTimeout, readAnchors } from "./options.js";
import { progress } from "./progress.js";
import { parseConnectTo, parseResolver, redirected } from "./targets.js";

/** Probes the named endpoints with the flags of the command line, and shows on the terminal what it waits for. */
export async function probeLive(
  endpoints: readonly { host: string; port: number }[],
  flags: ProbeFlags,
  vantage: AddressSet | undefined,
): Promise<Observation[]> {
  const redirects = (flags.connectTo ?? []).map(parseConnectTo);
  const targets = endpoints.map(({ host, port }) => redirected(host, port, redirects));
  const timeout = parseTimeout(flags.timeout);
  const { addressesBy, defaultConcurrency, probeAll, Resolver } = await import("../probes/index.js");
  const dns = new Resolver(flags.resolver === undefined ? undefined : parseResolver(flags.resolver));
  const total = parseCount(flags.concurrency, "--concurrency");
  const perHost = parseCount(flags.perHost, "--per-host");
  const options = {
    concurrency: { ...defaultConcurrency, ...(total ? { total } : {}), ...(perHost ? { perHost } : {}) },
    inventory: flags.inventory ?? false,
    dns,
    ...(dns.named ? { resolve: addressesBy(dns) } : {}),
    trustAnchors: await readAnchors(flags.ca),
    ...(vantage ? { vantage } : {}),
    ...(timeout ? { timeouts: { connect: timeout, greeting: timeout, command: timeout, tls: timeout } } : {}),
  };
  const shown = progress(process.stderr);
  try {
    return await probeAll(targets, options, ({ name, outcome }, { host, port }) =>
      shown.say(`probing ${host}:${port}: ${name} ${outcome}`),
    );
  } finally {
    shown.end();
  }
}
