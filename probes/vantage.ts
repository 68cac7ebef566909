import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { AddressSet, internet, privateNetworks } from "../model/addresses.js";
import { isIP } from "../model/ip-version.js";

/**
 * The clients for which an observation made from `local` holds: that address; or anyone on the internet, when a public
 * server sees a translated address that we do not know.
 */
export function vantageOf(local: string | undefined, peer: string): AddressSet {
  const ours = local === undefined ? undefined : addressOf(local);
  if (!ours) return internet;
  const translated = privateNetworks.contains(ours) && !privateNetworks.overlaps(addressOf(peer) ?? internet);
  return translated ? internet : ours;
}

function addressOf(address: string): AddressSet | undefined {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  return isIP(bare) ? AddressSet.of(bare) : undefined;
}

/** The address that this machine would use towards `peer`: the routing table's answer, without a packet being sent. */
export function localAddressFor(peer: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(peer) ? "udp6" : "udp4");
    const done = (local?: string) => {
      socket.close();
      resolve(local);
    };
    socket.once("error", () => done());
    try {
      socket.once("connect", () => done(socket.address().address));
      socket.connect(9, peer);
    } catch {
      done();
    }
  });
}
