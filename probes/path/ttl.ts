import { isIPv6 } from "node:net";
import type { HopAnswer } from "../../model/trial.js";
import { outputOf } from "./command.js";

/** One SYN with this TTL. */
export type Knock = (address: string, port: number, ttl: number, seconds: number) => Promise<HopAnswer>;

interface Tool {
  readonly command: string;
  /** Options by which it is told from others of its name. */
  readonly asks: readonly string[];
  readonly tells: RegExp;
  args(address: string, port: number, ttl: number, seconds: number): string[];
}

/** Programs that set the TTL of a connection without root: Node cannot. */
const tools: readonly Tool[] = [
  ...["nc", "nc.openbsd"].map((command) => ({
    command,
    asks: ["-h"],
    tells: /-M ttl/,
    args: (address: string, port: number, ttl: number, seconds: number) =>
      ["-n", "-v", "-z", "-w", seconds, "-M", ttl, address, port].map(String),
  })),
  {
    command: "socat",
    asks: ["-hh"],
    tells: /ttl[\s\S]*unicast-hops/,
    args: (address, port, ttl, seconds) => {
      const [end, option] = isIPv6(address) ? [`TCP6:[${address}]`, "ipv6-unicast-hops"] : [`TCP4:${address}`, "ttl"];
      // -d -d makes it tell of a connection that stood.
      return ["-d", "-d", "-u", "/dev/null", `${end}:${port},${option}=${ttl},connect-timeout=${seconds}`];
    },
  },
];

/** In the C locale; the first that matches counts. */
const words: readonly (readonly [RegExp, HopAnswer])[] = [
  [/succeeded!|successfully connected/, "open"],
  [/Connection refused/, "refused"],
  [/Permission denied|Protocol not available/, "prohibited"],
  [/No route to host|Network is unreachable/, "expired"],
];

/** The first of the programs that is here; undefined when none is. */
export async function findKnock(): Promise<Knock | undefined> {
  for (const { command, asks, tells, args } of tools) {
    const help = await outputOf(command, asks, 2000);
    if (help === undefined || !tells.test(help)) continue;
    return async (address, port, ttl, seconds) => {
      const said = await outputOf(command, args(address, port, ttl, seconds), seconds * 1000 + 1000);
      return words.find(([pattern]) => pattern.test(said ?? ""))?.[1] ?? "silent";
    };
  }
  return undefined;
}
