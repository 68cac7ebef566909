import type { FactValues } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { printable } from "../transcript.js";
import { tagsOf, textOf } from "./tls-rpt.js";
import type { Asked, Told } from "./told.js";
import { fetchPage } from "./web.js";

type MtaSts = FactValues["mtaSts"];
const nothing = { mx: [], uncovered: [], problems: [] } as const;
/** Seconds: about a year (RFC 8461 section 3.2). */
const longestAge = 31_557_600;

/** The record and the policy of MTA-STS (RFC 8461 section 3), held against the MX records. */
export async function lookUpMtaSts(asked: Asked): Promise<Told> {
  const { domain, dns } = asked;
  const name = `_mta-sts.${domain}`;
  const { records, failure, server } = await dns.ask(name, "TXT");
  const at = `${name} TXT (${server})`;
  const told = (value: Maybe<MtaSts>, outcome: Told["outcome"], says: string): Told => ({
    ...{ name: "mta-sts", outcome, says },
    facts: [{ name: "mtaSts", value, at }],
  });
  if (failure !== undefined) return told(unknown(failure), "unknown", failure);
  const own = records.map(textOf).filter((text) => /^v=STSv1\s*;/.test(text));
  if (own.length === 0) return told({ mode: "absent", ...nothing }, "ok", "none");
  const broken = (problem: string) => told({ mode: "broken", ...nothing, problems: [problem] }, "bad", problem);
  if (own.length > 1) return broken("more than one record: none of them counts");
  if (!/^[A-Za-z0-9]{1,32}$/.test(tagsOf(own[0] ?? "").get("id") ?? ""))
    return broken("the record has no id of 1 to 32 letters and digits");

  const url = new URL(`https://mta-sts.${domain}/.well-known/mta-sts.txt`);
  const page = await fetchPage(asked.web, url);
  if ("failure" in page) return broken(`no policy: ${page.failure}`);
  if (page.status !== 200) return broken(`${url.hostname} answers ${page.status} in place of a policy`);
  const policy = policyOf(page.body);
  const problems = [
    ...policy.problems,
    ...(page.type === "text/plain"
      ? []
      : [`the policy is served as ${printable(page.type) || "no type"}, not text/plain`]),
  ];
  if (policy.mode === undefined) return told({ mode: "broken", ...nothing, problems }, "bad", problems.join(", "));
  const exchanges = await exchangesOf(asked);
  if (!Array.isArray(exchanges)) return told(exchanges, "unknown", exchanges.unknown.join(", "));
  const uncovered =
    policy.mode === "none" ? [] : exchanges.filter((each) => !policy.mx.some((pattern) => covers(pattern, each)));
  const value: MtaSts = {
    mode: policy.mode,
    mx: policy.mx.map(printable),
    uncovered: uncovered.map(printable),
    problems,
  };
  const lost = value.uncovered.length > 0 ? [`it does not name ${value.uncovered.join(", ")}`] : [];
  const says = [`${policy.mode}: ${value.mx.join(", ")}`, ...lost, ...problems].join("; ");
  return told(value, lost.length + problems.length > 0 ? "bad" : "ok", says);
}

const modes = ["enforce", "testing", "none"] as const;

/** Lines of `name: value` (RFC 8461 section 3.2). Without a mode it is no policy. */
function policyOf(text: string): { mode: (typeof modes)[number] | undefined; mx: string[]; problems: string[] } {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^\s*([\w.-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  const first = (name: string) => lines.find((each) => each.name === name)?.value;
  const mode = modes.find((each) => each === first("mode"));
  const mx = lines.filter(({ name }) => name === "mx").map(({ value }) => value.toLowerCase().replace(/\.$/, ""));
  const age = first("max_age") ?? "";
  const problems = [
    ...(first("version") === "STSv1" ? [] : ["the policy has no version STSv1"]),
    ...(mode === undefined ? ["the policy has no mode that is enforce, testing or none"] : []),
    ...(/^\d{1,10}$/.test(age) && Number(age) <= longestAge ? [] : [`the policy has no max_age up to ${longestAge}`]),
    ...(mode !== "none" && mx.length === 0 ? ["the policy names no mx"] : []),
  ];
  return { mode: problems.length > 0 ? undefined : mode, mx, problems };
}

/** `*.example.com` stands for one label more (RFC 8461 section 4.1). */
function covers(pattern: string, exchange: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === exchange;
  return exchange.slice(exchange.indexOf(".")) === pattern.slice(1);
}

/** Without MX records the domain is its own exchange (RFC 5321 section 5.1). */
async function exchangesOf({ domain, dns }: Asked): Promise<string[] | { unknown: readonly string[] }> {
  const { records, failure } = await dns.ask(domain, "MX");
  if (failure !== undefined) return unknown(failure);
  const names = records.map(({ exchange }) => exchange.toLowerCase()).filter((exchange) => exchange !== ".");
  return records.length === 0 ? [domain] : [...new Set(names)].sort();
}
