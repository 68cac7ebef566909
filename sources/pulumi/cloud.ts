import type { NetworkInterface } from "../../model/network.js";
import type { Resource } from "./resource.js";

/** What is read of one provider: a folder here, and an entry in `clouds`. */
export interface Cloud {
  /** The schema in `schemas/` of each type that is read, by type token. Resources of other types are none of our business. */
  readonly schemas: Readonly<Record<string, string>>;
  readonly networkOf: (resources: readonly Resource[]) => NetworkInterface[];
}
