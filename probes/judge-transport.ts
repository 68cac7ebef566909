import type { FactValues, Gate, TlsVersion } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";
import { judgeCertificate } from "./certificate.js";
import { oldVersions, tls12 } from "./client-hello.js";
import { speaksTls } from "./judge-listening.js";
import { type OldTlsOffer, readHangUp } from "./old-tls.js";
import { followsClient, sayFollows } from "./preference.js";
import { meaningOf } from "./refusals.js";
import { shortReply } from "./replies.js";
import type { Run } from "./run.js";
import { hidden, hiddenByTls, type Judged, judged, type Seen, undecided } from "./seen.js";
import { noSuchVersion } from "./server-hello.js";

export function judgeStarttls(seen: Seen): Judged<FactValues["starttlsOffered"]> {
  const { secure } = seen;
  if (secure?.starttls) return judged(secure.starttls.value, secure.starttls.says, secure);
  if (secure?.implicit && secure.secure) {
    const listed = secure.secure.keywords.includes("STARTTLS");
    const says = `EHLO inside TLS ${listed ? "lists" : "does not list"} STARTTLS`;
    return judged(listed ? "offered" : "absent", says, secure);
  }
  // Bytes after the 220: it was offered and agreed to, only not in a way that one may go on with.
  if (secure?.failure?.stage === "starttls" && secure.failure.kind === "protocol" && secure.clear) {
    return judged("offered", secure.failure.detail, secure);
  }
  return hidden(seen, secure);
}

export function judgeImplicitTls(seen: Seen): Judged<FactValues["implicitTls"]> {
  const { secure } = seen;
  if (secure?.implicit && speaksTls(seen)) return judged(true, "TLS from the first byte", secure);
  if (secure && !secure.implicit && secure.greeting) return judged(false, "the greeting comes in the clear", secure);
  return hidden(seen, secure);
}

export function judgeTlsGate(seen: Seen): Judged<Gate> {
  const { secure, clear } = seen;
  if (secure?.implicit) {
    if (speaksTls(seen)) return judged("connect", "nothing is answered outside TLS", secure);
    return hidden(seen, secure);
  }
  const { mail, rcpt } = clear?.battery ?? {};
  if (!mail) return hidden(seen, clear);
  const says = `in the clear: MAIL ${shortReply(mail)}${rcpt ? `, RCPT ${shortReply(rcpt)}` : ""}`;
  const meaning = meaningOf(mail);
  if (meaning === "needs-tls" || meaning === "gated") return judged("mail", says, clear);
  if (meaning === "needs-auth") return gateByAuth(seen, "mail", says);
  if (meaning === "denied") return judged("none", says, clear);
  if (meaning === "unclear") return undecided(`reply to MAIL in the clear: ${shortReply(mail)}`, clear);
  if (!rcpt) return hidden(seen, clear);
  const answer = meaningOf(rcpt);
  if (answer === "needs-tls" || answer === "gated") return judged("rcpt", says, clear);
  if (answer === "needs-auth" && rcpt.code === 530) return gateByAuth(seen, "rcpt", says);
  return judged("none", says, clear);
}

/** Refused for want of AUTH: a gate against cleartext only if AUTH is not to be had in the clear either. */
function gateByAuth({ clear }: Seen, gate: "mail" | "rcpt", says: string): Judged<Gate> {
  const reply = clear?.battery.auth;
  if (!reply) return undecided("reply to AUTH in the clear", clear);
  const whole = `${says}, AUTH ${shortReply(reply)}`;
  const meaning = meaningOf(reply);
  if (reply.code === 538 || meaning === "needs-tls" || reply.code === 530) return judged(gate, whole, clear);
  if (reply.code < 400 || clear?.clear?.mechanisms.length) return judged("none", whole, clear);
  return reply.code < 500
    ? undecided(`reply to AUTH in the clear: ${shortReply(reply)}`, clear)
    : judged(gate, whole, clear);
}

const order: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
/** OpenSSL's words when the two sides have no version in common. */
const versionAlerts = ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "ERR_SSL_UNSUPPORTED_PROTOCOL"];

/**
 * The versions that were seen to be accepted or refused; those in neither list were not asked for. Without an answer to the
 * old offer the whole is unknown, so that nobody takes "no old version was accepted" for a check that was made.
 */
export function judgeTlsVersions(seen: Seen): Judged<FactValues["tlsVersions"]> {
  const { secure, clear } = seen;
  const first = clear?.offer;
  if (!first) return hiddenByTls(seen, clear);
  if (first.notTls !== "") return undecided(first.says, clear);
  // A server that hangs up may do so at any version, or at us.
  if (first.hungUp && !secure?.tls) return undecided(first.says, clear);
  const offer = first.hungUp ? readAgain(first, seen) : first;
  if (!offer) return hangUpUndecided(seen);
  const modern: TlsVersion[] = versionAlerts.includes(secure?.failure?.detail ?? "") ? ["TLSv1.2", "TLSv1.3"] : [];
  const speaks12 = judgeTls12(seen);
  const accepted = [
    ...offer.versions.accepted,
    ...(secure?.tls ? [secure.tls.version] : []),
    ...(speaks12 === true ? ["TLSv1.2" as const] : []),
  ];
  if (speaks12 === false) modern.push("TLSv1.2");
  const each = [...(seen.enumeration?.suites ?? [])].flatMap(([version, suites]) =>
    isUnknown(suites) ? [] : [{ version, taken: suites.length > 0 }],
  );
  accepted.push(...each.flatMap(({ version, taken }) => (taken ? [version] : [])));
  const refused = [
    ...offer.versions.refused,
    ...modern,
    ...each.flatMap(({ version, taken }) => (taken ? [] : [version])),
  ];
  const says = [
    offer.says,
    ...(secure?.tls ? [`the handshake chose ${secure.tls.version}`] : []),
    ...(each.length > 0 ? [`${each.map(({ version }) => version).join(", ")} were each offered alone`] : []),
  ].join("; ");
  return judged(
    { accepted: sorted(accepted), refused: sorted(refused.filter((version) => !accepted.includes(version))) },
    says,
    clear,
  );
}

/** Of a server that hung up on old versions: by whose order of suites it follows, by a second look, else by what --enumerate was told of each version alone. */
function readAgain(first: OldTlsOffer, seen: Seen): Pick<OldTlsOffer, "versions" | "says"> | undefined {
  const { oldAgain, enumeration } = seen;
  const follows = followsClient(seen);
  if (follows) return { versions: first.versions, says: `${first.says}; ${sayFollows(follows)}` };
  const offer = oldAgain?.answer && readHangUp(oldAgain.answer);
  if (offer) return { versions: offer.versions, says: `${offer.says}, on a second connection` };
  const isTold = oldVersions.every(([, version]) => {
    const suites = enumeration?.suites.get(version);
    return suites !== undefined && !isUnknown(suites);
  });
  return isTold ? { versions: { accepted: [], refused: [] }, says: "the server hangs up on some suites" } : undefined;
}

function hangUpUndecided(seen: Seen): Judged<FactValues["tlsVersions"]> {
  const answer = seen.oldAgain?.answer;
  if (answer?.kind !== "alert") return hidden(seen, seen.oldAgain);
  const others = `of the other suites none is taken (alert ${answer.description})`;
  return undecided(
    `the server hangs up on TLS 1.1 and older with DHE or anonymous suites, which --enumerate offers apart; ${others}`,
    seen.oldAgain,
  );
}

/** Whether TLS 1.2 is spoken, as the two offers of it alone have shown; undefined when they do not tell. */
function judgeTls12({ good, weak, weakAgain, secure }: Seen): boolean | undefined {
  const answers = [good?.answer, weak?.answer, weakAgain?.answer];
  if (answers.some((answer) => answer?.kind === "server-hello" && answer.version === tls12)) return true;
  const [answer] = answers;
  const refused =
    answer?.kind === "alert" && answer.description === noSuchVersion && secure?.tls?.version === "TLSv1.3";
  return refused ? false : undefined;
}

function sorted(versions: readonly TlsVersion[]): TlsVersion[] {
  return order.filter((version) => versions.includes(version));
}

/** The certificate, and a sentence on its chain, name and dates. */
export interface CertificateJudgement extends Judged<FactValues["certificate"]> {
  readonly sound: boolean;
}

export function judgeSeenCertificate(run: Run, seen: Seen): CertificateJudgement {
  const { secure } = seen;
  const chain = secure?.tls?.chain;
  if (!chain) return { ...hiddenByTls<FactValues["certificate"]>(seen, secure), sound: false };
  const found = judgeCertificate(chain, run.host, run.trust, run.options.now());
  if (!found)
    return { ...undecided<FactValues["certificate"]>("the certificate cannot be read as DER", secure), sound: false };
  const { value, because, matchesHost, current } = found;
  const name = matchesHost ? `names ${run.host}` : `does not name ${run.host}`;
  const dates = `valid ${value.notBefore.slice(0, 10)} to ${value.notAfter.slice(0, 10)}`;
  const says = `${value.chain}: ${because}; ${name}; ${current ? "" : "outside its dates: "}${dates}`;
  return { ...judged(value, says, secure), sound: value.chain === "trusted" && matchesHost && current };
}
