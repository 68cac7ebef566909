import { enhancedCode, type Reply } from "./replies.js";

/**
 * What a server's answer to MAIL or RCPT means. `needs-tls`, `needs-auth`: it says so. `gated`: a bare 530, which is the
 * one or the other. `denied`: policy. `unclear`: a temporary refusal, or one for another reason (our name, the syntax,
 * a domain that does not exist): it says nothing about a gate.
 */
export type Meaning = "accepted" | "needs-tls" | "needs-auth" | "gated" | "denied" | "unclear";

const aboutTls = /\b(start)?tls\b|\bssl\b|\bencrypt/i;
const aboutAuth = /\bauth\b|authenti|\blog ?in\b/i;
const aboutOurName = /\b(helo|ehlo)\b/i;
const aboutTheDomain = /unrout|unknown|not found|not exist|no such|no mx|null ?mx/i;
const aboutRelay = /relay/i;

/** Codes of RFC 5321 section 4.2.3, RFC 3207 section 4, RFC 4954 section 6 and RFC 3463, as servers use them. */
export function meaningOf(reply: Reply): Meaning {
  const text = reply.lines.join(" ");
  const enhanced = enhancedCode(reply);
  if (reply.code === 250 || reply.code === 251) return "accepted";
  if (reply.code < 400) return "unclear";
  if (aboutTls.test(text)) return "needs-tls";
  if (aboutOurName.test(text)) return "unclear";
  if (reply.code < 500) return isTemporaryDenial(reply.code, enhanced, text) ? "denied" : "unclear";
  if (aboutAuth.test(text)) return "needs-auth";
  if (reply.code === 530) return "gated";
  if (enhanced) return enhanced.startsWith("5.7.") ? "denied" : "unclear";
  return [550, 551, 553, 554].includes(reply.code) && !aboutTheDomain.test(text) ? "denied" : "unclear";
}

/** `454 4.7.1 Relay access denied` is how Postfix refuses to relay while `smtpd_relay_restrictions` only defers. */
function isTemporaryDenial(code: number, enhanced: string | undefined, text: string): boolean {
  return code === 454 && (enhanced === "4.7.1" || aboutRelay.test(text));
}
