import { AddressSet } from "../../model/addresses.js";
import { addressesOf, families } from "../sockets.js";

/** Which clients a traffic policy certainly lets send, and which it certainly keeps out; of others something else decides. */
export interface Verdict {
  readonly allowed: AddressSet;
  readonly denied: AddressSet;
}

interface Condition {
  readonly family?: "ipv4" | "ipv6";
  readonly operator?: string;
  readonly values?: readonly string[];
}

interface Policy {
  readonly defaultAction: string | null;
  readonly statements: readonly { readonly action: string | null; readonly conditions: readonly Condition[] }[] | null;
}

/** The clients for which a condition or statement holds: certainly, and at most. */
interface Match {
  readonly certain: AddressSet;
  readonly possible: AddressSet;
}

const { everything, empty } = AddressSet;

/**
 * Judges a policy without asking in which order its statements count: a client is let in for certain where no statement of
 * the other action may match it. @param text the policy as JSON.
 */
export function verdictOf(text: string): Verdict {
  const { defaultAction, statements } = JSON.parse(text) as Policy;
  if (!statements || statements.some(({ action }) => action !== "ALLOW" && action !== "DENY"))
    return { allowed: empty, denied: empty };
  const of = (wanted: string): Match => {
    const matches = statements.filter(({ action }) => action === wanted).map(({ conditions }) => matchOf(conditions));
    return {
      certain: AddressSet.join(matches.map(({ certain }) => certain)),
      possible: AddressSet.join(matches.map(({ possible }) => possible)),
    };
  };
  const [allows, denies] = [of("ALLOW"), of("DENY")];
  const otherwise = (action: string) => (defaultAction === action ? everything : empty);
  return {
    allowed: allows.certain.union(otherwise("ALLOW")).subtract(denies.possible),
    denied: denies.certain.union(otherwise("DENY")).subtract(allows.possible),
  };
}

/** Of several conditions it is not said whether one is enough. */
function matchOf(conditions: readonly Condition[]): Match {
  const matches = conditions.map(setOf);
  if (matches.length === 0) return { certain: empty, possible: everything };
  return {
    certain: matches.map(({ certain }) => certain).reduce((one, other) => one.intersect(other)),
    possible: AddressSet.join(matches.map(({ possible }) => possible)),
  };
}

function setOf({ family, operator, values = [] }: Condition): Match {
  const sets = values.map(addressesOf);
  const isDecided = family !== undefined && /^(NOT_)?CIDR_MATCHES$/.test(operator ?? "") && !sets.includes(undefined);
  if (!isDecided) return { certain: empty, possible: everything };
  const own = AddressSet.join(sets.flatMap((set) => set ?? [])).intersect(families[family]);
  if (operator === "CIDR_MATCHES") return { certain: own, possible: own };
  // Whether "not in these IPv4 blocks" holds for a client of IPv6 is not said.
  return { certain: families[family].subtract(own), possible: own.complement() };
}
