import { didYouMean } from "../../model/nearest.js";
import { optionNames } from "./option-names.js";
import { Refused } from "./stops.js";

// The option lists in the source of Exim 4.92 to 4.99.1 (`optionlist_*` in readconf.c and globals.c, and those of the drivers).

/** Options of the main section that only other releases than 4.96 or other builds than Debian's know. */
export const elsewhere: ReadonlySet<string> = words(
  `acl_not_smtp_mime acl_smtp_atrn acl_smtp_mime acl_smtp_wellknown allow_insecure_tainted_data av_scanner
  bmi_config_file daemon_modules_load daemon_smtp_port dcc_direct_add_header dccifd_address dccifd_options
  disable_fsync dmarc_forensic_sender dmarc_history_file dmarc_tld_file hosts_proxy hosts_xclient ibase_servers
  ldap_ca_cert_dir ldap_ca_cert_file ldap_cert_file ldap_cert_key ldap_cipher_suite ldap_default_servers
  ldap_require_cert ldap_start_tls ldap_version limits_advertise_hosts log_ports mysql_servers oracle_servers
  panic_coredump perl_at_start perl_startup perl_taintmode pgsql_servers proxy_protocol_timeout redis_servers
  return_size_limit rfc1413_port spamd_address spf_guess spf_smtp_comment_template sqlite_dbfile
  sqlite_lock_timeout srs_config srs_hashlength srs_hashmin srs_maxage srs_secrets srs_usehash srs_usetimestamp
  tcp_wrappers_daemon_name tls_advertise_requiretls tls_early_banner_hosts wellknown_advertise_hosts`,
);

const bySection: Readonly<Record<string, ReadonlySet<string>>> = {
  authenticators:
    words(`client_authz client_channelbinding client_condition client_domain client_ignore_invalid_base64 client_name
  client_password client_secret client_send client_set_id client_spassword client_username driver public_name
  server_advertise_condition server_channelbinding server_condition server_debug_print server_hostname
  server_key server_keytab server_mail_auth_condition server_mech server_param server_param1 server_param2
  server_param3 server_password server_prompts server_realm server_scram_iter server_scram_salt server_secret
  server_service server_set_id server_skey server_socket server_tls`),
  routers: words(`address_data address_test allow_defer allow_fail allow_filter allow_freeze bmi_deliver_alternate
  bmi_deliver_default bmi_dont_deliver bmi_rule cannot_route_message caseful_local_part check_ancestor
  check_group check_local_user check_owner check_secondary_mx check_srv command command_group command_user
  condition current_directory data debug_print directory_transport disable_logging dnssec_request_domains
  dnssec_require_domains domains driver dsn_lasthop errors_to expn fail_defer_domains fail_verify
  fail_verify_recipient fail_verify_sender fallback_hosts file file_transport filter_prepend_home
  forbid_blackhole forbid_exim_filter forbid_file forbid_filter_dlfunc forbid_filter_existstest
  forbid_filter_logwrite forbid_filter_lookup forbid_filter_perl forbid_filter_readfile forbid_filter_readsocket
  forbid_filter_reply forbid_filter_run forbid_include forbid_pipe forbid_sieve_filter forbid_smtp_code group
  headers_add headers_remove hide_child_in_errmsg host_all_ignored host_find_failed hosts hosts_randomize
  ignore_eacces ignore_enotdir ignore_target_hosts include_directory initgroups ipv4_only ipv4_prefer
  local_part_prefix local_part_prefix_optional local_part_suffix local_part_suffix_optional local_parts
  log_as_local modemask more mx_domains mx_fail_domains one_time optional owners owngroups pass_on_timeout
  pass_router pipe_transport port protocol qualify_domain qualify_preserve_domain qualify_single query
  redirect_router repeat_use reply_transport require_files reroute response_pattern retry_use_local_part rewrite
  rewrite_headers route_data route_list router_home_directory same_domain_copy_routing search_parents self
  senders set sieve_enotify_mailto_owner sieve_inbox sieve_subaddress sieve_useraddress sieve_vacation_directory
  skip_syntax_errors srs srs_alias srs_condition srs_dbinsert srs_dbselect srv_fail_domains syntax_errors_text
  syntax_errors_to timeout translate_ip_address transport transport_current_directory transport_home_directory
  unseen user verify verify_only verify_recipient verify_sender widen_domains`),
  transports: words(`address_retry_include_sender allow_commands allow_fifo allow_localhost allow_symlink arc_sign
  authenticated_sender authenticated_sender_force batch_id batch_max bcc body_only cc check_group check_owner
  check_string command command_timeout connect_timeout connection_max_messages create_directory create_file
  current_directory dane_require_tls_ciphers data_timeout debug_print delay_after_cutoff delivery_date_add
  directory directory_file directory_mode disable_logging dkim_canon dkim_domain dkim_hash dkim_identity
  dkim_private_key dkim_selector dkim_sign_headers dkim_strict dkim_timestamps dns_qualify_single
  dns_search_parents dnssec_request_domains dnssec_require_domains driver dscp envelope_to_add environment
  escape_string event_action fallback_hosts file file_expand file_format file_must_exist file_optional
  final_timeout force_command freeze_exec_fail freeze_signal from gethostbyname group headers headers_add
  headers_only headers_remove headers_rewrite helo_data home_directory host_name_extract hosts hosts_avoid_esmtp
  hosts_avoid_pipelining hosts_avoid_tls hosts_max_try hosts_max_try_hardlimit hosts_nopass_tls
  hosts_noproxy_tls hosts_override hosts_pipe_connect hosts_randomize hosts_request_ocsp hosts_require_alpn
  hosts_require_auth hosts_require_dane hosts_require_ocsp hosts_require_tls hosts_try_auth hosts_try_chunking
  hosts_try_dane hosts_try_fastopen hosts_try_prdr hosts_verify_avoid_tls ignore_quota ignore_status initgroups
  interface keepalive lmtp_ignore_quota lock_fcntl_timeout lock_flock_timeout lock_interval lock_retries
  lockfile_mode lockfile_timeout log log_defer_output log_fail_output log_output mailbox_filecount mailbox_size
  maildir_format maildir_quota_directory_regex maildir_retries maildir_tag maildir_use_size_file
  maildirfolder_create_regex mailstore_format mailstore_prefix mailstore_suffix max_output max_parallel max_rcpt
  mbx_format message_linelength_limit message_prefix message_size_limit message_suffix mode mode_fail_narrower
  multi_domain never_mail notify_comsat once once_file_size once_repeat path permit_coredump pipe_as_creator
  port protocol quota quota_directory quota_filecount quota_is_inclusive quota_size_regex quota_warn_message
  quota_warn_threshold rcpt_include_affixes reply_to restrict_to_path retry_include_ip_address
  retry_use_local_part return_fail_output return_message return_output return_path return_path_add
  serialize_hosts shadow_condition shadow_transport size_addition socket socks_proxy subject temp_errors text
  timeout timeout_defer tls_alpn tls_certificate tls_crl tls_dh_min_bits tls_privatekey tls_require_ciphers
  tls_resumption_hosts tls_sni tls_tempfail_tryclear tls_try_verify_hosts tls_verify_cert_hostnames
  tls_verify_certificates tls_verify_hosts to transport_filter transport_filter_timeout umask use_bsmtp
  use_classresources use_crlf use_fcntl_lock use_flock_lock use_lockfile use_mbx_lock use_shell user
  utf8_downconvert`),
};

/** @throws Refused for an option of the main section that no release of Exim knows. */
export function checkMainOption(name: string, at: string): void {
  if (!optionNames.has(name) && !elsewhere.has(name)) throw unknownOption(name, at, [...optionNames, ...elsewhere]);
}

/**
 * An option of a driver in one of these sections; which driver knows it is not told apart.
 * @throws Refused for one that no driver knows.
 */
export function checkDriverOption(section: string, name: string, at: string): void {
  const known = bySection[section];
  if (known && !known.has(name)) throw unknownOption(name, at, [...known]);
}

function unknownOption(name: string, at: string, known: readonly string[]): Refused {
  return new Refused(`${name} is no option that Exim 4.92 to 4.99 knows here${didYouMean(name, known)}`, at);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
