import type { Dnssec } from "../../model/fact.js";
import { isUnknown, type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { printable } from "../transcript.js";
import type { Announced, Asked, Told } from "./told.js";

const services = [
  { service: "submissions", port: 465, security: "tls" },
  { service: "submission", port: 587, security: "starttls" },
] as const;
/** Of one service; clients try them by priority. */
const mostTargets = 8;

/** Where SRV records send mail clients (RFC 6186 section 3.1, RFC 8314 section 5.1). */
export async function lookUpSrv({ domain, dns }: Asked): Promise<Told> {
  const found = await Promise.all(
    services.map(async (each) => ({ ...each, answer: await dns.ask(`_${each.service}._tcp.${domain}`, "SRV") })),
  );
  const at = found.map(({ service, answer }) => `_${service}._tcp.${domain} SRV (${answer.server})`).join(", ");
  const failures = found.flatMap(({ answer }) => answer.failure ?? []);
  if (failures.length > 0) {
    const says = [...new Set(failures)].join("; ");
    return { name: "srv", outcome: "unknown", says, facts: [{ name: "srvRecords", value: unknown(...failures), at }] };
  }
  const targets = found.flatMap(({ service, port: usual, security, answer: { records, state } }) =>
    records
      .toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0))
      .slice(0, mostTargets)
      .map(({ target, port }) => ({ service, usual, security, state, target: printable(target.toLowerCase()), port })),
  );
  const announced = targets.map(({ service, usual, security, state, target, port }): Announced => {
    const by = `SRV _${service}._tcp.${domain}`;
    const offered = target !== ".";
    return {
      host: offered ? target : undefined,
      port: offered ? port : usual,
      what: { domain, by, offered, security, mechanisms: [], vouched: mapKnown(state, (known) => known === "secure") },
      at: `_${service}._tcp.${domain} SRV`,
    };
  });
  const each = targets.map(({ service, target, port }) =>
    target === "." ? `_${service}: not offered` : `_${service}: ${target}:${port}`,
  );
  return {
    name: "srv",
    outcome: targets.some(({ state }) => state === "bogus") ? "bad" : "ok",
    says: each.length === 0 ? "none" : `${each.join(", ")}${stateOf(targets.map(({ state }) => state))}`,
    facts: [{ name: "srvRecords", value: targets.map(({ service, target, port }) => ({ service, target, port })), at }],
    announced,
  };
}

function stateOf(states: readonly Maybe<Dnssec>[]): string {
  const known = [...new Set(states.flatMap((state) => (isUnknown(state) ? [] : [state])))];
  return known.length === 0 ? "" : ` (DNSSEC: ${known.join(", ")})`;
}
