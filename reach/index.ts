import { AddressSet } from "../model/addresses.js";
import type { Evidence } from "../model/evidence.js";
import type { Fact, FactOf } from "../model/fact.js";
import { isUnknown, unknown } from "../model/maybe.js";
import type { Estate, FilterRule, NetworkInterface, Requirement } from "../model/network.js";
import { undecidedPart } from "../model/partial.js";
import { PortSet } from "../model/ports.js";
import type { Subjects } from "../model/subjects.js";
import { type Connection, likesOf } from "./connection.js";
import { type DeadRule, deadEverywhere } from "./dead.js";
import { connectionOf } from "./exact.js";
import type { Admission } from "./filter.js";
import { layerFacts } from "./layers.js";
import { type Opening, openingsTo } from "./openings.js";

/** The ports of mail transport and submission: RFC 5321, RFC 8314, RFC 6409, and the usual stand-in for 587. */
export const mailPorts: readonly number[] = [25, 465, 587, 2525];
const allMailPorts = PortSet.of(...mailPorts);

/**
 * Who can reach each interface on the mail ports and on its declared ports, which rules open them, and what each
 * interface can reach on port 25, at the relays it is declared to use, and where its mail clients send. Empty address sets give no fact.
 */
export function reachFacts(estate: Estate, subjects: Subjects, requirements: readonly Requirement[] = []): Fact[] {
  const sendsItself = directSenders(estate.interfaces, subjects);
  const published = publishedFor(estate);
  const portsOf = (nic: NetworkInterface) => portsAsked(nic, subjects, published.get(nic.id) ?? []);
  const dead = deadEverywhere(estate.interfaces, portsOf, allMailPorts);
  const told: Fact[] = [];
  const tell = (facts: readonly Fact[]) => {
    for (const fact of facts) told.push(fact);
  };
  for (const nic of estate.interfaces) {
    for (const { port, subject, facts } of portsIn(nic, portsOf(nic), subjects)) {
      tell(facts);
      tell(deadFacts(subject, nic, dead(nic, port)));
      tell(conflictFacts(nic, port, subjects));
    }
    tell(listenerFacts(nic, subjects));
    if (sendsItself(nic)) tell(egressFacts(nic, subjects.ofEgress(nic, "*", 25), 25, subjects));
    for (const { clients, host, port } of subjects.declaration.relays)
      if (clients.some((client) => subjects.isKnownAs(nic, client)))
        tell(egressFacts(nic, subjects.ofEgress(nic, host, port), port, subjects));
    for (const { subject, port } of requiredOf(nic, subjects, requirements))
      tell(egressFacts(nic, subject, port, subjects));
  }
  return told;
}

/** Of a sender and the addresses before it, port 25 is told once: by the one that is declared as an endpoint, else the sender. */
function directSenders(
  interfaces: readonly NetworkInterface[],
  subjects: Subjects,
): (nic: NetworkInterface) => boolean {
  const ids = new Set(interfaces.map(({ id }) => id));
  const isDeclared = (nic: NetworkInterface) =>
    subjects.declaration.endpoints.some((each) => subjects.isKnownAs(nic, each.resource));
  const speaksFor = new Map<string, string>();
  for (const nic of interfaces) {
    const { standsBefore = "" } = nic;
    if (ids.has(standsBefore) && !speaksFor.has(standsBefore) && isDeclared(nic)) speaksFor.set(standsBefore, nic.id);
  }
  return ({ id, standsBefore = id }) => !ids.has(standsBefore) || (speaksFor.get(standsBefore) ?? standsBefore) === id;
}

/** What the clients on a machine need, without what is declared of it already. */
function requiredOf(nic: NetworkInterface, subjects: Subjects, requirements: readonly Requirement[]): Requirement[] {
  if (requirements.length === 0) return [];
  const declared = subjects.declaration.relays
    .filter((relay) => relay.clients.some((client) => subjects.isKnownAs(nic, client)))
    .map((relay) => subjects.ofEgress(nic, relay.host, relay.port));
  const own = requirements.filter(({ from, subject }) => from === nic.id && !declared.includes(subject));
  return [...new Map(own.map((each) => [each.subject, each])).values()];
}

function listenerFacts(nic: NetworkInterface, subjects: Subjects): Fact[] {
  return (nic.listeners ?? []).map(({ port, protocol, evidence }) => {
    const subject = subjects.ofInterface(nic, port);
    const { origin } = nic;
    return {
      subject,
      name: "listenerProtocol",
      from: AddressSet.everything,
      value: protocol,
      origin,
      evidence: [evidence],
    };
  });
}

function conflictFacts(nic: NetworkInterface, port: number, subjects: Subjects): Fact[] {
  const { conflicts = [], origin } = nic;
  if (conflicts.length === 0) return [];
  const subject = subjects.ofInterface(nic, port);
  const value = { rules: conflicts.map(({ at }) => at) };
  return [{ subject, name: "ruleConflict", from: AddressSet.everything, value, origin, evidence: conflicts }];
}

/** POP3 and IMAP in clear, which take the passwords of submission: of interest where submission is declared. */
const clearPorts: readonly number[] = [110, 143];

function portsAsked(nic: NetworkInterface, subjects: Subjects, published: readonly number[]): readonly number[] {
  const declared = subjects.declaration.endpoints.filter((each) => subjects.isKnownAs(nic, each.resource));
  if (declared.length + published.length === 0) return mailPorts;
  const beside = declared.some(({ role }) => role === "submission") ? clearPorts : [];
  const all = [...mailPorts, ...declared.map((each) => each.port), ...published, ...beside];
  return [...new Set(all)].sort((a, b) => a - b);
}

/** By interface the ports (`nodePort: 30587`) that lead to the same port of a mail server as a port of mail does. */
function publishedFor({ definitions }: Estate): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { published = [] } of definitions) {
    const mail = new Set(published.flatMap(({ host, container }) => (mailPorts.includes(host) ? container : [])));
    for (const { host, container, hostedBy } of published)
      if (hostedBy !== undefined && mail.has(container)) found.set(hostedBy, [...(found.get(hostedBy) ?? []), host]);
  }
  return found;
}

/** What is known of each port. What no rule tells apart is judged once. */
function portsIn(nic: NetworkInterface, ports: readonly number[], subjects: Subjects) {
  const likes = nic.exact ? ports : likesOf(nic.ingress, nic.ingressAnswers ?? [], ports);
  const found: { readonly port: number; readonly subject: string; readonly facts: readonly Fact[] }[] = [];
  for (const [i, port] of ports.entries()) {
    const subject = subjects.ofInterface(nic, port);
    const like = found[ports.indexOf(likes[i] as number)];
    const facts = like?.facts.map((fact): Fact => ({ ...fact, subject })) ?? ingressFacts(nic, port, subject, subjects);
    found.push({ port, subject, facts });
  }
  return found;
}

function ingressFacts(nic: NetworkInterface, port: number, subject: string, subjects: Subjects): Fact[] {
  const found = connectionOf(nic, "in", port);
  return verdictFacts("reachable", subject, nic, found).concat(
    returnFacts(subject, nic, found),
    openingsTo(nic.ingress, port).flatMap((opening) => openingFacts(subject, nic, opening)),
    subjects.hasOtherSide(nic) ? layerFacts(nic, subject, "in", port) : [],
  );
}

function egressFacts(nic: NetworkInterface, subject: string, port: number, subjects: Subjects): Fact[] {
  const found = connectionOf(nic, "out", port);
  return verdictFacts("egressAllowed", subject, nic, found).concat(
    returnFacts(subject, nic, found),
    subjects.hasOtherSide(nic) ? layerFacts(nic, subject, "out", port) : [],
  );
}

function verdictFacts(
  name: "reachable" | "egressAllowed",
  subject: string,
  nic: NetworkInterface,
  { allowed, opens, closes, undecided }: Admission,
): Fact[] {
  const facts: Fact[] = [];
  const add = (from: AddressSet, value: FactOf<typeof name>["value"], said: readonly Evidence[]) => {
    const evidence = said.length > 0 ? said : [nic.evidence];
    facts.push({ subject, name, from, value, origin: nic.origin, evidence });
  };
  const [shut, open] = [allowed.possible.complement(), undecidedPart(allowed)];
  if (!allowed.certain.isEmpty) add(allowed.certain, true, opens);
  if (!shut.isEmpty) add(shut, false, closes);
  if (!open.isEmpty) add(open, unknown(...allowed.missing), undecided);
  return facts;
}

function returnFacts(subject: string, nic: NetworkInterface, { returns }: Connection): Fact[] {
  return returns.map(({ peers, lost, evidence }) => ({
    subject,
    name: "returnPath",
    from: peers,
    value: isUnknown(lost) ? lost : { lostClientPorts: lost.toString() },
    origin: nic.origin,
    evidence: evidence.length > 0 ? evidence : [nic.evidence],
  }));
}

function openingFacts(subject: string, nic: NetworkInterface, { rule, peers }: Opening): Fact[] {
  const facts: Fact[] = [];
  const add = (from: AddressSet, value: FactOf<"openedBy">["value"]) => {
    if (!from.isEmpty)
      facts.push({ subject, name: "openedBy", from, value, origin: nic.origin, evidence: [rule.evidence] });
  };
  add(peers.certain, described(rule));
  add(undecidedPart(peers), unknown(...peers.missing));
  return facts;
}

function deadFacts(subject: string, nic: NetworkInterface, dead: readonly DeadRule[]): Fact[] {
  return dead.map(({ rule, kind, by }) => ({
    subject,
    name: "deadRule",
    from: rule.peers.certain,
    value: { rule: rule.id, kind, by: by.map(({ id }) => id) },
    origin: nic.origin,
    evidence: [rule, ...by].map(({ evidence }) => evidence),
  }));
}

function described(rule: FilterRule): FactOf<"openedBy">["value"] {
  if (isUnknown(rule.protocol) || isUnknown(rule.ports)) return unknown(rule.id);
  const exact = rule.protocol === "tcp" && rule.ports.size === 1;
  const { id, protocol, ports, written } = rule;
  return { rule: id, protocol, ports: ports.toString(), exact, ...(written ? { written } : {}) };
}
