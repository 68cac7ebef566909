import { domainToASCII } from "node:url";
import type ipaddr from "ipaddr.js";
import { InputError } from "../model/errors.js";
import { isIP } from "../model/ip-version.js";
import { required } from "../model/required.js";
import type { Target } from "../probes/index.js";

const { IPv6, isValid } = required<typeof ipaddr>("ipaddr.js");

const noHost: readonly [string, string] = [
  "is not a host",
  "Write mail.example.com, mail.example.com:587, 192.0.2.7 or [2001:db8::7]:587.",
];
const mailAddress: readonly [string, string] = [
  "is a mail address, not a host",
  "Name the server that its mail is submitted to.",
];

/** Its ASCII form is a name that the DNS can hold (RFC 1035 section 2.3.4). */
function isName(text: string): boolean {
  const ascii = domainToASCII(text).replace(/\.$/, "");
  return ascii !== "" && ascii.length <= 253 && ascii.split(".").every((label) => label !== "" && label.length <= 63);
}

/** `HOST`, `HOST:PORT`, `[IPV6]`, `[IPV6]:PORT` or a bare IPv6 address. */
export function parseHost(text: string): { host: string; port?: number } {
  const parts =
    /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ??
    (text.includes(":") && IPv6.isValid(text) ? [text, text] : /^([^:/\s]+)(?::(\d+))?$/.exec(text));
  const host = parts?.[1];
  if (!host || (!isValid(host) && !isName(host))) {
    throw new InputError(text, ...(text.includes("@") ? mailAddress : noHost));
  }
  return parts?.[2] === undefined ? { host } : { host, port: parsePort(parts[2], text) };
}

/**
 * A domain of mail addresses, in any script.
 * @param where the option or `file:line` that it comes from.
 */
export function parseDomain(text: string, where: string): string {
  const domain = text.toLowerCase().replace(/\.$/, "");
  const problem = domain.includes("@")
    ? "is a mail address"
    : isValid(domain.replace(/^\[|\]$/g, ""))
      ? "is an address, which has no mail domain"
      : /[:/\s]/.test(domain) || !isName(domain)
        ? "is not a domain"
        : undefined;
  if (problem === undefined) return domain;
  throw new InputError(
    where,
    `"${text}" ${problem}`,
    "Write the part behind the @ of its mail addresses: example.com.",
  );
}

/**
 * A mail address with a local part of RFC 5321's dot-string and a domain name, in ASCII; undefined for any other, as one that
 * needs SMTPUTF8.
 */
export function parseMailAddress(text: string): string | undefined {
  const [, local, domain = ""] = /^([\w.!#$%&'*+/=?^`{|}~-]+)@([^@[\]:/\s]+)$/.exec(text) ?? [];
  if (local === undefined || local.length > 64 || local.split(".").includes("")) return undefined;
  if (isValid(domain) || !isName(domain)) return undefined;
  return `${local}@${domainToASCII(domain).replace(/\.$/, "")}`;
}

/** `ADDRESS`, `ADDRESS:PORT`; port 53 where none is named. */
export function parseResolver(text: string): { address: string; port: number } {
  const parts =
    /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? (isIP(text) ? [text, text] : /^([\d.]+):(\d+)$/.exec(text)) ?? [];
  const [, address = "", port] = parts;
  if (isIP(address) === 0)
    throw new InputError(
      "--resolver",
      `"${text}" is not the address of a DNS server`,
      "Write 127.0.0.1, 192.0.2.53:5353 or [2001:db8::53]:53.",
    );
  return { address, port: port === undefined ? 53 : parsePort(port, "--resolver") };
}

export function parsePort(text: string, where: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535)
    throw new InputError(where, `"${text}" is not a port`, "Ports are whole numbers from 1 to 65535.");
  return port;
}

export function parsePorts(text: string): number[] {
  return [...new Set(text.split(",").map((each) => parsePort(each.trim(), "--ports")))];
}

/** `HOST:PORT:ADDRESS:PORT`, as curl's option of the same name: an empty HOST or PORT stands for any. */
export interface Redirect {
  readonly host: string;
  readonly port: number | undefined;
  readonly to: { readonly host: string; readonly port: number | undefined };
}

export function parseConnectTo(text: string): Redirect {
  const name = String.raw`(\[[^\]]+\]|[^:\[\]]*)`;
  const parts = new RegExp(`^${name}:(\\d*):${name}:(\\d*)$`).exec(text);
  if (!parts?.[3])
    throw new InputError(
      "--connect-to",
      `"${text}" does not have four parts`,
      "Write HOST:PORT:ADDRESS:PORT, for example mail.example.com:587:127.0.0.1:2587.",
    );
  const [, host = "", port = "", to, toPort = ""] = parts;
  const bare = (each: string) => each.replace(/^\[|\]$/g, "");
  const number = (each: string) => (each === "" ? undefined : parsePort(each, "--connect-to"));
  return { host: bare(host).toLowerCase(), port: number(port), to: { host: bare(to), port: number(toPort) } };
}

export function redirected(host: string, port: number, redirects: readonly Redirect[]): Target {
  const redirect = redirects.find(
    (each) => (each.host === "" || each.host === host.toLowerCase()) && (each.port ?? port) === port,
  );
  return redirect
    ? { host, port, connectTo: { host: redirect.to.host, port: redirect.to.port ?? port } }
    : { host, port };
}
