import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { type Binding, bindTo, interfacesOf, protocolsOf } from "./interfaces.js";
import { compatibilityLevel } from "./level.js";
import type { Service } from "./master-cf.js";
import { hostAndService, portOf } from "./ports.js";
import { type Settings, Stops } from "./settings.js";

/** An inet service that answers SMTP, where it is bound, and what says so. */
export interface Listener {
  readonly port: number;
  readonly service: Service;
  readonly bindings: readonly Binding[];
  readonly disabled: boolean;
  readonly evidence: Evidence;
}

/** Programs that speak SMTP to a client. */
const programs = ["smtpd", "postscreen"];

/**
 * What the master daemon binds (master(8)): the last of equal services counts, where a service name and its number are
 * equal, and so are hosts written alike. Services that share an address under different names share it from 3.6 on.
 * @throws Stops when the master daemon does not start with these files.
 */
export function listenersOf(services: readonly Service[], settings: Settings): Listener[] {
  refuseBadMacros(services, settings);
  compatibilityLevel(settings);
  const protocols = protocolsOf(settings);
  const disabled = disabledBy(settings.text("master_service_disable"));
  const interfaces = interfacesOf(settings);
  const byName = new Map<string, Listener>();
  for (const service of services.filter((each) => each.type === "inet")) {
    const { host, service: portName } = hostAndService(service.name, service.at);
    const port = portOf(portName, settings);
    if (port === undefined) continue;
    const off = protocols.isEmpty || disabled(service);
    const bindings = host === "" ? interfaces : bindTo(host, protocols);
    if (!off && host !== "" && bindings.length === 0) {
      const reason = "a service is bound to an address of a protocol that inet_protocols leaves out";
      throw new Stops(reason, { kind: "code", at: service.at, says: `${reason}: Postfix does not start` });
    }
    const key = `${host.toLowerCase()}:${port}${off ? " off" : ""}`;
    byName.set(key, { port, service, bindings, disabled: off, evidence: bound(service, host, off, settings) });
  }
  const found = [...byName.values()];
  if (settings.version < 306) refuseClashes(found.filter((each) => !each.disabled));
  return found.filter((each) => programs.includes(each.service.command));
}

/** The ports of the SMTP services, whether or not the master daemon gets to bind them. */
export function portsNamed(services: readonly Service[], settings: Settings): number[] {
  const ports = services
    .filter((each) => each.type === "inet" && programs.includes(each.command))
    .map((each) => portIfNamed(hostAndService(each.name, each.at).service, settings));
  return ports.filter((port) => port !== undefined);
}

function portIfNamed(service: string, settings: Settings): number | undefined {
  try {
    return portOf(service, settings);
  } catch (error) {
    if (error instanceof Stops) return undefined;
    throw error;
  }
}

function bound({ at, command }: Service, host: string, off: boolean, settings: Settings): Evidence {
  if (off) {
    const cause = protocolsOf(settings).isEmpty ? "inet_protocols" : "master_service_disable";
    return settings.evidence(cause, `${cause} switches this service off`);
  }
  const where = host === "" ? "the addresses of inet_interfaces" : "its own address";
  return { kind: "code", at, says: `master.cf runs ${command} on ${where}` };
}

/** "postfix start" has postconf read every value, of every service, before it starts the master daemon. */
function refuseBadMacros(services: readonly Service[], settings: Settings): void {
  settings.checkMacros();
  for (const service of services) settings.with(service.overrides).checkMacros();
}

/** `submission/inet`, `inet`, `!...`; the first pattern that fits counts. */
function disabledBy(value: string): (service: Service) => boolean {
  const patterns = value
    .split(/[,\s]+/)
    .filter((pattern) => pattern !== "")
    .map((pattern) => (pattern.includes("/") ? pattern : pattern.replace(/\.([^.]*)$/, "/$1")));
  return ({ name, type }) => {
    for (const pattern of patterns) {
      const bare = pattern.replace(/^!+/, "");
      const subject = bare.includes("/") ? `${name}/${type}` : type;
      if (subject.toLowerCase() === bare.toLowerCase()) return (pattern.length - bare.length) % 2 === 0;
    }
    return false;
  };
}

/** Before 3.6 (SO_REUSEPORT) the second bind to an address and port fails, and the master daemon ends. */
function refuseClashes(listeners: readonly Listener[]): void {
  listeners.forEach((one, index) => {
    const other = listeners
      .slice(0, index)
      .find((each) => each.port === one.port && clash(each.bindings, one.bindings));
    if (other) {
      const reason = "two services are bound to the same address and port";
      throw new Stops(reason, { kind: "code", at: one.service.at, says: `${reason}: Postfix does not start` });
    }
  });
}

function clash(some: readonly Binding[], others: readonly Binding[]): boolean {
  return some.some((one) => others.some((other) => covers(one)?.overlaps(covers(other) ?? noAddress(one)) ?? false));
}

function covers(binding: Binding): AddressSet | undefined {
  if ("any" in binding) return binding.any;
  return "address" in binding ? binding.address : undefined;
}

/** A host name may stand for any address: with a wildcard it clashes for certain, with an address perhaps. */
function noAddress(other: Binding): AddressSet {
  const set = covers(other) as AddressSet;
  return "any" in other ? set : set.subtract(set);
}
