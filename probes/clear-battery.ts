import type { Capabilities } from "./ehlo.js";
import type { Reply } from "./replies.js";
import type { Run } from "./run.js";
import type { SmtpSession } from "./session.js";
import { mailFrom, pipelines, rcptTo, type TransactionReplies, wasAccepted } from "./transaction.js";
import { askFurther, type VrfyReplies, vrfyLine } from "./vrfy.js";

/** What a client that never asks for TLS is answered. */
export interface BatteryReplies extends TransactionReplies {
  /** To `AUTH PLAIN` without an initial response: 334 would ask for the credentials. */
  auth?: Reply;
  readonly vrfy: VrfyReplies;
}

/**
 * In the clear, after EHLO: MAIL, RCPT of a foreign domain and RSET if MAIL was accepted, VRFY, and AUTH without credentials. AUTH
 * comes last and alone: after a 334 any further line would be taken for the credentials. At most four of the lines are
 * refused, which is fewer than servers hold against a client.
 * @throws PathEnded; what was answered before stands in `replies`.
 */
export async function runBattery(
  run: Run,
  session: SmtpSession,
  capabilities: Capabilities,
  replies: BatteryReplies,
): Promise<void> {
  // Alone, so that a server which answers twice is caught here and its answers are not taken for those of others.
  replies.mail = await session.command(mailFrom, "session");
  const transaction = [
    [rcptTo(run.options), (reply: Reply) => Object.assign(replies, { rcpt: reply })],
    ["RSET", () => undefined],
  ] as const;
  const lines = wasAccepted(replies.mail) ? [...transaction, vrfyLine(replies.vrfy)] : [vrfyLine(replies.vrfy)];
  await session.group(lines, "session", pipelines(capabilities));
  await askFurther(session, capabilities, replies.vrfy);
  replies.auth = await session.command("AUTH PLAIN", "session");
  // RFC 4954 section 4: "*" cancels the exchange and is answered 501.
  if (replies.auth.code === 334) await session.command("*", "session");
}
