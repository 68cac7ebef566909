import { AddressSet } from "../../model/addresses.js";
import type { ClientDefinition, ClientProduct } from "../../model/client.js";
import { InputError } from "../../model/errors.js";
import type { Fact, FactName, FactOf } from "../../model/fact.js";
import { isUnknown, type Maybe } from "../../model/maybe.js";
import type { Estate, NetworkInterface, Requirement } from "../../model/network.js";
import { egressSubject, type Subjects } from "../../model/subjects.js";
import { Bag } from "./bag.js";
import type { Client, Said } from "./client.js";

type Read = (bag: Bag) => Client[];

/** One line a client; loaded when a definition is one of its kind. */
const readers: Record<ClientProduct, () => Promise<Read>> = {
  alertmanager: async () => (await import("./alertmanager.js")).alertmanager,
  auth0: async () => (await import("./auth0.js")).auth0,
  django: async () => (await import("./django.js")).django,
  gitlab: async () => (await import("./gitlab.js")).gitlab,
  grafana: async () => (await import("./grafana.js")).grafana,
  keycloak: async () => (await import("./keycloak.js")).keycloak,
  laravel: async () => (await import("./laravel.js")).laravel,
  "mail-manager": async () => (await import("./mail-manager.js")).mailManager,
  msmtp: async () => (await import("./msmtp.js")).msmtp,
  nodemailer: async () => (await import("./nodemailer.js")).nodemailer,
  rails: async () => (await import("./rails.js")).rails,
  sentry: async () => (await import("./sentry.js")).sentry,
  ses: async () => (await import("./ses.js")).ses,
  spring: async () => (await import("./spring.js")).spring,
  ssmtp: async () => (await import("./ssmtp.js")).ssmtp,
  symfony: async () => (await import("./symfony.js")).symfony,
  wordpress: async () => (await import("./wordpress.js")).wordpress,
};

/** Whose a client is. */
interface Whose extends Pick<ClientDefinition, "id" | "origin" | "hostedBy"> {
  readonly product: string;
}

interface Found {
  readonly client: Client;
  readonly whose: Whose;
}

interface Named extends Found {
  readonly subject: string;
}

/**
 * What the clients of an estate are set to do, on subjects `client -> host:port`, sorted; and where those of known
 * machines must be able to connect to. What is unknown of a destination is `?` in the subject. A Postfix
 * configuration that Postfix refuses to read is reported with the facts of its server.
 */
export async function clientFacts(
  { clients = [], definitions }: Pick<Estate, "clients" | "definitions">,
  subjects: Subjects,
): Promise<{ facts: Fact[]; requirements: Requirement[] }> {
  const found: Found[] = [];
  for (const definition of clients) {
    const read = await readers[definition.product]();
    for (const client of read(new Bag(definition))) found.push({ client, whose: definition });
  }
  for (const definition of definitions.filter(({ product }) => product === "postfix")) {
    const { postfixClients } = await import("./postfix.js");
    const version = subjects.versionOf(definition);
    const read = readable(() => postfixClients({ ...definition, ...(version ? { version } : {}) }));
    for (const client of read) found.push({ client, whose: definition });
  }
  const byPlain = new Map<string, Found[]>();
  for (const each of found) {
    const plain = plainSubject(each, subjects);
    const same = byPlain.get(plain);
    if (same) same.push(each);
    else byPlain.set(plain, [each]);
  }
  const named: Named[] = [];
  for (const [subject, twins] of byPlain) {
    const [{ client, whose }, ...others] = twins as [Found, ...Found[]];
    if (others.length === 0) named.push({ subject, client, whose });
    else for (const each of labelled(twins, subjects)) named.push(each);
  }
  named.sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
  const facts: Fact[] = [];
  const requirements: Requirement[] = [];
  for (const each of named) {
    for (const fact of factsOf(each)) facts.push(fact);
    const { subject, whose, client } = each;
    if (whose.hostedBy !== undefined && !isUnknown(client.port.value) && !isLoopback(client.host.value))
      requirements.push({ from: whose.hostedBy, subject, port: client.port.value });
  }
  return { facts, requirements };
}

function readable(read: () => Client[]): Client[] {
  try {
    return read();
  } catch (error) {
    // The facts of the server report it.
    if (error instanceof InputError) return [];
    throw error;
  }
}

/** Clients of one place with one destination are told apart by what they are. */
function labelled(twins: readonly Found[], subjects: Subjects): Named[] {
  const labelOf = ({ whose: { product }, client: { name } }: Found) =>
    name === undefined ? product : `${product} ${name}`;
  const counts = new Map<string, number>();
  for (const label of twins.map(labelOf)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const seen = new Map<string, number>();
  return twins.map((each) => {
    const label = labelOf(each);
    const number = (seen.get(label) ?? 0) + 1;
    seen.set(label, number);
    const subject = plainSubject(each, subjects, counts.get(label) === 1 ? label : `${label} ${number}`);
    return { subject, client: each.client, whose: each.whose };
  });
}

/** The machine's name, or where the settings stand. */
function plainSubject({ whose, client }: Found, subjects: Subjects, label?: string): string {
  const { id, hostedBy } = whose;
  const { host, port } = client;
  const nic = subjects.interfaces.find((each: NetworkInterface) => each.id === hostedBy);
  const name = nic ? subjects.nameOf(nic) : id;
  const to = egressSubject(
    label === undefined ? name : `${name} (${label})`,
    known(host) ?? "?",
    Number(known(port) ?? 0),
  );
  return known(port) === undefined ? to.replace(/:0$/, ":?") : to;
}

/** No packet filter stands before a server on the same machine. */
function isLoopback(host: Maybe<string>): boolean {
  return !isUnknown(host) && /^(localhost|127\..*|::1|\/.*)$/i.test(host);
}

function known<T extends string | number>({ value }: Said<T>): T | undefined {
  return isUnknown(value) ? undefined : value;
}

function factsOf({ subject, whose: { origin }, client }: Named): Fact[] {
  const fact = <N extends FactName>(name: N, { value, evidence }: Said<unknown>): Fact =>
    ({ subject, name, from: AddressSet.everything, value, origin, evidence }) as FactOf<N> as Fact;
  const { port, tls, verifies, auth } = client;
  const number = isUnknown(port.value) ? port.value : { port: port.value };
  const [first, second] = [fact("clientPort", { value: number, evidence: port.evidence }), fact("clientTls", tls)];
  // Without TLS there is no certificate to look at.
  if (tls.value === "none" || verifies === undefined) return [first, second, fact("clientAuth", auth)];
  return [first, second, fact("clientVerifiesCertificate", verifies), fact("clientAuth", auth)];
}
