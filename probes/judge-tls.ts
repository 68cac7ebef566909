import type { FactValues, TlsVersion } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";
import { mixedOffer, tls12 } from "./client-hello.js";
import { asksForStaple, judgeOcsp } from "./ocsp.js";
import type { OfferAnswer } from "./offer.js";
import { followsClient, sayFollows } from "./preference.js";
import type { SessionRecord } from "./record.js";
import type { Run } from "./run.js";
import { hidden, hiddenByTls, type Judged, judged, type Seen, undecided } from "./seen.js";
import { noSuchVersion } from "./server-hello.js";
import { suiteName, weakSuites } from "./suites.js";

const extendedMasterSecret = 23;
const renegotiationInfo = 0xff01;

/**
 * One offer of weak suites alone: what the server takes of it is one of them, and an alert is a refusal of all of them. A server that
 * hangs up may have failed at the suite that it chose, unless it follows our order, or does so where there is nothing to fail at. One
 * that hung up on old versions was offered good suites behind the weak ones, which it takes where it follows our order.
 */
export function judgeWeakSuites(seen: Seen): Judged<FactValues["weakSuites"]> {
  const { weak, weakAgain } = seen;
  const answer = answerIn(weak);
  if (!answer) return hiddenByTls(seen, weak);
  const follows = followsClient(seen);
  if (answer.kind === "server-hello") {
    if (!follows || weak?.offered !== mixedOffer || isWeak(answer.suite)) return chosenWeak(answer.suite, weak);
    const says = `${suiteName(answer.suite)} was chosen, and none of the weak suites before it`;
    return judged({ accepted: [] }, `${says}; ${sayFollows(follows)}`, weak);
  }
  // A refusal is one of the suites only where a modern handshake on the same way works.
  if (!seen.secure?.tls) return hidden(seen, seen.secure);
  const how = answer.kind === "alert" ? `alert ${answer.description}` : "the connection was closed";
  const refused = judged<FactValues["weakSuites"]>(
    { accepted: [] },
    `an offer of weak suites alone was refused (${how})`,
    weak,
  );
  if (answer.kind === "alert") return refused;
  if (follows) return { ...refused, says: `${refused.says}; ${sayFollows(follows)}` };
  const again = answerIn(weakAgain);
  if (!again) return hidden(seen, weakAgain);
  if (again.kind === "server-hello") return chosenWeak(again.suite, weakAgain);
  if (again.kind !== "alert") return refused;
  const others = `of the other weak ones none is taken (alert ${again.description})`;
  return undecided(`the server hangs up on DHE or anonymous suites, which --enumerate offers apart; ${others}`, weak);
}

function chosenWeak(suite: number, record: SessionRecord | undefined): Judged<FactValues["weakSuites"]> {
  const name = suiteName(suite);
  return isWeak(suite)
    ? judged({ accepted: [name] }, `of weak suites alone, the server chose ${name}`, record)
    : undecided(`the server answered an offer of weak suites with ${name}, which was not offered`, record);
}

function isWeak(suite: number): boolean {
  return weakSuites.some(([number]) => number === suite);
}

/** Every suite of every version, where all were asked for: what another session was answered must be among them. */
export function judgeCipherSuites(seen: Seen): Judged<FactValues["cipherSuites"]> {
  const { enumeration, secure } = seen;
  if (!enumeration) return hiddenByTls(seen, secure);
  const { offers, record } = enumeration;
  const accepted: { version: TlsVersion; suites: readonly string[] }[] = [];
  for (const [version, suites] of [...enumeration.suites].reverse()) {
    if (isUnknown(suites)) return undecided(suites.unknown.join("; "), record);
    if (suites.length > 0) accepted.push({ version, suites });
  }
  const takes = (version: TlsVersion) => accepted.find((each) => each.version === version)?.suites ?? [];
  const others = [seen.good, seen.weak, seen.weakAgain].flatMap((each) => {
    const answer = answerIn(each);
    return answer?.kind === "server-hello" && answer.version === tls12 ? [suiteName(answer.suite)] : [];
  });
  const missed = [
    ...others.filter((suite) => !takes("TLSv1.2").includes(suite)),
    ...(secure?.tls && takes(secure.tls.version).length === 0 ? [secure.tls.version] : []),
  ];
  if (missed.length > 0)
    return undecided(`${missed.join(" and ")} was taken on one connection and refused on another`, record);
  if (accepted.length === 0) return hidden(seen, secure);
  const counts = accepted.map(({ version, suites }) => `${version}: ${suites.length}`).join(", ");
  return judged({ accepted }, `cipher suites taken of ${counts}; all others refused, in ${offers} offers`, record);
}

/** What the ServerHello of TLS 1.2 says about itself; TLS 1.3 has none of the weaknesses that this is about. */
export function judgeTlsExtensions(seen: Seen): Judged<FactValues["tlsExtensions"]> {
  const { good, secure } = seen;
  const answer = answerIn(good);
  if (!answer) return hiddenByTls(seen, good);
  if (answer.kind === "server-hello") {
    const value = {
      secureRenegotiation: answer.extensions.includes(renegotiationInfo),
      extendedMasterSecret: answer.extensions.includes(extendedMasterSecret),
      compression: answer.compression !== 0,
    };
    const has = (yes: boolean, what: string) => `${yes ? "with" : "without"} ${what}`;
    const says = [
      has(value.secureRenegotiation, "renegotiation_info"),
      has(value.extendedMasterSecret, "extended_master_secret"),
      has(value.compression, "compression"),
    ].join(", ");
    return judged(value, `ServerHello of TLS 1.2 ${says}`, good);
  }
  if (answer.kind === "alert" && answer.description === noSuchVersion && secure?.tls?.version === "TLSv1.3") {
    const sound = { secureRenegotiation: true, extendedMasterSecret: true, compression: false };
    return judged(sound, "TLS 1.2 is refused, and TLS 1.3 has neither renegotiation nor compression", good);
  }
  const how = answer.kind === "alert" ? `alert ${answer.description}` : "no ServerHello";
  return undecided(`an offer of TLS 1.2 with forward secrecy was answered with ${how}`, good);
}

/** The OCSP response beside the certificate, and whether the certificate asks for one. */
export function judgeStaple(run: Run, seen: Seen): Judged<FactValues["ocspStaple"]> {
  const { secure } = seen;
  const chain = secure?.tls?.chain;
  const leaf = chain?.[0];
  if (!chain || !leaf) return hiddenByTls(seen, secure);
  const mustStaple = asksForStaple(leaf);
  if (mustStaple === undefined) return undecided("the certificate's extensions cannot be read", secure);
  const asks = `the certificate ${mustStaple ? "asks" : "does not ask"} for a stapled OCSP response`;
  const response = secure.tls?.staple;
  if (!response) return judged({ staple: "absent", mustStaple }, `${asks}; none came`, secure);
  const { staple, because } = judgeOcsp(response, chain, run.trust, run.options.now());
  return judged({ staple, mustStaple }, `${asks}; the one that came is ${staple}: ${because}`, secure);
}

/** Text in place of TLS is no answer. */
function answerIn(record: SessionRecord | undefined): OfferAnswer | undefined {
  return record?.answer?.kind === "not-tls" ? undefined : record?.answer;
}
