import type { Case } from "./postfix-cases.js";

const end = "reject_unauth_destination";
const relay = (...entries: string[]) => `smtpd_relay_restrictions=${[...entries, end].join(",")}`;
const table = (name: string, type = name.replace(/.*\./, "")) => `${type}:@LAB@/etc/${name}`;

/** Tables that stand in files beside main.cf; the clients are 127.0.0.2, 127.0.0.3, 192.0.2.10 and ::1. */
export const tableCases: readonly Case[] = [
  {
    name: "an open relay for the networks that a table lists",
    options: relay(`check_client_access,${table("listed.cidr")}`),
    tables: { "listed.cidr": "# partners\n192.0.2.0/24 OK\n127.0.0.3 DUNNO\n127.0.0.0/8  OK\n" },
  },
  {
    name: "the first block that fits counts, host bits and other families do not fit",
    options: relay(`check_client_access,${table("first.cidr")}`),
    tables: { "first.cidr": "192.0.2.10/24 REJECT\n127.0.0.2 reject\n127.0.0.0/8 OK\n::/0 550 no\n0.0.0.0/0 RELAY\n" },
  },
  {
    name: "blocks within a condition, and blocks that do not fit",
    options: relay(`check_client_access,${table("conditions.cidr")}`),
    tables: {
      "conditions.cidr":
        "if 127.0.0.0/8\n127.0.0.2\tOK\n!127.0.0.0/30 REJECT\nendif\nif !::/64\n127.0.0.3 OK\nif 192.0.2.0/25\n0.0.0.0/0 OK\nendif\nendif\n",
    },
  },
  {
    name: "turned away in the greeting, by a table",
    options: `smtpd_delay_reject=no\nsmtpd_client_restrictions=${table("greeting.cidr")}`,
    tables: { "greeting.cidr": "127.0.0.0/30 DUNNO\n0.0.0.0/0 REJECT\n" },
    open: ["authBeforeTls", "starttlsOffered", "tlsGate"],
  },
  {
    name: "addresses and networks of a table with keys: the longest counts",
    options: relay(`check_client_access,${table("nets.texthash")}`),
    tables: {
      "nets.texthash": "127 OK\n127.0.0.3 DUNNO\n127.0 DUNNO\n127.0.0 OK\n192.0.2 permit\n::1 OK\n2001:db8 OK\n",
    },
  },
  {
    name: "a block in a table with keys fits nobody",
    options: relay(`check_client_access,${table("block.texthash")}`),
    tables: { "block.texthash": "127.0.0.0/8 OK\n192.0.2. OK\n192.0.2.10 DUNNO\n" },
  },
  {
    name: "a key that is there twice: every lookup fails",
    options: relay(`check_client_access,${table("doubled.texthash")}`, "check_client_access,static:OK"),
    tables: { "doubled.texthash": "example.com OK\nEXAMPLE.com REJECT\n127 OK\n" },
  },
  {
    name: "a key that is there twice, in a list that only warns",
    options: relay(`warn_if_reject,check_sender_access,${table("warned.texthash")}`),
    tables: { "warned.texthash": "a OK\na OK\n" },
  },
  {
    name: "a key that is there twice in an indexed table: the first counts",
    options: relay(`check_client_access,${table("doubled.hash")}`),
    tables: { "doubled.hash": "127 OK\n127 REJECT\n" },
  },
  {
    name: "trusted networks that cannot be looked up",
    options: `mynetworks=${table("lost.texthash")}\nsmtpd_relay_restrictions=permit_mynetworks,check_client_access,static:OK,reject`,
    tables: { "lost.texthash": "127.0.0.2 x\n127.0.0.2 y\n" },
  },
  {
    name: "mail of some clients is taken and thrown away, whatever the other lists say",
    options: `smtpd_client_restrictions=check_client_access,${table("thrown.cidr")}\nsmtpd_sender_restrictions=reject\nsmtpd_relay_restrictions=reject`,
    tables: { "thrown.cidr": "127.0.0.3 DISCARD\n192.0.2.0/24 DISCARD spam\n" },
    open: ["relay"],
  },
  {
    name: "thrown away in the greeting: forgotten at MAIL",
    options: `smtpd_delay_reject=no\nsmtpd_client_restrictions=check_client_access,${table("forgotten.cidr")}\nsmtpd_relay_restrictions=reject`,
    tables: { "forgotten.cidr": "127.0.0.3 DISCARD\n192.0.2.0/24 DISCARD spam\n" },
  },
  {
    name: "thrown away in the greeting where HELO is required",
    options: `smtpd_delay_reject=no\nsmtpd_helo_required=yes\nsmtpd_client_restrictions=static:DISCARD\nsmtpd_relay_restrictions=reject`,
  },
  {
    name: "thrown away at HELO",
    options: `smtpd_delay_reject=no\nsmtpd_helo_restrictions=static:DISCARD\nsmtpd_relay_restrictions=reject`,
  },
  {
    name: "thrown away at MAIL",
    options: `smtpd_delay_reject=no\nsmtpd_sender_restrictions=static:DISCARD\nsmtpd_relay_restrictions=reject`,
    open: ["relay"],
  },
  {
    name: "deferred before it is thrown away",
    options: `smtpd_client_restrictions=defer_if_permit\nsmtpd_sender_restrictions=static:DISCARD\nsmtpd_relay_restrictions=reject`,
  },
  {
    name: "a sender whose mail is thrown away: another is refused",
    options: relay(`check_sender_access,${table("bin.texthash")}`),
    tables: { "bin.texthash": "spam.example DISCARD\n" },
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "an indexed table made from the text beside it",
    options: relay(`check_client_access,${table("indexed.hash")}`),
    tables: { "indexed.hash": "127.0.0.2 OK\n192.0.2 REJECT go away\n::1 DUNNO\n" },
  },
  {
    name: "clients by name: which, the files do not tell",
    options: `${relay()}\nsmtpd_client_restrictions=check_client_access,${table("names.texthash")}\nsmtpd_delay_reject=no`,
    tables: { "names.texthash": "dialup.example REJECT\n.example OK\n" },
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "clients by name that are refused as everyone is",
    options: `smtpd_relay_restrictions=check_client_access,${table("refused.texthash")},reject`,
    tables: { "refused.texthash": "dialup.example REJECT\n127.0.0.2 554 no\n" },
  },
  {
    name: "senders that are refused: another is taken",
    options: relay(`check_sender_access,${table("senders.texthash")}`, `check_client_access,static:OK`),
    tables: { "senders.texthash": "spam.example REJECT\nbad@other.example 554 5.7.1 no\n" },
  },
  {
    name: "senders that are let through: whoever says so relays",
    options: relay(`check_sender_access,${table("friends.texthash")}`),
    tables: { "friends.texthash": "partner.example OK\n" },
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "recipients of ours that are let through: no open relay",
    options: relay(`check_recipient_access,${table("ours.texthash")}`),
    tables: {
      "ours.texthash": "postmaster@lab.example OK\nlab.example OK\n.lab.example DUNNO\nx@foreign.test REJECT\n",
    },
  },
  {
    name: "recipients of others that are let through",
    options: relay(`check_recipient_access,${table("theirs.texthash")}`),
    tables: { "theirs.texthash": "postmaster@ OK\n" },
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "an open relay: a pattern that every sender fits",
    options: relay(`check_sender_access,${table("every.regexp")}`),
    tables: { "every.regexp": "/@spam\\.example$/ REJECT\n/^/ OK\n" },
  },
  {
    name: "patterns refuse senders of others",
    options: relay(`check_sender_access,${table("others.regexp")}`, "check_client_access,static:OK"),
    tables: { "others.regexp": "/@spam\\.example$/ REJECT\n/^bulk-.*@/i 550 no\nif /^news/\n/./ REJECT\nendif\n" },
  },
  {
    name: "a pattern that refuses whoever is not of one domain",
    options: relay(`check_sender_access,${table("only.regexp")}`, "check_client_access,static:OK"),
    tables: { "only.regexp": "!/@partner\\.example$/ REJECT\n" },
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "what a pattern finds depends on what it is asked",
    options: relay(`check_sender_access,${table("substituted.regexp")}`),
    tables: { "substituted.regexp": "/^(.*)$/ $1\n" },
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "a text with what was asked in it, behind an action",
    options: relay(`check_sender_access,${table("told.regexp")}`, "check_client_access,static:OK"),
    tables: { "told.regexp": "/^(.*)$/ REJECT $1 is not welcome\n" },
  },
  {
    name: "restrictions in a table",
    options: `smtpd_tls_security_level=may\nsmtpd_relay_restrictions=check_client_access,${table("lists.cidr")},reject`,
    tables: { "lists.cidr": "127.0.0.0/8 permit_mynetworks, reject_plaintext_session, permit\n192.0.2.0/24 reject\n" },
  },
  {
    name: "restrictions in a table that need a table of their own, which nothing opens",
    options: `smtpd_relay_restrictions=check_client_access,${table("nested.cidr")},reject`,
    tables: { "nested.cidr": "127.0.0.0/8 check_client_access static:OK\n" },
  },
  {
    name: "restrictions in a table that need one of their own, which the list opens too",
    options: `smtpd_relay_restrictions=check_client_access,${table("twice.cidr")},check_client_access,${table("inner.cidr")},reject`,
    tables: {
      "twice.cidr": "127.0.0.2 check_client_access cidr:@LAB@/etc/inner.cidr\n",
      "inner.cidr": "127.0.0.2 OK\n127.0.0.3 OK\n",
    },
  },
  {
    name: "a class with a table",
    options: `smtpd_restriction_classes=partners\npartners=${table("class.cidr")},permit_mynetworks\nsmtpd_relay_restrictions=warn_if_reject,check_client_access,${table("class.cidr")},check_client_access,static:partners,reject`,
    tables: { "class.cidr": "192.0.2.0/24 OK\n127.0.0.3 REJECT\n" },
  },
  {
    name: "deferred by a table, unless something refuses",
    options: relay(`check_client_access,${table("deferred.cidr")}`, "check_client_access,static:OK"),
    tables: { "deferred.cidr": "127.0.0.0/8 DEFER_IF_PERMIT later\n192.0.2.0/24 PREPEND X-A: b\n" },
  },
  {
    name: "rules within the name",
    options: `smtpd_relay_restrictions=check_client_access,cidr:{{127.0.0.3 REJECT},{127.0.0.0/8 OK}},reject`,
  },
  {
    name: "entries within the name",
    options: `smtpd_relay_restrictions=check_client_access,inline:{{127.0.0=OK},{127.0.0.3=REJECT no}},reject`,
  },
  {
    name: "a name that is there twice within the name of the table: the last counts",
    options: `smtpd_relay_restrictions=check_client_access,inline:{{127.0.0=OK},{192.0.2=DUNNO},{127.0.0=DUNNO},192.0.2=OK},reject`,
  },
  {
    name: "a table that is not there",
    options: relay(`check_client_access,${table("absent.cidr")}`),
    open: ["authGate", "relay", "tlsGate"],
  },
  {
    name: "trusted networks in a table and in a file",
    options: `mynetworks=!${table("untrusted.cidr")},${table("trusted.cidr")},@LAB@/etc/networks\nsmtpd_relay_restrictions=permit_mynetworks,reject`,
    tables: {
      "untrusted.cidr": "127.0.0.3 whatever\n",
      "trusted.cidr": "127.0.0.0/8 x\n",
      networks: "# ours\n192.0.2.0/28\n!192.0.2.0/24 [::1]\n",
    },
  },
  {
    name: "trusted networks in a table with keys: whole addresses only",
    options: `mynetworks=${table("hosts.texthash")}\nsmtpd_relay_restrictions=permit_mynetworks,reject`,
    tables: { "hosts.texthash": "127.0.0.2 x\n192.0.2 x\n::1 x\n" },
  },
  {
    name: "trusted hosts by name",
    options: `mynetworks=${table("byname.texthash")}\nsmtpd_relay_restrictions=permit_mynetworks,reject`,
    tables: { "byname.texthash": "relay.example x\n" },
    open: ["authGate", "relay"],
  },
  {
    name: "keywords that some clients are not told",
    options: `smtpd_tls_security_level=may\nsmtpd_sasl_auth_enable=yes\nsmtpd_discard_ehlo_keywords=auth\nsmtpd_discard_ehlo_keyword_address_maps=${table("keywords.cidr")}`,
    tables: { "keywords.cidr": "127.0.0.2 starttls, dsn\n127.0.0.3 dsn\n192.0.2.0/24 AUTH,STARTTLS\n" },
  },
  {
    name: "senders that have an owner: another is taken",
    options: relay("reject_sender_login_mismatch", "check_client_access,static:OK").concat(
      `\nsmtpd_sender_login_maps=${table("owners.texthash")}`,
    ),
    tables: { "owners.texthash": "boss@lab.example boss\n" },
  },
];
