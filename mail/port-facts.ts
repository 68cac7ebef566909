import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { Fact, FactName } from "../model/fact.js";
import type { MailDefinition } from "../model/mail.js";
import { unknown } from "../model/maybe.js";
import type { Subjects } from "../model/subjects.js";
import { type Claim, claim, merged } from "./claims.js";

/** Everything that is said of the dialogue on a port. */
export const dialogue = [
  "implicitTls",
  "starttlsOffered",
  "tlsGate",
  "tlsVersions",
  "authBeforeTls",
  "authMechanisms",
  "authGate",
  "relay",
] as const satisfies readonly FactName[];

export function allUnknown(
  clients: AddressSet,
  missing: readonly string[],
  evidence: readonly Evidence[],
  names: readonly FactName[] = dialogue,
): Claim[] {
  return names.map((name) => claim(name, clients, unknown(...missing), evidence));
}

/** The ports that are declared for this configuration. */
export function declaredPorts(definition: MailDefinition, subjects: Subjects): readonly number[] {
  return subjects.declaration.endpoints.flatMap((each) => (each.config === definition.id ? [each.port] : []));
}

/** Nobody is served on these ports; `evidence` says why. */
export function silentPorts(ports: readonly number[], evidence: Evidence): Map<number, Claim[]> {
  return new Map(ports.map((port) => [port, [claim("listening", AddressSet.everything, false, [evidence])]]));
}

/** Where the ports cannot be told: the declared ones, else those of submission. */
export function undecidedPorts(declared: readonly number[], missing: readonly string[], evidence: Evidence) {
  const open = claim("listening", AddressSet.everything, unknown(...missing), [evidence]);
  return new Map((declared.length > 0 ? declared : [465, 587]).map((port) => [port, [open]]));
}

/** The facts of a definition from what is said of its ports; declared ports that it does not serve are not listening. */
export function portFacts(
  definition: MailDefinition,
  subjects: Subjects,
  claims: ReadonlyMap<number, readonly Claim[]>,
  nowhere: Evidence,
  host?: string,
): Fact[] {
  const unserved = declaredPorts(definition, subjects).filter((port) => !claims.has(port));
  return [...claims, ...silentPorts([...new Set(unserved)], nowhere)]
    .sort(([a], [b]) => a - b)
    .flatMap(([port, each]) => {
      const subject = subjects.ofDefinition(definition, port, host);
      return merged(each).map((one) => ({ ...one, subject, origin: definition.origin }) as Fact);
    });
}
