import { isIP } from "../model/ip-version.js";
import { highest } from "./dns/caa.js";
import { isPublic } from "./dns/host.js";
import { mostNames } from "./dns/ptr.js";
import { mostFurther } from "./domain/index.js";
import { mostExchanges } from "./domain/mx.js";
import { maxFurther } from "./endpoint.js";
import { asciiHost, type Target } from "./options.js";

/** What asking about a mail domain may cost, told before anything is sent. */
export interface Lookups {
  /** To DNS servers; one that has to be repeated counts once. */
  readonly questions: number;
  readonly requests: number;
  /** Endpoints that the domain names, and that are then probed. */
  readonly endpoints: number;
}

/** A and AAAA. */
const addresses = 2;
/** Whether each of two servers validates, by the root's SOA. */
const validation = 2;

/**
 * The DNS questions of one endpoint at most: its addresses, TLSA, CAA up to its highest parent, and the names of its addresses.
 * @param named whether the user names the DNS server, which is then asked about private names and addresses too.
 */
export function questionsOf({ host, connectTo }: Target, named: boolean): number {
  const name = asciiHost(host) ?? host;
  const goal = connectTo ? (asciiHost(connectTo.host) ?? connectTo.host) : name;
  const found = isIP(goal) ? 0 : addresses;
  if (!named && !isPublic(name)) return found;
  const records = isIP(name) ? 0 : 1 + Math.min(name.split(".").length, highest);
  const reverse = connectTo ? 0 : (isIP(goal) ? 1 : 1 + maxFurther) * (1 + mostNames);
  return found + records + reverse + validation;
}

/** MX with the addresses of each exchange, MTA-STS, TLS reports, two kinds of SRV, and four pages with their hosts' addresses. */
export function planOfDomain(): Lookups {
  const pages = 4;
  const questions = 1 + mostExchanges * addresses + 1 + 1 + 2 + pages * addresses + validation;
  return { questions, requests: pages, endpoints: mostFurther };
}
