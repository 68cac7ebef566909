import { type Look, runInLab, type Seen } from "./mail-lab.js";
import { suite, unpacked } from "./unpacked.js";

/** One Dovecot instance: files below its configuration directory, `@LAB@` stands for the instance's directory. */
export interface Instance {
  readonly files: Readonly<Record<string, string>>;
  readonly looks: readonly Look[];
}

export interface Result {
  readonly files: Readonly<Record<string, string>>;
  readonly seen: readonly Seen[];
  /** doveconf reads it without an error. */
  readonly accepted: boolean;
  /** Where the machine listens, as ss says: `0.0.0.0:587`. */
  readonly sockets: readonly string[];
  readonly log: string;
}

/** The release of Debian 12. */
export const dovecotVersion = "2.3.19";

// The greeting waits for the auth process: the first client finds it started.
const start = `
echo 'alice:{PLAIN}secret' >@LAB@/users
mkdir -p @LAB@/run @LAB@/state @LAB@/etc/ssl
cp @LAB@/key.pem @LAB@/cert.pem @LAB@/etc/ssl/
mount -t tmpfs tmpfs /etc/dovecot
mkdir /etc/dovecot/private
cp @LAB@/cert.pem /etc/dovecot/private/mail.pem
cp @LAB@/key.pem /etc/dovecot/private/mail.key
echo secret >/etc/dovecot/relay.password
cp @LAB@/users /etc/dovecot/users
if doveconf -c @LAB@/etc/dovecot.conf >/dev/null 2>@LAB@/doveconf.err; then echo yes >@LAB@/accepted; fi
dovecot -c @LAB@/etc/dovecot.conf
ss -Hltn >@LAB@/sockets
`;

/** The release of Debian that has Dovecot 2.3: this machine's own where the labs run its servers. */
const with23 = suite === undefined ? undefined : "bookworm";

/** The release of Debian 13. */
export const dovecot24Version = "2.4.1";

/** The release of Debian that has Dovecot 2.4. */
export const with24 = suite ?? "trixie";

/** They bring settings of their own; without them Dovecot refuses the settings and the protocols. */
const more24 = ["imapd", "pop3d", "lmtpd", "managesieved", "ldap", "mysql", "pgsql", "sqlite", "solr", "flatcurve"].map(
  (each) => `dovecot-${each}`,
);

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it. */
export function runDovecot(instances: readonly Instance[], release = with23): Promise<Result[]> {
  const root = unpackedDovecot(release);
  const placed = instances.map(({ files, looks }) => ({
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [`etc/${path}`, text])),
    start,
    looks,
  }));
  return runInLab({ root, users: ["dovecot", "dovenull", "vmail"] }, placed, ({ files, seen, written, log }) => ({
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path.slice("etc/".length), text])),
    seen,
    accepted: written("accepted") !== "",
    sockets: written("sockets")
      .split("\n")
      .flatMap((line) => line.split(/\s+/)[3] ?? []),
    log: `${log}${written("doveconf.err")}${written("dovecot.log")}`,
  }));
}

/** Its files: of Debian's 2.3, or of the release that is asked for. */
export function unpackedDovecot(release = with23): string {
  const packages = ["dovecot-core", "dovecot-submissiond", "iproute2", "openssl"];
  if (release === with24) return unpacked("dovecot", [...packages, ...more24], release);
  // Without its program Dovecot does not start where imap is one of the protocols.
  return unpacked("dovecot-with-imap", [...packages, "dovecot-imapd"], release);
}

const ask = `
cd @LAB@
asked() {
  printf 'dovecot_config_version = 2.4.1\\ndovecot_storage_version = 2.4.1\\n%b' "$2" >ask.conf
  printf '%s\\t%s\\n' "$1" "$(doveconf -c @LAB@/ask.conf 2>&1 >/dev/null | grep -v Warning: | head -n 1)" >>said
}
while read -r name; do asked "$name" "$name = zz\\n"; done <names
while read -r name; do asked "$name {" "$name {\\n zz = maybe\\n}\\n"; done <lists
asked all ''
doveconf -a -c @LAB@/ask.conf >own 2>/dev/null
`;

/**
 * What doveconf of 2.4 says first of a file that sets each of these names to `zz`, and (by `NAME {`) of one with each of these
 * lists as a block whose line is no boolean; and the names at the beginnings of the lines that it prints of itself.
 */
export async function doveconf24(names: readonly string[], lists: readonly string[]) {
  const files = { names: `${names.join("\n")}\n`, lists: `${lists.join("\n")}\n` };
  const software = { root: unpackedDovecot(with24), users: ["dovecot", "dovenull", "vmail"] };
  const [told] = await runInLab(software, [{ files, start: ask, looks: [] }], ({ written }) => ({
    said: new Map(
      written("said")
        .split("\n")
        .map((line) => line.split("\t", 2) as [string, string]),
    ),
    own: written("own")
      .split("\n")
      .flatMap((line) => /^([a-z][a-z0-9_]*)(?: =| .*\{| \{)/.exec(line)?.[1] ?? []),
  }));
  if (!told) throw new Error("doveconf told nothing");
  return told;
}
