import type { PublishedPort } from "../model/container.js";
import type { Evidence } from "../model/evidence.js";

/** What says that a port leads to one of a container, or of the machine that it publishes for. */
export function ledBy({ host, container, at }: PublishedPort, to: string): Evidence {
  const layer = { name: "published port", decision: "allow" } as const;
  return { kind: "code", at, says: `port ${host} leads to port ${container} of ${to}`, layer };
}
