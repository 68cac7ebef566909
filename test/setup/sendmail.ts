import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Look, type Outcome, runInLab } from "./mail-lab.js";
import { unpacked } from "./unpacked.js";

export interface Instance {
  /** Files below /etc/mail by path; m4 makes `sendmail.cf` of `sendmail.mc` where it is not among them. */
  readonly files: Readonly<Record<string, string>>;
  readonly looks: readonly Look[];
}

// As Debian's sendmailconfig and init script do. The sender's domain and the machine's own name must resolve.
const start = `
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
for directory in /var/lib /var/spool /run; do mount -t tmpfs tmpfs $directory; done
mkdir -p /etc/mail/tls /etc/sasl2 /var/spool/mqueue /var/spool/mqueue-client /run/sendmail/mta /var/lib/sendmail
cp -r @LAB@/mail/. /etc/mail/
chmod -R go-w /etc/mail
cp @LAB@/cert.pem @LAB@/key.pem /etc/mail/tls/
chmod 600 /etc/mail/tls/key.pem
chown -R root:root /etc/mail
chmod 700 /var/spool/mqueue
echo "127.0.0.9 client.example" >>/etc/hosts
echo "127.0.1.1 $(hostname).lab.example $(hostname)" >>/etc/hosts
printf 'pwcheck_method: auxprop\\nauxprop_plugin: sasldb\\nsasldb_path: /etc/sasldb2\\n' >/etc/sasl2/Sendmail.conf
echo secret | saslpasswd2 -c -p -f /etc/sasldb2 -u mail.lab.example somebody
touch /etc/mail/aliases
[ -e /etc/mail/sendmail.cf ] || m4 /etc/mail/sendmail.mc >/etc/mail/sendmail.cf
cp /etc/mail/sendmail.cf @LAB@/made.cf
[ ! -e /etc/mail/access ] || /usr/libexec/sendmail/makemap hash /etc/mail/access </etc/mail/access
/usr/libexec/sendmail/sendmail -bi >/dev/null 2>&1
/usr/libexec/sendmail/sendmail -bd -D /dev/null
sleep 1
`;

function unpackedSendmail(): string {
  return unpacked("sendmail", [
    ...["sendmail-bin", "sendmail-base", "sendmail-cf", "m4", "sensible-mda", "sasl2-bin", "libsasl2-modules"],
    ...["iproute2", "openssl"],
  ]);
}

/** The version that runs in the lab, `8.17.1`. */
export function sendmailVersion(): string {
  const program = readFileSync(join(unpackedSendmail(), "usr/libexec/sendmail/sendmail"), "latin1");
  const found = /\0(8\.\d+\.\d+)[\d.]*\0/.exec(program)?.[1];
  if (!found) throw new Error("the unpacked Sendmail names no version");
  return found;
}

/** The `sendmail.mc` that Debian's package installs. */
export function debiansMacros(): string {
  return readFileSync(join(unpackedSendmail(), "usr/share/sendmail/cf/debian/sendmail.mc"), "utf8");
}

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it; the files with the `sendmail.cf` that was made. */
export function runSendmail(instances: readonly Instance[]): Promise<Outcome[]> {
  const root = unpackedSendmail();
  const placed = instances.map(({ files, looks }) => ({
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [`mail/${path}`, text])),
    start,
    looks,
  }));
  return runInLab({ root, users: ["smmta", "smmsp"] }, placed, ({ files, seen, written, log }) => ({
    files: {
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [path.slice("mail/".length), text])),
      "sendmail.cf": written("made.cf"),
    },
    seen,
    log,
  }));
}
