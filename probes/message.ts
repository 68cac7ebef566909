import { randomBytes } from "node:crypto";
import { testMessage } from "../model/test-message.js";
import type { Capabilities } from "./ehlo.js";
import { describeFailure, PathEnded } from "./failure.js";
import type { Letter } from "./letter.js";
import { type Reply, shortReply } from "./replies.js";
import type { Run } from "./run.js";
import type { SmtpSession } from "./session.js";

/** What became of the message; `says` and `because` hold codes and the Message-ID, no mail address. */
export type MessageOutcome =
  | { readonly kind: "accepted" | "refused"; readonly id: string; readonly says: string }
  | { readonly kind: "unclear"; readonly because: string };

/** In bytes, as it goes over the wire. */
function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 2, 0);
}

/**
 * Sends the message in a session that is inside verified TLS and logged in. Nothing is tried twice: after a session that ended
 * without an answer to the message, it may have been delivered.
 */
export async function submit(
  run: Run,
  smtp: SmtpSession,
  letter: Letter,
  { keywords }: Capabilities,
  session: { readonly tls: string; readonly ehlo: string },
): Promise<MessageOutcome> {
  if (!letter.claim()) return { kind: "unclear", because: "the one message has been sent before" };
  smtp.transcript.hide(letter.from, letter.to);
  const now = run.options.now();
  const journey = { through: letter.through, ...session };
  const { id, lines } = testMessage(letter, journey, randomBytes(8).toString("hex"), now);
  const size = keywords.includes("SIZE") ? ` SIZE=${sizeOf(lines)}` : "";
  run.allow(run.timeouts.message);
  let step = "MAIL";
  try {
    const mail = await smtp.command(`MAIL FROM:<${letter.from}>${size}`, "session");
    if (mail.code !== 250) return turnedAway(id, step, mail);
    step = "RCPT";
    const rcpt = await smtp.command(`RCPT TO:<${letter.to}>`, "session");
    if (rcpt.code !== 250 && rcpt.code !== 251) return turnedAway(id, step, rcpt);
    step = "DATA";
    const data = await smtp.command("DATA", "session");
    if (data.code !== 354) return turnedAway(id, step, data);
    step = "the message";
    const end = await smtp.message(lines, `message ${id}, ${sizeOf(lines)} bytes`);
    if (end.code !== 250) return turnedAway(id, step, end);
    return { kind: "accepted", id, says: `the message ${id} is answered ${shortReply(end)}` };
  } catch (error) {
    if (!(error instanceof PathEnded)) throw error;
    return { kind: "unclear", because: endedAt(id, step, error) };
  }
}

/** A permanent answer is one about this message; every other says that it is not known what a later try would bring. */
function turnedAway(id: string, step: string, reply: Reply): MessageOutcome {
  const says = `${step} is answered ${shortReply(reply)}, and ${id} is not delivered`;
  if (reply.code >= 500) return { kind: "refused", id, says };
  return {
    kind: "unclear",
    because: reply.code >= 400 ? `${says}: the server asks for a later try, which is not made` : says,
  };
}

function endedAt(id: string, step: string, { failure }: PathEnded): string {
  const how = describeFailure(failure);
  if (failure.kind === "busy") return `${how} after ${step}, and ${id} is not delivered: no later try is made`;
  return step === "the message"
    ? `${how}, after the message was sent and before it was answered: ${id} may have been delivered, look for it; it is not sent again`
    : `${how} after ${step}: ${id} was not sent`;
}
