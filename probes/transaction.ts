import { randomBytes } from "node:crypto";
import type { Capabilities } from "./ehlo.js";
import type { ProbeOptions } from "./options.js";
import { meaningOf } from "./refusals.js";
import type { Reply } from "./replies.js";

/** The answers to an unauthenticated message-less transaction, as far as they came. */
export interface TransactionReplies {
  mail?: Reply;
  rcpt?: Reply;
}

/** The empty sender: no one can be blamed for it and no reply can go astray. */
export const mailFrom = "MAIL FROM:<>";

/**
 * A recipient that no server is responsible for: `.example` is reserved (RFC 2606), is no name of a domain that refuses
 * mail by itself as example.com does (null MX), and the fresh local part lets the operator find us in the log.
 */
export function rcptTo(options: ProbeOptions): string {
  const recipient = options.relayRecipient ?? `port587-${randomBytes(6).toString("hex")}@relay-test.example`;
  return `RCPT TO:<${recipient}>`;
}

export function pipelines(capabilities: Capabilities): boolean {
  return capabilities.keywords.includes("PIPELINING");
}

export function wasAccepted(reply: Reply | undefined): boolean {
  return reply !== undefined && meaningOf(reply) === "accepted";
}
