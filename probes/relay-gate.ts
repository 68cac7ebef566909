import type { Capabilities } from "./ehlo.js";
import type { Run } from "./run.js";
import type { SmtpSession } from "./session.js";
import { mailFrom, pipelines, rcptTo, type TransactionReplies } from "./transaction.js";

/**
 * Inside TLS, without authentication: may one name a sender, and a recipient of another domain? No message is sent.
 * Ends the session with RSET and QUIT.
 * @throws PathEnded; what was answered before stands in `replies`.
 */
export async function askRelayGate(
  run: Run,
  session: SmtpSession,
  capabilities: Capabilities,
  replies: TransactionReplies,
): Promise<void> {
  await session.group(
    [
      [mailFrom, (reply) => Object.assign(replies, { mail: reply })],
      [rcptTo(run.options), (reply) => Object.assign(replies, { rcpt: reply })],
      ["RSET", () => undefined],
    ],
    "session",
    pipelines(capabilities),
  );
}
