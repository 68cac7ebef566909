import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A mail server's programs: an unpacked root (see unpacked.ts) and the users that it runs as. */
export interface Software {
  readonly root: string;
  readonly users: readonly string[];
}

/** One instance of a server; `@LAB@` in its texts stands for the instance's directory. */
export interface Instance {
  /** By path below the instance's directory. */
  readonly files: Readonly<Record<string, string>>;
  /** Shell lines that start it; they return once it runs, or fail to start. The namespace's end ends what they started. */
  readonly start: string;
  readonly looks: readonly Look[];
  /** The script beside this file that looks; without one, smtp-observer.js. */
  readonly observer?: string;
}

/** One client's visit: from which address to which address and port. */
export interface Look {
  readonly port: number;
  readonly from: string;
  readonly to: string;
  /** Looked at too, each in sessions of its own; for bare newlines messages are sent where they are taken. */
  readonly hygiene?: readonly Hygiene[];
}

/** VRFY and EXPN; commands before their turn; bare newlines. */
export const hygiene = ["vrfy", "earlyPipelining", "bareNewline"] as const;
export type Hygiene = (typeof hygiene)[number];

/** At which command a client is refused a recipient of another domain, and the reply. */
export interface Way {
  readonly gate: "mail" | "rcpt" | "none";
  readonly reply: string;
}

/** What the observer saw; see smtp-observer.js. */
export interface Seen {
  readonly listening: boolean;
  readonly greeting?: "closed" | "silent";
  readonly implicit?: boolean;
  readonly banner?: number;
  readonly clear?: Way & {
    readonly withoutHello?: Way;
    readonly hello: number;
    readonly starttls: boolean;
    readonly authOffered: readonly string[];
    readonly authAccepted: readonly string[];
  };
  readonly tls?: Way & {
    readonly withoutHello?: Way;
    readonly hello: number;
    readonly auth: readonly string[];
  };
  /** `started`, or the code with which STARTTLS was refused. */
  readonly starttls?: string;
  readonly versions?: readonly string[];
  readonly hygiene?: Readonly<Partial<Record<Hygiene, string>>>;
}

export interface Result {
  /** The instance's directory as the start script and the server knew it. */
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
  readonly seen: readonly Seen[];
  /** What the start lines printed, also into files of their own: by path below the instance's directory, as asked for. */
  readonly written: (path: string) => string;
  readonly log: string;
}

/** What is kept of a result when its directory is gone. */
export type Outcome = Pick<Result, "files" | "seen" | "log">;

const here = dirname(fileURLToPath(import.meta.url));
const atOnce = 3;

/**
 * Starts every instance in namespaces of its own, has the observer look at it, and ends it. In the namespace the server's
 * packages lie over /usr and /etc; its addresses are 127.0.0.0/8, ::1 and 192.0.2.0/24, no name resolves.
 * @param each called with each result while its directory still exists.
 */
export async function runInLab<T>(
  software: Software,
  instances: readonly Instance[],
  each: (result: Result, index: number) => T,
): Promise<T[]> {
  const lab = mkdtempSync(join(tmpdir(), "port587-mail-lab-"));
  // The server's own users must get in.
  chmodSync(lab, 0o755);
  try {
    const etc = writeEtc(lab, software.users);
    const places = instances.map((instance, index) => place(lab, instance, index));
    const waiting = [...places];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await runOne(software.root, etc, next.directory, next.observer);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return places.map((place, index) => each(collect(place), index));
  } finally {
    rmSync(lab, { recursive: true, force: true });
  }
}

/** `--kill-child` ends the whole namespace with its first process, and that one with this process. */
function runOne(root: string, etc: string, instance: string, observer: string): Promise<void> {
  const namespaces = ["-m", "-n", "-p", "-f", "--kill-child", "--mount-proc", "--propagation", "private"];
  const script = [join(here, "mail-lab.sh"), root, etc, instance, process.execPath, join(here, observer)];
  return new Promise((resolve, reject) => {
    const environment = { PATH: process.env.PATH ?? "" };
    execFile("unshare", [...namespaces, ...script], { env: environment, timeout: 600_000 }, (error, _, said) =>
      error ? reject(new Error(`the lab of ${instance} failed: ${error.message} ${said}`)) : resolve(),
    );
  });
}

/** The files under /etc that differ in the lab: users, no DNS, and an OpenSSL without limits of its own. */
function writeEtc(lab: string, users: readonly string[]): string {
  const etc = join(lab, "etc");
  mkdirSync(join(etc, "ssl"), { recursive: true });
  const lines = (file: string, added: readonly string[]) =>
    `${readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !users.includes(line.split(":")[0] ?? ""))
      .concat(added)
      .join("\n")}\n`;
  const [passwd, group] = [
    users.map((user, i) => `${user}:x:${970 + i}:${970 + i}::/var/empty:/usr/sbin/nologin`),
    users.map((user, i) => `${user}:x:${970 + i}:`),
  ];
  writeFileSync(join(etc, "passwd"), lines("/etc/passwd", passwd));
  writeFileSync(join(etc, "group"), lines("/etc/group", group));
  writeFileSync(join(etc, "hosts"), "127.0.0.1 localhost\n::1 localhost\n");
  writeFileSync(join(etc, "nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files\nservices: files\n");
  writeFileSync(join(etc, "ssl", "openssl.cnf"), "");
  return etc;
}

interface Place {
  readonly observer: string;
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Every instance finds key and certificate of mail.lab.example in `pair.pem`, and apart in `key.pem` and `cert.pem`. */
function place(lab: string, { files, start, looks, observer = "smtp-observer.js" }: Instance, index: number): Place {
  const directory = join(lab, `instance-${String(index).padStart(3, "0")}`);
  const written = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replaceAll("@LAB@", directory)]),
  );
  mkdirSync(directory, { recursive: true });
  for (const [path, text] of Object.entries(written)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const { key, certificate } = labCertificate();
  writeFileSync(join(directory, "pair.pem"), key + certificate, { mode: 0o600 });
  writeFileSync(join(directory, "key.pem"), key, { mode: 0o600 });
  writeFileSync(join(directory, "cert.pem"), certificate);
  writeFileSync(join(directory, "start.sh"), start.replaceAll("@LAB@", directory));
  writeFileSync(join(directory, "look.json"), JSON.stringify(looks));
  return { directory, files: written, observer };
}

let pair: { readonly key: string; readonly certificate: string } | undefined;

/** Key and certificate of mail.lab.example. */
export function labCertificate(): { readonly key: string; readonly certificate: string } {
  if (pair) return pair;
  const directory = mkdtempSync(join(tmpdir(), "port587-certificate-"));
  const [key, certificate] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  try {
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=mail.lab.example"];
    execFileSync("openssl", [...request, "-keyout", key, "-out", certificate], { stdio: "ignore" });
    pair = { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
    return pair;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function collect({ directory, files }: Place): Result {
  const written = (path: string) => {
    try {
      return readFileSync(join(directory, path), "utf8");
    } catch {
      return "";
    }
  };
  const log = `${written("start.log")}${written("mail.log")}`;
  return { directory, files, seen: JSON.parse(written("seen.json")), written, log };
}
