/** How a port of a mail service speaks TLS: from the first byte, or after STARTTLS. */
export type PeerTls = "implicit" | "starttls";

/** A mail service that programs submit to, as its own documentation has it. */
export interface KnownPeer {
  readonly name: string;
  /** Its host names. */
  readonly hosts: RegExp;
  readonly ports: Readonly<Record<number, PeerTls>>;
  /** It takes no mail in clear. */
  readonly requiresTls: boolean;
  /** The page that says so. */
  readonly source: string;
  /** The day on which that was last compared. */
  readonly seenOn: string;
  /** Not the page itself was read, but what others quote of it. */
  readonly quoted?: true;
}

export const knownPeers: readonly KnownPeer[] = [
  {
    name: "Gmail",
    hosts: /^smtp\.gmail\.com$/,
    ports: { 465: "implicit", 587: "starttls" },
    requiresTls: true,
    source: "https://developers.google.com/workspace/gmail/imap/imap-smtp",
    seenOn: "2026-11-27",
  },
  {
    // Where the administrator has not asked for TLS it takes mail in clear from known addresses.
    name: "the SMTP relay of Google Workspace",
    hosts: /^smtp-relay\.gmail\.com$/,
    ports: { 25: "starttls", 465: "implicit", 587: "starttls" },
    requiresTls: false,
    source: "https://support.google.com/a/answer/2956491",
    quoted: true,
    seenOn: "2026-11-27",
  },
  {
    name: "Exchange Online",
    hosts: /^smtp\.office365\.com$/,
    ports: { 25: "starttls", 587: "starttls" },
    requiresTls: true,
    source:
      "https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365",
    quoted: true,
    seenOn: "2026-11-27",
  },
  {
    name: "Amazon SES",
    hosts: /^email-smtp(?:-fips)?\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?$/,
    ports: { 25: "starttls", 465: "implicit", 587: "starttls", 2465: "implicit", 2587: "starttls" },
    requiresTls: true,
    source: "https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html",
    seenOn: "2026-11-27",
  },
];

/** The service of a host name; undefined for any other. */
export function knownPeer(host: string): KnownPeer | undefined {
  const name = host.toLowerCase().replace(/\.$/, "");
  return knownPeers.find(({ hosts }) => hosts.test(name));
}
