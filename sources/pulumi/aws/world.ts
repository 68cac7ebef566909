import type { AddressSet } from "../../../model/addresses.js";

/** The private addresses of the interfaces that carry a group. */
export interface Members {
  readonly addresses: AddressSet;
  /** There are no others. */
  readonly areAll: boolean;
  /** What to name as missing where there may be others; else the rule's own input. */
  readonly called?: string;
}

/** What is known beyond the resources where they were read from a cloud, so that there are no others. */
export interface Deployed {
  /** By the id of a resource or a cloud's id. */
  readonly membersOf: (groupId: string) => Members;
}
