import { type Capabilities, capabilitiesOf } from "./ehlo.js";
import { type Reply, shortReply } from "./replies.js";
import type { Run } from "./run.js";
import type { SmtpSession } from "./session.js";

/**
 * Waits for the greeting and hands it over, also when it is a refusal: nothing is ever sent before it.
 * @throws PathEnded; `busy` when the server does not want us now.
 */
export async function readGreeting(run: Run, session: SmtpSession, take: (greeting: Reply) => void): Promise<void> {
  const greeting = await session.next("greeting", run.timeouts.greeting);
  take(greeting);
  if (greeting.code === 220) return;
  if (greeting.code < 400)
    throw session.ended("greeting", { kind: "protocol", detail: `it greets with ${shortReply(greeting)}` });
  throw session.ended("greeting", { kind: "busy", detail: shortReply(greeting) });
}

/** @throws PathEnded; `protocol` when the server knows no EHLO, `busy` when it turns us away. */
export async function sayEhlo(session: SmtpSession, name: string): Promise<Capabilities> {
  const reply = await session.command(`EHLO ${name}`, "ehlo");
  if (reply.code === 250) return capabilitiesOf(reply);
  const unknownCommand = reply.code === 500 || reply.code === 502 || reply.code < 400;
  if (unknownCommand)
    throw session.ended("ehlo", { kind: "protocol", detail: `it answers EHLO with ${shortReply(reply)}` });
  throw session.ended("ehlo", { kind: "busy", detail: `EHLO ${shortReply(reply)}` });
}

/** The address literal of RFC 5321 section 4.1.3. */
export function addressLiteral(address: string | undefined): string {
  if (address === undefined) return "[127.0.0.1]";
  return address.includes(":") ? `[IPv6:${address.replace(/%.*$/, "")}]` : `[${address}]`;
}
