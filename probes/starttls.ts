import type { Socket } from "node:net";
import type { Capabilities } from "./ehlo.js";
import { type Reply, shortReply } from "./replies.js";
import type { SmtpSession } from "./session.js";

export type Upgrade =
  | { readonly kind: "absent" | "masked"; readonly says: string }
  | { readonly kind: "refused"; readonly says: string }
  | { readonly kind: "ready"; readonly socket: Socket; readonly says: string };

/**
 * Asks for TLS where it is offered (RFC 3207). After the 220 the socket is handed over, unless the server has said more:
 * those bytes would later pass for bytes that came inside TLS (CVE-2011-0411 and its kin).
 * `injected` lines follow STARTTLS in the same write.
 * @throws PathEnded at stage `starttls`; `protocol` when bytes follow the 220.
 */
export async function askForTls(
  session: SmtpSession,
  capabilities: Capabilities,
  greeting: Reply,
  injected: readonly string[] = [],
): Promise<Upgrade> {
  if (!capabilities.keywords.includes("STARTTLS")) {
    const masked = capabilities.masked || /^\*{4,}/.test(greeting.lines[0] ?? "");
    if (masked) return { kind: "masked", says: "a middlebox has overwritten what the server offers" };
    return { kind: "absent", says: "EHLO does not list STARTTLS" };
  }
  const reply = await session.command("STARTTLS", "starttls", injected);
  if (reply.code !== 220) return { kind: "refused", says: `STARTTLS is listed but answered ${shortReply(reply)}` };
  if (session.leftover) {
    throw session.ended("starttls", { kind: "protocol", detail: "bytes in the clear follow the 220 of STARTTLS" });
  }
  return { kind: "ready", socket: session.detach(), says: "STARTTLS is listed and answered 220" };
}
