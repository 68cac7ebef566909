import type { Case } from "./postfix-cases.js";

/** What random configurations brought to light, each cut down to the settings that matter. */
export const found: readonly Case[] = [
  {
    name: "a range of versions that holds none: the handshake fails",
    options: "smtpd_tls_security_level=encrypt\nsmtpd_tls_mandatory_protocols=>=TLSv1.3,<=TLSv1",
    open: ["authGate"],
  },
  {
    name: "SSLv2 is a name that adds nothing: all versions stay",
    options: "smtpd_tls_security_level=encrypt\nsmtpd_tls_mandatory_protocols=SSLv2",
  },
  {
    name: "the greeting refuses for want of TLS: nobody gets as far as STARTTLS",
    options:
      "smtpd_tls_security_level=may\nsmtpd_delay_reject=no\nsmtpd_client_restrictions=reject_plaintext_session\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
    open: ["authBeforeTls", "starttlsOffered", "tlsGate", "tlsVersions"],
  },
  {
    name: "the greeting is inside TLS: reject_plaintext_session lets pass",
    options:
      "smtpd_tls_wrappermode=yes\nsmtpd_delay_reject=no\nsmtpd_client_restrictions=reject_plaintext_session\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
  },
  {
    name: "no open relay: TLS is demanded, and a client certificate in it",
    options:
      "smtpd_tls_security_level=encrypt\nsmtpd_tls_req_ccert=yes\nsmtpd_tls_mandatory_protocols=>=TLSv1.2\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
  },
  {
    name: "no open relay: a client certificate is demanded in the greeting inside TLS",
    options:
      "smtpd_tls_wrappermode=yes\nsmtpd_tls_req_ccert=yes\nsmtpd_tls_mandatory_protocols=>=TLSv1.2\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
    open: ["authBeforeTls"],
  },
  {
    name: "an open relay: a client certificate is demanded, TLS is not",
    options:
      "smtpd_tls_security_level=may\nsmtpd_tls_req_ccert=yes\nsmtpd_relay_restrictions=check_client_access,static:OK,reject",
  },
  {
    name: "networks without AUTH that cannot be searched: EHLO is answered with 421",
    options: "smtpd_tls_security_level=may\nsmtpd_sasl_auth_enable=yes\nsmtpd_sasl_exceptions_networks=127.0.0.3/8",
    open: ["authBeforeTls", "authGate", "relay", "starttlsOffered", "tlsGate", "tlsVersions"],
  },
  {
    name: "networks without AUTH that cannot be searched: the failure of one client meets the next",
    options: "smtpd_tls_security_level=encrypt\nsmtpd_sasl_auth_enable=yes\nsmtpd_sasl_exceptions_networks=127.0.0.3/8",
    open: ["authBeforeTls", "authGate", "relay", "starttlsOffered", "tlsGate", "tlsVersions"],
  },
  {
    name: "networks without AUTH that cannot be searched, and AUTH discarded: nobody searches",
    options:
      "smtpd_tls_security_level=may\nsmtpd_sasl_auth_enable=yes\nsmtpd_discard_ehlo_keywords=auth\nsmtpd_sasl_exceptions_networks=127.0.0.3/8",
  },
];
