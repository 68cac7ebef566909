import { nearest } from "../../model/nearest.js";

/**
 * What the releases of Stalwart from 0.7.0 to 0.15.5 ask for, by their source: `config.value`, `property`, `IfBlock` and the
 * tuples that they take. `*` is a name that the administrator gives; below a name may stand a table of conditions.
 */
const tables: readonly (readonly [table: string, names: string])[] = [
  [
    "session",
    `auth.directory auth.errors.total auth.errors.wait auth.mechanisms auth.must-match-sender auth.require connect.greeting
    connect.hostname connect.script data.add-headers.auth-results data.add-headers.date data.add-headers.delivered-to
    data.add-headers.message-id data.add-headers.received data.add-headers.received-spf data.add-headers.return-path
    data.limits.messages data.limits.received-headers data.limits.size data.milter data.pipe data.script data.spam-filter
    duration ehlo.reject-non-fqdn ehlo.require ehlo.script extensions.chunking extensions.deliver-by extensions.dsn
    extensions.expn extensions.future-release extensions.mt-priority extensions.no-soliciting extensions.pipelining
    extensions.requiretls extensions.vrfy hook mail.is-allowed mail.rewrite mail.script milter mta-sts.max-age mta-sts.mode
    mta-sts.mx rcpt.catch-all rcpt.directory rcpt.errors.total rcpt.errors.wait rcpt.max-recipients rcpt.relay rcpt.rewrite
    rcpt.script rcpt.sub-addressing throttle timeout transfer-limit`,
  ],
  [
    "server",
    `allowed-ip auto-ban.abuse.rate auto-ban.auth.rate auto-ban.loiter.rate auto-ban.scan.paths auto-ban.scan.rate blocked-ip
    connect.hostname fail2ban.authentication fail2ban.invalid-rcpt fail2ban.loitering hostname http.allowed-endpoint
    http.headers http.hsts http.permissive-cors http.url http.use-x-forwarded max-connections proxy.trusted-networks
    run-as.group run-as.user socket.backlog socket.linger socket.nodelay socket.recv-buffer-size socket.reuse-addr
    socket.reuse-port socket.send-buffer-size socket.tos socket.ttl tls.disable-ciphers tls.disable-protocols
    tls.ignore-client-order`,
  ],
  [
    "server.listener.*",
    `bind max-connections protocol proxy.trusted-networks socket.backlog socket.linger socket.nodelay socket.recv-buffer-size
    socket.reuse-addr socket.reuse-port socket.send-buffer-size socket.tos socket.ttl tls.disable-ciphers
    tls.disable-protocols tls.enable tls.ignore-client-order tls.implicit`,
  ],
  ["certificate.*", "cert default private-key subjects"],
  [
    "auth",
    "arc.seal arc.verify dkim.sign dkim.strict dkim.verify dmarc.verify ipref.verify iprev.verify spf.verify.ehlo spf.verify.mail-from",
  ],
  ["authentication", "fail2ban fallback-admin.secret fallback-admin.user master.secret master.user rate-limit"],
  [
    "directory.*",
    `attributes.class attributes.description attributes.email attributes.email-alias attributes.groups attributes.name
    attributes.quota attributes.secret attributes.secret-changed auth.method auth.secret auth.token auth.username base-dn
    bind.auth.dn bind.auth.enable bind.auth.method bind.auth.search bind.auth.template bind.dn bind.secret cache.entries
    cache.size cache.ttl.negative cache.ttl.positive columns.class columns.description columns.email columns.quota
    columns.secret disable endpoint.method endpoint.url fields.email fields.full-name fields.username filter.domains
    filter.email filter.expand filter.name filter.verify host limits.auth-errors limits.rcpt lookup.domains
    pool.max-connections pool.timeout.create pool.timeout.recycle pool.timeout.wait port principals store timeout
    tls.allow-invalid-certs tls.enable type url`,
  ],
  [
    "queue",
    `count outbound.hostname outbound.ip-strategy outbound.limits.multihomed outbound.limits.mx outbound.next-hop
    outbound.source-ip.v4 outbound.source-ip.v6 outbound.timeouts.connect outbound.timeouts.data outbound.timeouts.ehlo
    outbound.timeouts.greeting outbound.timeouts.mail-from outbound.timeouts.mta-sts outbound.timeouts.rcpt-to
    outbound.timeouts.tls outbound.tls.allow-invalid-certs outbound.tls.dane outbound.tls.mta-sts outbound.tls.starttls
    schedule.expire schedule.notify schedule.retry strategy.connection strategy.route strategy.schedule strategy.tls
    threads.local threads.remote`,
  ],
  ["queue.quota.*", "enable key match messages size"],
  ...["queue.throttle.*", "queue.limiter.inbound.*", "queue.limiter.outbound.*"].map(
    (table) => [table, "concurrency enable key match rate"] as const,
  ),
  ["queue.schedule.*", "description expire expire-type max-attempts notify queue-name retry"],
  ["queue.virtual.*", "description threads-per-node"],
  [
    "queue.route.*",
    `address auth.secret auth.username description ip-lookup limits.multihomed limits.mx port protocol
    tls.allow-invalid-certs tls.implicit type`,
  ],
  ["queue.tls.*", "allow-invalid-certs dane description mta-sts starttls timeout.mta-sts timeout.tls"],
  [
    "queue.connection.*",
    `description ehlo-hostname source-ips timeout.connect timeout.data timeout.ehlo timeout.greeting timeout.mail-from
    timeout.rcpt-to`,
  ],
  ["queue.source-ip.*", "ehlo-hostname"],
];

/** The tables at the top of the file whose names are known. */
export const judged: readonly string[] = [...new Set(tables.map(([table]) => topOf(table)))];

/** `queue` of `queue.route.relay.port`. */
export function topOf(name: string): string {
  const end = name.indexOf(".");
  return end < 0 ? name : name.slice(0, end);
}

/** Other tables of the same releases, whose names are not judged. */
const others = new Set(
  `account acme asn cache calendar changes cluster config contacts dav email enterprise file-storage form global http http-lookup
  imap jmap lookup macros metrics oauth pop3 remote report resolver sharing sieve signature spam spam-filter storage store tracer
  tracing version webadmin webhook`.split(/\s+/),
);

/** A table whose name is close to one that is judged, and is no other one. */
export function isMisspelt(table: string): boolean {
  return !judged.includes(table) && !others.has(table) && nearest(table, judged) !== undefined;
}

const escaped = (text: string) => text.replaceAll(".", "\\.").replaceAll("*", ".+");
/** By the first part of a name one expression for all of its tables: a file may have hundred thousands of names. */
const known = new Map(
  judged.map((top) => {
    const own = tables.filter(([table]) => topOf(table) === top);
    const ways = own.map(([table, names]) => `${escaped(table)}\\.(?:${names.split(/\s+/).map(escaped).join("|")})`);
    return [top, new RegExp(`^(?:${ways.join("|")})(?:\\.|$)`, "s")];
  }),
);
/** A list of tables (`[[queue.throttle]]`) is one setting. */
const lists: ReadonlySet<string> = new Set(tables.map(([table]) => table.replace(/\.\*$/, "")));

/** Does some release ask for this setting? */
export function isKnown(name: string): boolean {
  return lists.has(name) || known.get(topOf(name))?.test(name) === true;
}

/** The known names of the same table with the administrator's own in this one's place, for "did you mean". */
export function knownLike(name: string): string[] {
  const own = name.split(".");
  const top = judged.find((each) => each === own[0]) ?? nearest(own[0] ?? "", judged);
  return tables.flatMap(([table, names]) => {
    const parts = table.split(".");
    if (parts[0] !== top) return [];
    const whole = parts.map((part, index) => (part === "*" ? (own[index] ?? part) : part)).join(".");
    return names.split(/\s+/).map((each) => `${whole}.${each}`);
  });
}
