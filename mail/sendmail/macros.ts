import { accessOf } from "./cf.js";
import type { Configuration } from "./configuration.js";

/** The names that m4 files have for options (cf/README). */
export const conf: Readonly<Record<string, string>> = {
  __proto__: null as unknown as string,
  ...{ confPRIVACY_FLAGS: "PrivacyOptions", confAUTH_MECHANISMS: "AuthMechanisms", confAUTH_OPTIONS: "AuthOptions" },
  ...{ confSERVER_CERT: "ServerCertFile", confSERVER_KEY: "ServerKeyFile", confCACERT: "CACertFile" },
  ...{ confCACERT_PATH: "CACertPath", confTLS_SRV_OPTIONS: "TLSSrvOptions", confCIPHER_LIST: "CipherList" },
  ...{ confSERVER_SSL_OPTIONS: "ServerSSLOptions", confINPUT_MAIL_FILTERS: "InputMailFilters" },
  confUSE_COMPRESSED_IPV6_ADDRESSES: "UseCompressedIPv6Addresses",
};

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** After these names m4 copies what follows into sendmail.cf. */
export const sections = list(
  `LOCAL_CONFIG LOCAL_RULESETS LOCAL_RULE_0 LOCAL_RULE_1 LOCAL_RULE_2 LOCAL_RULE_3 LOCAL_NET_CONFIG LOCAL_UUCP LOCAL_DNSBL
  MAILER_DEFINITIONS`,
);

/** Macros that decide nothing here. */
export const ignored = list(
  `VERSIONID MAILER EXPOSED_USER EXPOSED_USER_FILE MASQUERADE_AS MASQUERADE_DOMAIN MASQUERADE_DOMAIN_FILE
  MASQUERADE_EXCEPTION MASQUERADE_EXCEPTION_FILE CANONIFY_DOMAIN CANONIFY_DOMAIN_FILE GENERICS_DOMAIN GENERICS_DOMAIN_FILE
  LDAPROUTE_DOMAIN LDAPROUTE_DOMAIN_FILE LDAPROUTE_EQUIVALENT LDAPROUTE_EQUIVALENT_FILE LOCAL_USER LOCAL_USER_FILE
  CLIENT_OPTIONS MODIFY_MAILER_FLAGS QUEUE_GROUP MAIL_FILTER TRUST_AUTH_MECH SITE SITECONFIG errprint`,
);

/** Features that decide nothing about who is taken in; some refuse single senders, or recipients that are local. */
const harmless = list(
  `accept_unqualified_senders accept_unresolvable_domains allmasquerade always_add_domain authinfo bestmx_is_local bitdomain
  blacklist_recipients blocklist_recipients block_bad_helo conncontrol domainmap domaintable generics_entire_domain
  genericstable greet_pause ldap_routing limited_masquerade local_lmtp local_no_masquerade local_procmail lookupdotdomain
  loose_relay_check mailertable masquerade_entire_domain masquerade_envelope nocanonify nopercenthack notsticky nouucp
  preserve_local_plus_detail preserve_luser_host queuegroup ratecontrol redirect relay_based_on_MX relay_hosts_only smrsh
  stickyhost sts tls_failures tls_session_features use_ct_file use_cw_file uucpdomain virtuser_entire_domain virtusertable
  use_client_ptr`,
);
const refusing = list(
  "badmx bcc check_cert_altnames check_other compat_check dnsbl enhdnsbl mtamark require_rdns rhsbl",
);

/** What `FEATURE(name, …)` sets. */
export function applyFeature(configuration: Configuration, name: string, args: readonly string[], at: string): void {
  if (harmless.has(name)) return;
  if (refusing.has(name)) configuration.doubt("refusing", `what FEATURE(${name}) refuses (${at})`, at);
  else if (name === "access_db") accessDb(configuration, args, at);
  else if (name === "delay_checks") {
    configuration.delayed = at;
    if (/^h/i.test(args[0] ?? ""))
      configuration.doubt("gates", `which recipients the access map calls haters of spam (${at})`, at);
  } else if (name === "promiscuous_relay") configuration.promiscuous = at;
  else if (name === "relay_local_from") configuration.localFrom = at;
  else if (name === "relay_mail_from") configuration.mailFrom = at;
  else if (name === "relay_entire_domain") configuration.entireDomain = at;
  else configuration.doubt("all", `what FEATURE(${name}) does in ${at}`, at);
}

function accessDb(configuration: Configuration, [spec = "", ...flags]: readonly string[], at: string): void {
  const [type = "", ...words] = spec.trim().split(/\s+/);
  configuration.access = spec.trim() === "" ? { path: "/etc/mail/access", at } : accessOf(type, words, at);
  configuration.skips = flags.some((flag) => flag.toLowerCase() === "skip");
}
