import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { isIP } from "../../model/ip-version.js";
import type { Hop } from "../../model/trial.js";
import { outputOf } from "./command.js";

const longestMs = 4000;

/**
 * The routers on the way, as `tracepath` sees them (UDP, without root); where it is not installed, the gateway of the default
 * route alone, which Linux tells.
 */
export async function hopsTo(address: string): Promise<Hop[]> {
  const said = await outputOf("tracepath", [isIPv6(address) ? "-6" : "-4", "-n", "-m", "20", address], longestMs);
  const hops = new Map<number, string>();
  for (const line of (said ?? "").split("\n")) {
    const [, ttl, router] = /^\s*(\d+):\s+([0-9a-f.:]+)\s+\d/.exec(line) ?? [];
    if (ttl && router && isIP(router)) hops.set(Number(ttl), router);
  }
  if (!hops.has(1)) {
    const gateway = await gatewayOf(address);
    if (gateway) hops.set(1, gateway);
  }
  return [...hops].map(([ttl, router]) => ({ towards: address, ttl, address: router })).sort((a, b) => a.ttl - b.ttl);
}

/** From /proc/net: hexadecimal, of IPv4 in the byte order of the machine. */
async function gatewayOf(address: string): Promise<string | undefined> {
  const six = isIPv6(address);
  const table = await readFile(six ? "/proc/net/ipv6_route" : "/proc/net/route", "utf8").catch(() => "");
  for (const line of table.split("\n")) {
    const cells = line.trim().split(/\s+/);
    if (!six && cells[1] === "00000000" && cells[2] && cells[2] !== "00000000") return fromLittleEndian(cells[2]);
    const via = cells[4];
    if (six && cells[1] === "00" && /^0{32}$/.test(cells[0] ?? "") && via && !/^0{32}$/.test(via))
      return (via.match(/.{4}/g) ?? [])
        .join(":")
        .replace(/\b0+(?=[0-9a-f])/g, "")
        .replace(/(^|:)0(:0)+(:|$)/, "::");
  }
  return undefined;
}

function fromLittleEndian(hex: string): string {
  return (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join(".");
}
