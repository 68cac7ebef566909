import { AddressSet } from "../../model/addresses.js";
import type { Configuration } from "./configuration.js";
import type { Connection, Mask, Network } from "./filters.js";
import { stops } from "./syntax.js";
import { View } from "./view.js";

/**
 * What Dovecot 2.3 looks at before it starts: each block in the place of a connection of its own, in which no two blocks may
 * set the same thing unless one contains the other (src/config/config-parser.c, config_all_parsers_check).
 * @throws Stops for blocks that contradict each other.
 */
export function checkBlocks(configuration: Configuration): void {
  for (const { mask } of configuration.filters) {
    const { conflict } = new View(configuration, connectionOf(mask));
    if (conflict) throw stops(conflict.at, `two blocks set ${conflict.name} for the same connection`);
  }
}

function connectionOf({ service, local, remote }: Mask): Connection {
  const [own, peer] = [firstOf(local), firstOf(remote)];
  return { ...(service && { protocol: service }), ...(own && { local: own }), ...(peer && { remote: peer }) };
}

/** Of a network the address that names it; of everyone none. */
function firstOf(network: Network | undefined): AddressSet | undefined {
  if (!network || network.bits === 0) return undefined;
  const [first] = [...network.set.toCidrs("ipv4"), ...network.set.toCidrs("ipv6")];
  return first === undefined ? undefined : AddressSet.of(first.split("/")[0] as string);
}
