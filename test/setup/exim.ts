import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Look, runInLab, type Seen } from "./mail-lab.js";
import { unpacked } from "./unpacked.js";

/** Several Exim daemons that run side by side on ports of their own; `@LAB@` in their files stands for the directory. */
export interface Share {
  /** Whole configurations. */
  readonly configurations: readonly string[];
  /** What they name, by its path below the directory. */
  readonly tables: Readonly<Record<string, string>>;
  readonly looks: readonly Look[];
}

export interface ShareResult {
  readonly configurations: readonly string[];
  /** By their whole path. */
  readonly tables: Readonly<Record<string, string>>;
  readonly seen: readonly Seen[];
  readonly log: string;
}

export function unpackedExim(): string {
  return unpacked("exim", ["exim4-daemon-light", "exim4-base", "exim4-config", "iproute2", "openssl"]);
}

/** The version that runs in the lab, `4.96`. */
export function eximVersion(): string {
  const found = /4\.\d\d(?:\.\d+)?(?=-\d+\+deb)/.exec(
    readFileSync(join(unpackedExim(), "usr/sbin/update-exim4.conf"), "latin1"),
  )?.[0];
  if (!found) throw new Error("the unpacked Exim names no version");
  return found;
}

const start = `
mkdir -p @LAB@/spool @LAB@/log
chown -R Debian-exim: @LAB@/spool @LAB@/log @LAB@/key.pem
for each in @LAB@/etc/*.conf; do
  exim4 -C $each -bd || :
done
`;

/** Starts every share in namespaces of its own, has the observer look at it, and ends it. */
export function runExim(shares: readonly Share[]): Promise<ShareResult[]> {
  const software = { root: unpackedExim(), users: ["Debian-exim"] };
  const name = (index: number) => `etc/${String(index).padStart(3, "0")}.conf`;
  const placed = shares.map(({ configurations, tables, looks }) => ({
    files: { ...tables, ...Object.fromEntries(configurations.map((each, index) => [name(index), each])) },
    start,
    looks,
  }));
  return runInLab(software, placed, ({ directory, files, seen, log }, index) => ({
    configurations: (shares[index]?.configurations ?? []).map((_, each) => files[name(each)] ?? ""),
    tables: Object.fromEntries(
      Object.entries(shares[index]?.tables ?? {}).map(([path, text]) => [join(directory, path), text]),
    ),
    seen,
    log,
  }));
}
