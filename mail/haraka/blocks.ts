import { AddressSet } from "../../model/addresses.js";
import { isIP } from "../../model/ip-version.js";

/**
 * The clients that an entry of a list of networks matches, as Haraka reads it: a mask of 0 counts as none, one that is
 * too long as the longest. `bare`: what an address without a mask gets, its own length or 32 in both families.
 * Undefined for what is no address.
 */
export function clientBlock(entry: string, bare: "own" | "32"): AddressSet | undefined {
  const [address = "", mask] = entry.split("/");
  const family = isIP(address);
  if (family === 0) return undefined;
  const longest = family === 4 ? 32 : 128;
  const written = mask ? Number.parseInt(mask, 10) || longest : bare === "own" ? longest : 32;
  return AddressSet.of(`${address}/${Math.max(0, Math.min(written, longest))}`);
}

const linkLocal = Array.from({ length: 64 }, (_, index) => `fe${(0x80 + index).toString(16)}::/64`);

/** The clients that Haraka takes for private, documentation networks among them (haraka-net-utils, is_private_ip). */
export const privateClients = AddressSet.of(
  ...["127.0.0.0/8", "169.254.0.0/16", "10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "0.0.0.0"],
  ...["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "::", "::1", "fc00::/7", ...linkLocal],
);
