import type { Declaration, DeclaredEndpoint, Role } from "../model/declaration.js";
import type { Fact } from "../model/fact.js";
import type { View } from "../model/rule.js";
import { egressSubject, endpointSubject } from "../model/subjects.js";

/**
 * What there is to judge: the facts of each subject, those of the wire before the definitions'. Made when asked for: a large
 * stack has many, and few are kept.
 */
export function* viewsOf(facts: readonly Fact[], declaration: Declaration, now: Date): Generator<View> {
  const sides = { observed: new Map<string, Fact[]>(), static: new Map<string, Fact[]>() };
  for (const fact of facts) {
    const side = sides[fact.origin === "observed" ? "observed" : "static"];
    const same = side.get(fact.subject);
    if (same) same.push(fact);
    else side.set(fact.subject, [fact]);
  }
  const about = lookUp(declaration);
  for (const side of ["observed", "static"] as const) {
    const at = (host: string, other: number) => sides[side].get(`${host}:${other}`) ?? [];
    for (const [subject, known] of sides[side]) {
      const end = subject.lastIndexOf(":");
      const port = Number(subject.slice(end + 1));
      const endpoint = about.endpoint(subject);
      const role = endpoint?.role ?? roles[port];
      const relay = about.relay(subject);
      const beside = (other: number) => {
        const [host, ...others] = about.namesOf(subject.slice(0, end));
        return others.length === 0 ? at(host, other) : [host, ...others].flatMap((name) => at(name, other));
      };
      yield { subject, side, facts: known, beside, port, endpoint, role, relay, declaration, options: {}, now };
    }
  }
}

const roles: Record<number, Role> = { 25: "mx", 465: "submission", 587: "submission", 2525: "submission" };

/** As subjects spell it. */
function hostOf({ host, port }: DeclaredEndpoint): string {
  return endpointSubject(host, port).slice(0, -`:${port}`.length);
}

function lookUp({ endpoints, relays }: Declaration) {
  const bySubject = new Map(endpoints.map((each) => [endpointSubject(each.host, each.port), each]));
  const byResource = new Map(endpoints.flatMap((each) => (each.resource ? [[each.resource, each] as const] : [])));
  const relaySubjects = new Map(
    relays.flatMap((each) =>
      each.clients.map((client) => [egressSubject(client, each.host, each.port), each] as const),
    ),
  );
  return {
    /** Of an egress subject: the endpoint that the sending machine itself serves. */
    endpoint: (subject: string) =>
      endpoints.length === 0 ? undefined : (bySubject.get(subject) ?? byResource.get(subject.split(" -> ")[0] ?? "")),
    relay: (subject: string) => relaySubjects.get(subject),
    /** What else the same host is called: by the name of a declared endpoint, by that of its machine. */
    namesOf: (host: string): readonly [string, ...string[]] => {
      if (endpoints.length === 0) return [host];
      const same = endpoints.filter((each) => each.resource === host || (each.resource && hostOf(each) === host));
      if (same.length === 0) return [host];
      const others = new Set(same.flatMap((each) => [hostOf(each), each.resource as string]));
      others.delete(host);
      return [host, ...others];
    },
  };
}
