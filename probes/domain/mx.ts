import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { printable } from "../transcript.js";
import type { Asked, Told } from "./told.js";

/** Exchanges whose addresses are asked for. */
export const mostExchanges = 10;

/** The MX records with the number of addresses that each exchange has, and the state of DNSSEC of the answer. */
export async function lookUpMx({ domain, dns }: Asked): Promise<Told> {
  const { records, state, failure, server } = await dns.ask(domain, "MX");
  const at = `${domain} MX (${server})`;
  const dnssec = { name: "dnssec" as const, value: state, at };
  if (failure !== undefined)
    return {
      name: "mx",
      outcome: "unknown",
      says: failure,
      facts: [{ name: "mx", value: unknown(failure), at }, dnssec],
    };
  const mx = await Promise.all(
    records
      .map(({ preference = 0, exchange }) => ({ preference, exchange: printable(exchange.toLowerCase()) }))
      .sort((a, b) => a.preference - b.preference || (a.exchange < b.exchange ? -1 : 1))
      .slice(0, mostExchanges)
      .map(async (each) => ({ ...each, addresses: each.exchange === "." ? 0 : await countOf(each.exchange) })),
  );
  const isLost = ({ exchange, addresses }: (typeof mx)[number]) => exchange !== "." && addresses === 0;
  const each = mx.map((one) => `${one.preference} ${one.exchange}${isLost(one) ? " (no address)" : ""}`);
  const isBad = state === "bogus" || mx.some(isLost);
  return {
    name: "mx",
    outcome: isBad ? "bad" : "ok",
    says: `${each.join(", ") || "none"}${isUnknown(state) ? "" : ` (DNSSEC: ${state})`}`,
    facts: [{ name: "mx", value: mx, at }, dnssec],
  };

  async function countOf(name: string): Promise<Maybe<number>> {
    const answers = [await dns.ask(name, "A"), await dns.ask(name, "AAAA")];
    const failed = answers.find((answer) => answer.failure !== undefined);
    const number = answers.reduce((sum, answer) => sum + answer.records.length, 0);
    return number === 0 && failed?.failure !== undefined ? unknown(failed.failure) : number;
  }
}
