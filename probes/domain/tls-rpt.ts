import { unknown } from "../../model/maybe.js";
import { printable } from "../transcript.js";
import type { Asked, Told } from "./told.js";

/** Where receivers of TLS reports are named (RFC 8460 section 3). */
export async function lookUpTlsRpt({ domain, dns }: Asked): Promise<Told> {
  const name = `_smtp._tls.${domain}`;
  const { records, failure, server } = await dns.ask(name, "TXT");
  const at = `${name} TXT (${server})`;
  if (failure !== undefined)
    return {
      name: "tls-rpt",
      outcome: "unknown",
      says: failure,
      facts: [{ name: "tlsRpt", value: unknown(failure), at }],
    };
  const own = records.map(textOf).filter((text) => /^v=TLSRPTv1\s*(;|$)/.test(text));
  if (own.length === 0)
    return {
      ...{ name: "tls-rpt", outcome: "ok", says: "none" },
      facts: [{ name: "tlsRpt", value: { destinations: [], problems: [] }, at }],
    };
  const rua = tagsOf(own[0] ?? "").get("rua");
  const uris = (rua ?? "")
    .split(",")
    .map((uri) => uri.trim())
    .filter((uri) => uri !== "");
  const destinations = uris.filter((uri) => /^(mailto:[^@\s]+@[^@\s]+|https:\/\/\S+)$/i.test(uri)).map(printable);
  const problems = [
    ...(own.length > 1 ? ["more than one record: none of them counts"] : []),
    ...(rua === undefined ? ["no rua"] : []),
    ...(rua !== undefined && destinations.length < Math.max(uris.length, 1)
      ? ["a destination that is no mailto: and no https: address"]
      : []),
  ];
  return {
    name: "tls-rpt",
    outcome: problems.length > 0 ? "bad" : "ok",
    says: [...problems, ...destinations].join(", "),
    facts: [{ name: "tlsRpt", value: { destinations, problems }, at }],
  };
}

/** The parts of a TXT record in one (RFC 8461 section 3.1 has it for both). */
export function textOf(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).toString("utf8");
}

/** `v=STSv1; id=1;` by name; the first of a name counts. */
export function tagsOf(record: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of record.split(";")) {
    const [, name, value] = /^\s*([A-Za-z0-9][\w.-]*)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    if (name !== undefined && value !== undefined && !tags.has(name)) tags.set(name, value);
  }
  return tags;
}
