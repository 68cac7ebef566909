import type { AddressSet } from "../model/addresses.js";
import type { PathFailure } from "../model/fact.js";
import { type Maybe, unknown } from "../model/maybe.js";
import type { HostRecord } from "./dns/host-record.js";
import type { Enumeration } from "./enumeration.js";
import { describeFailure } from "./failure.js";
import type { SessionRecord } from "./record.js";

/** How one address took the connection. */
export interface AddressOutcome {
  readonly record: SessionRecord;
  readonly connected: boolean;
}

/** All that the probe of one endpoint saw, before it is put into facts. */
export interface Seen {
  readonly addresses: AddressOutcome[];
  /** Addresses left alone to keep the number of connections small. */
  notTried: readonly string[];
  resolution?: PathFailure;
  /** The session that goes the right way, and the one that tries the wrong ones. */
  secure?: SessionRecord;
  clear?: SessionRecord;
  /** Where the server hung up on old versions without an alert: fewer suites. */
  oldAgain?: SessionRecord;
  /** TLS 1.2 with weak suites only, TLS 1.2 as it should be, and a command injected before TLS. */
  weak?: SessionRecord;
  /** Where the server hung up on that without an alert: fewer weak suites. */
  weakAgain?: SessionRecord;
  good?: SessionRecord;
  injection?: SessionRecord;
  /** Every version and suite, where they were asked for. */
  enumeration?: Enumeration;
  /** What the DNS says of the host. */
  records?: readonly HostRecord[];
  /** The session with credentials, or where they had been refused before. */
  login?: SessionRecord | { readonly refusedAt: string };
  from: AddressSet;
}

/** The value of one fact, one sentence of evidence, and the session in which it was seen. */
export interface Judged<T> {
  readonly value: Maybe<T>;
  readonly says: string;
  readonly record: SessionRecord | undefined;
}

export function judged<T>(value: T, says: string, record: SessionRecord | undefined): Judged<T> {
  return { value, says, record };
}

/** Not seen, for a reason of its own. */
export function undecided<T>(reason: string, record: SessionRecord | undefined): Judged<T> {
  return { value: unknown(reason), says: `not seen: ${reason}`, record };
}

/** Not seen, because the session ended before: its own failure, else the one that stopped the whole probe. */
export function hidden<T>(seen: Seen, record: SessionRecord | undefined): Judged<T> {
  const failure = record?.failure ?? failureOf(seen);
  return undecided(failure ? describeFailure(failure) : "the session did not get there", record ?? seen.secure);
}

/** Not seen, because it is only to be seen inside TLS, and there is no way into TLS. */
export function hiddenByTls<T>(seen: Seen, record: SessionRecord | undefined): Judged<T> {
  const { secure } = seen;
  const closed = secure?.starttls && secure.starttls.value !== "offered";
  return closed ? undecided(`TLS: ${secure.starttls?.says}`, secure) : hidden(seen, record);
}

/** What stopped the probe, when something did. Of several addresses the first that is not a matter of this machine. */
export function failureOf(seen: Seen): PathFailure | undefined {
  if (seen.resolution) return seen.resolution;
  if (seen.addresses.some((address) => address.connected)) return seen.secure?.failure;
  const failures = seen.addresses.flatMap(({ record }) => record.failure ?? []);
  return failures.find((failure) => failure.kind !== "local") ?? failures[0];
}
