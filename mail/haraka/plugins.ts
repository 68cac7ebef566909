import { type HarakaFiles, NotAtHand } from "./files.js";

/** One line of config/plugins. */
export interface Plugin {
  readonly name: string;
  readonly at: string;
}

/** What is known of the plugins, by what they can do before DATA. */
export interface Plugins {
  readonly all: readonly Plugin[];
  /** The first plugin of this name, Haraka's own one. */
  readonly find: (name: string) => Plugin | undefined;
  /** May turn clients away for reasons that lie outside the configuration. */
  readonly refusing: readonly Plugin[];
  /** Code that is not known here: may do anything. */
  readonly strange: readonly Plugin[];
}

const own = ["tls", "auth/flat_file", "auth/auth_proxy", "auth/auth_vpopmaild", "auth/auth_bridge"];
const understood = new Set([...own, "relay", "rcpt_to.in_host_list"]);

/** They act on messages, logs and the process, and answer no command before DATA. */
const quiet = new Set([
  ...["attachment", "block_me", "clamd", "data.signatures", "dkim", "headers", "prevent_credential_leaks"],
  ...["process_title", "profile", "queue/deliver", "queue/discard", "queue/lmtp", "queue/qmail-queue"],
  ...["queue/quarantine", "queue/smtp_bridge", "queue/smtp_forward", "queue/smtp_proxy", "queue/test"],
  ...["record_envelope_addresses", "redis", "reseed_rng", "rspamd", "spamassassin", "status", "syslog", "tarpit"],
  ...["uribl", "watch"],
]);

const refusing = new Set([
  ...["access", "asn", "bounce", "dns-list", "early_talker", "fcrdns", "geoip", "greylist", "helo.checks", "karma"],
  ...["known-senders", "limit", "mail_from.is_resolvable", "messagesniffer", "qmail-deliverable", "spf", "toobusy"],
]);

/** The names under which older configurations know plugins (Haraka's plugins.js). */
const renamed: Readonly<Record<string, string>> = {
  backscatterer: "dns-list",
  "connect.asn": "asn",
  "connect.fcrdns": "fcrdns",
  "connect.geoip": "geoip",
  "connect.rdns_access": "access",
  "data.headers": "headers",
  "data.nomsgid": "headers",
  "data.noreceived": "headers",
  "data.rfc5322_header_checks": "headers",
  "data.uribl": "uribl",
  dkim_sign: "dkim",
  dkim_verify: "dkim",
  dnsbl: "dns-list",
  dnswl: "dns-list",
  "log.syslog": "syslog",
  "mail_from.access": "access",
  "mail_from.blocklist": "access",
  "mail_from.nobounces": "bounce",
  max_unrecognized_commands: "limit",
  rate_limit: "limit",
  "rcpt_to.access": "access",
  "rcpt_to.blocklist": "access",
  "rcpt_to.max_count": "limit",
  "rcpt_to.qmail_deliverable": "qmail-deliverable",
  "rdns.regexp": "access",
  relay_acl: "relay",
  relay_all: "relay",
  relay_force_routing: "relay",
};

/** @throws NotAtHand without config/plugins. */
export function pluginsOf(files: HarakaFiles): Plugins {
  if (!files.has("plugins")) {
    files.list("plugins");
    throw new NotAtHand(["config/plugins"]);
  }
  const all = files.list("plugins").map(({ text, at }) => {
    const name = text.replace(/^haraka-plugin-/, "");
    return { name: Object.hasOwn(renamed, name) ? (renamed[name] as string) : name, at };
  });
  const isOwn = (name: string) => !files.hasPlugin(name);
  const known = (name: string) => understood.has(name) || quiet.has(name) || refusing.has(name);
  return {
    all,
    find: (name) => all.find((each) => each.name === name && isOwn(name)),
    refusing: all.filter(({ name }) => refusing.has(name) && !(name === "access" && refusesNobody(files))),
    strange: all.filter((each) => !known(each.name) || !isOwn(each.name)),
  };
}

/** By what `access` turns clients, senders and recipients away, or takes any recipient (`rcpt.accept`). */
const accessLists = [
  "access.domains",
  ...["connect.rdns_access", "mail_from.access", "rcpt_to.access"].flatMap((each) => [
    `${each}.blacklist`,
    `${each}.blacklist_regex`,
  ]),
  ...["rcpt_to.access.whitelist", "rcpt_to.access.whitelist_regex", "helo.checks.regexps"],
];

/** Of an empty list the plugin's own file counts: the senders of one host are in it, no client and no recipient. @throws NotAtHand */
function refusesNobody(files: HarakaFiles): boolean {
  return accessLists.every((each) => files.list(each).length === 0);
}
