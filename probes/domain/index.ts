import { AddressSet } from "../../model/addresses.js";
import type { Fact } from "../../model/fact.js";
import type { DomainObservation, Step } from "../../model/observation.js";
import { endpointSubject } from "../../model/subjects.js";
import type { Resolver } from "../dns/resolver.js";
import { asciiHost } from "../options.js";
import { lookUpMozilla } from "./mozilla.js";
import { lookUpMtaSts } from "./mta-sts.js";
import { lookUpMx } from "./mx.js";
import { lookUpOutlook } from "./outlook.js";
import { lookUpSrv } from "./srv.js";
import { lookUpTlsRpt } from "./tls-rpt.js";
import type { Announced, Asked, Told } from "./told.js";
import type { Web } from "./web.js";

export type { Web } from "./web.js";

type Endpoint = { readonly host: string; readonly port: number };

const questions: readonly ((asked: Asked) => Promise<Told>)[] = [
  ...[lookUpMx, lookUpMtaSts, lookUpTlsRpt, lookUpSrv, lookUpMozilla, lookUpOutlook],
];
/** Endpoints that a domain names and nobody else: a hostile one could name the whole world. */
export const mostFurther = 4;

/** A domain whose answers are in, and the endpoints that it sends mail clients to. */
export interface DomainSeen {
  readonly observation: DomainObservation;
  readonly announced: readonly Announced[];
}

/**
 * Asks what a mail domain publishes: MX, MTA-STS, TLS reports, SRV and the configurations for mail clients. It connects to web
 * servers of the domain, never to a mail server. Never rejects.
 * @param domain as it was written; asked for in its ASCII form.
 */
export async function observeDomain(domain: string, dns: Resolver, web: Web): Promise<DomainSeen> {
  const asked = { domain: asciiHost(domain) ?? domain, dns, web };
  const start = performance.now();
  const told = await Promise.all(
    questions.map(async (question) => ({ ...(await question(asked)), ms: Math.round(performance.now() - start) })),
  );
  const steps = told.map(({ name, outcome, says, ms }): Step => ({ name, outcome, says, ms }));
  const facts = told.flatMap(({ says, facts }) =>
    facts.map(({ name, value, at }) => factOf(domain, name, value, at, says)),
  );
  return { observation: { domain, steps, facts }, announced: told.flatMap(({ announced = [] }) => announced) };
}

/** The announced endpoints that are not among those asked about, a few of them. */
export function furtherEndpoints(domains: readonly DomainSeen[], asked: readonly Endpoint[]): Endpoint[] {
  const known = new Set(asked.map(keyOf));
  const further = new Map<string, Endpoint>();
  for (const { host, port } of domains.flatMap(({ announced }) => announced)) {
    if (host !== undefined && !known.has(keyOf({ host, port }))) further.set(keyOf({ host, port }), { host, port });
  }
  return [...further.values()].slice(0, mostFurther);
}

/**
 * The observations with what the domains say of each endpoint: as facts of the endpoint, where the rules hold them against
 * what it does.
 */
export function withAnnouncements(domains: readonly DomainSeen[], asked: readonly Endpoint[]): DomainObservation[] {
  return domains.map(({ observation, announced }) => ({
    ...observation,
    facts: [
      ...observation.facts,
      ...announced.flatMap((each) =>
        endpointsOf(each, asked).map(({ host, port }) =>
          factOf(endpointSubject(host, port), "announced", each.what, each.at, sentenceOf(each)),
        ),
      ),
    ],
  }));
}

/** The endpoint under the name that it was asked by; of a service that is denied, whoever serves its port. */
function endpointsOf({ host, port }: Announced, asked: readonly Endpoint[]): Endpoint[] {
  if (host === undefined) return asked.filter((each) => each.port === port);
  const same = asked.find((each) => keyOf(each) === keyOf({ host, port }));
  return [same ?? { host, port }];
}

function keyOf({ host, port }: Endpoint): string {
  return `${(asciiHost(host) ?? host).toLowerCase()}:${port}`;
}

function sentenceOf({ host, port, what }: Announced): string {
  const { domain, security } = what;
  return host === undefined
    ? `${domain} offers no such service`
    : `${domain} sends mail clients to ${host}:${port}, ${security}`;
}

function factOf(subject: string, name: string, value: unknown, at: string, says: string): Fact {
  const evidence = [{ kind: "wire", at, says }];
  return { subject, name, from: AddressSet.everything, value, origin: "observed", evidence } as unknown as Fact;
}
