const signatures: readonly (readonly [RegExp, string])[] = [
  [/^SSH-\d/, "SSH"],
  [/^HTTP\/\d/, "HTTP"],
  [/^\* (OK|PREAUTH|BYE)\b/i, "IMAP"],
  [/^\+OK\b/, "POP3"],
  [/^RFB \d/, "VNC"],
  [/^\x15\x03/, "TLS"],
  [/^\x16\x03/, "TLS"],
  [/^220[ -].*\bFTP/i, "FTP"],
  [/^[2-5]\d\d[ -]/, "SMTP"],
];

/** Names a protocol by the first bytes its server sends; undefined when they are none that is met on mail ports. */
export function protocolOf(firstBytes: string): string | undefined {
  return signatures.find(([pattern]) => pattern.test(firstBytes))?.[1];
}

/** Names a protocol that has no place on a submission port. */
export function foreignProtocolOf(firstBytes: string): string | undefined {
  const name = protocolOf(firstBytes);
  return name === "SMTP" || name === "TLS" ? undefined : name;
}
