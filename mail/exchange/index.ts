import { AddressSet } from "../../model/addresses.js";
import type { Fact } from "../../model/fact.js";
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
import type { Binding } from "./values.js";

/**
 * The facts of every port that exported receive connectors listen on, per server and client class.
 * @throws InputError with `file:line` for an export that cannot be read.
 */
export function exchangeFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const connectors = Object.keys(definition.files)
    .sort()
    .flatMap((path) => {
      const { at = path, text = "" } = definition.files[path] ?? {};
      return readExport(text, at).map(connectorOf);
    });
  const servers = new Map<string, Connector[]>();
  for (const each of connectors) {
    const key = (each.server ?? "").toLowerCase();
    const same = servers.get(key);
    if (same) same.push(each);
    else servers.set(key, [each]);
  }
  const isOnly = servers.size <= 1;
  return [...(servers.size > 0 ? servers.values() : [[]])].flatMap((each) =>
    factsOfServer(definition, subjects, each, isOnly),
  );
}

function factsOfServer(
  definition: MailDefinition,
  subjects: Subjects,
  connectors: readonly Connector[],
  isOnly: boolean,
): Fact[] {
  const names = [...new Set(connectors.flatMap(({ server, fqdn }) => [fqdn ?? [], server ?? []].flat()))];
  const declared = isOnly ? declaredPorts(definition, subjects) : [];
  const nowhere = code(definition.id, "no enabled receive connector has this port");
  const claims = withUnserved(claimsByPort(connectors), declared, nowhere);
  return [...claims]
    .sort(([a], [b]) => a - b)
    .flatMap(([port, each]) => {
      const subject = isOnly
        ? subjects.ofDefinition(definition, port, names[0])
        : endpointSubject(declaredName(definition, subjects, port, names) ?? names[0] ?? definition.id, port);
      return merged(each).map((one) => ({ ...one, subject, origin: definition.origin }) as Fact);
    });
}

/** Of several servers in one export, the declared endpoint is the one that has the server's name. */
function declaredName(
  definition: MailDefinition,
  subjects: Subjects,
  port: number,
  names: readonly string[],
): string | undefined {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const endpoints = subjects.declaration.endpoints.filter((each) => each.config === definition.id);
  return endpoints.find((each) => each.port === port && known.has(each.host.toLowerCase()))?.host;
}

interface Bound {
  readonly connector: Connector;
  readonly binding: Binding;
}

function claimsByPort(connectors: readonly Connector[]): Map<number, readonly Claim[]> {
  const sockets = new Map<string, Bound[]>();
  for (const connector of connectors) {
    if (connector.enabled === false) continue;
    for (const binding of connector.bindings) {
      const key = JSON.stringify([binding.port, binding.address, connector.role]);
      const same = sockets.get(key);
      if (same) same.push({ connector, binding });
      else sockets.set(key, [{ connector, binding }]);
    }
  }
  const ports = new Map<number, readonly Claim[]>();
  for (const bound of sockets.values()) {
    const port = bound[0]?.binding.port ?? 0;
    ports.set(port, sideBySide(ports.get(port) ?? [], socketClaims(bound)));
  }
  return ports;
}

/** Of the connectors of one socket, the one whose remote range fits the client most closely takes it. */
function socketClaims(bound: readonly Bound[]): Claim[] {
  const address = bound[0]?.binding.address ?? AddressSet.empty;
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
  const clients = clientsOfAddress(address);
  const claims = [...won.values()].flatMap(({ takers, sets }) => {
    const from = AddressSet.join(sets).intersect(clients);
    return takers.map((each) => connectorClaims(each, from)).reduce(sideBySide);
  });
  const served = claims.filter(({ name }) => name === "listening").map(({ from }) => from);
  const others = [code(bound[0]?.binding.at ?? "", "no connector of this port takes these clients")];
  return merged([...claims, claim("listening", AddressSet.join(served).complement(), false, others)]);
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
