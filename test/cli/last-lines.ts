import type { Socket } from "node:net";
import type { Certificates } from "../probes/certificates.js";
import type { Behaviour } from "../probes/servers.js";

/** What answers the port, and the last line that `port587 check` says of it, with its exit code. */
export interface Row {
  readonly port: number;
  readonly does: Behaviour | ((socket: Socket) => void);
  readonly certificate?: keyof Pick<Certificates, "sound" | "otherName" | "selfSigned" | "foreignRoot" | "incomplete">;
  /** Given to a user of that server. */
  readonly password?: string;
  readonly code: number;
  /** What follows `Port N of localhost `. */
  readonly says: string;
}

const writes = (text: string | Buffer) => (socket: Socket) => void socket.write(text);
const pours = (text: string) => (socket: Socket) => {
  const block = Buffer.from(text.repeat(1000));
  const more = (error?: Error | null) => void (error || socket.destroyed || socket.write(block, more));
  more();
};
const http = (socket: Socket) =>
  void socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
const account = { password: "not this one" };
const answering = (reply: string): Behaviour => ({ secure: { AUTH: reply } });
const smtp = (port: number, does: Row["does"], code: number, says: string, more: Partial<Row> = {}): Row => ({
  ...{ port, does, code, says },
  ...more,
});

const notSmtp = (name: string) => `does not speak SMTP: what listens there speaks ${name}`;
const breaks = "does not speak SMTP as it should: what listens there";
const dropped =
  "the server's side drops it at once (load balancer without healthy targets, allow-list, connection limit).";
const itself = "the server itself, or a device before it that reads along.";
const inspected = "a device on the way that inspects TLS, or the server's TLS itself.";
const turnedAway = "the server refuses this client for now (rate limit, reputation, or overload).";

/** Read one by one as somebody would who is called at night, not only recorded. */
export const rows: Readonly<Record<string, Row>> = {
  "a sound server": smtp(587, {}, 0, "works."),
  "a sound server on 465": smtp(465, { implicit: true }, 0, "works."),
  // Other protocols are named.
  SSH: smtp(587, writes("SSH-2.0-OpenSSH_9.2\r\n"), 3, `${notSmtp("SSH")}: "SSH-2.0-OpenSSH_9.2".`),
  IMAP: smtp(
    587,
    writes("* OK [CAPABILITY IMAP4rev1] ready\r\n"),
    3,
    `${notSmtp("IMAP")}: "* OK [CAPABILITY IMAP4rev1] ready".`,
  ),
  "IMAP on 465": smtp(465, writes("* OK ready\r\n"), 3, `${notSmtp("IMAP")}: "* OK ready".`),
  POP3: smtp(587, writes("+OK ready\r\n"), 3, `${notSmtp("POP3")}: "+OK ready".`),
  HTTP: smtp(587, http, 3, `${notSmtp("HTTP")}: "HTTP/1.1 400 Bad Request".`),
  "HTTP on 465": smtp(465, http, 3, `${notSmtp("HTTP")}: "HTTP/1.1 400 Bad Request".`),
  "a database": smtp(
    587,
    writes(Buffer.from("4a0000000a38", "hex")),
    3,
    `${breaks} sends a line that is no SMTP reply: "J\\x00\\x00\\x00".`,
  ),
  "bytes on 465": smtp(
    465,
    writes(Buffer.alloc(2000, 7)),
    3,
    `fails in the TLS handshake: what listens there answers TLS with something else: "${"\\x07".repeat(12)}".`,
  ),
  "TLS on 587": smtp(
    587,
    { implicit: true },
    1,
    "answers, but is not sound: it speaks TLS from the first byte, where clients wait for a greeting.",
  ),
  "no TLS on 465": smtp(465, {}, 1, "answers, but is not sound: it does not speak TLS from the first byte."),
  "a refusal in the clear on 465": smtp(
    465,
    writes("421 4.7.0 busy\r\n"),
    3,
    'fails in the TLS handshake: what listens there speaks SMTP in the clear: "421 4.7.0 busy".',
  ),
  // Not as SMTP has it.
  "a greeting of another kind": smtp(587, { greeting: "250 what" }, 3, `${breaks} greets with 250.`),
  "no EHLO": smtp(587, { clear: { EHLO: "500 unknown command" } }, 3, `${breaks} answers EHLO with 500.`),
  "a greeting that does not end": smtp(
    587,
    pours("220-hello\r\n"),
    3,
    `${breaks} sends a reply of more than 200 lines: "220-hello".`,
  ),
  "bytes behind the 220 of STARTTLS": smtp(
    587,
    { afterStarttls: "250 injected\r\n" },
    3,
    `${breaks} breaks the protocol: bytes in the clear follow the 220 of STARTTLS.`,
  ),
  "old TLS alone": smtp(
    587,
    { tls: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } },
    1,
    "fails in the TLS handshake: the server has neither TLS 1.2 nor TLS 1.3 (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION).",
  ),
  "no suite that is left": smtp(
    587,
    { tls: { maxVersion: "TLSv1.2", ciphers: "PSK:@SECLEVEL=0" } },
    3,
    "fails in the TLS handshake: the server finds no cipher suite in common: it may have no certificate (ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE).",
  ),
  // Ends and silence, and where.
  silence: smtp(
    587,
    () => undefined,
    3,
    "takes the connection, then falls silent before it greets: the server, or what stands in front of it, has nothing to say (a service that does not start, a load balancer without healthy targets).",
  ),
  "silence on 465": smtp(
    465,
    () => undefined,
    3,
    `takes the connection, then falls silent in the TLS handshake: ${inspected}`,
  ),
  "silence after the greeting": smtp(
    587,
    writes("220 ProFTPD ready\r\n"),
    3,
    `takes the connection, then falls silent at EHLO: ${itself}`,
  ),
  "an end at once": smtp(587, (socket) => void socket.end(), 3, `closes the connection before it greets: ${dropped}`),
  "a reset at once": smtp(
    587,
    (socket) => void socket.resetAndDestroy(),
    3,
    `resets the connection before it greets: ${dropped}`,
  ),
  "an end at EHLO": smtp(587, { closeAt: "EHLO" }, 3, `closes the connection at EHLO: ${itself}`),
  "an end at STARTTLS": smtp(587, { closeAt: "STARTTLS" }, 3, `closes the connection at STARTTLS: ${itself}`),
  "an end in the handshake": smtp(
    587,
    { closeAt: "HELLO" },
    3,
    `closes the connection in the TLS handshake: ${inspected}`,
  ),
  "a reset in the handshake": smtp(
    587,
    { closeAt: "HELLO", reset: true },
    3,
    `resets the connection in the TLS handshake: ${inspected}`,
  ),
  "an end at RCPT": smtp(
    587,
    { closeAt: "RCPT" },
    3,
    `closes the connection in the middle of the conversation: ${itself}`,
  ),
  "a reset at AUTH": smtp(
    587,
    { closeAt: "AUTH", reset: true },
    3,
    "answers, but 3 checks could not be decided: on one try it resets the connection in the middle of the conversation.",
  ),
  // Turned away.
  "421": smtp(587, { greeting: "421 4.7.0 too many connections" }, 3, `answers 421 4.7.0: ${turnedAway}`),
  "421 to STARTTLS": smtp(587, { clear: { STARTTLS: "421 bye" } }, 3, `answers 421 at STARTTLS: ${turnedAway}`),
  "421 to all but the first": smtp(
    587,
    { busy: [2, 3, 4, 5, 6, 7, 8, 9] },
    3,
    "answers, but 7 checks could not be decided: on one try it answers 421 4.7.0.",
  ),
  "554": smtp(
    587,
    { greeting: "554 5.7.1 blocked using a list" },
    3,
    "answers 554 5.7.1: the server refuses this client (block list, reputation, or an access rule).",
  ),
  "554 to EHLO": smtp(
    587,
    { clear: { EHLO: "554 5.7.1 go away" } },
    3,
    "answers 554 5.7.1 at EHLO: the server refuses this client (block list, reputation, or an access rule).",
  ),
  // No way into TLS.
  "no STARTTLS": smtp(
    587,
    { keywords: ["PIPELINING"] },
    3,
    "answers, but there is no way into TLS: EHLO does not list STARTTLS.",
  ),
  "STARTTLS that is refused": smtp(
    587,
    { clear: { STARTTLS: "454 4.7.0 TLS not available" } },
    3,
    "answers, but there is no way into TLS: STARTTLS is listed but answered 454 4.7.0.",
  ),
  "STARTTLS that is masked": smtp(
    587,
    { keywords: ["XXXXXXXA"] },
    3,
    "answers, but a device before the server or on this side rewrites what it says and masks STARTTLS.",
  ),
  // Seen to the end.
  "AUTH in the clear": smtp(
    587,
    { keywords: ["STARTTLS", "AUTH PLAIN LOGIN"], clear: { AUTH: "334 " } },
    1,
    "answers, but is not sound: it offers AUTH LOGIN PLAIN and accepts AUTH PLAIN before TLS.",
  ),
  "no TLS gate": smtp(
    587,
    { clear: { MAIL: "250 ok", RCPT: "554 5.7.1 Relay access denied" } },
    1,
    "answers, but is not sound: it takes mail without TLS.",
  ),
  "an injected command": smtp(
    587,
    { injected: "carried out" },
    1,
    "answers, but is not sound: it carries out inside TLS a command that was sent before TLS.",
  ),
  "relaying for this machine itself": smtp(
    587,
    { secure: { MAIL: "250 ok", RCPT: "250 ok" } },
    3,
    "answers, but 2 checks could not be decided: that takes a probe from outside the trusted networks.",
  ),
  "mail from this client later": smtp(
    587,
    { clear: { MAIL: "450 4.3.2 Service currently unavailable" } },
    3,
    "answers, but 1 check could not be decided: reply to MAIL in the clear: 450 4.3.2.",
  ),
  "old TLS as well": smtp(
    587,
    { tls: { minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" } },
    1,
    "answers, but is not sound: it accepts TLSv1.1, and 1 more problem.",
  ),
  "no AUTH": smtp(
    587,
    { secureKeywords: ["PIPELINING"] },
    1,
    "answers, but is not sound: it offers no AUTH inside TLS: nobody can log in.",
  ),
  "a version in the greeting": smtp(
    587,
    { greeting: "220 mail.example.test ESMTP Postfix (3.7.11)" },
    0,
    "works, but it names its version in the greeting.",
  ),
  "a certificate of another name": smtp(
    587,
    {},
    1,
    "answers, but is not sound: the certificate does not name localhost.",
    { certificate: "otherName" },
  ),
  "a certificate of its own": smtp(587, {}, 1, "answers, but is not sound: the certificate is self-signed.", {
    certificate: "selfSigned",
  }),
  "a certificate of a foreign root": smtp(
    587,
    {},
    1,
    "answers, but is not sound: the certificate was issued by an authority that is not trusted.",
    { certificate: "foreignRoot" },
  ),
  "a certificate without its intermediate": smtp(
    587,
    {},
    1,
    "answers, but is not sound: the certificate comes without the intermediate certificates that lead to its authority.",
    { certificate: "incomplete" },
  ),
  // Credentials.
  "right credentials": smtp(587, answering("235 2.7.0 ok"), 0, "works.", account),
  "wrong credentials": smtp(
    587,
    answering("535 5.7.8 authentication failed"),
    1,
    "answers, but refuses the user name or the password (AUTH PLAIN).",
    account,
  ),
  "credentials that cannot be judged now": smtp(
    587,
    answering("454 4.7.0 Temporary authentication failure"),
    3,
    "answers, but 1 check could not be decided: AUTH PLAIN is answered 454 4.7.0.",
    account,
  ),
};
