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
 * In the clear, after EHLO: MAIL, RSET and VRFY, RCPT of a foreign domain if MAIL was accepted, and AUTH without credentials. AUTH
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
  const pipelining = pipelines(capabilities);
  const [vrfy, take] = vrfyLine(replies.vrfy);
  await session.group(
    [
      [mailFrom, (reply) => Object.assign(replies, { mail: reply })],
      ["RSET", () => undefined],
      // With more behind it one of the lines was answered twice, and this is the answer to another.
      [vrfy, (reply) => (session.leftover ? undefined : take(reply))],
    ],
    "session",
    pipelining,
  );
  await askFurther(session, capabilities, replies.vrfy);
  if (wasAccepted(replies.mail)) {
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
  replies.auth = await session.command("AUTH PLAIN", "session");
  // RFC 4954 section 4: "*" cancels the exchange and is answered 501.
  if (replies.auth.code === 334) await session.command("*", "session");
}
