import type { TlsVersion } from "../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../model/maybe.js";
import type { Offer } from "./client-hello.js";
import { describeFailure } from "./failure.js";
import { SessionRecord } from "./record.js";
import { noSuchVersion } from "./server-hello.js";
import { offerOf, type VersionOffers, versionOffers } from "./suite-offers.js";
import { suiteName } from "./suites.js";

/** Every suite that each version takes, by name; an empty list where the version is refused. */
export interface Enumeration {
  readonly suites: ReadonlyMap<TlsVersion, Maybe<readonly string[]>>;
  readonly offers: number;
  /** One line for each offer. */
  readonly record: SessionRecord;
}

type Ask = (offer: Offer) => Promise<SessionRecord>;

/**
 * Offers every suite of each version, lot by lot and without those that were taken, until the rest is refused. One
 * connection at a time; the first that fails ends it, and what was not asked by then is unknown.
 */
export async function enumerateSuites(ask: Ask, address: string, implicit: boolean): Promise<Enumeration> {
  const record = new SessionRecord(address, implicit);
  const suites = new Map<TlsVersion, Maybe<readonly string[]>>();
  let offers = 0;
  const counted: Ask = (offer) => {
    offers++;
    return ask(offer);
  };
  let stop: Maybe<readonly string[]> | undefined;
  for (const each of versionOffers) {
    const taken = stop ?? (await suitesOf(each, counted, record));
    suites.set(each.version, taken);
    if (isUnknown(taken)) stop = taken;
  }
  return { suites, offers, record };
}

async function suitesOf(version: VersionOffers, ask: Ask, record: SessionRecord): Promise<Maybe<readonly string[]>> {
  const taken: string[] = [];
  for (const lot of version.lots) {
    const rest = new Set(lot);
    while (rest.size > 0) {
      const answer = await takenOf(version, [...rest], ask, record);
      if (isUnknown(answer)) return answer;
      if (answer === "no such version" && taken.length === 0) return [];
      if (typeof answer !== "number") break;
      if (!rest.delete(answer)) return unknown(`${version.version} was answered with a suite that was not offered`);
      taken.push(suiteName(answer));
    }
  }
  return taken;
}

/** The number of the suite that the server chose of these. */
async function takenOf(
  version: VersionOffers,
  suites: readonly number[],
  ask: Ask,
  record: SessionRecord,
): Promise<Maybe<number | "refused" | "no such version">> {
  const offer = offerOf(version, suites);
  const { answer, failure } = await ask(offer);
  const says = (text: string) => record.transcript.event(`offered ${offer.title}: ${text}`);
  if (!answer) {
    const reason = failure ? describeFailure(failure) : "the server gave no way into TLS";
    says(reason);
    return unknown(`the answer to ${offer.title}: ${reason}`);
  }
  switch (answer.kind) {
    case "server-hello":
      // A server that does not know the version answers with one that it knows.
      if (answer.version !== version.number) says("another version");
      else says(suiteName(answer.suite));
      return answer.version === version.number ? answer.suite : "refused";
    case "alert":
      says(`alert ${answer.description}`);
      return answer.description === noSuchVersion ? "no such version" : "refused";
    case "closed":
      says(answer.detail);
      return "refused";
    case "not-tls":
      says("no TLS");
      return unknown(`the answer to ${offer.title} is no TLS`);
  }
}
