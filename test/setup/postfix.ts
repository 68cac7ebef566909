import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Look, runInLab, type Seen } from "./mail-lab.js";
import { unpacked } from "./unpacked.js";

/** One Postfix instance; the texts are whole files, `@LAB@` in them stands for the instance's directory. */
export interface Instance {
  readonly main: string;
  readonly master: string;
  readonly looks: readonly Look[];
  /** Lookup tables beside main.cf, by their names. */
  readonly tables?: Readonly<Record<string, string>>;
  /** See mail-lab.ts. */
  readonly observer?: string;
}

export interface Result extends Pick<Instance, "tables"> {
  /** The configuration directory, as Postfix saw it. */
  readonly directory: string;
  readonly main: string;
  readonly master: string;
  readonly seen: readonly Seen[];
  /** `postconf -x`: every parameter with its value expanded. */
  readonly expanded: ReadonlyMap<string, string>;
  /** What postconf warns of: parameters that nothing asks for, and lines that a later one takes back. */
  readonly warnings: readonly string[];
  readonly log: string;
}

/** The directory that Postfix with its SASL library is unpacked in. */
export function unpackedPostfix(): string {
  return unpacked("postfix", ["postfix", "sasl2-bin", "libsasl2-modules", "iproute2", "openssl"]);
}

/** The version that runs in the lab, `3.7.11`. */
export function postfixVersion(): string {
  const program = readFileSync(join(unpackedPostfix(), "usr/sbin/postconf"), "latin1");
  const found = /(?:mail_version=|\0)(3\.\d+\.\d+)\0/.exec(program)?.[1];
  if (!found) throw new Error("the unpacked Postfix names no version");
  return found;
}

const start = `
mkdir -p @LAB@/queue @LAB@/data
chown postfix @LAB@/data
mv @LAB@/pair.pem @LAB@/etc/pair.pem
postconf -c @LAB@/etc -x >@LAB@/expanded 2>@LAB@/warnings || :
for table in @LAB@/etc/*.hash; do [ ! -e "$table" ] || postmap -c @LAB@/etc "hash:$table"; done
postfix -c @LAB@/etc start
`;

const sasl = `pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: @LAB@/etc/sasldb2
mech_list: PLAIN LOGIN
`;

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it. */
export function runPostfix(instances: readonly Instance[]): Promise<Result[]> {
  const software = { root: unpackedPostfix(), users: ["postfix", "postdrop"] };
  const placed = instances.map(({ main, master, looks, observer, tables = {} }) => ({
    files: {
      ...Object.fromEntries(Object.entries(tables).map(([name, text]) => [`etc/${name}`, text])),
      ...{ "etc/main.cf": main, "etc/master.cf": master, "etc/sasl/smtpd.conf": sasl },
    },
    start,
    looks,
    ...(observer === undefined ? {} : { observer }),
  }));
  return runInLab(software, placed, ({ directory, files, seen, written, log }, index) => {
    const lines = written("expanded").split("\n");
    const expanded = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf("=") + 1).trim()] as const),
    );
    const warnings = [...new Set(written("warnings").split("\n"))];
    const { tables } = instances[index] as Instance;
    const [main = "", master = ""] = [files["etc/main.cf"], files["etc/master.cf"]];
    return { directory: `${directory}/etc`, main, master, tables: tables ?? {}, seen, expanded, warnings, log };
  });
}
