import type { Maybe } from "../../model/maybe.js";
import type { ClientClass, Clients } from "./clients.js";
import type { Configuration } from "./configuration.js";
import type { Daemon } from "./daemon.js";
import type { Features } from "./features.js";

/** One client class before one port. */
export interface Situation {
  readonly configuration: Configuration;
  readonly clients: Clients;
  readonly daemon: Daemon;
  readonly client: ClientClass;
  readonly features: Features;
  /** Whether the client gets TLS here. */
  readonly tls: Maybe<boolean>;
}

/** Whether the access map turns these clients away when they connect. */
export function isRefused({ connect }: ClientClass): boolean {
  return connect !== undefined && !/^(?:OK|RELAY|QUARANTINE:.*)$/i.test(connect.value);
}
