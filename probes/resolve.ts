import { lookup } from "node:dns/promises";
import type { PathFailure } from "../model/fact.js";
import { isIP } from "../model/ip-version.js";
import { within } from "./timing.js";

/** All addresses of a name in one family. Rejects with an error that has a `code`, as `dns.lookup` does. */
export type Resolve = (host: string, family: 4 | 6) => Promise<readonly string[]>;

/** The machine's own way of finding names, `/etc/hosts` included: what its mail clients use. */
export const systemResolver: Resolve = async (host, family) =>
  (await lookup(host, { all: true, family })).map(({ address }) => address);

export interface Resolution {
  /** IPv4 and IPv6 in turn, each sorted, so that the first few cover both families. */
  readonly addresses: readonly string[];
  /** Why there are none. */
  readonly failure?: PathFailure;
}

/** Asks for both families; a family without answer is no failure as long as the other has one. */
export async function resolveHost(host: string, resolve: Resolve, timeoutMs: number): Promise<Resolution> {
  if (isIP(host)) return { addresses: [host] };
  const start = performance.now();
  const answers = await Promise.all([familyOf(host, 4), familyOf(host, 6)]);
  const addresses = inTurn(...answers.map((answer) => answer.addresses));
  if (addresses.length > 0) return { addresses };

  const codes = [...new Set(answers.map((answer) => answer.code))].sort();
  const kind = codes.every((code) => code === "ENOTFOUND" || code === "ENODATA") ? "not-found" : "timeout";
  const afterMs = Math.round(performance.now() - start);
  return { addresses, failure: { stage: "resolve", kind, afterMs, detail: codes.join(", ") } };

  async function familyOf(name: string, family: 4 | 6): Promise<{ addresses: string[]; code: string }> {
    // RFC 6761 section 6.4: no resolver has an answer under .invalid, so none is asked.
    if (name === "invalid" || name.endsWith(".invalid")) return { addresses: [], code: "ENOTFOUND" };
    try {
      const found = await within(timeoutMs, resolve(name, family));
      if (found === undefined) return { addresses: [], code: `no answer within ${timeoutMs} ms` };
      return { addresses: [...new Set(found)].sort(), code: "ENODATA" };
    } catch (error) {
      return { addresses: [], code: (error as NodeJS.ErrnoException).code ?? String(error) };
    }
  }
}

function inTurn(...lists: readonly string[][]): string[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.map((list) => list[i])).flatMap((row) =>
    row.filter((address) => address !== undefined),
  );
}
