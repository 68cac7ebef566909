import type { PathFailure, TlsVersion } from "../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../model/maybe.js";
import type { Offer } from "./client-hello.js";
import { describeFailure } from "./failure.js";
import type { OfferAnswer } from "./offer.js";
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
  const look = new Look(ask, new SessionRecord(address, implicit));
  const suites = new Map<TlsVersion, Maybe<readonly string[]>>();
  let stop: Maybe<readonly string[]> | undefined;
  for (const each of versionOffers) {
    const taken = stop ?? (await suitesOf(each, look));
    suites.set(each.version, taken);
    if (isUnknown(taken)) stop = taken;
  }
  const doubt = await look.doubt();
  if (doubt !== undefined) for (const { version } of versionOffers) suites.set(version, unknown(doubt));
  return { suites, offers: look.offers, record: look.record };
}

async function suitesOf(version: VersionOffers, look: Look): Promise<Maybe<readonly string[]>> {
  const taken: string[] = [];
  for (const lot of version.lots) {
    const rest = new Set(lot);
    while (rest.size > 0) {
      const answer = await look.takenOf(version, [...rest]);
      if (isUnknown(answer)) return answer;
      if (answer === "no such version" && taken.length === 0) return [];
      if (typeof answer !== "number") break;
      if (!rest.delete(answer)) return unknown(`${version.version} was answered with a suite that was not offered`);
      taken.push(suiteName(answer));
    }
  }
  return taken;
}

/** The offers that were made, and what of the answers bears on all of them. */
class Look {
  offers = 0;
  private hungUp = false;
  private taken: readonly [VersionOffers, number] | undefined;

  constructor(
    private readonly ask: Ask,
    readonly record: SessionRecord,
  ) {}

  /** The number of the suite that the server chose of these. */
  async takenOf(
    version: VersionOffers,
    suites: readonly number[],
  ): Promise<Maybe<number | "refused" | "no such version">> {
    const offer = offerOf(version, suites);
    const answer = await this.answerTo(offer);
    if (typeof answer === "string") return unknown(`the answer to ${offer.title}: ${answer}`);
    switch (answer.kind) {
      case "server-hello":
        // A server that does not know the version answers with one that it knows.
        if (answer.version !== version.number) return "refused";
        this.taken = [version, answer.suite];
        return answer.suite;
      case "alert":
        return answer.description === noSuchVersion ? "no such version" : "refused";
      case "closed":
        this.hungUp = true;
        return "refused";
      case "not-tls":
        return unknown(`the answer to ${offer.title} is no TLS`);
    }
  }

  /** A server that hangs up may have had enough of us: then it does so at what it took before, too. */
  async doubt(): Promise<string | undefined> {
    if (!this.hungUp || !this.taken) return undefined;
    const [version, suite] = this.taken;
    const again = await this.takenOf(version, [suite]);
    return again === suite ? undefined : "the server hung up on offers, and at last on one that it had taken before";
  }

  /** A text says why there is none. */
  private async answerTo(offer: Offer): Promise<OfferAnswer | string> {
    this.offers++;
    const { answer, failure } = await this.ask(offer);
    const said = answer ?? (failure ? inWords(failure) : "the server gave no way into TLS");
    this.record.transcript.event(`offered ${offer.title}: ${typeof said === "string" ? said : inShort(said)}`);
    return said;
  }
}

function inWords(failure: PathFailure): string {
  return `${failure.kind === "busy" ? "the server limits connections: " : ""}${describeFailure(failure)}`;
}

function inShort(answer: OfferAnswer): string {
  switch (answer.kind) {
    case "server-hello":
      return `version 0x${answer.version.toString(16).padStart(4, "0")}, ${suiteName(answer.suite)}`;
    case "alert":
      return `alert ${answer.description}`;
    case "closed":
      return answer.detail;
    case "not-tls":
      return "no TLS";
  }
}
