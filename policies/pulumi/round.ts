import type { Rule } from "../../model/rule.js";
import type { Service } from "./services.js";

export interface Violation {
  readonly message: string;
  /** The resource that the decisive evidence stands in; absent: the stack as a whole. */
  readonly urn: string | undefined;
}

/** One look at the whole stack, shared by all policies. */
export interface Round {
  violationsOf(rule: Rule): Violation[];
  reportOf(service: Service): Violation[];
}
