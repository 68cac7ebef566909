import { isIPv6 } from "node:net";
import { isIP } from "../../model/ip-version.js";
import type { Informer } from "../../model/trial.js";
import { outputOf } from "./command.js";

const longestMs = 8000;
/** An ICMP error on a connection attempt in IPv6 may come with the second SYN alone, after a second. */
const waitSeconds = 2;

/**
 * Who sends the ICMP error that ends connections to a port, as `traceroute -M tcpconn` tells: Node and the other programs hear the error
 * without its sender. Undefined where it is not installed or not permitted (it wants root), or nothing but the server answers.
 */
export async function informerOf(address: string, port: number): Promise<Informer | undefined> {
  const family = isIPv6(address) ? "-6" : "-4";
  const options = [
    family,
    "-n",
    "-M",
    "tcpconn",
    "-q",
    "1",
    "-N",
    "4",
    "-w",
    `${waitSeconds}`,
    "-m",
    "20",
    "-p",
    `${port}`,
  ];
  const said = (await outputOf("traceroute", [...options, address], longestMs)) ?? "";
  const hops = said.split("\n").flatMap((line) => {
    const [, ttl, sender, mark] = /^\s*(\d+)\s+([0-9a-f.:]+)\s+[\d.]+ ms(?:\s+(!\S+))?/.exec(line) ?? [];
    return ttl && sender && isIP(sender) ? [{ ttl: Number(ttl), sender, mark }] : [];
  });
  const last = hops.at(-1);
  if (!last || (last.sender === address && last.mark === undefined)) return undefined;
  // A router that only reports an expired TTL has another one behind it; the one that ends the way is heard of twice, or marks it.
  const own = hops.find(({ sender }) => sender === last.sender) ?? last;
  if (last.mark === undefined && own === last) return undefined;
  const isNoRoute = last.mark === "!H" || last.mark === "!N";
  return { towards: address, port, ttl: own.ttl, sender: last.sender, isNoRoute };
}
