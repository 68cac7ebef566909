import type { Evidence } from "../../model/evidence.js";
import type { FactValues } from "../../model/fact.js";
import type { Maybe } from "../../model/maybe.js";

/** A value with where it comes from. */
export interface Said<T> {
  readonly value: Maybe<T>;
  readonly evidence: readonly Evidence[];
}

/** One destination that a program submits mail to, and how. */
export interface Client {
  /** Which of several, where one configuration has more: `account backup`. */
  readonly name?: string;
  readonly host: Said<string>;
  readonly port: Said<number>;
  readonly tls: Said<FactValues["clientTls"]>;
  /** Absent where nothing is said of it. */
  readonly verifies?: Said<boolean>;
  readonly auth: Said<FactValues["clientAuth"]>;
}
