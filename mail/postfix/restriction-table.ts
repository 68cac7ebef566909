/**
 * What a restriction does to a client that has neither authenticated nor a certificate, and a recipient of another
 * domain (access controls of smtpd, SMTPD_ACCESS_README).
 */
export type Effect =
  | "permit"
  | "reject"
  /** Refuses recipients that are not our own. */
  | "reject-foreign"
  /** Permits recipients that are our own. */
  | "permit-own-recipients"
  | "permit-mynetworks"
  | "permit-own-addresses"
  | "reject-plaintext"
  | "defer-if-permit"
  /** A table decides; the key is what the name says. */
  | "table"
  /** A table that may only refuse: an OK in it is an error. */
  | "refusing-table"
  /** A program, or the DNS, decides. */
  | "outside"
  /** Does not decide: it needs a login or a certificate, or judges the message or the client's manners. */
  | "pass";

export interface Restriction {
  readonly effect: Effect;
  /** The next word is its argument. */
  readonly argument?: boolean;
  /** What must be known before it is asked. */
  readonly key?: "client" | "helo" | "sender" | "recipient";
}

const table = (key: Restriction["key"]): Restriction => ({ effect: "table", argument: true, key });
const refusing: Restriction = { effect: "refusing-table", argument: true };
const tableForLogins: Restriction = { effect: "pass", argument: true };
const listed: Restriction = { effect: "pass", argument: true };
const pass: Restriction = { effect: "pass" };

/** Every restriction smtpd knows, by its lower-case name (smtpd_check.c of 3.5 to 3.10). */
export const restrictions: Readonly<Record<string, Restriction>> = {
  permit: { effect: "permit" },
  reject: { effect: "reject" },
  defer: { effect: "reject" },
  reject_unauth_destination: { effect: "reject-foreign" },
  defer_unauth_destination: { effect: "reject-foreign" },
  check_relay_domains: { effect: "reject-foreign" },
  permit_auth_destination: { effect: "permit-own-recipients" },
  permit_mynetworks: { effect: "permit-mynetworks" },
  permit_inet_interfaces: { effect: "permit-own-addresses" },
  reject_plaintext_session: { effect: "reject-plaintext" },
  defer_if_permit: { effect: "defer-if-permit" },
  // The client chooses its HELO name, so anyone can meet it.
  permit_naked_ip_address: { effect: "permit", key: "helo" },
  permit_sasl_authenticated: pass,
  permit_tls_clientcerts: pass,
  permit_tls_all_clientcerts: pass,
  permit_mx_backup: pass,
  defer_if_reject: pass,
  sleep: listed,
  check_policy_service: { effect: "outside", argument: true },
  permit_dnswl_client: { effect: "outside", argument: true },
  permit_rhswl_client: { effect: "outside", argument: true },
  check_client_access: table("client"),
  check_helo_access: table("helo"),
  check_sender_access: table("sender"),
  check_recipient_access: table("recipient"),
  check_reverse_client_hostname_access: refusing,
  ...Object.fromEntries(
    ["client", "reverse_client_hostname", "helo", "sender", "recipient"].flatMap((key) =>
      ["ns", "mx", "a"].map((record) => [`check_${key}_${record}_access`, refusing]),
    ),
  ),
  check_ccert_access: tableForLogins,
  check_sasl_access: tableForLogins,
  check_etrn_access: tableForLogins,
  reject_rbl_client: listed,
  reject_rbl: listed,
  reject_rhsbl_client: listed,
  reject_rhsbl_reverse_client: listed,
  reject_rhsbl_helo: listed,
  reject_rhsbl_sender: listed,
  reject_rhsbl_recipient: listed,
  reject_maps_rbl: pass,
  reject_unauth_pipelining: pass,
  reject_unknown_client_hostname: pass,
  reject_unknown_client: pass,
  reject_unknown_reverse_client_hostname: pass,
  reject_invalid_helo_hostname: pass,
  reject_invalid_hostname: pass,
  reject_unknown_helo_hostname: pass,
  reject_unknown_hostname: pass,
  reject_non_fqdn_helo_hostname: pass,
  reject_non_fqdn_hostname: pass,
  reject_unknown_address: pass,
  reject_unknown_sender_domain: pass,
  reject_unverified_sender: pass,
  reject_non_fqdn_sender: pass,
  reject_authenticated_sender_login_mismatch: pass,
  reject_known_sender_login_mismatch: pass,
  reject_unauthenticated_sender_login_mismatch: pass,
  reject_sender_login_mismatch: pass,
  reject_unlisted_sender: pass,
  reject_unknown_recipient_domain: pass,
  reject_non_fqdn_recipient: pass,
  check_recipient_maps: pass,
  reject_unlisted_recipient: pass,
  reject_multi_recipient_bounce: pass,
  reject_unverified_recipient: pass,
};

/** smtpd does not start unless the relay or the recipient list holds one of these. */
export const refusals: ReadonlySet<string> = new Set([
  "reject_unauth_destination",
  "defer_unauth_destination",
  "reject",
  "defer",
  "defer_if_permit",
  "check_relay_domains",
]);
