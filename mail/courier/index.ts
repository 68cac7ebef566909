import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, missingOf, unknown } from "../../model/maybe.js";
import { onceFor } from "../../model/once.js";
import type { Subjects } from "../../model/subjects.js";
import { type Claim, claim, sideBySide } from "../claims.js";
import { collide, listeningClaims } from "../listening.js";
import { allUnknown, declaredPorts, type PortClaims, portFacts, undecidedPorts, withUnserved } from "../port-facts.js";
import { type Access, accessOf } from "./access.js";
import { dialogueClaims, everySessionFact, undecidedSession } from "./dialogue.js";
import { optionsOf, type Service, servicesOf } from "./service.js";

/**
 * The facts of every port that Courier's esmtpd, esmtpd-msa and esmtpd-ssl listen on, per client class of the access file. A
 * port that is declared for it and that none of them names is stated as not listening.
 * @throws InputError with `file:line` for a file that sh refuses.
 */
export function courierFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const declared = declaredPorts(definition, subjects);
  return portFacts(definition, subjects, portClaims(definition, declared), undefined);
}

function portClaims(definition: MailDefinition, declared: readonly number[]): PortClaims {
  const services = servicesOf(definition);
  const claims = new Map<number, readonly Claim[]>();
  const accessIn = onceFor((path: string) => accessOf(definition, path));
  for (const service of services) {
    if (service.stops) continue;
    const rivals = services.filter((other) => other !== service && !other.stops);
    const access = accessFor(service, accessIn);
    for (const port of new Set(service.sockets.map((each) => each.port)))
      claims.set(port, sideBySide(claims.get(port) ?? [], claimsOn(port, service, rivals, access)));
  }
  const [stopped] = services.flatMap(({ stops }) => (stops ? [stops] : []));
  const nowhere: Evidence = stopped ?? {
    kind: "code",
    at: definition.id,
    says: "no daemon of Courier names this port",
  };
  const open = services.filter(({ stops, sockets }) => !stops && sockets.length === 0);
  if (open.length === 0) return withUnserved(withStopped(claims, services), declared, nowhere);
  const missing = open.flatMap(({ undecided }) => undecided);
  const evidence: Evidence = { kind: "code", at: (open[0] as Service).at, says: "the ports are not told" };
  const elsewhere = undecidedPorts(declared, missing, evidence);
  return new Map([...elsewhere, ...withStopped(claims, services)]);
}

/** The ports of a daemon that does not start, where no other has them. */
function withStopped(claims: PortClaims, services: readonly Service[]): PortClaims {
  const stopped = services.flatMap(({ stops, sockets }) =>
    stops
      ? sockets.map(({ port }): [number, Claim[]] => [
          port,
          [claim("listening", AddressSet.everything, false, [stops])],
        ])
      : [],
  );
  return new Map([...stopped, ...claims]);
}

function claimsOn(port: number, service: Service, rivals: readonly Service[], access: readonly Access[]): Claim[] {
  const sockets = service.sockets.filter((each) => each.port === port);
  const { clients, claims } = listeningClaims(sockets);
  const twice = service.sockets.some((one, i) => service.sockets.slice(i + 1).some((other) => collide(one, other)));
  const taken = rivals.some((rival) =>
    rival.sockets.some((one) => service.sockets.some((other) => collide(one, other))),
  );
  const missing = [
    ...service.undecided,
    ...(twice || taken ? [`which of two sockets of one address in ${service.at} is bound`] : []),
  ];
  const listening =
    missing.length === 0
      ? claims
      : claims.map((each) =>
          each.name === "listening" && each.value === true
            ? claim("listening", each.from, unknown(...missing), each.evidence)
            : each,
        );
  return [
    ...listening,
    ...access.flatMap((entry) => {
      const from = entry.from.intersect(clients);
      return from.isEmpty ? [] : forClients(service, { ...entry, from });
    }),
  ];
}

function accessFor(service: Service, accessIn: (path: string) => Access[]): Access[] {
  const { value, at } = service.outer.get("ACCESSFILE");
  const everyone = { from: AddressSet.everything, denies: false, variables: new Map(), at };
  if (isUnknown(value)) return [{ ...everyone, undecided: missingOf(value).join(", ") }];
  if (value === undefined || value === "") return [everyone];
  return accessIn(value.replace(/^\/etc\/courier\//, ""));
}

function forClients(service: Service, access: Access): Claim[] {
  const { from, at, undecided } = access;
  const evidence: Evidence = { kind: "code", at, says: "the access file decides for these clients" };
  if (undecided !== undefined) return undecidedSession(service.isImplicit, from, [undecided], evidence);
  if (access.denies) {
    const detail = `${at} denies these clients`;
    const failure = { stage: "greeting", kind: "closed", afterMs: 0, detail } as const;
    return [
      claim("pathFailure", from, failure, [evidence]),
      claim("authGate", from, "connect", [evidence]),
      claim("relay", from, "closed", [evidence]),
    ];
  }
  const options = optionsOf(service);
  const claims = dialogueClaims(service, access);
  if (!options) return claims;
  const decided: Evidence = { kind: "code", at: options.at, says: "options of couriertcpd" };
  if (!options.onlyRefuse) return allUnknown(from, [options.missing], [decided], everySessionFact);
  // A list of the DNS may close what is open; what is closed to all stays so.
  const isOpen = claims.some(({ name, value }) => name === "relay" && value !== "closed");
  if (!isOpen) return claims;
  return [
    ...claims.filter(({ name }) => name !== "authGate" && name !== "relay"),
    ...allUnknown(from, [options.missing], [decided], ["authGate", "relay"]),
  ];
}
