import type { Fact, FactName } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Observation } from "../../model/observation.js";
import { type ProbeOptions, probeEndpoint, type Timeouts } from "../../probes/index.js";
import type { Running } from "./servers.js";

/** Every fact that a probe tells, known or not; `pathFailure` only where something failed. */
export const always: readonly FactName[] = [
  ...(["reachable", "listening", "greeting", "ehloKeywords", "starttlsOffered", "implicitTls", "tlsGate"] as const),
  ...(["tlsVersions", "certificate", "authBeforeTls", "authMechanisms", "authGate", "relay"] as const),
  ...(["weakSuites", "ocspStaple", "tlsExtensions", "commandInjection", "starttlsTwice"] as const),
  ...(["vrfy", "bannerVersion"] as const),
];

/** Short enough for a test, long enough for a loaded machine. */
export const impatient: Timeouts = {
  resolve: 1000,
  connect: 700,
  greeting: 700,
  command: 700,
  tls: 700,
  message: 700,
  backOff: 100,
  endpoint: 4000,
  enumeration: 20_000,
};

/** Fact values by name; `"unknown"` for those that are, undefined for a `pathFailure` that is not. */
export function valuesOf(observation: Observation): Partial<Record<FactName, unknown>> {
  const told = observation.facts.map((fact) => [fact.name, isUnknown(fact.value) ? "unknown" : fact.value]);
  return { pathFailure: undefined, ...Object.fromEntries(told) };
}

export function factOf(observation: Observation, name: FactName): Fact {
  const found = observation.facts.filter((fact) => fact.name === name);
  if (found.length !== 1) throw new Error(`${found.length} facts named ${name}`);
  return found[0] as Fact;
}

export function stepsOf(observation: Observation): string[] {
  return observation.steps.map((step) => `${step.name} ${step.outcome}`);
}

/** Probes a server on loopback as if it were `localhost` at the given port. */
export function probeAs(port: number, server: { port: number }, options: Partial<ProbeOptions> = {}) {
  const target = { host: "localhost", port, connectTo: { host: "127.0.0.1", port: server.port } };
  return probeEndpoint(target, { timeouts: impatient, ...options });
}

/** What must hold for every server, however it behaves. */
export function expectGoodManners(observation: Observation, server: Running, ms: number): void {
  const names = observation.facts.map((fact) => fact.name).filter((name) => name !== "pathFailure");
  expect(names).toEqual(always);
  for (const fact of observation.facts) {
    expect(fact.evidence.length).toBeGreaterThan(0);
    if (isUnknown(fact.value)) expect(fact.value.unknown.join()).not.toBe("");
    for (const { transcript = [] } of fact.evidence) {
      expect(transcript.length).toBeLessThanOrEqual(201);
      for (const line of transcript) expect(line.text.length).toBeLessThanOrEqual(500);
    }
  }
  expect(observation.connections).toBe(server.connections());
  expect(observation.connections).toBeLessThanOrEqual(mostConnections(observation));
  expect(ms).toBeLessThan(impatient.endpoint + 1000);
  expect(server.heard.filter((line) => /^(DATA|BDAT)\b/i.test(line))).toEqual([]);
  expect(server.heard.filter((line) => /^AUTH \S+ \S/i.test(line))).toEqual([]);
}

/**
 * Five, and four where TLS comes first. A port that speaks in the other mode costs up to three more to find that out, and a
 * server that says 421 is asked once more in each session.
 */
function mostConnections(observation: Observation): number {
  const implicit = observation.port === 465;
  const spoken = factOf(observation, "implicitTls").value;
  const otherMode = typeof spoken === "boolean" && spoken !== implicit;
  const told421 = /"(421|second try)/.test(JSON.stringify(observation.facts));
  return ((implicit ? 4 : 5) + (otherMode ? 3 : 0)) * (told421 ? 2 : 1);
}
