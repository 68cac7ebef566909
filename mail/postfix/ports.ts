import { InputError } from "../../model/errors.js";
import type { Settings } from "./settings.js";

/** Mail services of IANA's registry and their customary aliases, as services(5) lists them. */
const registered: Readonly<Record<string, number>> = {
  smtp: 25,
  mail: 25,
  urd: 465,
  ssmtp: 465,
  smtps: 465,
  submissions: 465,
  submission: 587,
};

/** Host part ("" when there is none) and service part of an inet service's name (`host_port`). */
export function hostAndService(name: string, at: string): { readonly host: string; readonly service: string } {
  const [, bracketed, afterBracket] = /^\[([^\]]*)\](.*)$/.exec(name) ?? [];
  if (bracketed !== undefined && afterBracket !== undefined) {
    if (!afterBracket.startsWith(":") || afterBracket === ":") throw noService(at);
    return { host: bracketed, service: checked(afterBracket.slice(1), at) };
  }
  const colon = name.lastIndexOf(":");
  return { host: colon < 0 ? "" : name.slice(0, colon), service: checked(name.slice(colon + 1), at) };
}

function checked(service: string, at: string): string {
  if (service === "" || (/^\d/.test(service) && !(/^\d+$/.test(service) && Number(service) <= 65535)))
    throw noService(at);
  return service;
}

function noService(at: string): InputError {
  return new InputError(at, "the service name names no port", "Expected port, host:port or [address]:port.");
}

/** The port of a service name: `known_tcp_ports` first (from 3.6), then the registry; undefined for other names. */
export function portOf(service: string, settings: Settings): number | undefined {
  if (/^\d+$/.test(service)) return Number(service);
  return knownPorts(settings).get(service) ?? registered[service];
}

/** `smtps=submissions=465`: names that share a port. */
function knownPorts(settings: Settings): Map<string, number> {
  const ports = new Map<string, number>();
  if (settings.version < 306) return ports;
  for (const group of settings.text("known_tcp_ports").split(/[,\s]+/)) {
    const names = group.split("=");
    const port = Number(names.pop());
    if (Number.isInteger(port)) for (const name of names) ports.set(name, port);
  }
  return ports;
}
