import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { PortSet } from "../../model/ports.js";
import { destinationPort, inDoubt, sourcePort, type Test, tcpOnly } from "./tests.js";
import { protocolKind } from "./values.js";
import type { Element } from "./xml.js";

/** What a port, protocol or source port matches; undefined for other elements, `[]` for what no TCP packet matches. */
export function matchOf({ name, attributes, at }: Element): Test[][] | undefined {
  if (name === "protocol") return protocolAt(attributes.value ?? "", at);
  if (name !== "port" && name !== "source-port") return undefined;
  if (!isTcp(attributes.protocol ?? "", at)) return [];
  if (attributes.port === undefined) return [[tcpOnly]];
  const ports = portsAt(attributes.port, at);
  return [[name === "port" ? destinationPort(ports) : sourcePort(ports)]];
}

function protocolAt(text: string, at: string): Test[][] {
  try {
    const kind = protocolKind(text);
    return kind === "unnamed" ? [[inDoubt(`the protocol ${text}`)]] : kind === "tcp" ? [[tcpOnly]] : [];
  } catch (error) {
    throw new InputError(at, (error as RangeError).message, "Expected `tcp` or 6.");
  }
}

/**
 * Whether the protocol of a port is TCP (firewalld.zone(5), "Port").
 * @throws InputError for a protocol that has no ports.
 */
export function isTcp(text: string, at: string): boolean {
  if (["tcp", "udp", "sctp", "dccp"].includes(text)) return text === "tcp";
  throw new InputError(at, `"${text}" is no protocol with ports`, "Expected tcp, udp, sctp or dccp.");
}

export function priorityOf({ attributes, at }: Element, otherwise: number): number {
  const priority = Number(attributes.priority ?? otherwise);
  if (Number.isInteger(priority) && Math.abs(priority) <= 32768) return priority;
  throw new InputError(at, "a priority that is none", "Expected a number from -32768 to 32767.");
}

/** @throws InputError for what is no port or a reversed range. */
export function portsAt(text: string, at: string): PortSet {
  const [low = "", high = low] = text.split("-");
  try {
    return PortSet.range(Number(low === "" ? Number.NaN : low), Number(high));
  } catch {
    throw new InputError(at, `"${text}" is neither a port nor a range of ports`, "Expected `587` or `465-587`.");
  }
}

/** @throws InputError for what is no address. */
export function addressesAt(text: string, at: string): AddressSet {
  try {
    return AddressSet.of(text);
  } catch (error) {
    throw new InputError(at, (error as RangeError).message, "Expected `192.0.2.1` or `192.0.2.0/24`.");
  }
}
