import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Look, runInLab, type Seen } from "./mail-lab.js";
import { unpacked } from "./unpacked.js";

export interface Instance {
  /** smtpd.conf; `@LAB@` stands for the instance's directory. */
  readonly text: string;
  /** Tables by their path below the instance's directory. */
  readonly tables?: Readonly<Record<string, string>>;
  readonly looks: readonly Look[];
}

export interface Result {
  readonly text: string;
  /** By their whole path. */
  readonly tables: Readonly<Record<string, string>>;
  readonly seen: readonly Seen[];
  /** `smtpd -n` accepts it. */
  readonly accepted: boolean;
  readonly log: string;
}

const start = `
for directory in /var/spool /var/lib /run; do mount -t tmpfs tmpfs $directory; done
mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
chmod 711 /var/spool/smtpd
echo lab.example >/var/lib/mailname
echo "alice $(openssl passwd -6 secret)" >@LAB@/creds
if smtpd -n -f @LAB@/etc/smtpd.conf >@LAB@/check 2>&1; then echo yes >@LAB@/accepted; fi
smtpd -d -f @LAB@/etc/smtpd.conf >@LAB@/mail.log 2>&1 &
sleep 1
`;

function unpackedOpensmtpd(): string {
  return unpacked("opensmtpd", ["opensmtpd", "iproute2", "openssl"]);
}

/** The version that runs in the lab, `6.8`. */
export function opensmtpdVersion(): string {
  const program = readFileSync(join(unpackedOpensmtpd(), "usr/sbin/smtpd"), "latin1");
  const found = /OpenSMTPD (\d\.\d+)/.exec(program)?.[1];
  if (!found) throw new Error("the unpacked OpenSMTPD names no version");
  return found;
}

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it. */
export function runOpensmtpd(instances: readonly Instance[]): Promise<Result[]> {
  const root = unpackedOpensmtpd();
  const placed = instances.map(({ text, tables, looks }) => ({
    ...{ files: { ...tables, "etc/smtpd.conf": text }, start, looks },
  }));
  return runInLab({ root, users: ["opensmtpd", "opensmtpq"] }, placed, ({ directory, files, seen, written, log }) => ({
    text: files["etc/smtpd.conf"] ?? "",
    tables: Object.fromEntries(
      Object.entries(files).flatMap(([path, text]) =>
        path === "etc/smtpd.conf" ? [] : [[join(directory, path), text] as const],
      ),
    ),
    seen,
    accepted: written("accepted") !== "",
    log: `${written("check")}${log}`,
  }));
}
