import type { FactValues, Gate } from "../model/fact.js";
import { speaksTls } from "./judge-listening.js";
import type { SessionRecord } from "./record.js";
import { meaningOf } from "./refusals.js";
import { type Reply, shortReply } from "./replies.js";
import { hidden, hiddenByTls, type Judged, judged, type Seen, undecided } from "./seen.js";
import type { TransactionReplies } from "./transaction.js";
import { printable } from "./transcript.js";
import { discloses, type VrfyReplies } from "./vrfy.js";

/** Mechanisms listed in the clear, and PLAIN if the server asks for the credentials although TLS is not up. */
export function judgeAuthBeforeTls(seen: Seen): Judged<FactValues["authBeforeTls"]> {
  const { secure, clear } = seen;
  if (secure?.implicit) {
    if (!speaksTls(seen)) return hidden(seen, secure);
    return judged({ offered: [], accepted: [] }, "nothing is answered outside TLS", secure);
  }
  const capabilities = clear?.clear ?? secure?.clear;
  if (!capabilities) return hidden(seen, clear ?? secure);
  const offered = capabilities.mechanisms.map(printable);
  const reply = clear?.battery.auth;
  const listed =
    offered.length > 0 ? `EHLO in the clear lists AUTH ${offered.join(" ")}` : "EHLO in the clear lists no AUTH";
  const says = reply ? `${listed}; AUTH PLAIN is answered ${shortReply(reply)}` : listed;
  if (reply && wasTaken(reply)) return judged({ offered, accepted: ["PLAIN"] }, says, clear);
  // What is offered is a fact already; that nothing is accepted needs an answer that says so.
  if (offered.length > 0 || (reply && isRefusal(reply)))
    return judged({ offered, accepted: [] }, says, clear ?? secure);
  if (!reply) return hidden(seen, clear);
  return undecided(`reply to AUTH in the clear: ${shortReply(reply)}`, clear);
}

function wasTaken(reply: Reply): boolean {
  return reply.code === 334 || reply.code === 235;
}

/** 501 is about the syntax: it does not say what a line with credentials would have met. */
function isRefusal(reply: Reply): boolean {
  return reply.code >= 500 && reply.code !== 501;
}

export function judgeMechanisms(seen: Seen): Judged<FactValues["authMechanisms"]> {
  const { secure } = seen;
  if (secure?.secure) {
    const mechanisms = secure.secure.mechanisms.map(printable);
    const says =
      mechanisms.length > 0 ? `EHLO inside TLS lists AUTH ${mechanisms.join(" ")}` : "EHLO inside TLS lists no AUTH";
    return judged(mechanisms, says, secure);
  }
  return hiddenByTls(seen, secure);
}

export function judgeAuthGate(seen: Seen): Judged<Gate> {
  const asked = transactionOf(seen);
  if (!asked?.replies.mail) return hidden(seen, asked?.record ?? seen.secure);
  const { record, says } = asked;
  const { mail, rcpt } = asked.replies;
  if (isDenial(mail)) return judged("mail", says, record);
  if (!isAccepted(mail)) return undecided(`reply to MAIL: ${shortReply(mail)}`, record);
  if (!rcpt) return hidden(seen, record);
  if (isAccepted(rcpt)) return judged("none", says, record);
  return isDenial(rcpt) ? judged("rcpt", says, record) : undecided(`reply to RCPT: ${shortReply(rcpt)}`, record);
}

/** Open when a foreign recipient is accepted in any session, be it only in the clear. */
export function judgeRelay(seen: Seen): Judged<FactValues["relay"]> {
  const { clear } = seen;
  if (clear?.battery.rcpt && isAccepted(clear.battery.rcpt)) {
    return judged("open", `in the clear: RCPT of a foreign domain ${shortReply(clear.battery.rcpt)}`, clear);
  }
  const gate = judgeAuthGate(seen);
  if (gate.value === "none") return { ...gate, value: "open" };
  if (gate.value === "mail" || gate.value === "rcpt") return { ...gate, value: "closed" };
  return { value: gate.value as Exclude<typeof gate.value, Gate>, says: gate.says, record: gate.record };
}

/** Asked in the clear and inside TLS: what is silent in the clear, as all is that requires TLS, may speak inside. */
export function judgeVrfy(seen: Seen): Judged<FactValues["vrfy"]> {
  const { secure, clear } = seen;
  const inClear = discloses(clear?.battery.vrfy ?? {});
  if (inClear) return judged("discloses", `in the clear: ${answersOf(clear?.battery.vrfy)}`, clear);
  // In the clear alone only where there is no way into TLS: one that is broken today may be mended tomorrow.
  const noTls = secure?.starttls !== undefined && secure.starttls.value !== "offered";
  const [record, replies] = noTls ? [clear, clear?.battery.vrfy] : [secure, secure?.vrfy];
  const where = noTls ? "in the clear, there being no TLS" : "inside TLS";
  if (!replies?.known) return hidden(seen, record ?? secure);
  const told = discloses(replies);
  const says = `${where}: ${answersOf(replies)}`;
  if (told === undefined) return undecided(`replies to VRFY ${says}`, record);
  return judged(told ? "discloses" : "silent", says, record);
}

function answersOf({ known, fresh, expn }: VrfyReplies = {}): string {
  const parts = [
    known && `VRFY postmaster ${shortReply(known)}`,
    fresh && `VRFY of a name that does not exist ${shortReply(fresh)}`,
    expn && `EXPN postmaster ${shortReply(expn)}`,
  ];
  return parts.filter(Boolean).join(", ");
}

interface Asked {
  readonly replies: TransactionReplies;
  readonly record: SessionRecord;
  readonly says: string;
}

/** The transaction inside TLS; where there is no way into TLS, the one in the clear is all that clients have. */
function transactionOf({ secure, clear }: Seen): Asked | undefined {
  if (secure?.gate.mail) return { replies: secure.gate, record: secure, says: told("inside TLS", secure.gate) };
  const noTls = secure && !secure.tls && (secure.starttls || secure.failure?.stage === "tls");
  if (!noTls || !clear?.battery.mail) return secure && { replies: {}, record: secure, says: "" };
  return { replies: clear.battery, record: clear, says: told("in the clear, there being no TLS", clear.battery) };
}

function told(where: string, { mail, rcpt }: TransactionReplies): string {
  const asked = mail && isAccepted(mail) ? rcpt : undefined;
  const parts = [mail && `MAIL ${shortReply(mail)}`, asked && `RCPT of a foreign domain ${shortReply(asked)}`];
  return `without authentication, ${where}: ${parts.filter(Boolean).join(", ")}`;
}

function isAccepted(reply: Reply): boolean {
  return meaningOf(reply) === "accepted";
}

function isDenial(reply: Reply): boolean {
  return ["needs-auth", "gated", "denied"].includes(meaningOf(reply));
}
