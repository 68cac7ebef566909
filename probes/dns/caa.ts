import type { CaaData } from "dns-packet";
import type { FactValues } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { printable } from "../transcript.js";
import type { Answer, Resolver } from "./resolver.js";

/** Parents that are asked at most; a name has rarely more than five labels. */
export const highest = 8;

export interface Caa {
  readonly value: Maybe<FactValues["caa"]>;
  readonly answer: Answer<"CAA">;
}

/** The records of the name, or of the nearest parent that has some (RFC 8659 section 3). */
export async function lookUpCaa(resolver: Resolver, host: string): Promise<Caa> {
  const labels = host.split(".");
  let answer: Answer<"CAA"> | undefined;
  for (let up = 0; up < Math.min(labels.length, highest); up++) {
    const at = labels.slice(up).join(".");
    answer = await resolver.ask(at, "CAA");
    if (answer.failure !== undefined) return { value: unknown(answer.failure), answer };
    if (answer.records.length > 0) return { value: { at, issuers: issuersOf(answer.records) }, answer };
  }
  return { value: { issuers: [] }, answer: answer as Answer<"CAA"> };
}

/** Domains of authorities; parameters do not count, and a property that is critical and unknown forbids all. */
function issuersOf(records: readonly CaaData[]): string[] {
  const known: readonly string[] = [
    "issue",
    "issuewild",
    "iodef",
    "issuemail",
    "issuevmc",
    "contactemail",
    "contactphone",
  ];
  const tagOf = (record: CaaData) => String(record.tag).toLowerCase();
  if (records.some((each) => ((each.flags ?? 0) & 0x80) !== 0 && !known.includes(tagOf(each)))) return [];
  const issue = records.filter((each) => tagOf(each) === "issue");
  // Records of other kinds alone restrict nothing.
  if (issue.length === 0) return ["anybody"];
  const domains = issue.map(({ value }) => printable((String(value).split(";")[0] ?? "").trim().toLowerCase()));
  return [...new Set(domains.filter((domain) => domain !== ""))].sort();
}
