import { AddressSet, loopback } from "../../model/addresses.js";
import type { Fact } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, unknown } from "../../model/maybe.js";
import type { Subjects } from "../../model/subjects.js";
import { agreed, type Claim, claim, merged, sideBySide } from "../claims.js";
import {
  declaredPorts,
  type PortClaims,
  portFacts,
  stoppedPorts,
  undecidedPorts,
  withUnserved,
} from "../port-facts.js";
import { clientsOfAddress } from "../sockets.js";
import { certificateClaim } from "./certificate.js";
import { checkBlocks } from "./checks-23.js";
import { checkWhole } from "./checks-24.js";
import { type Configuration, readConfiguration } from "./configuration.js";
import { dialogue, trustedNetworks, type Visit, viewsOf } from "./dialogue.js";
import { type Listener, listenersOf, portsNamed, type Socket } from "./listeners.js";
import { relayFacts } from "./relay.js";
import { Stops, Undecided } from "./syntax.js";
import { defaultMinimum } from "./versions.js";
import { partsOf, View } from "./view.js";

/**
 * The facts of every port that Dovecot's submission service opens, per client class, and of the server it relays to. A port
 * that is declared for this configuration and not opened is stated as not listening.
 * @throws InputError with `file:line` for text that Dovecot refuses to read.
 */
export function dovecotFacts(definition: MailDefinition, subjects: Subjects): Fact[] {
  const declared = declaredPorts(definition, subjects);
  let configuration: Configuration | undefined;
  let claims: PortClaims;
  try {
    configuration = readConfiguration(definition);
    claims = portClaims(configuration, definition, declared);
  } catch (error) {
    const named = configuration ? portsNamed(configuration) : [];
    claims = withoutServer(error, named, declared);
  }
  const host = configuration && hostname(configuration);
  const served = portFacts(definition, subjects, claims, host);
  return configuration ? [...served, ...relayFacts(configuration, definition, subjects, host)] : served;
}

function hostname(configuration: Configuration): string | undefined {
  const name = new View(configuration).text("hostname");
  return isUnknown(name) || name === "" ? undefined : name;
}

function withoutServer(error: unknown, named: readonly number[], declared: readonly number[]) {
  if (error instanceof Stops) return stoppedPorts([...named, ...declared], error.evidence);
  if (!(error instanceof Undecided)) throw error;
  const says = "what Dovecot serves depends on files or settings that are not at hand";
  return undecidedPorts(declared, error.missing, { kind: "code", at: error.at, says });
}

function portClaims(configuration: Configuration, definition: MailDefinition, declared: readonly number[]) {
  if (configuration.syntax === "2.4") checkWhole(configuration);
  else checkBlocks(configuration);
  const claims = new Map<number, readonly Claim[]>();
  for (const listener of listenersOf(configuration))
    for (const socket of listener.sockets) {
      const own = socketClaims(listener, socket, configuration, definition);
      claims.set(listener.port, sideBySide(claims.get(listener.port) ?? [], own));
    }
  const nowhere = new View(configuration).evidence("protocols", "no listener of the submission service has this port");
  return withUnserved(claims, declared, nowhere);
}

function socketClaims(
  listener: Listener,
  socket: Socket,
  configuration: Configuration,
  definition: MailDefinition,
): Claim[] {
  if ("name" in socket) {
    const value = unknown(`the address of the host name that ${listener.evidence.at} listens on`);
    return [claim("listening", AddressSet.everything, value, [listener.evidence])];
  }
  const clients = "any" in socket ? socket.any : clientsOfAddress(socket.address);
  const listening = [
    claim("listening", clients, true, [listener.evidence]),
    claim("listening", clients.complement(), false, [listener.evidence]),
  ];
  const minimum = defaultMinimum(definition, configuration.syntax);
  const said = visitors(configuration, socket, clients).flatMap(([from, own]) =>
    localsOf(configuration, socket, own ? from : undefined)
      .map((local): Visit => ({ from, own, ...(local ? { local } : {}) }))
      .map((visit) => dialogue(listener, viewsOf(configuration, visit), visit, minimum))
      .reduce((one, other) => agreed(one, other, "the address the client connects to (local blocks)")),
  );
  return merged([...listening, ...said, certificateClaim(configuration, definition, clients)]);
}

/** Clients that no block and no list tells apart, and whether they connect from the address that they connect to. */
function visitors(configuration: Configuration, socket: Socket, clients: AddressSet): [AddressSet, boolean][] {
  const remotes = configuration.filters.flatMap(({ mask }) => (mask.remote ? [mask.remote.set] : []));
  const views = configuration.filters.map(({ settings }) => settings.get("login_trusted_networks"));
  const trusted = views.some((each) => each !== undefined)
    ? configuration.filters.flatMap((filter) => {
        const networks = trustedNetworks(new View({ ...configuration, filters: [{ ...filter, mask: {} }] }));
        return isUnknown(networks) ? [] : networks;
      })
    : [];
  // A client on an own address beside the loopback ones is the machine itself: it is left out where that is known.
  const own = "address" in socket ? socket.address : AddressSet.of("127.0.0.1", "::1");
  return partsOf(clients.subtract(own.subtract(loopback)), [own, ...remotes, ...trusted]).map((part) => [
    part,
    own.contains(part),
  ]);
}

/** The addresses that clients may connect to, as far as `local` blocks tell them apart. */
function localsOf(configuration: Configuration, socket: Socket, own?: AddressSet): (AddressSet | undefined)[] {
  const nets = configuration.filters.flatMap(({ mask }) => (mask.local ? [mask.local.set] : []));
  if (nets.length === 0) return [undefined];
  const possible = own ?? ("address" in socket ? socket.address : "any" in socket ? socket.any : AddressSet.everything);
  return partsOf(possible, nets);
}
