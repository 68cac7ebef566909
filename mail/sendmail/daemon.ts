import { isIP } from "node:net";
import { isUnknown } from "../../model/maybe.js";
import type { Socket } from "../listening.js";
import { type Configuration, refusal, type Setting } from "./configuration.js";

/** One `DaemonPortOptions`. */
export interface Daemon {
  readonly at: string;
  readonly socket: Socket;
  /** The letters of `M=`. */
  readonly modifiers: ReadonlySet<string>;
  /** It has filters of its own (`I=`). */
  readonly filtered: boolean;
}

const ports = new Map([
  ["smtp", 25],
  ["submission", 587],
  ["submissions", 465],
  ["smtps", 465],
  ["urd", 465],
]);
const most = 64;
/** Only the first letter of a key counts; the case of these does not (daemon.c, setsockaddroptions). */
const keys = /^(?:[AaFfIiLlMmNnPpSs]|[cDdqRr])/;

/**
 * The sockets that the daemon opens, those of local clients left out; without an option, port 25.
 * @throws InputError with `file:line` for what it does not start with.
 */
export function daemonsOf(configuration: Configuration): Daemon[] {
  const settings = configuration.every("DaemonPortOptions");
  const at = configuration.at;
  // Sendmail's own limit is 10, that of Debian's build 64.
  const tooMany = settings[most];
  if (tooMany) throw refusal(tooMany.at, "there are too many DaemonPortOptions");
  return (settings.length > 0 ? settings : [{ value: "", at }]).flatMap((setting) => {
    const daemon = daemonOf(setting, configuration);
    return daemon ? [daemon] : [];
  });
}

function daemonOf({ value, at }: Setting, { origin }: Configuration): Daemon | undefined {
  const parts = new Map<string, string>();
  for (const part of isUnknown(value) ? [] : value.split(",")) {
    const [, name = "", text] = /^\s*([^=]*)(?:=\s*([\s\S]*))?$/.exec(part) ?? [];
    if (text === undefined) continue;
    if (!keys.test(name)) throw refusal(at, "a part of the port options is not known");
    parts.set(/^[cDdqRr]/.test(name) ? (name[0] as string) : (name[0] as string).toUpperCase(), text);
  }
  const family = (parts.get("F") ?? "inet").toLowerCase();
  if (family === "unix" || family === "local") return undefined;
  if (family !== "inet" && family !== "inet6") throw refusal(at, "an address family is not known");
  const evidence = { kind: "code", at, says: `DaemonPortOptions opens this port${origin}` } as const;
  const host = hostOf(parts.get("A"), family, at);
  return {
    at,
    socket: { host, port: portOf(parts.get("P"), at), evidence },
    modifiers: new Set((parts.get("M") ?? "").replace(/\s/g, "")),
    filtered: (parts.get("I") ?? "") !== "",
  };
}

function hostOf(address: string | undefined, family: string, at: string): string {
  if (address === undefined) return family === "inet" ? "0.0.0.0" : "::";
  const written = address.trim();
  const bare = family === "inet6" ? written.replace(/^IPv6:/i, "") : written;
  const version = isIP(bare);
  if (version === 0) return bare === "" ? `the empty address in ${at}` : bare;
  if (version !== (family === "inet" ? 4 : 6)) throw refusal(at, "an address is not of its family");
  return bare;
}

function portOf(text: string | undefined, at: string): number {
  if (text === undefined) return 25;
  const number = /^\d+/.exec(text)?.[0];
  if (number === undefined) {
    const port = ports.get(text);
    if (port === undefined) throw refusal(at, "a service has no port");
    return port;
  }
  // atoi and then sixteen bits of it; 0 is the port of smtp.
  return Number(BigInt.asUintN(16, BigInt(number))) || 25;
}
