import type { AddressSet } from "../model/addresses.js";
import type { Notice } from "../model/network.js";
import type { DomainObservation, Observation } from "../model/observation.js";
import type { Letter, Login, ProbeOptions, Target } from "../probes/index.js";
import { checkDepth, type ProbeFlags, parseCount, parseTimeout, readAnchors } from "./options.js";
import { progress } from "./progress.js";
import { parseConnectTo, parseResolver, redirected } from "./targets.js";

type Endpoint = { readonly host: string; readonly port: number };

/** What was seen of endpoints, those that the domains announce among them, and of the domains. */
export interface Live {
  readonly observations: readonly Observation[];
  readonly domains: readonly DomainObservation[];
  /** What was left out of it. */
  readonly notices?: readonly Notice[];
}

/** Where the named endpoints are to be probed. */
export function targetsOf(endpoints: readonly Endpoint[], flags: ProbeFlags): Target[] {
  const redirects = (flags.connectTo ?? []).map(parseConnectTo);
  return endpoints.map(({ host, port }) => redirected(host, port, redirects));
}

/** The probe's options as the command line has them. */
export async function probeOptions(flags: ProbeFlags, vantage?: AddressSet) {
  checkDepth(flags);
  const timeout = parseTimeout(flags.timeout);
  const { addressesBy, defaultConcurrency, inventoryConcurrency, Resolver, systemResolver } = await import(
    "../probes/index.js"
  );
  const dns = new Resolver(flags.resolver === undefined ? undefined : parseResolver(flags.resolver));
  const total = parseCount(flags.concurrency, "--concurrency");
  const perHost = parseCount(flags.perHost, "--per-host");
  const usual = flags.inventory ? inventoryConcurrency : defaultConcurrency;
  return {
    concurrency: { ...usual, ...(total ? { total } : {}), ...(perHost ? { perHost } : {}) },
    inventory: flags.inventory ?? false,
    enumerate: flags.enumerate ?? false,
    dns,
    resolve: dns.named ? addressesBy(dns) : systemResolver,
    trustAnchors: readAnchors(flags.ca),
    ...(vantage ? { vantage } : {}),
    ...(timeout
      ? { timeouts: { connect: timeout, greeting: timeout, command: timeout, tls: timeout, message: timeout } }
      : {}),
  } satisfies Partial<ProbeOptions>;
}

/**
 * Probes the named endpoints and asks about the domains with the flags of the command line, and shows on the terminal what
 * it waits for.
 */
export async function probeLive(
  endpoints: readonly Endpoint[],
  domains: readonly string[],
  flags: ProbeFlags,
  vantage: AddressSet | undefined,
  further: {
    readonly login?: Login | undefined;
    readonly letter?: Letter | undefined;
    readonly onSeen?: ProbeOptions["onSeen"];
  } = {},
): Promise<Live> {
  const { login, letter, onSeen } = further;
  const options = {
    ...(await probeOptions(flags, vantage)),
    ...(login ? { login } : {}),
    ...(letter ? { letter } : {}),
    ...(onSeen ? { onSeen } : {}),
  };
  const { probeAll } = await import("../probes/index.js");
  const shown = progress(process.stderr);
  const probe = (named: readonly Endpoint[]) =>
    probeAll(targetsOf(named, flags), options, ({ name, outcome }, { host, port }) =>
      shown.say(`probing ${host}:${port}: ${name} ${outcome}`),
    );
  try {
    if (domains.length === 0) return { observations: await probe(endpoints), domains: [] };
    const { furtherEndpoints, observeDomain, withAnnouncements } = await import("../probes/domain/index.js");
    const redirect = (host: string, port: number) => targetsOf([{ host, port }], flags)[0]?.connectTo;
    const [named, seen] = await Promise.all([
      probe(endpoints),
      Promise.all(domains.map((domain) => observeDomain(domain, options.dns, { ...options, redirect }))),
    ]);
    const further = furtherEndpoints(seen, endpoints);
    const announced = further.length > 0 ? await probe(further) : [];
    return { observations: [...named, ...announced], domains: withAnnouncements(seen, [...endpoints, ...further]) };
  } finally {
    shown.end();
  }
}
