import type ipaddr from "ipaddr.js";
import type { Interval } from "./intervals.js";
import { required } from "./required.js";

const { IPv4, IPv6 } = required<typeof ipaddr>("ipaddr.js");

export type Family = "ipv4" | "ipv6";

export const bits = { ipv4: 32, ipv6: 128 } as const;

/** A CIDR block: its first address, and how many of its bits are the hosts'. */
export type Block = { readonly hosts: number } & (
  | { readonly family: "ipv4"; readonly low: number }
  | { readonly family: "ipv6"; readonly low: bigint }
);

/**
 * Reads an address or a CIDR block; host bits are cut off.
 * @throws RangeError that quotes a text which is neither.
 */
export function parseBlock(text: string): Block {
  return plainBlock(text) ?? anyBlock(text);
}

/** Most blocks are four decimal numbers; lists of firewalls and access maps have hundred thousands of them. */
function plainBlock(text: string): Block | undefined {
  let value = 0;
  let at = 0;
  for (let i = 0; i < 4; i++) {
    if (i > 0 && text.charCodeAt(at++) !== dot) return undefined;
    const end = endOfDigits(text, at);
    const byte = numberIn(text, at, end);
    if (end === at || end > at + 3 || byte > 255 || (end > at + 1 && text.charCodeAt(at) === zero)) return undefined;
    value = value * 256 + byte;
    at = end;
  }
  let length: number = bits.ipv4;
  if (at < text.length) {
    if (text.charCodeAt(at++) !== slash || endOfDigits(text, at) !== text.length) return undefined;
    if (at === text.length || text.length > at + 2) return undefined;
    length = numberIn(text, at, text.length);
    if (length > bits.ipv4) return undefined;
  }
  const hosts = bits.ipv4 - length;
  return { family: "ipv4", hosts, low: value - (value % 2 ** hosts) };
}

const [zero, nine, dot, slash] = [..."09./"].map((sign) => sign.charCodeAt(0)) as [number, number, number, number];

function endOfDigits(text: string, from: number): number {
  let end = from;
  for (let code = text.charCodeAt(end); code >= zero && code <= nine; code = text.charCodeAt(end)) end++;
  return end;
}

function numberIn(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + text.charCodeAt(i) - zero;
  return value;
}

function anyBlock(text: string): Block {
  const [address = "", prefix, ...rest] = text.trim().split("/");
  const digits = prefix === undefined || /^\d{1,3}$/.test(prefix);
  const isWhole = address.includes(":") || address.split(".").length === 4;
  const parsed = rest.length > 0 || !digits || !isWhole ? undefined : parsedAddress(address);
  if (parsed === undefined) throw new RangeError(`"${text}" is neither an IP address nor a CIDR block`);
  const family = parsed.kind();
  const length = prefix === undefined ? bits[family] : Number(prefix);
  if (length > bits[family]) throw new RangeError(`"${text}" has a prefix longer than ${bits[family]} bits`);
  const hosts = bits[family] - length;
  const bytes = parsed.toByteArray();
  if (family === "ipv4") {
    const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    return { family, hosts, low: value - (value % 2 ** hosts) };
  }
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { family, hosts, low: (value >> BigInt(hosts)) << BigInt(hosts) };
}

function parsedAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  try {
    if (!address.includes(":")) return IPv4.parse(address);
    return IPv6.isValid(address) ? IPv6.parse(withoutDots(address)) : undefined;
  } catch {
    return undefined;
  }
}

/** ipaddr.js reads `::1.2.3.4` as an IPv4-mapped address; in hexadecimal it reads it as RFC 4291 section 2.2 has it. */
function withoutDots(address: string): string {
  return address.replace(/^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, head: string, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${head}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

/** The addresses of a block of IPv4, from the first to the last. */
export function ipv4Interval({ low, hosts }: Block & { readonly family: "ipv4" }): Interval<number> {
  return [low, low + 2 ** hosts - 1];
}

/** The same of IPv6. */
export function ipv6Interval({ low, hosts }: Block & { readonly family: "ipv6" }): Interval<bigint> {
  return [low, low + (1n << BigInt(hosts)) - 1n];
}

/** The fewest blocks that are the interval, ascending: each as large as its place and the end allow. */
export function ipv4Blocks([low, high]: Interval<number>): Block[] {
  const blocks: Block[] = [];
  for (let start = low; start <= high; ) {
    const hosts = largestFrom(start, high);
    blocks.push({ family: "ipv4", low: start, hosts });
    start += sizes[hosts] as number;
  }
  return blocks;
}

/** How many blocks that are. */
export function ipv4BlockCount([low, high]: Interval<number>): number {
  let count = 0;
  for (let start = low; start <= high; start += sizes[largestFrom(start, high)] as number) count++;
  return count;
}

/** The host bits of the largest block that begins at `start` and ends at `high` or before. */
function largestFrom(start: number, high: number): number {
  const aligned = start === 0 ? bits.ipv4 : 31 - Math.clz32(start & -start);
  const size = high - start + 1;
  return size === sizes[bits.ipv4] ? bits.ipv4 : Math.min(aligned, 31 - Math.clz32(size));
}

/** The addresses of an IPv4 block, by its host bits. */
const sizes = Array.from({ length: bits.ipv4 + 1 }, (_, hosts) => 2 ** hosts);

export function ipv6Blocks([low, high]: Interval<bigint>): Block[] {
  const blocks: Block[] = [];
  const log2 = (value: bigint) => value.toString(2).length - 1;
  for (let start = low; start <= high; ) {
    const aligned = start === 0n ? bits.ipv6 : log2(start & -start);
    const hosts = Math.min(aligned, log2(high - start + 1n));
    blocks.push({ family: "ipv6", low: start, hosts });
    start += 1n << BigInt(hosts);
  }
  return blocks;
}

/** `192.0.2.0/24`, `2001:db8::/32` (RFC 5952). */
export function formatBlock(block: Block): string {
  return `${addressOf(block)}/${bits[block.family] - block.hosts}`;
}

function addressOf({ family, low }: Block): string {
  if (family === "ipv4") return [low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255].join(".");
  const groups = Array.from({ length: 8 }, (_, i) => Number((low >> BigInt(112 - 16 * i)) & 0xffffn));
  return new IPv6(groups).toRFC5952String();
}
