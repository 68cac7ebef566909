import type { MailDefinition } from "../../model/mail.js";

/** Debian 12 by the tags of its official image. */
export const debian12 = /^(?:docker\.io\/)?(?:library\/)?debian:(?:bookworm|12)(?:[.-][\w.-]*)?$/;

/**
 * What Debian 12's postfix 3.7.11 leaves in /etc/postfix: its `main.cf.debian` and `main.cf.tls`, with what its `postinst` adds
 * for the answers of debconf that decide facts. The host's names, which it looks up, are left to Postfix.
 */
const main = (interfaces: string) => `smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
biff = no
append_dot_mydomain = no
readme_directory = no
compatibility_level = 3.6
smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_security_level=may
smtp_tls_CApath=/etc/ssl/certs
smtp_tls_security_level=may
smtp_tls_session_cache_database = btree:\${data_directory}/smtp_scache
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
relayhost =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = ${interfaces}
`;

/** Of its master.cf the services that listen, and those that these need. */
const master = `smtp      inet  n       -       y       -       -       smtpd
pickup    unix  n       -       y       60      1       pickup
cleanup   unix  n       -       y       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       y       1000?   1       tlsmgr
rewrite   unix  -       -       y       -       -       trivial-rewrite
bounce    unix  -       -       y       -       0       bounce
smtp      unix  -       -       y       -       -       smtp
error     unix  -       -       y       -       -       error
local     unix  -       n       n       -       -       local
anvil     unix  -       -       y       -       1       anvil
`;

/** Other answers name a relay. */
const byAnswer: Readonly<Record<string, string>> = {
  "Internet Site": "all",
  "Local only": "loopback-only\ndefault_transport = error\nrelay_transport = error",
};

/** What is known of the machine that the package is installed on. */
export interface Installed {
  readonly isDebian12: boolean;
  /** What decides the distribution, as messages name it. */
  readonly image: string;
  /** debconf takes its defaults: its frontend is noninteractive. */
  readonly asksNobody: boolean;
  /** Commands before the installation, which may answer for debconf. */
  readonly answers: readonly string[];
}

/** The files that a distribution's package of Postfix leaves, or what is missing to tell. */
export function packagedFiles(at: string, installed: Installed): Pick<MailDefinition, "files" | "missing" | "version"> {
  const missing = (what: string) => ({ files: {}, missing: [`${at}: ${what}`] });
  if (!installed.isDebian12) return missing(packagedBase(installed.image));
  const answers = installed.answers.filter((each) => /main_mailer_type|debconf-set-selections/.test(each)).join("\n");
  const [, answer] = /\bpostfix\/main_mailer_type\s+(?:select|string)\s+["']?([A-Z][\w ]*\w)/.exec(answers) ?? [];
  if ((answers !== "" && answer === undefined) || !installed.asksNobody)
    return missing("the answer to debconf's postfix/main_mailer_type");
  const interfaces = byAnswer[answer ?? "Internet Site"];
  if (interfaces === undefined) return missing(`what debconf's postfix/main_mailer_type, ${answer}, makes of main.cf`);
  const file = (name: string, text: string) => ({ [name]: { at: `${at} (the package's ${name})`, text } });
  return { files: { ...file("main.cf", main(interfaces)), ...file("master.cf", master) }, missing: [], version: "3.7" };
}

/** What is missing where postconf(1) edits the files of a package that is not known. */
export function packagedBase(image: string): string {
  return `main.cf and master.cf as the package of ${image} has them`;
}

/**
 * What commands with `postconf` do where nothing writes the files that it edits.
 * @param place where the commands stand.
 */
export function overPackage(place: string): Pick<MailDefinition, "product" | "files" | "missing"> {
  const missing = [
    `${place}: ${packagedBase("the machine's distribution")}, of Debian and Ubuntu by the answer to debconf's postfix/main_mailer_type`,
  ];
  return { product: "postfix", files: {}, missing };
}
