import type { Version } from "./versions.js";

/** `yes-no`: a boolean whose default is itself an expression. */
type Kind = "text" | "boolean" | "yes-no";

export interface Parameter {
  readonly name: string;
  readonly kind: Kind;
  /** What holds where no line sets it; undefined where that release does not have the parameter. */
  readonly value: string | ((version: Version) => string | undefined);
}

const text = (name: string, value: Parameter["value"] = ""): Parameter => ({ name, kind: "text", value });
const boolean = (name: string, value: Parameter["value"] = "no"): Parameter => ({ name, kind: "boolean", value });

/** Levels became versions in 3.6, and with them the operators that compare them. */
const below = (level: string, then: string, otherwise: string) => (version: Version) =>
  `\${{$compatibility_level} ${version < 306 ? "<" : "<level"} {${level}} ? {${then}} : {${otherwise}}}`;

const protocols = (version: Version) => (version < 306 ? "!SSLv2, !SSLv3" : ">=TLSv1");

/**
 * The parameters that decide a fact, with their defaults (mail_params.h of 3.5 to 3.10, `postconf -d` of 3.11.7), in the order in which smtpd
 * reads them: a reference to one that is not set and comes later expands to nothing.
 */
export const parameters: readonly Parameter[] = [
  text("compatibility_level", "0"),
  text("inet_protocols", "all"),
  text("known_tcp_ports", (version) =>
    version < 306 ? undefined : "lmtp=24, smtp=25, smtps=submissions=465, submission=587",
  ),
  text("mydestination", "$myhostname, localhost.$mydomain, localhost"),
  text("inet_interfaces", "all"),
  text("relay_domains", below("2", "$mydestination", "")),
  text("mynetworks_style", below("2", "subnet", "host")),
  text("master_service_disable"),
  text("smtpd_client_restrictions"),
  text("smtpd_helo_restrictions"),
  text("smtpd_sender_restrictions"),
  text(
    "smtpd_relay_restrictions",
    below("1", "", "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination"),
  ),
  text("smtpd_recipient_restrictions"),
  text("smtpd_data_restrictions"),
  text("smtpd_restriction_classes"),
  text("virtual_alias_maps", "$virtual_maps"),
  text("virtual_mailbox_maps"),
  text("smtpd_sasl_security_options", "noanonymous"),
  text("smtpd_sasl_path", "smtpd"),
  text("smtpd_sasl_exceptions_networks"),
  text("smtpd_discard_ehlo_keywords"),
  text("smtpd_discard_ehlo_keyword_address_maps"),
  text("smtpd_sasl_tls_security_options", "$smtpd_sasl_security_options"),
  text("smtpd_tls_chain_files"),
  text("smtpd_tls_cert_file"),
  text("smtpd_tls_dcert_file"),
  text("smtpd_tls_eccert_file"),
  text("smtpd_tls_protocols", protocols),
  text("smtpd_tls_mandatory_protocols", protocols),
  text("smtpd_tls_security_level"),
  text("smtp_tls_security_level", (version) => (version < 311 ? "" : below("3.11", "", "may")(version))),
  text("smtpd_sasl_type", "cyrus"),
  text("smtpd_upstream_proxy_protocol"),
  // Read as text: releases before 3.9 know them from some maintenance release on only, and no other value stops those.
  text("smtpd_forbid_bare_newline", (version) => (version < 309 ? "no" : "normalize")),
  text("smtpd_forbid_unauth_pipelining", (version) => (version < 309 ? "no" : "yes")),
  boolean("smtpd_helo_required"),
  boolean("smtpd_delay_reject", "yes"),
  boolean("disable_vrfy_command"),
  boolean("smtpd_sasl_auth_enable"),
  boolean("smtpd_use_tls"),
  boolean("smtpd_enforce_tls"),
  boolean("smtpd_tls_wrappermode"),
  boolean("smtpd_tls_auth_only"),
  boolean("smtpd_tls_ask_ccert"),
  boolean("smtpd_tls_req_ccert"),
  {
    name: "smtpd_relay_before_recipient_restrictions",
    kind: "yes-no",
    value: (version) => (version < 306 ? undefined : below("3.6", "no", "yes")(version)),
  },
  text("virtual_alias_domains", "$virtual_alias_maps"),
  text("virtual_mailbox_domains", "$virtual_mailbox_maps"),
];

/** Parameters whose value comes from the machine or the build, so that no file tells it. */
export const fromTheMachine: ReadonlySet<string> = new Set([
  ...["myhostname", "mydomain", "myorigin", "mynetworks", "mail_version", "mail_release_date", "process_id"],
  ...["config_directory", "queue_directory", "data_directory", "daemon_directory", "command_directory"],
  ...["meta_directory", "shlib_directory", "default_database_type", "alias_maps", "alias_database", "mail_owner"],
  ...["local_recipient_maps", "relay_recipient_maps", "proxy_interfaces", "permit_mx_backup_networks"],
]);
