import { AddressSet } from "../../model/addresses.js";
import { PortSet } from "../../model/ports.js";
import { isProtocolName } from "../protocols.js";

/** Names of /etc/services that stand in mail servers' rule sets; a host can rename others. */
const services: Readonly<Record<string, number>> = {
  ssh: 22,
  smtp: 25,
  domain: 53,
  http: 80,
  pop3: 110,
  imap2: 143,
  imap: 143,
  https: 443,
  submissions: 465,
  smtps: 465,
  ssmtp: 465,
  urd: 465,
  submission: 587,
  imaps: 993,
  pop3s: 995,
};

/**
 * A protocol by its name or number. `unnamed`: only the host's /etc/protocols can tell.
 * @throws RangeError for a number that no protocol has.
 */
export function protocolKind(text: string): "tcp" | "other" | "unnamed" {
  const word = text.toLowerCase();
  if (word === "tcp" || word === "6") return "tcp";
  if (!/^-?\d+$/.test(word)) return isProtocolName(word) ? "other" : "unnamed";
  if (Number(word) >= 0 && Number(word) <= 255) return "other";
  throw new RangeError(`${text} is not the number of a protocol (0 to 255)`);
}

/** The blocks among addresses as they are spelt. */
export function blocksIn(texts: readonly string[]): string[] {
  return texts.filter((text) => /\/\d+$/.test(text));
}

/**
 * One port: a number or a service name. Undefined for a name that only the host can resolve.
 * @throws RangeError for a number above 65535.
 */
export function portOf(text: string): number | undefined {
  if (!/^\d+$/.test(text)) {
    const name = text.toLowerCase();
    return Object.hasOwn(services, name) ? services[name] : undefined;
  }
  const port = Number(text);
  if (port > 65535) throw new RangeError(`${text} is not a port (0 to 65535)`);
  return port;
}

/**
 * `587`, `25,465`, `1024:`, `:1023`, `500:600`.
 * @throws RangeError for what is no port or a reversed range.
 */
export function portsOf(text: string): PortSet | undefined {
  if (/^\d+$/.test(text)) {
    const port = portOf(text) as number;
    return PortSet.range(port, port);
  }
  const sets = text.split(",").map((part) => {
    const [low = "", high = low, ...rest] = part.split(":");
    if (rest.length > 0 || part === "") throw new RangeError(`"${part}" is neither a port nor a range of ports`);
    const ends = [low === "" ? 0 : portOf(low), high === "" ? 65535 : portOf(high)] as const;
    return ends[0] === undefined || ends[1] === undefined ? undefined : PortSet.range(ends[0], ends[1]);
  });
  return sets.every((set) => set !== undefined) ? PortSet.union(...sets) : undefined;
}

/**
 * `192.0.2.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, several with commas. Undefined for host names and masks with holes.
 * @throws RangeError for a prefix that is too long.
 */
export function addressesOf(text: string): AddressSet | undefined {
  if (!text.includes(",")) return blockOf(text);
  const sets = text.split(",").map(blockOf);
  return sets.every((set) => set !== undefined) ? AddressSet.join(sets) : undefined;
}

function blockOf(text: string): AddressSet | undefined {
  const slash = text.indexOf("/");
  const network = slash < 0 ? text : text.slice(0, slash);
  if (!/^[\d.]+$|:/.test(network)) return undefined;
  const [mask] = slash < 0 ? [] : text.slice(slash + 1).split("/");
  if (mask === undefined || /^\d+$/.test(mask)) return AddressSet.of(text);
  const length = prefixLength(mask);
  return length === undefined ? undefined : AddressSet.of(`${network}/${length}`);
}

function prefixLength(mask: string): number | undefined {
  const bits = mask
    .split(".")
    .map((byte) => Number(byte).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.lastIndexOf("1") + 1 : undefined;
}
