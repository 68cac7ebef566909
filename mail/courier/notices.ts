import type { MailDefinition } from "../../model/mail.js";
import type { Notice } from "../../model/network.js";
import { passedOver, setAgain, type Written } from "../known-settings.js";

/**
 * What Courier 1.0.16 asks for: the variables of its own files and start scripts in Debian 12, and those that
 * `strings courieresmtpd couriertls couriertcpd submit` prints.
 */
const known: ReadonlySet<string> = new Set(
  `ACCESSFILE ADDRESS ALLOW_EXCLUSIVE AUTHRELAYCLIENT AUTH_REQUIRED BLACKLISTS BLOCK BLOCK2 BOFHBADMIME BOFHCHECKDNS BOFHCHECKHELO
  BOFHHEADERLIMIT BOFHNOBASE64TEXT BOFHNOEXPN BOFHNOVRFY BOFHSPFFROM BOFHSPFHARDERROR BOFHSPFHELO BOFHSPFMAILFROM BOFHSPFNOVERBOSE
  BOFHSPFTRUSTME BOFHSUPPRESSBACKSCATTER COURIERTLS DROP ESMTPAUTH ESMTPAUTHINFOTLS ESMTPAUTH_TLS
  ESMTPAUTH_TLS_WEBADMIN ESMTPAUTH_WEBADMIN ESMTPDSSLSTART ESMTPDSTART ESMTP_LOG_DIALOG ESMTP_TLS ESMTP_TLS_REQUIRED
  ESMTP_USE_STARTTLS FAXRELAYCLIENT HOME LANG LC_ALL MAILGROUP MAILUSER MAILUSERGROUP MAXCPERIP MAXDAEMONS MAXPERC
  MAXPERID MAXPERIP NOADDDATE NOADDMSGID NOADDRREWRITE PATH PIDFILE PORT RELAYCLIENT SHELL SIZELIMIT SSLADDRESS SSLPIDFILE
  SSLPORT SYSLOGNAME TARPIT TCPDOPTS TCPREMOTEHOST TCPREMOTEINFO TCPREMOTEIP TLS_CACHEFILE TLS_CACHESIZE TLS_CERTFILE
  TLS_CERTINFO TLS_CIPHER_LIST TLS_COMPRESSION TLS_DEBUG TLS_DHCERTFILE TLS_DHPARAMS TLS_EXTERNAL TLS_KX_LIST
  TLS_MIN_DH_BITS TLS_PRIORITY TLS_PRIVATE_KEYFILE TLS_PROTOCOL TLS_STARTTLS_PROTOCOL TLS_TIMEOUT TLS_TRUSTCERTS
  TLS_TRUSTSECURITYCERTS TLS_VERIFYPEER TZ ULIMIT prefix exec_prefix sysconfdir sbindir bindir libexecdir`.split(/\s+/),
);

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(.*)$/;
const expansion = /\$\{?([A-Za-z_]\w*)/g;

/** Variables that neither Courier nor another line asks for, and those that one file sets twice. */
export function courierNotices({ files }: MailDefinition): Notice[] {
  const used = new Set<string>();
  const notices: Notice[] = [];
  const unknown: Written[] = [];
  for (const name of ["esmtpd", "esmtpd-msa", "esmtpd-ssl"]) {
    const file = files[name];
    if (!file) continue;
    for (const [, each] of file.text.matchAll(expansion)) used.add(each as string);
    const written = file.text.split("\n").flatMap((line, i): Written[] => {
      const [, variable, value = ""] = assignment.exec(line) ?? [];
      return variable === undefined ? [] : [{ name: variable, value, at: `${file.at}:${i + 1}` }];
    });
    unknown.push(...written.filter((each) => !known.has(each.name)));
    // What adds to a variable is no second opinion on it.
    notices.push(
      ...setAgain(
        written.filter(({ value }) => !value.includes("$")),
        "the shell",
      ),
    );
  }
  return [
    ...passedOver(
      unknown.filter((each) => !used.has(each.name)),
      "Courier 1.0",
      known,
    ),
    ...notices,
  ];
}
