import type { NetworkInterface } from "../../model/network.js";
import type { Resource } from "./resource.js";

/** What is read of one provider: a folder here, and an entry in `clouds`. */
export interface Cloud {
  /** The schema in `schemas/` of each type that is read, by type token. Of others `unread/` tells which may matter. */
  readonly schemas: Readonly<Record<string, string>>;
  readonly networkOf: (resources: readonly Resource[]) => NetworkInterface[];
}
