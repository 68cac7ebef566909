/** Ports of the application profiles that Debian's packages of ufw, OpenSSH, Postfix, Dovecot and nginx bring along (Debian 12). */
const applications: Readonly<Record<string, readonly string[]>> = {
  OpenSSH: ["22/tcp"],
  SSH: ["22/tcp"],
  Postfix: ["25/tcp"],
  "Postfix SMTPS": ["465/tcp"],
  "Postfix Submission": ["587/tcp"],
  SMTP: ["25/tcp"],
  "Mail submission": ["587/tcp"],
  IMAP: ["143/tcp"],
  IMAPS: ["993/tcp"],
  POP3: ["110/tcp"],
  POP3S: ["995/tcp"],
  "Dovecot IMAP": ["143/tcp"],
  "Dovecot Secure IMAP": ["993/tcp"],
  "Dovecot POP3": ["110/tcp"],
  "Dovecot Secure POP3": ["995/tcp"],
  DNS: ["53"],
  WWW: ["80/tcp"],
  "WWW Secure": ["443/tcp"],
  "WWW Full": ["80,443/tcp"],
  "WWW Cache": ["8080/tcp"],
  "Nginx HTTP": ["80/tcp"],
  "Nginx HTTPS": ["443/tcp"],
  "Nginx Full": ["80,443/tcp"],
};

/** The ports of an application, by its name as it is written; undefined for one that is not known here. */
export function applicationPorts(name: string): readonly string[] | undefined {
  return Object.hasOwn(applications, name) ? applications[name] : undefined;
}
