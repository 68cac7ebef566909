import { AddressSet, loopback } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { type Lookup, many } from "./access.js";
import { clientsOfKey } from "./access-keys.js";
import type { Configuration } from "./configuration.js";

/** Clients that relay without a login. */
export interface Relaying {
  readonly clients: AddressSet;
  readonly evidence: Evidence;
}

/** The clients that Relay_ok lets relay by their address; the first that holds a client says why. */
export function relayingOf(configuration: Configuration, connect: Lookup | undefined): Relaying[] {
  const code = (at: string, says: string): Evidence => ({ kind: "code", at, says });
  if (configuration.promiscuous !== undefined)
    return [
      {
        clients: AddressSet.everything,
        evidence: code(configuration.promiscuous, "promiscuous_relay relays for everybody"),
      },
    ];
  const local: Relaying = {
    clients: AddressSet.of("127.0.0.1", "::1"),
    evidence: { kind: "default", at: configuration.at, says: "Relay_ok relays for 127.0.0.1 and ::1" },
  };
  const listed = configuration.relayed.flatMap(({ value, at }) => {
    const clients = addressed(value);
    return clients ? [{ clients, evidence: code(at, "class R holds the address: relaying is allowed") }] : [];
  });
  const own = configuration.own.flatMap(({ value, at }) => {
    const clients = clientsOfKey(/^\[(.*)\]$/.exec(value)?.[1] ?? "");
    return clients ? [{ clients, evidence: code(at, "class w holds the address: relaying is allowed") }] : [];
  });
  const mapped = (connect?.answers ?? []).flatMap(({ from, value, at }) =>
    isRelay(value) ? [{ clients: from, evidence: code(at, "RELAY in the access map") }] : [],
  );
  return [local, ...joined(listed), ...mapped, ...joined(own)];
}

/** What would let clients relay that no address tells: their names, or their senders. */
export function relayingByName(configuration: Configuration, connect: Lookup | undefined): string[] {
  const named = configuration.relayed.find(({ value }) => !addressed(value) && !/[/@]|^[\d.]+$/.test(value));
  const mapped = connect?.byName.find(({ value }) => isRelay(value));
  return [
    ...(named ? [`which clients and recipients have the name in ${named.at}`] : []),
    ...(mapped ? [`which clients have the name in ${mapped.at}`] : []),
    ...(configuration.localFrom === undefined
      ? []
      : ["the sender that a client names (relay_local_from relays for local ones)"]),
    ...(configuration.mailFrom === undefined ? [] : ["which senders the access map relays for (relay_mail_from)"]),
    ...(configuration.entireDomain === undefined
      ? []
      : ["which clients have a name in the server's own domain (relay_entire_domain)"]),
  ];
}

function addressed(word: string): AddressSet | undefined {
  return word === "localhost" ? loopback : clientsOfKey(word.replace(/^(\d+(?:\.\d+){0,2})\.$/, "$1"));
}

/** Rules compare without regard to case. */
function isRelay(value: string | undefined): boolean {
  return value?.toUpperCase() === "RELAY";
}

/** Where the lines are too many to be named, the first stands for them. */
function joined(all: readonly Relaying[]): readonly Relaying[] {
  const [first] = all;
  if (!first || all.length <= many) return all;
  return [{ clients: AddressSet.join(all.map(({ clients }) => clients)), evidence: first.evidence }];
}
