import type { Evidence } from "../../model/evidence.js";
import { isIP } from "../../model/ip-version.js";
import { collide, type Socket } from "../listening.js";
import { isSince } from "../releases.js";
import { type HarakaFiles, NotAtHand } from "./files.js";

/** Haraka ends before it serves anyone. */
export class Stops extends Error {
  constructor(readonly evidence: Evidence) {
    super(evidence.says);
  }
}

export interface Listener extends Socket {
  readonly implicitTls: boolean;
}

/**
 * Where smtp.ini makes Haraka listen.
 * @throws NotAtHand, also for what releases do differently; Stops for a list of addresses that it does not start with.
 */
export function listenersOf(files: HarakaFiles): Listener[] {
  const smtp = files.ini("smtp.ini");
  const evidence = (key: string, says: string) => files.evidence("smtp.ini", "main", key, says);
  const listen = smtp.setting("main", "listen");
  if (listen && (listen.isList || /^-?\d+(?:\.\d+)?$/.test(listen.values[0] ?? "")))
    throw new Stops(evidence("listen", "listen must be addresses with ports in one line: Haraka does not start"));
  const written = (listen?.values[0] ?? "").split(/\s*,\s*/);
  const addresses = written[0] === "" ? [] : written;
  const port = smtp.text("main", "port");
  if (port) addresses.unshift(`${smtp.text("main", "listen_host") || "[::0]"}:${port}`);
  if (addresses.length === 0) addresses.push("[::0]:25");
  const smtps = Number.parseInt(smtp.text("main", "smtps_port") ?? "465", 10);
  const says = evidence(port ? "port" : "listen", "smtp.ini names the ports that Haraka listens on");
  const listeners = addresses.flatMap((address): Listener[] => {
    const end = endpoint(address);
    return end ? [{ ...end, evidence: says, implicitTls: end.port === smtps }] : [];
  });
  const pair = listeners.flatMap((each, index) =>
    listeners.slice(index + 1).some((o) => collide(each, o)) ? [each] : [],
  );
  if (pair[0]) {
    const says = `two addresses want port ${pair[0].port}`;
    // Earlier releases waited for the second for ever, and served the first.
    if (!isSince(files.version, "3.3.1")) throw new NotAtHand([`what Haraka before 3.3.1 does where ${says}`]);
    throw new Stops(evidence("listen", `${says}: Haraka does not start`));
  }
  return listeners;
}

/** An address with a port (25 where it has none); undefined for a path, and for what Haraka passes over. */
function endpoint(text: string): { readonly host: string; readonly port: number } | undefined {
  if (/^\d+$/.test(text)) return { host: "::", port: Number(text) };
  const [, before = text, after] = /^(.*):(\d+)$/.exec(text) ?? [];
  const bare = /^\[([\da-f:]+)\]$/i.exec(before)?.[1] ?? before;
  if (after !== undefined && isHost(bare)) return { host: bare, port: Number(after) };
  if (after === undefined && isHost(bare)) return { host: bare, port: 25 };
  return isIP(text) === 6 ? { host: text, port: 25 } : undefined;
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/i.test(text);
}
