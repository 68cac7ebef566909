import type { Capabilities } from "./ehlo.js";
import type { Run } from "./run.js";
import type { SmtpSession } from "./session.js";
import { mailFrom, pipelines, rcptTo, type TransactionReplies } from "./transaction.js";
import { askFurther, type VrfyReplies, vrfyLine } from "./vrfy.js";

/**
 * Inside TLS, without authentication: may one name a sender, and a recipient of another domain, and does VRFY tell
 * which mailboxes exist? No message is sent; RSET ends the transaction.
 * @throws PathEnded; what was answered before stands in `replies`.
 */
export async function askRelayGate(
  run: Run,
  session: SmtpSession,
  capabilities: Capabilities,
  replies: TransactionReplies,
  vrfy: VrfyReplies,
): Promise<void> {
  await session.group(
    [
      [mailFrom, (reply) => Object.assign(replies, { mail: reply })],
      [rcptTo(run.options), (reply) => Object.assign(replies, { rcpt: reply })],
      ["RSET", () => undefined],
      vrfyLine(vrfy),
    ],
    "session",
    pipelines(capabilities),
  );
  await askFurther(session, capabilities, vrfy);
}
