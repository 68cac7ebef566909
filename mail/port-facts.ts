import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { Fact, FactName } from "../model/fact.js";
import type { MailDefinition } from "../model/mail.js";
import { isUnknown, unknown } from "../model/maybe.js";
import type { Subjects } from "../model/subjects.js";
import { type Claim, claim, merged } from "./claims.js";
import { ledBy } from "./published.js";

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

/** What is said of each port. */
export type PortClaims = ReadonlyMap<number, readonly Claim[]>;

export function allUnknown(
  clients: AddressSet,
  missing: readonly string[],
  evidence: readonly Evidence[],
  names: readonly FactName[] = dialogue,
): Claim[] {
  return names.map((name) => claim(name, clients, unknown(...missing), evidence));
}

/** The ports of this configuration that declared endpoints lead to, and mail ports of what stands before it. */
export function declaredPorts(definition: MailDefinition, subjects: Subjects): readonly number[] {
  const { id, hostedBy } = definition;
  const declared = subjects.declaration.endpoints
    .filter(({ config }) => config === id)
    .map((each) => subjects.portBehind(each, definition.published));
  const passages = subjects.interfaces.flatMap(({ leadsTo = [] }) => leadsTo);
  const led = [
    ...passages.filter(({ to }) => to !== undefined && to === hostedBy),
    ...subjects
      .publishedTo(definition)
      .flatMap(({ host, container, isShared }) => (isShared ? [] : { listen: host, target: container })),
  ].flatMap(({ listen, target }) => (mailPorts.includes(listen) ? target : []));
  return [...new Set([...declared, ...led].filter((port): port is number => port !== undefined && !isUnknown(port)))];
}

/** Where clients and other servers expect mail. */
const mailPorts: readonly number[] = [25, 465, 587, 2525];

/** Where submission listens when nobody says otherwise (RFC 6409 section 3.1, RFC 8314 section 3.3). */
export const submissionPorts: readonly number[] = [465, 587];

/** Nobody is served on these ports; `evidence` says why. */
export function silentPorts(ports: readonly number[], evidence: Evidence): Map<number, Claim[]> {
  return new Map(ports.map((port) => [port, [claim("listening", AddressSet.everything, false, [evidence])]]));
}

/** The server ends before it serves anyone: nobody is served on its ports, or on those of submission where none is known. */
export function stoppedPorts(ports: readonly number[], evidence: Evidence): Map<number, Claim[]> {
  return silentPorts(ports.length > 0 ? [...new Set(ports)] : submissionPorts, { ...evidence, stops: true });
}

/** Where the ports cannot be told: the declared ones, else those of submission. */
export function undecidedPorts(declared: readonly number[], missing: readonly string[], evidence: Evidence) {
  const open = claim("listening", AddressSet.everything, unknown(...missing), [evidence]);
  return new Map((declared.length > 0 ? declared : submissionPorts).map((port) => [port, [open]]));
}

/** The same with the declared ports that are not served as not listening; `nowhere` says why. */
export function withUnserved(claims: PortClaims, declared: readonly number[], nowhere: Evidence): PortClaims {
  const unserved = declared.filter((port) => !claims.has(port));
  return new Map([...claims, ...silentPorts(unserved, nowhere)]);
}

/**
 * The facts of a definition from what is said of its ports, sorted by port.
 * @param host what the server calls itself, when it is known.
 */
export function portFacts(
  definition: MailDefinition,
  subjects: Subjects,
  claims: PortClaims,
  host: string | undefined,
): Fact[] {
  return [...claims]
    .sort(([a], [b]) => a - b)
    .flatMap(([port, each]) => {
      const subject = subjects.ofDefinition(definition, port, host);
      const before = subjects.publishedTo(definition).find(({ container }) => container === port);
      const led = before ? [ledBy(before, definition.id)] : [];
      return merged(each).map((one): Fact => {
        const evidence = one.name === "listening" ? [...one.evidence, ...led] : one.evidence;
        return { ...one, evidence, subject, origin: definition.origin } as Fact;
      });
    });
}
