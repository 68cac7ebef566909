import { isIP } from "../../model/ip-version.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { describeFailure } from "../failure.js";
import type { Run } from "../run.js";
import { failureOf, type Seen } from "../seen.js";
import { lookUpCaa } from "./caa.js";
import type { HostRecord } from "./host-record.js";
import { lookUpPtr } from "./ptr.js";
import type { Resolver } from "./resolver.js";
import { fits } from "./tlsa.js";

/** Names that only their own network knows (RFC 6761, RFC 6762, RFC 8375): not asked of whatever server the system has. */
const ownNetworks = /(^|\.)(test|example|invalid|localhost|local|internal|onion|home\.arpa)$/;

/** Starts the questions that need nothing of the probe, so that they cost no time. */
export function askAhead(run: Run): void {
  const dns = resolverFor(run);
  if (!dns || isIP(run.host)) return;
  void dns.ask(tlsaName(run), "TLSA");
  void lookUpCaa(dns, run.host);
}

/** The same for the names of the addresses that will be tried. */
export function askNamesAhead(run: Run, addresses: readonly string[]): void {
  const dns = resolverFor(run);
  if (dns && !run.target.connectTo) void lookUpPtr(dns, addresses);
}

/** TLSA and CAA of the host, PTR of the addresses that were tried. Never rejects. */
export async function hostRecords(run: Run, seen: Seen): Promise<HostRecord[]> {
  const dns = resolverFor(run);
  if (!dns) return [];
  const found = await Promise.all([
    ...(isIP(run.host) ? [] : [tlsaOf(run, seen, dns), caaOf(run, dns)]),
    ...(run.target.connectTo ? [] : [ptrOf(seen, dns)]),
  ]);
  return found.flat();
}

/** Whether any DNS server may be asked about it. */
export function isPublic(host: string): boolean {
  return isIP(host) !== 0 || (host.includes(".") && !ownNetworks.test(host.toLowerCase()));
}

function resolverFor({ options: { dns }, host }: Run): Resolver | undefined {
  return dns && (dns.named || isPublic(host)) ? dns : undefined;
}

function tlsaName({ host, target }: Run): string {
  return `_${target.port}._tcp.${host}`;
}

async function tlsaOf(run: Run, seen: Seen, dns: Resolver): Promise<HostRecord[]> {
  const start = performance.now();
  const name = tlsaName(run);
  const { records, state, failure, silent, server } = await dns.ask(name, "TLSA");
  const told = { name: "tlsa" as const, at: `${name} TLSA (${server})`, ms: performance.now() - start };
  if (failure !== undefined)
    return [{ ...told, value: stated(dns, silent, failure), says: failure, outcome: "unknown" }];
  const how = isUnknown(state) ? `DNSSEC unknown: ${state.unknown.join(", ")}` : `DNSSEC: ${state}, as ${server} says`;
  if (records.length === 0) {
    const value = { records: 0, matches: false, dnssec: state };
    return [{ ...told, value, says: `no TLSA record (${how})`, outcome: state === "bogus" ? "bad" : "ok" }];
  }
  const matches = anyFits(run, seen, records);
  const how2 = isUnknown(matches)
    ? `whether one fits the certificate is unknown: ${matches.unknown.join(", ")}`
    : `${matches ? "one fits" : "none fits"} the certificate`;
  const number = `${records.length} TLSA ${records.length === 1 ? "record" : "records"}`;
  const isBad = matches === false || state === "bogus" || state === "insecure";
  const isOpen = isUnknown(matches) || isUnknown(state);
  return [
    {
      ...told,
      value: { records: records.length, matches, dnssec: state },
      says: `${number}, ${how2} (${how})`,
      outcome: isBad ? "bad" : isOpen ? "unknown" : "ok",
    },
  ];
}

function anyFits(run: Run, seen: Seen, records: readonly Parameters<typeof fits>[0][]): Maybe<boolean> {
  const chain = seen.secure?.tls?.chain ?? [];
  if (chain.length === 0) {
    const failure = failureOf(seen);
    return unknown(failure ? describeFailure(failure) : "the session did not get to TLS");
  }
  const answers = records.map((record) => fits(record, chain, run.trust, run.options.now()));
  if (answers.includes(true)) return true;
  return answers.includes(false) ? false : unknown("a TLSA record that clients can use");
}

async function caaOf(run: Run, dns: Resolver): Promise<HostRecord[]> {
  const start = performance.now();
  const { value, answer } = await lookUpCaa(dns, run.host);
  const at = `${run.host} CAA (${answer.server})`;
  const ms = performance.now() - start;
  if (isUnknown(value)) {
    const says = value.unknown.join(", ");
    return [{ name: "caa", value: stated(dns, answer.silent, says), says, at, outcome: "unknown", ms }];
  }
  const says =
    value.at === undefined
      ? "no CAA record: any authority may issue"
      : `at ${value.at}: ${value.issuers.join(", ") || "nobody"} may issue`;
  return [{ name: "caa", value, says, at, outcome: "ok", ms }];
}

async function ptrOf(seen: Seen, dns: Resolver): Promise<HostRecord[]> {
  const start = performance.now();
  const addresses = seen.addresses.map(({ record }) => record.address);
  const { value, silent } = await lookUpPtr(dns, addresses);
  const told = { name: "ptr" as const, at: `PTR of ${addresses.join(", ")}`, ms: performance.now() - start };
  if (isUnknown(value)) {
    const says = value.unknown.join(", ");
    return [{ ...told, value: stated(dns, silent, says), says, outcome: "unknown" }];
  }
  if (value.length === 0) return [];
  const says = value.map(
    ({ address, names, confirmed }) =>
      `${address} is ${names.length === 0 ? "without a name" : `${names.join(", ")}, ${confirmed ? "and back" : "which does not lead back"}`}`,
  );
  return [{ ...told, value, says: says.join("; "), outcome: "ok" }];
}

function stated(dns: Resolver, silent: boolean | undefined, why: string): { unknown: readonly string[] } | undefined {
  return silent && !dns.named ? undefined : unknown(why);
}
