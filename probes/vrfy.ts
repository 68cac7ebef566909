import { randomBytes } from "node:crypto";
import type { Capabilities } from "./ehlo.js";
import type { Reply } from "./replies.js";
import type { SmtpSession } from "./session.js";

/** The answers about a mailbox that every server has, one that no server has, and a list. */
export interface VrfyReplies {
  known?: Reply;
  fresh?: Reply;
  expn?: Reply;
}

/** `postmaster` exists everywhere (RFC 5321 section 4.5.1). VRFY ends a pipelined group (RFC 2920 section 3.1). */
export function vrfyLine(replies: VrfyReplies) {
  return ["VRFY postmaster", (reply: Reply) => Object.assign(replies, { known: reply })] as const;
}

/**
 * Goes on where the first VRFY was answered: an unknown mailbox if the known one was not refused, EXPN if EHLO lists it. A
 * server that refuses sees no further command, so that few errors are counted against us.
 * @throws PathEnded; what was answered before stands in `replies`.
 */
export async function askFurther(
  session: SmtpSession,
  { keywords }: Capabilities,
  replies: VrfyReplies,
): Promise<void> {
  if (replies.known && replies.known.code < 300) {
    replies.fresh = await session.command(`VRFY port587-${randomBytes(6).toString("hex")}`, "session");
  }
  if (keywords.includes("EXPN")) replies.expn = await session.command("EXPN postmaster", "session");
}

/** Whether a stranger learns which mailboxes exist; undefined when the answers do not tell. */
export function discloses({ known, fresh, expn }: VrfyReplies): boolean | undefined {
  if (expn?.code === 250) return true;
  if (!known || (known.code >= 400 && known.code < 500)) return undefined;
  if (known.code >= 500) return false;
  if (!fresh) return undefined;
  if (fresh.code === known.code) return false;
  const denied = [550, 551, 553].includes(fresh.code);
  return denied || (known.code !== 252 && fresh.code === 252) ? true : undefined;
}
