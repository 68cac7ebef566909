/**
 * The directives of each block, by the source of all tags from 0.5.0 to 0.9.5 (`config.Map` in each module's `Init` or
 * `Configure`). Behind a name: `*` it may stand more than once; `?` its block is passed over; `=b` its block is one of b's;
 * `>n` it is a module of the namespace n, `>>g` of the group g; `+r` since release r, `-r` before it. `*` alone is any other
 * name, `@` are the modules that a file declares.
 */
const tlsClient = "root_ca cert key protocols? ciphers? curves?";
const recipient = "check*>>checks modify*>>modifiers deliver_to*>target reroute*=pipeline reject*?";
const sender = `${recipient} destination*=recipient destination_in*=recipient default_destination=recipient`;
const pipeline = `${sender} source*=sender source_in*=sender default_source=sender dmarc*?`;
const authMaps = "auth_map+0.7>table auth_map_normalize+0.7";
const timeouts = "connect_timeout command_timeout submission_timeout";
const smtp = `auth*>auth sasl_login+0.8 hostname ${authMaps} write_timeout read_timeout shutdown_timeout+0.9 max_message_size
  max_header_size max_recipients max_received buffer? tls=tls proxy_protocol+0.8=proxy_protocol insecure_auth
  smtp_max_line_length io_debug debug defer_sender_reject max_logged_rcpt_errors limits>>limits ${pipeline}`;
const downstream = `debug require_tls*? attempt_starttls*? starttls+0.8.1 hostname targets auth tls_client=tls_client ${timeouts}`;
const imapsql = `driver dsn fsstore*? msg_store>storage.blob compression appendlimit debug sqlite3_cache_size
  sqlite3_busy_timeout sqlite3_exclusive_lock-0.6 disable_recent+0.6 junk_mailbox imap_filter>>imap_filters auth_map>table
  auth_normalize delivery_map>table delivery_normalize`;
const ldap = `debug tls_client=tls_client urls*? bind? starttls connect_timeout request_timeout dn_template base_dn filter`;
const helper = "debug use_helper";
const netauth = "require_group+0.7 debug+0.7";
const stateless = "debug fail_action";

const endpoints: Readonly<Record<string, string>> = {
  ...{ smtp, submission: smtp, lmtp: smtp, openmetrics: "debug" },
  imap: `auth*>auth sasl_login+0.8 storage>storage tls=tls proxy_protocol+0.8=proxy_protocol insecure_auth io_debug io_errors
    debug storage_map+0.7>table storage_map_normalize+0.7 ${authMaps}`,
  dovecot_sasld: `auth*>auth sasl_login+0.8 ${authMaps}`,
};

/** Modules, each with its whole name; a group is one whose lines are modules themselves. */
const modules: Readonly<Record<string, string>> = {
  "auth.dovecot_sasl": "endpoint",
  "auth.external": "debug perdomain domains helper",
  "auth.ldap": ldap,
  "auth.netauth": netauth,
  "auth.pam": helper,
  "auth.pass_table": "table>table",
  "auth.plain_separate": "debug user*>table pass*>auth",
  "auth.shadow": helper,
  "check.authorize_sender": `debug check_header prepare_email>table user_to_email>table unauth_action no_match_action err_action
    auth_normalize from_normalize`,
  "check.command": "run_on code*?",
  "check.dkim": "debug required_fields fail_open broken_sig_action no_sig_action",
  "check.dnsbl": "debug check_early quarantine_threshold reject_threshold *=dnsbl",
  "check.milter": "endpoint fail_open",
  ...{ "check.require_matching_ehlo": stateless, "check.require_matching_rdns": stateless },
  ...{ "check.require_mx_record": stateless, "check.require_tls": stateless },
  "check.rspamd": `tls_client=tls_client api_path settings_id tag hostname io_error_action error_resp_action add_header_action
    rewrite_subj_action reject_action+0.9 soft_reject_action+0.9 flags`,
  "check.spf": `debug enforce_early none_action neutral_action fail_action softfail_action permerr_action temperr_action`,
  ...{ checks: "*>check", modifiers: "*>modify", imap_filters: "*>imap.filter", mx_auth: "debug *>mx_auth" },
  dummy: "*?",
  "imap.filter.command": "",
  "libdns.acmedns": "username password subdomain server_url",
  "libdns.alidns": "key_id key_secret",
  ...{ "libdns.cloudflare": "api_token", "libdns.digitalocean": "api_token", "libdns.hetzner": "api_token" },
  ...{ "libdns.vultr": "api_token", "libdns.gandi": "api_token personal_token+0.8", "libdns.gcore": "api_key" },
  "libdns.googleclouddns": "project service_account_json",
  ...{ "libdns.leaseweb": "api_key", "libdns.metaname": "api_key account_ref", "libdns.namedotcom": "user token" },
  "libdns.namecheap": "api_key api_username endpoint client_ip",
  "libdns.rfc2136": "key_name key key_alg server",
  "libdns.route53": "secret_access_key access_key_id",
  limits: "all*? ip*? source*? destination*?",
  "modify.dkim": `debug domains selector key_path oversign_fields sign_fields header_canon body_canon sig_expiry hash newkey_algo
    require_sender_match-0.6 allow_multiple_from sign_subdomains`,
  ...{ "modify.replace_rcpt": "*?", "modify.replace_sender": "*?" },
  msgpipeline: `hostname debug ${pipeline}`,
  ...{ "mx_auth.dane": "debug", "mx_auth.dnssec": "", "mx_auth.local_policy": "min_tls_level min_mx_level" },
  ...{ "mx_auth.mtasts": "cache fs_dir", "mx_auth.sts_preload": "source enforce_testing" },
  "storage.blob.fs": "root",
  "storage.blob.s3": "endpoint secure access_key secret_key bucket region object_prefix creds+0.7",
  ...{ "storage.imapsql": imapsql, "target.imapsql": imapsql },
  "table.chain": "step*>table optional_step*>table",
  ...{ "table.email_localpart": "*?", "table.email_localpart_optional": "*?", "table.email_with_domain": "*?" },
  ...{ "table.identity": "*?", "table.file": "debug file", "table.ldap": ldap, "table.netauth": netauth },
  "table.regexp": "full_match case_insensitive expand_replaceholders",
  "table.sql_query": "init driver dsn named_args lookup add list del set",
  "table.sql_table": "driver dsn table_name key_column value_column",
  "table.static": "entry*?",
  ...{ "target.lmtp": downstream, "target.smtp": downstream },
  "target.queue": `debug max_tries max_parallelism post_init_delay+0.9 initial_retry_time+0.9 retry_time_scale+0.9 location
    target>target hostname autogenerated_msg_domain bounce=pipeline`,
  "target.remote": `hostname local_ip force_ipv4 debug tls_client=tls_client mx_auth>>mx_auth limits>>limits requiretls_override
    relaxed_requiretls conn_reuse_limit ${timeouts} conn_max_idle_count conn_max_idle_time`,
  "tls.loader.acme": `debug hostname extra_names store_path ca test_ca email override_domain+0.7 agreed challenge
    dns>libdns`,
  ...{ "tls.loader.file": "certs keys", "tls.loader.self_signed": "" },
};

export const endpointNames: readonly string[] = Object.keys(endpoints);
export const moduleNames: readonly string[] = Object.keys(modules);

const blocks: Readonly<Record<string, string>> = {
  ...{ ...endpoints, ...modules, pipeline, sender, recipient, tls_client: tlsClient },
  tls: "loader>tls.loader protocols? ciphers? curves?",
  proxy_protocol: "trust tls=tls",
  dnsbl: "client_ipv4 client_ipv6 ehlo mailfrom score responses response*=response+0.9 message+0.9",
  response: "score message",
  "maddy.conf": `state_dir runtime_dir hostname autogenerated_msg_domain tls=tls tls_client=tls_client storage_perdomain
    auth_perdomain auth_domains log? debug ${authMaps} *@`,
};

/** What a directive of a block is. */
export interface Place {
  readonly repeats: boolean;
  /** What its own block holds; `plain` has none. */
  readonly kind: "plain" | "passed over" | "block" | "module" | "group" | "declared";
  /** The block, the namespace or the group. */
  readonly of: string;
  readonly since: string | undefined;
  readonly before: string | undefined;
}

export type Places = ReadonlyMap<string, Place>;

const read = new Map<string, Places>();

/** The directives of a block by name, `*` for any other one. */
export function placesIn(block: string): Places {
  const before = read.get(block);
  if (before) return before;
  const places = new Map((blocks[block] ?? "").split(/\s+/).filter(Boolean).map(placeOf));
  read.set(block, places);
  return places;
}

const kinds = { "": "plain", "?": "passed over", "=": "block", ">": "module", ">>": "group", "@": "declared" } as const;

function placeOf(text: string): [string, Place] {
  const since = /\+([\d.]+)/.exec(text)?.[1];
  const before = /-([\d.]+)/.exec(text)?.[1];
  const [, name = "", repeats, kind = "", of = ""] =
    /^(\*|\w+)(\*?)([?=@]|>>?|)([\w.]*)$/.exec(text.replace(/[+-][\d.]+/, "")) ?? [];
  return [
    name,
    { repeats: repeats === "*" || name === "*", kind: kinds[kind as keyof typeof kinds], of, since, before },
  ];
}
