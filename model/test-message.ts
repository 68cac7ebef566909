/** The session through which a test message goes, as the message itself tells it. */
export interface Journey {
  /** `mail.example.com:587`. */
  readonly through: string;
  /** `TLSv1.3`. */
  readonly tls: string;
  /** The name that was said in EHLO. */
  readonly ehlo: string;
}

export interface TestMessage {
  /** With its angle brackets. */
  readonly id: string;
  /** Without line ends; each is ASCII and well below the 998 characters of RFC 5322 section 2.1.1. */
  readonly lines: readonly string[];
}

/** One field that says all of the journey: bodies are rewritten on their way, fields nearly never. */
const field = "Port587-Test";

/**
 * A message of RFC 5322 that says what it is, who sent it and when.
 * @param token what makes it the one: letters and digits.
 */
export function testMessage(
  { from, to }: { readonly from: string; readonly to: string },
  { through, tls, ehlo }: Journey,
  token: string,
  now: Date,
): TestMessage {
  const id = `<port587-${token}@${from.slice(from.lastIndexOf("@") + 1)}>`;
  const sent = now.toISOString();
  const lines = [
    `Date: ${now.toUTCString().replace("GMT", "+0000")}`,
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: port587 test message ${token}`,
    `Message-ID: ${id}`,
    // RFC 3834 section 5: no vacation notice answers it.
    "Auto-Submitted: auto-generated",
    `${field}: token=${token};`,
    ` through=${through};`,
    ` tls=${tls};`,
    ` ehlo=${ehlo}`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=us-ascii",
    "Content-Transfer-Encoding: 7bit",
    "",
    "This is a test message. port587, a program that checks how mail is",
    "submitted, sent it once, because somebody who can log in asked for it.",
    "Nobody has to answer it, and it may be deleted.",
    "",
    `Server:  ${through}`,
    `TLS:     ${tls}`,
    `Client:  ${ehlo}`,
    `Sent:    ${sent}`,
    `Token:   ${token}`,
  ];
  return { id, lines };
}

/**
 * The journey of a test message, from the unfolded fields of its header; undefined for another message.
 * @param fields `[name in lower case, value]`.
 */
export function journeyOf(fields: readonly (readonly [string, string])[]): (Journey & { token: string }) | undefined {
  const value = fields.find(([name]) => name === field.toLowerCase())?.[1] ?? "";
  const part = (name: string) =>
    value
      .split(";")
      .map((each) => each.trim())
      .find((each) => each.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  const [token, through, tls, ehlo] = ["token", "through", "tls", "ehlo"].map(part);
  return token && through && tls && ehlo ? { token, through, tls, ehlo } : undefined;
}
