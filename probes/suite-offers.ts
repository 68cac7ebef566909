import type { TlsVersion } from "../model/fact.js";
import { type Offer, oldVersions, tls12, tls13 } from "./client-hello.js";
import { furtherSuites, tls13Suites } from "./further-suites.js";
import { forwardSecretSuites, type Suite, weakSuites } from "./suites.js";

/** One version, and the cipher suites that it may be spoken with, in lots that are offered each on its own. */
export interface VersionOffers {
  readonly version: TlsVersion;
  readonly number: number;
  readonly lots: readonly (readonly number[])[];
}

/** There are servers that do not take more in one offer. */
const most = 64;

/**
 * What a server needs for a suite decides its lot: a GnuTLS that picks an anonymous suite early fails for want of what it
 * takes, and a Dovecot without `ssl_dh` at the first suite with DHE, although both would do with others. So a refusal
 * speaks only of suites of the same kind.
 */
const kinds: readonly RegExp[] = [
  ...[/^TLS_DH_anon_/, /^TLS_ECDH_anon_/, /PSK/, /^TLS_(KRB5|SRP|ECCPWD)_/],
  ...[/^TLS_DHE?_/, /^/],
];

/** Suites that came with TLS 1.2 and must not be used below (RFC 5288 section 4). */
const ofTls12 = /SHA256|SHA384|_CCM|GOSTR341112/;
/** But for those with CBC and a shared key, which any version may use (RFC 5487 section 3, RFC 5489 section 3). */
const ofAnyVersion = /PSK_WITH_(AES_\d+_CBC|NULL)_SHA/;

const below13 = [...forwardSecretSuites, ...weakSuites, ...furtherSuites];
const below12 = below13.filter(([, name]) => !ofTls12.test(name) || ofAnyVersion.test(name));

/** All that `--enumerate` asks for, the newest version first. */
export const versionOffers: readonly VersionOffers[] = [
  { version: "TLSv1.3", number: tls13, lots: lotsOf(tls13Suites) },
  { version: "TLSv1.2", number: tls12, lots: lotsOf(below13) },
  ...oldVersions.map(([number, version]) => ({ version, number, lots: lotsOf(below12) })),
];

/** What it may cost: connections for offers that are refused and one to see that the way still works, and one for each suite. */
export const enumerationCost: { readonly refusals: number; readonly suites: number } = {
  refusals: 1 + versionOffers.reduce((sum, { lots }) => sum + lots.length, 0),
  suites: versionOffers.reduce((sum, { lots }) => sum + lots.flat().length, 0),
};

export function offerOf({ version, number }: VersionOffers, suites: readonly number[]): Offer {
  return { title: `${suites.length} cipher suites of ${version}`, version: number, suites };
}

/** Lots of about the same size, none mixed. */
function lotsOf(suites: readonly Suite[]): number[][] {
  const all = kinds.map((): number[] => []);
  for (const [number, name] of suites) all[kinds.findIndex((kind) => kind.test(name))]?.push(number);
  return all.toReversed().flatMap((lot) => {
    const size = Math.ceil(lot.length / Math.ceil(lot.length / most));
    return Array.from({ length: Math.ceil(lot.length / size) || 0 }, (_, at) => lot.slice(at * size, (at + 1) * size));
  });
}
