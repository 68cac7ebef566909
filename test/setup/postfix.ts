import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "./cache.js";

/** One Postfix instance; the texts are whole files, `@LAB@` in them stands for the instance's directory. */
export interface Instance {
  readonly main: string;
  readonly master: string;
  readonly looks: readonly Look[];
}

/** One client's visit: from which address to which address and port. */
export interface Look {
  readonly port: number;
  readonly from: string;
  readonly to: string;
}

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
}

export interface Result {
  readonly main: string;
  readonly master: string;
  readonly seen: readonly Seen[];
  /** `postconf -x`: every parameter with its value expanded. */
  readonly expanded: ReadonlyMap<string, string>;
  readonly log: string;
}

const here = dirname(fileURLToPath(import.meta.url));

/** Why the real Postfix cannot run here; undefined where it can. */
export function postfixUnavailable(): string | undefined {
  if (process.platform !== "linux") return "Postfix runs in Linux namespaces";
  if (process.getuid?.() !== 0) return "Postfix's namespaces need root";
  for (const tool of ["unshare", "apt-get", "dpkg"])
    if (spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0) return `${tool} is not installed`;
  const namespaces = spawnSync("unshare", ["-m", "-n", "-p", "-f", "true"]);
  return namespaces.status === 0 ? undefined : "this machine allows no namespaces";
}

const packages = ["postfix", "sasl2-bin", "libsasl2-modules", "iproute2", "openssl"];

/**
 * Debian's Postfix and what it needs, unpacked and not installed; once, in the cache.
 * @throws Error with apt's words when the packages cannot be had.
 */
export function unpackedPostfix(): string {
  const home = join(cacheDirectory(), "postfix");
  const root = join(home, "root");
  if (existsSync(join(home, "complete"))) return root;
  rmSync(home, { recursive: true, force: true });
  const archives = join(home, "archives");
  mkdirSync(join(archives, "partial"), { recursive: true });
  for (const directory of ["usr", "etc"]) mkdirSync(join(root, directory), { recursive: true });
  const download = () =>
    spawnSync(
      "apt-get",
      [
        "-y",
        "--download-only",
        "--no-install-recommends",
        "--reinstall",
        "-o",
        `Dir::Cache::archives=${archives}`,
        "install",
      ].concat(packages),
      { encoding: "utf8" },
    );
  let last = download();
  if (last.status !== 0) {
    spawnSync("apt-get", ["update"]);
    last = download();
  }
  if (last.status !== 0) throw new Error(`apt-get download failed: ${last.stderr}`);
  for (const name of readdirSync(archives)
    .filter((each) => each.endsWith(".deb"))
    .sort())
    execFileSync("dpkg", ["-x", join(archives, name), root]);
  rmSync(archives, { recursive: true });
  writeFileSync(join(home, "complete"), "");
  return root;
}

/** The version that runs in the lab, `3.7.11`. */
export function postfixVersion(): string {
  const root = unpackedPostfix();
  const program = readFileSync(join(root, "usr/sbin/postconf"), "latin1");
  const found = /mail_version=(\d+\.\d+\.\d+)/.exec(program)?.[1];
  if (!found) throw new Error("the unpacked Postfix names no version");
  return found;
}

const atOnce = 3;

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it. */
export async function runPostfix(instances: readonly Instance[]): Promise<Result[]> {
  const root = unpackedPostfix();
  const lab = mkdtempSync(join(tmpdir(), "port587-postfix-"));
  // Postfix's own user must get in.
  chmodSync(lab, 0o755);
  try {
    const etc = writeEtc(lab);
    const places = instances.map((instance, index) => place(lab, instance, index));
    const waiting = [...places];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await runOne(root, etc, next);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return places.map(collect);
  } finally {
    rmSync(lab, { recursive: true, force: true });
  }
}

/** `--kill-child` ends the whole namespace with its first process, and that one with this process. */
function runOne(root: string, etc: string, instance: string): Promise<void> {
  const namespaces = ["-m", "-n", "-p", "-f", "--kill-child", "--mount-proc", "--propagation", "private"];
  const script = [join(here, "postfix-lab.sh"), root, etc, instance, process.execPath, join(here, "smtp-observer.js")];
  return new Promise((resolve, reject) => {
    const environment = { PATH: process.env.PATH ?? "" };
    execFile("unshare", [...namespaces, ...script], { env: environment, timeout: 600_000 }, (error, _, said) =>
      error ? reject(new Error(`the lab of ${instance} failed: ${error.message} ${said}`)) : resolve(),
    );
  });
}

/** The files under /etc that differ in the lab: users, no DNS, and an OpenSSL without limits of its own. */
function writeEtc(lab: string): string {
  const etc = join(lab, "etc");
  mkdirSync(join(etc, "ssl"), { recursive: true });
  const users = ["postfix", "postdrop"];
  const lines = (file: string, added: readonly string[]) =>
    `${readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !users.includes(line.split(":")[0] ?? ""))
      .concat(added)
      .join("\n")}\n`;
  writeFileSync(
    join(etc, "passwd"),
    lines(
      "/etc/passwd",
      users.map((user, i) => `${user}:x:${970 + i}:${970 + i}::/var/empty:/usr/sbin/nologin`),
    ),
  );
  writeFileSync(
    join(etc, "group"),
    lines(
      "/etc/group",
      users.map((user, i) => `${user}:x:${970 + i}:`),
    ),
  );
  writeFileSync(join(etc, "hosts"), "127.0.0.1 localhost\n::1 localhost\n");
  writeFileSync(join(etc, "nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files\nservices: files\n");
  writeFileSync(join(etc, "ssl", "openssl.cnf"), "");
  return etc;
}

function place(lab: string, instance: Instance, index: number): string {
  const directory = join(lab, `instance-${String(index).padStart(3, "0")}`);
  const etc = join(directory, "etc");
  mkdirSync(join(etc, "sasl"), { recursive: true });
  const certificate = labCertificate();
  for (const [name, text] of Object.entries({ "main.cf": instance.main, "master.cf": instance.master }))
    writeFileSync(join(etc, name), text.replaceAll("@LAB@", directory));
  writeFileSync(join(etc, "pair.pem"), certificate, { mode: 0o600 });
  writeFileSync(
    join(etc, "sasl", "smtpd.conf"),
    `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ${etc}/sasldb2\nmech_list: PLAIN LOGIN\n`,
  );
  writeFileSync(join(directory, "look.json"), JSON.stringify(instance.looks));
  return directory;
}

let pair: string | undefined;

/** Key and certificate of mail.lab.example in one file. */
function labCertificate(): string {
  if (pair) return pair;
  const directory = mkdtempSync(join(tmpdir(), "port587-certificate-"));
  const [key, certificate] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  try {
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=mail.lab.example"];
    execFileSync(join(unpackedPostfix(), "usr/bin/openssl"), [...request, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    pair = readFileSync(key, "utf8") + readFileSync(certificate, "utf8");
    return pair;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function collect(directory: string): Result {
  const text = (name: string) => readFileSync(join(directory, name), "utf8");
  const expanded = new Map(
    text("expanded")
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf("=") + 1).trim()] as const),
  );
  const log = existsSync(join(directory, "mail.log")) ? text("mail.log") : "";
  return {
    main: text("etc/main.cf"),
    master: text("etc/master.cf"),
    seen: JSON.parse(text("seen.json")),
    expanded,
    log: `${text("start.log")}${log}`,
  };
}
