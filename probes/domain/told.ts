import type { Announcement, FactName, FactValues } from "../../model/fact.js";
import type { Maybe } from "../../model/maybe.js";
import type { Step } from "../../model/observation.js";
import type { Resolver } from "../dns/resolver.js";
import type { Web } from "./web.js";

/** The domain in its ASCII form, and whom to ask about it. */
export interface Asked {
  readonly domain: string;
  readonly dns: Resolver;
  readonly web: Web;
}

/** What one question about a domain brought: a line of the report, and facts. */
export interface Told {
  readonly name: Step["name"];
  readonly outcome: Step["outcome"];
  readonly says: string;
  readonly facts: readonly DomainFact[];
  readonly announced?: readonly Announced[];
}

type DomainName = Extract<FactName, "dnssec" | "mx" | "srvRecords" | "mtaSts" | "tlsRpt">;

export type DomainFact = {
  [N in DomainName]: { readonly name: N; readonly value: Maybe<FactValues[N]>; readonly at: string };
}[DomainName];

/** An endpoint that the domain sends its mail clients to; with `offered` false, one that it denies. */
export interface Announced {
  /** Undefined: whatever host serves this port. */
  readonly host: string | undefined;
  readonly port: number;
  readonly what: Announcement;
  readonly at: string;
}
