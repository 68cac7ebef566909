import { AddressSet, loopback } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import { type Fact, type FactName, factsNamed } from "../model/fact.js";
import type { MailDefinition } from "../model/mail.js";
import { isUnknown, missingOf, unknown } from "../model/maybe.js";
import type { NetworkInterface, Passage } from "../model/network.js";
import { endpointSubject, type Subjects } from "../model/subjects.js";

/** What a listener that ends TLS says in the server's place. */
export const saidByListener: readonly FactName[] = [
  ...(["implicitTls", "starttlsOffered", "tlsGate", "tlsVersions", "authBeforeTls", "authMechanisms"] as const),
  ...(["certificateFile", "earlyPipelining", "bareNewline"] as const),
];

/**
 * The facts of mail servers joined with what stands before them, sorted by subject: declared endpoints that lead to no port or
 * to one that is not known, and the listeners of load balancers before the machines that carry a definition. Of two servers
 * on one machine, the one that listens on a port is not contradicted by the other.
 */
export function joined(facts: readonly Fact[], definitions: readonly MailDefinition[], subjects: Subjects): Fact[] {
  const bySubject = new Map<string, Fact[]>();
  const put = (fact: Fact) => {
    const same = bySubject.get(fact.subject);
    if (same) same.push(fact);
    else bySubject.set(fact.subject, [fact]);
  };
  for (const fact of facts) put(fact);
  for (const [subject, own] of bySubject) bySubject.set(subject, withoutContradicted(own));
  const fronted = subjects.interfaces.flatMap((nic) => throughFront(nic, bySubject, definitions, subjects));
  for (const subject of endedByListener(subjects)) {
    const own = bySubject.get(subject);
    if (own)
      bySubject.set(
        subject,
        own.filter(({ name }) => !saidByListener.includes(name)),
      );
  }
  for (const fact of fronted) put(fact);
  for (const each of definitions) for (const fact of ledNowhere(each, subjects)) put(fact);
  const sorted: Fact[] = [];
  // Subjects are far fewer than facts.
  for (const subject of [...bySubject.keys()].sort())
    for (const fact of bySubject.get(subject) ?? []) sorted.push(fact);
  return sorted;
}

/** A port on which one server of a machine listens is not said to be silent for another one's sake; facts of one subject. */
function withoutContradicted(facts: Fact[]): Fact[] {
  const listening = factsNamed(facts, "listening");
  const served = AddressSet.join(listening.filter(({ value }) => value !== false).map(({ from }) => from));
  if (served.isEmpty || !listening.some(({ value, from }) => value === false && from.overlaps(served))) return facts;
  return facts.flatMap((fact) => {
    if (fact.name !== "listening" || fact.value !== false) return fact;
    const from = fact.from.subtract(served);
    return from.isEmpty ? [] : { ...fact, from };
  });
}

/** Endpoints whose port leads to none of the definition's, or to one that is not known. */
function ledNowhere(definition: MailDefinition, subjects: Subjects): Fact[] {
  const { id, origin, published } = definition;
  return subjects.declaration.endpoints.flatMap((each): Fact[] => {
    if (each.config !== id) return [];
    const port = subjects.portBehind(each, published);
    if (port !== undefined && !isUnknown(port)) return [];
    const says = port
      ? "whether it listens there depends on that port"
      : "its container is published on other ports alone";
    const subject = endpointSubject(each.host, each.port);
    const evidence: Evidence[] = [{ kind: "code", at: id, says }];
    return [{ subject, name: "listening", from: AddressSet.everything, value: port ?? false, origin, evidence }];
  });
}

/** What is said of the machines behind a load balancer, of its own ports; they have to agree. */
function throughFront(
  nic: NetworkInterface,
  facts: ReadonlyMap<string, readonly Fact[]>,
  definitions: readonly MailDefinition[],
  subjects: Subjects,
): Fact[] {
  const ports = new Set((nic.leadsTo ?? []).map(({ listen }) => listen));
  return [...ports].flatMap((port) => {
    const subject = subjects.ofInterface(nic, port);
    const passages = (nic.leadsTo ?? []).filter(({ listen }) => listen === port);
    const behind = passages.map((each) => factsBehind(each, facts, definitions, subjects));
    // What is declared of the balancer with a configuration of its own is said already.
    if (behind.every((each) => each.length === 0) || facts.has(subject)) return [];
    const [first = [], ...others] = behind;
    const agree = others.every((each) => told(each) === told(first));
    const doubt = agree ? [] : [`which machine ${passages[0]?.at} leads to`];
    return behind.flat().flatMap((fact, i): Fact[] => {
      if (doubt.length === 0 && i >= first.length) return [];
      const said = doubt.length > 0 ? unknown(...doubt, ...missingOf(fact.value)) : fact.value;
      return [{ ...fact, subject, value: said } as Fact];
    });
  });
}

function factsBehind(
  { to, target, protocol, preserved, at, listen }: Passage,
  facts: ReadonlyMap<string, readonly Fact[]>,
  definitions: readonly MailDefinition[],
  subjects: Subjects,
): Fact[] {
  const nic = subjects.interfaces.find(({ id }) => id === to);
  if (!nic || isUnknown(target) || !definitions.some(({ hostedBy }) => hostedBy === to)) return [];
  const led: Evidence = { kind: "code", at, says: `port ${listen} leads to port ${target} of ${nic.name}` };
  const own = facts.get(subjects.ofInterface(nic, target)) ?? [];
  const kept = own.filter(({ name }) => protocol === "tcp" || !saidByListener.includes(name));
  const seen = preserved === true ? kept : asOneClient(kept, at);
  return seen.map((fact): Fact => ({ ...fact, evidence: [...fact.evidence, led] }));
}

/** Behind the balancer's own address, which is of version 4, every client is one that the server takes the balancer for. */
function asOneClient(facts: readonly Fact[], at: string): Fact[] {
  return [...new Set(facts.map(({ name }) => name))].flatMap((name): Fact[] => {
    const same = facts.filter((each) => each.name === name);
    const [first] = same;
    const forAll = same.find(({ from }) => from.contains(balancers));
    const value = forAll ? forAll.value : unknown(`the addresses under which ${at} connects`);
    return first ? [{ ...(forAll ?? first), from: AddressSet.everything, value } as Fact] : [];
  });
}

const balancers = AddressSet.of("0.0.0.0/0").subtract(loopback);

function told(facts: readonly Fact[]): string {
  return JSON.stringify(facts.map(({ name, from, value }) => [name, from.toString(), value]).sort());
}

/** Endpoints whose listener ends TLS: what the server behind would say of TLS, the client does not see. */
function endedByListener(subjects: Subjects): Set<string> {
  return new Set(
    subjects.interfaces.flatMap((nic) =>
      (nic.leadsTo ?? []).flatMap(({ protocol, listen }) =>
        protocol === "tcp" ? [] : subjects.ofInterface(nic, listen),
      ),
    ),
  );
}
