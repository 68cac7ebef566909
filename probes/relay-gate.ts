import type { Capabilities } from "./ehlo.js";
import type { Reply } from "./replies.js";
import type { Run } from "./run.js";
import type { SmtpSession } from "./session.js";
import { mailFrom, pipelines, rcptTo, type TransactionReplies } from "./transaction.js";
import { askFurther, type VrfyReplies, vrfyLine } from "./vrfy.js";

/**
 * Inside TLS, without authentication: may one name a sender, and a recipient of another domain, and does VRFY tell
 * which mailboxes exist? No message is sent; RSET ends the transaction. Asked in one write, these are the last questions to
 * nearly every server: another endpoint may be begun while they are answered.
 * @throws PathEnded; what was answered before stands in `replies`.
 */
export async function askRelayGate(
  run: Run,
  session: SmtpSession,
  capabilities: Capabilities,
  replies: TransactionReplies,
  vrfy: VrfyReplies,
): Promise<void> {
  const lines = [
    [mailFrom, (reply: Reply) => Object.assign(replies, { mail: reply })],
    [rcptTo(run.options), (reply: Reply) => Object.assign(replies, { rcpt: reply })],
    ["RSET", () => undefined],
    vrfyLine(vrfy),
  ] as const;
  if (pipelines(capabilities)) await run.leave(() => session.group(lines, "session", true));
  else await session.group(lines, "session", false);
  await askFurther(session, capabilities, vrfy);
}
