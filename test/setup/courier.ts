import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Look, type Outcome, runInLab } from "./mail-lab.js";
import { unpacked } from "./unpacked.js";

export interface Instance {
  /** Files below /etc/courier by path, over those of the package; `@LAB@` stands for the instance's directory. */
  readonly files: Readonly<Record<string, string>>;
  readonly looks: readonly Look[];
}

// As Debian's units do, after makesmtpaccess; postinst gives the files to courier. The shell scripts close their output late.
// Without aliases and users no mailbox is there that VRFY and EXPN could tell of.
const start = `
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
for directory in /var/lib /run; do mount -t tmpfs tmpfs $directory; done
cp -r @ROOT@/var/lib/* /var/lib/
cp -r @LAB@/courier/. /etc/courier/
cp @LAB@/pair.pem /etc/courier/esmtpd.pem
chmod 600 /etc/courier/esmtpd.pem
echo mail.lab.example >/etc/courier/me
mkdir -p /run/courier/authdaemon /etc/courier/aliases
echo 'root: nobody' >/etc/courier/aliases/system
chown -R courier:courier /var/lib/courier /run/courier /etc/courier @LAB@
chmod 755 @LAB@
makesmtpaccess
makealiases
authdaemond start
courier start
esmtpd start
esmtpd-msa start
esmtpd-ssl start
sleep 1
`;

function unpackedCourier(): string {
  return unpacked("courier", ["courier-mta", "courier-authlib", "iproute2", "openssl", "perl"]);
}

/** The version that runs in the lab, `1.0.16`. */
export function courierVersion(): string {
  const changes = readFileSync(join(unpackedCourier(), "usr/share/doc/courier-mta/changelog.gz"));
  const found = /^\d+\.\d+\.\d+$/m.exec(gunzipSync(changes).toString("utf8"))?.[0];
  if (!found) throw new Error("the unpacked Courier names no version");
  return found;
}

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it. */
export function runCourier(instances: readonly Instance[]): Promise<Outcome[]> {
  const root = unpackedCourier();
  // The alternatives system of Debian makes this link.
  const makedat = join(root, "usr/bin/makedat");
  if (!existsSync(makedat)) symlinkSync("../lib/courier/makedat", makedat);
  const placed = instances.map(({ files, looks }) => ({
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [`courier/${path}`, text])),
    start: start.replaceAll("@ROOT@", root),
    looks,
  }));
  return runInLab({ root, users: ["courier"] }, placed, ({ files, seen, log }) => ({
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path.slice("courier/".length), text])),
    seen,
    log,
  }));
}
