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
 * In the clear, after EHLO: VRFY, MAIL and RSET, AUTH without credentials, and if MAIL was accepted RCPT of a foreign domain. AUTH
 * ends its group: after a 334 any further line would be taken for the credentials. At most four of the lines are
 * refused, which is fewer than servers hold against a client.
 * @throws PathEnded; what was answered before stands in `replies`.
 */
export async function runBattery(
  run: Run,
  session: SmtpSession,
  capabilities: Capabilities,
  replies: BatteryReplies,
): Promise<void> {
  const pipelining = pipelines(capabilities);
  // Alone, so that a server which answers twice is caught here and its answers are not taken for those of others.
  await session.group([vrfyLine(replies.vrfy)], "session", pipelining);
  await askFurther(session, capabilities, replies.vrfy);
  await session.group(
    [
      [mailFrom, (reply) => Object.assign(replies, { mail: reply })],
      ["RSET", () => undefined],
      // With more behind it, one of the other lines was answered twice, and this may be its answer.
      ["AUTH PLAIN", (reply) => Object.assign(replies, session.leftover ? {} : { auth: reply })],
    ],
    "session",
    pipelining,
  );
  // RFC 4954 section 4: "*" cancels the exchange and is answered 501.
  if (replies.auth?.code === 334) await session.command("*", "session");
  // Whom AUTH has let in without credentials is no stranger any more.
  if (!replies.mail || !wasAccepted(replies.mail) || replies.auth?.code === 235) return;
  await session.group(
    [
      [mailFrom, () => undefined],
      [rcptTo(run.options), (reply) => Object.assign(replies, { rcpt: reply })],
      ["RSET", () => undefined],
    ],
    "session",
    pipelining,
  );
}
