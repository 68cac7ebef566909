import { AddressSet } from "../../model/addresses.js";
import type { Fact } from "../../model/fact.js";
import { grouped } from "../../model/grouped.js";
import type { MailDefinition } from "../../model/mail.js";
import { unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { endpointSubject } from "../../model/subjects.js";
import { type Claim, claim, merged, sideBySide } from "../claims.js";
import { declaredPorts, withUnserved } from "../port-facts.js";
import { clientsOfAddress } from "../sockets.js";
import { type Connector, connectorOf } from "./connector.js";
import { code, dialogueClaims } from "./dialogue.js";
import { readExport } from "./records.js";
import { type Binding, Seen } from "./values.js";

/**
 * The facts of every port that exported receive connectors listen on, per server and client class.
 * @throws InputError with `file:line` for an export that cannot be read.
 */
export function exchangeFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const seen = new Seen();
  const servers = new Map<string, Connector[]>();
  for (const path of Object.keys(definition.files).sort()) {
    const { at = path, text = "" } = definition.files[path] ?? {};
    for (const exported of readExport(text, at)) {
      const connector = connectorOf(exported, seen);
      const key = (connector.server ?? "").toLowerCase();
      const same = servers.get(key);
      if (same) same.push(connector);
      else servers.set(key, [connector]);
    }
  }
  const isOnly = servers.size <= 1;
  const facts: Fact[] = [];
  for (const each of servers.size > 0 ? servers.values() : [[]])
    for (const fact of factsOfServer(definition, subjects, each, isOnly)) facts.push(fact);
  return facts;
}

function factsOfServer(
  definition: MailDefinition,
  subjects: Subjects,
  connectors: readonly Connector[],
  isOnly: boolean,
): Fact[] {
  const names = connectors.flatMap(({ server, fqdn }) => [fqdn, server].filter((name) => name !== undefined));
  const served = claimsByPort(connectors);
  const nowhere = code(definition.id, "no enabled receive connector has this port");
  const claims = isOnly ? withUnserved(served, declaredPorts(definition, subjects), nowhere) : served;
  const { origin } = definition;
  return [...claims]
    .sort(([a], [b]) => a - b)
    .flatMap(([port, each]) => {
      const subject = isOnly
        ? subjects.ofDefinition(definition, port, names[0])
        : endpointSubject(declaredName(definition, subjects, port, names) ?? names[0] ?? definition.id, port);
      return each.map(({ name, from, value, evidence }) => ({ name, from, value, evidence, subject, origin }) as Fact);
    });
}

/** Of several servers in one export, the declared endpoint is the one that has the server's name. */
function declaredName(
  { id }: MailDefinition,
  { declaration }: Subjects,
  port: number,
  names: readonly string[],
): string | undefined {
  return declaration.endpoints.find(
    ({ host, ...each }) =>
      each.config === id && each.port === port && names.some((name) => name.toLowerCase() === host.toLowerCase()),
  )?.host;
}

interface Bound {
  readonly connector: Connector;
  readonly binding: Binding;
}

function claimsByPort(connectors: readonly Connector[]): Map<number, readonly Claim[]> {
  const all = connectors.flatMap((connector): Bound[] =>
    connector.enabled === false ? [] : connector.bindings.map((binding) => ({ connector, binding })),
  );
  return new Map(
    [...grouped(all, ({ binding }) => [binding.port])].map(([port, bound]) => [port, portClaims(socketsOf(bound))]),
  );
}

function socketsOf(bound: readonly Bound[]): readonly (readonly Bound[])[] {
  if (bound.length < 2) return [bound];
  return [...grouped(bound, ({ binding, connector }) => [JSON.stringify([binding.address, connector.role])]).values()];
}

function portClaims(sockets: readonly (readonly Bound[])[]): Claim[] {
  const claims = sockets
    .map(socketClaims)
    .filter((each) => each.length > 0)
    .reduce((one, other) => (one.length > 0 ? sideBySide(one, other) : other), []);
  const served = AddressSet.join(claims.filter(({ name }) => name === "listening").map(({ from }) => from));
  const others = [code(sockets.at(-1)?.[0]?.binding.at ?? "", "no connector of this port takes these clients")];
  return merged([...claims, claim("listening", served.complement(), false, others)]);
}

/** What is done to the clients that are served. */
function socketClaims(bound: readonly Bound[]): Claim[] {
  const clients = clientsOfAddress(bound[0]?.binding.address ?? AddressSet.empty);
  return takersOf(bound).flatMap(({ takers, sets }) => {
    const from = AddressSet.join(sets).intersect(clients);
    return from.isEmpty ? [] : takers.map((each) => connectorClaims(each, from)).reduce(sideBySide);
  });
}

/** Connectors, and the clients that they take. */
interface Taking {
  readonly takers: readonly Bound[];
  readonly sets: readonly AddressSet[];
}

/** Of the connectors of one socket, the one whose remote range fits the client most closely takes it. */
function takersOf(bound: readonly Bound[]): readonly Taking[] {
  const [only, ...more] = bound;
  if (only && more.length === 0) return [{ takers: bound, sets: only.connector.ranges }];
  const ranges = new Map<string, { readonly set: AddressSet; readonly takers: Bound[] }>();
  for (const each of bound) {
    for (const set of each.connector.ranges) {
      const key = JSON.stringify(set);
      const same = ranges.get(key);
      if (!same) ranges.set(key, { set, takers: [each] });
      else if (!same.takers.includes(each)) same.takers.push(each);
    }
  }
  const byCloseness = [...ranges.values()]
    .map((each) => ({ ...each, size: sizeOf(each.set) }))
    .sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : 0));
  const parts = AddressSet.firstComers(byCloseness.map(({ set }) => set));
  const won = new Map<string, { readonly takers: readonly Bound[]; readonly sets: AddressSet[] }>();
  byCloseness.forEach(({ takers }, i) => {
    const key = takers.map((each) => bound.indexOf(each)).join(" ");
    const clients = won.get(key) ?? { takers, sets: [] };
    clients.sets.push(parts[i] ?? AddressSet.empty);
    won.set(key, clients);
  });
  return [...won.values()];
}

function connectorClaims({ connector, binding }: Bound, from: AddressSet): Claim[] {
  return [listening(connector, binding, from), ...dialogueClaims(connector, from), ...hygiene(connector, from)];
}

function listening({ enabled, at }: Connector, binding: Binding, from: AddressSet): Claim {
  const value = enabled ?? unknown(`Enabled of the connector in ${at}, which was not exported`);
  return claim("listening", from, value, [code(binding.at, `a receive connector listens on port ${binding.port}`)]);
}

function hygiene({ rejectsBareLinefeed, hasOwnBanner, place }: Connector, from: AddressSet): Claim[] {
  const says = "BareLinefeedRejectionEnabled decides whether a message with bare line feeds is rejected";
  const left = unknown("what Exchange makes of a bare line feed that it does not reject");
  const banner = code(place("Banner"), "the default banner names the product and no version");
  return [
    ...(rejectsBareLinefeed === undefined
      ? []
      : [
          claim("bareNewline", from, rejectsBareLinefeed ? "rejected" : left, [
            code(place("BareLinefeedRejectionEnabled"), says),
          ]),
        ]),
    ...(hasOwnBanner ? [] : [claim("bannerVersion", from, false, [banner])]),
  ];
}

/** How many addresses a range has; ranges of the two families never meet. */
function sizeOf(set: AddressSet): bigint {
  const four = set.ipv4.map(([low, high]) => BigInt(high - low + 1));
  const six = set.ipv6.map(([low, high]) => high - low + 1n);
  return [...four, ...six].reduce((sum, each) => sum + each, 0n);
}
