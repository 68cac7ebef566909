import type { Capabilities } from "./ehlo.js";
import type { Reply } from "./replies.js";
import type { Run } from "./run.js";
import type { SmtpSession } from "./session.js";
import { mailFrom, pipelines, rcptTo, type TransactionReplies, wasAccepted } from "./transaction.js";

/** What a client that never asks for TLS is answered. */
export interface BatteryReplies extends TransactionReplies {
  /** To `AUTH PLAIN` without an initial response: 334 would ask for the credentials. */
  auth?: Reply;
}

/**
 * In the clear, after EHLO: MAIL, RCPT of a foreign domain if MAIL was accepted, RSET, and AUTH without credentials. AUTH
 * is the last line of its group: after a 334 any further line would be taken for the credentials. NOOP decides nothing
 * and may not stand inside a pipelined group (RFC 2920 section 3.1), so it is left out.
 * @throws PathEnded; what was answered before stands in `replies`.
 */
export async function runBattery(
  run: Run,
  session: SmtpSession,
  capabilities: Capabilities,
  replies: BatteryReplies,
): Promise<void> {
  replies.mail = await session.command(mailFrom, "session");
  const auth = ["AUTH PLAIN", (reply: Reply) => Object.assign(replies, { auth: reply })] as const;
  const transaction = [
    [rcptTo(run.options), (reply: Reply) => Object.assign(replies, { rcpt: reply })],
    ["RSET", () => undefined],
  ] as const;
  const lines = wasAccepted(replies.mail) ? [...transaction, auth] : [auth];
  await session.group(lines, "session", pipelines(capabilities));
  // RFC 4954 section 4: "*" cancels the exchange and is answered 501.
  if (replies.auth?.code === 334) await session.command("*", "session");
}
