import type { FactValues } from "../../model/fact.js";
import type { Maybe } from "../../model/maybe.js";
import type { Step } from "../../model/observation.js";

type Name = "tlsa" | "caa" | "ptr";

/** What the DNS says of one endpoint: a line of the report, and a fact. */
export type HostRecord = {
  [N in Name]: {
    readonly name: N;
    /** Undefined: not stated, because nobody answers and nobody asked for it. */
    readonly value: Maybe<FactValues[N]> | undefined;
    readonly says: string;
    readonly at: string;
    readonly outcome: Step["outcome"];
    readonly ms: number;
  };
}[Name];
