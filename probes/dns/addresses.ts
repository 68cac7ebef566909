import type { Resolve } from "../resolve.js";
import type { Resolver } from "./resolver.js";

/** Finds addresses by this resolver alone, past `/etc/hosts`. What is bogus has no address, as for every client behind a validator. */
export function addressesBy(dns: Resolver): Resolve {
  return async (host, family) => {
    const { records, state, failure, server } = await dns.ask(host, family === 4 ? "A" : "AAAA");
    if (failure !== undefined) throw coded(failure);
    if (state === "bogus") throw coded(`DNSSEC: bogus, as ${server} says`);
    if (records.length === 0) throw coded("ENOTFOUND");
    return records;
  };
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
