import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { addressesOf, clientsOfAddress, families } from "../sockets.js";
import { type Config, type Setting, switchOf } from "./config.js";
import { Refused, Undecided } from "./stops.js";
import { doubtfulCiphers } from "./tls-versions.js";
import { listItems } from "./values.js";

/** A port that the daemon binds, and the clients that its addresses serve. */
export interface Listener {
  readonly port: number;
  readonly clients: AddressSet;
  readonly implicitTls: boolean;
  /** What would tell whether the daemon starts at all. */
  readonly doubt: readonly string[];
  readonly evidence: readonly Evidence[];
}

const services: Readonly<Record<string, number>> = {
  smtp: 25,
  mail: 25,
  ssmtp: 465,
  smtps: 465,
  submissions: 465,
  urd: 465,
  submission: 587,
};

/**
 * What `daemon_smtp_ports`, `local_interfaces` and `tls_on_connect_ports` bind. An address with a port of its own
 * replaces the list of ports for it.
 * @throws Refused for a port or address that is none, Undecided for what these lists leave open.
 */
export function listenersOf(config: Config): Listener[] {
  const ports = portsOf(config, "daemon_smtp_ports", ["smtp"]);
  const implicit = portsOf(config, "tls_on_connect_ports", []);
  const interfaces = config.options.get("local_interfaces");
  const noIpv6 = switchOf(config, "disable_ipv6", false);
  const items = interfaces ? literalItems(interfaces, "local_interfaces") : ["::0", "0.0.0.0"];
  const byPort = new Map<number, AddressSet>();
  for (const item of items.filter((each) => each !== "")) {
    const { address, port } = addressAndPort(item, interfaces?.at ?? "");
    const clients = clientsOf(address, interfaces?.at ?? "");
    if (noIpv6 && clients.overlaps(families.ipv6)) continue;
    for (const each of port === undefined ? ports : [port])
      byPort.set(each, (byPort.get(each) ?? AddressSet.empty).union(clients));
  }
  const doubt = doubtfulCiphers(config);
  const evidence = [
    said(config, "daemon_smtp_ports", "daemon_smtp_ports names the ports"),
    ...(interfaces ? [said(config, "local_interfaces", "local_interfaces names the addresses")] : []),
  ];
  return [...byPort].map(([port, clients]) => ({
    port,
    clients,
    implicitTls: implicit.includes(port),
    doubt,
    evidence,
  }));
}

/** Where an option stands, or that no line sets it. */
export function said({ options }: Config, name: string, says: string): Evidence {
  const setting = options.get(name);
  return setting
    ? { kind: "code", at: setting.at, says }
    : { kind: "default", at: "Exim", says: `${says} (no line sets ${name})` };
}

function portsOf({ options, holes }: Config, name: string, otherwise: readonly string[]): number[] {
  const setting = options.get(name);
  if (!setting && holes.main.length > 0) throw new Undecided(...holes.main);
  const items = setting ? literalItems(setting, name) : otherwise;
  return items.filter((each) => each !== "").map((each) => portNamed(each, name, setting?.at ?? ""));
}

function portNamed(item: string, name: string, at: string): number {
  if (/^\d+$/.test(item) && Number(item) <= 65535) return Number(item);
  const port = services[item];
  if (port !== undefined) return port;
  if (/^\d/.test(item)) throw new Refused(`${name} names no port`, at);
  throw new Undecided(`the port of the service in ${name} (${at})`);
}

function literalItems(setting: Setting, name: string): string[] {
  if (setting.value.includes("$")) throw new Undecided(`${name} (${setting.at})`);
  return listItems(setting.value);
}

/** `127.0.0.1`, `127.0.0.1.587`, `[::1]:587`, `::1.587`. */
function addressAndPort(item: string, at: string): { readonly address: string; readonly port?: number } {
  const [, bracketed, after] = /^\[([^\]]+)\](?:[:.](\d+))?$/.exec(item) ?? [];
  if (bracketed !== undefined) return { address: bracketed, ...(after ? { port: Number(after) } : {}) };
  const [, ipv4, own4] = /^(\d+\.\d+\.\d+\.\d+)(?:\.(\d+))?$/.exec(item) ?? [];
  if (ipv4 !== undefined) return { address: ipv4, ...(own4 ? { port: Number(own4) } : {}) };
  const [, ipv6, own6] = /^([0-9a-fA-F:]+)(?:\.(\d+))?$/.exec(item) ?? [];
  if (ipv6?.includes(":")) return { address: ipv6, ...(own6 ? { port: Number(own6) } : {}) };
  throw new Refused("local_interfaces names no address", at);
}

function clientsOf(text: string, at: string): AddressSet {
  const address = addressesOf(text === "::0" ? "::" : text);
  if (!address) throw new Refused("local_interfaces names no address", at);
  return clientsOfAddress(address);
}
