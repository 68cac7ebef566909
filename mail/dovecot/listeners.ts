import type { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import type { Evidence } from "../../model/evidence.js";
import { isUnknown, missingOf } from "../../model/maybe.js";
import { addressesOf, families } from "../sockets.js";
import type { Configuration } from "./configuration.js";
import { builtInListeners } from "./defaults.js";
import { Stops, type Syntax, stops, Undecided } from "./syntax.js";
import { View } from "./view.js";

/** A socket of submission-login. */
export interface Listener {
  readonly port: number;
  /** TLS from the first byte. */
  readonly ssl: boolean;
  readonly haproxy: boolean;
  /** Where TLS is off for the whole server, the listeners that need it are not opened. */
  readonly isOpened: boolean;
  readonly sockets: readonly Socket[];
  readonly evidence: Evidence;
}

/** `any`: the families of a wildcard; a host name is not looked up. */
export type Socket = { readonly any: AddressSet } | { readonly address: AddressSet } | { readonly name: string };

const most = 200;
const service = "service/submission-login";
const section = `${service}/inet_listener`;

/**
 * The sockets that `service submission-login` opens when `submission` is one of the protocols.
 * @throws Stops where Dovecot does not start; Undecided where settings are not at hand.
 */
export function listenersOf(configuration: Configuration): Listener[] {
  const view = new View(configuration);
  const protocols = known(view.words("protocols"), view, "protocols");
  if (!protocols.includes("submission")) return [];
  const listeners = listenersNamed(configuration);
  const taken: { readonly port: number; readonly isOpened: boolean; readonly socket: Socket }[] = [];
  for (const { port, isOpened, sockets, evidence } of listeners)
    for (const socket of sockets) {
      const near = taken.filter((each) => each.port === port);
      if (near.some((each) => collide(each.socket, socket, each.isOpened && isOpened)))
        throw stops(evidence.at, `two listeners want port ${port} of one address`);
      taken.push({ port, isOpened, socket });
    }
  return listeners.filter(({ isOpened }) => isOpened);
}

/** The same address twice is refused when the settings are read; overlapping ones only where both are opened. */
function collide(one: Socket, other: Socket, areOpened: boolean): boolean {
  if ("name" in one || "name" in other) return "name" in one && "name" in other && one.name === other.name;
  const whole = (socket: Exclude<Socket, { readonly name: string }>) => ("any" in socket ? socket.any : socket.address);
  return areOpened ? whole(one).overlaps(whole(other)) : whole(one).equals(whole(other));
}

/** The ports that the files name, also where Dovecot does not start. */
export function portsNamed(configuration: Configuration): number[] {
  try {
    return listenersNamed(configuration).flatMap(({ port, isOpened }) => (isOpened ? [port] : []));
  } catch (error) {
    if (error instanceof Stops || error instanceof Undecided) return [];
    throw error;
  }
}

function listenersNamed(configuration: Configuration): Listener[] {
  const builtIn = builtInListeners[configuration.syntax];
  const written = configuration.sections.get(section) ?? [];
  const names = [...new Set([...builtIn.map(({ name }) => name), ...written])];
  if (names.length > most)
    throw new InputError(
      "dovecot.conf",
      `submission-login has more than ${most} listeners`,
      "Remove those that nobody needs.",
    );
  return names.flatMap((name) => {
    const base = builtIn.find((each) => each.name === name);
    const found = listenerOf(name, base, configuration);
    return found ? [found] : [];
  });
}

function listenerOf(
  name: string,
  base: { readonly port: number; readonly ssl: boolean } | undefined,
  configuration: Configuration,
): Listener | undefined {
  const view = new View(configuration);
  const name24 = `inet_listener_`;
  // 2.4: a line outside of the listeners' blocks is for those that do not say otherwise, before what is built in.
  const path = (key: string) =>
    configuration.syntax === "2.3"
      ? `${section}/${name}/${key}`
      : ([`${section}/${name}/`, `${service}/`, ""]
          .map((each) => `${each}${name24}${key}`)
          .find((each) => view.isSet(each)) ?? `${section}/${name}/${name24}${key}`);
  const port = view.isSet(path("port")) ? portOf(view, path("port")) : (base?.port ?? 0);
  const ssl = view.isSet(path("ssl")) ? known(view.yes(path("ssl")), view, path("ssl")) : (base?.ssl ?? false);
  const haproxy = view.isSet(path("haproxy")) && known(view.yes(path("haproxy")), view, path("haproxy"));
  if (port === 0) return undefined;
  const isOpened = !ssl || known(view.oneOf("ssl", ["yes", "no", "required"]), view, "ssl") !== "no";
  const own = addressSettings(configuration.syntax, name).find((each) => view.isSet(each) && view.text(each) !== "");
  const listen = own ?? "listen";
  const addresses = known(view.words(listen), view, listen);
  if (addresses.length === 0) throw stops(view.setting(listen)?.at ?? "dovecot.conf", "listen is empty");
  const says = `service submission-login listens on port ${port}`;
  return {
    port,
    ssl,
    haproxy,
    isOpened,
    sockets: addresses.map(socketOf),
    evidence: view.evidence(path("port"), says),
  };
}

/** Where the addresses of a listener may stand, the nearest first. */
function addressSettings(syntax: Syntax, name: string): string[] {
  const own = `${section}/${name}`;
  return syntax === "2.3" ? [`${own}/address`, `${own}/listen`] : [`${own}/listen`, `${service}/listen`];
}

function portOf(view: View, name: string): number {
  const text = known(view.text(name), view, name);
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw stops(view.setting(name)?.at ?? "dovecot.conf", "an inet_listener's port is no port");
  return Number(text);
}

function known<T>(value: T, view: View, name: string): Exclude<T, { readonly unknown: readonly string[] }> {
  if (isUnknown(value)) throw new Undecided(missingOf(value), view.setting(name)?.at ?? "dovecot.conf");
  return value as Exclude<T, { readonly unknown: readonly string[] }>;
}

function socketOf(text: string): Socket {
  if (text === "*" || text === "0.0.0.0") return { any: families.ipv4 };
  if (text === "::" || text === "[::]") return { any: families.ipv6 };
  const address = addressesOf(text.replace(/^\[(.*)\]$/, "$1"));
  return address ? { address } : { name: text };
}
