import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { certificates, type Pair } from "./certificates.js";
import { type ServerKind, Servers, type Visit } from "./server.js";

const here = dirname(fileURLToPath(import.meta.url));
/** Visits that one lab has names for. */
const most = 2000;
const timeout = 20_000;

/** Where one visit is made: the client's files, and the server's name. */
export interface Place {
  readonly directory: string;
  readonly host: string;
}

/** Has a program send one message by the files of a directory; a failure of the program is a result, too. */
export type Sender = (place: Place) => Promise<void>;

/**
 * Names with an address each for the servers of visits, their certificates, and a place for the clients' files. Close
 * it at the end.
 */
export class ClientLab {
  readonly home = mkdtempSync(join(tmpdir(), "port587-clients-"));
  /** The certificate of the authority that is trusted, and the file of names and addresses. */
  readonly authority = join(this.home, "authority.pem");
  readonly hosts = join(this.home, "hosts");
  private readonly pairs = certificates(this.home);
  private readonly closing: (() => void)[] = [];
  private count = 0;

  private constructor(
    private readonly network: string,
    private readonly claim: Server,
  ) {
    const names = Array.from({ length: most }, (_, n) => `${this.addressOf(n)} ${nameOf(n)}\n`);
    writeFileSync(this.hosts, `127.0.0.1 localhost\n${names.join("")}`);
  }

  /** A lab on loopback addresses that no other one uses. */
  static async open(): Promise<ClientLab> {
    for (let octet = 2; octet < 255; octet++) {
      const claim = await claimed(`127.${octet}.255.254`);
      if (claim) return new ClientLab(`127.${octet}`, claim);
    }
    throw new Error("no loopback addresses are left for a lab");
  }

  close(): void {
    for (const each of this.closing) each();
    this.claim.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** What has to end with the lab. */
  onClose(end: () => void): void {
    this.closing.push(end);
  }

  /**
   * Starts a server, writes the files (`@HOST@`, `@PORT@`, `@CA@`, `@DIR@`, `@FINGERPRINT@`), has the client send one message, and tells
   * what the server saw.
   */
  async visit(
    client: Sender,
    files: Readonly<Record<string, string>>,
    kind: ServerKind,
  ): Promise<{ readonly directory: string; readonly seen: Visit }> {
    const number = this.count++;
    const servers = await Servers.on(this.addressOf(number), kind, this.pairs);
    try {
      const [directory, host] = [join(this.home, String(number)), nameOf(number)];
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        const written = text
          .replaceAll("@HOST@", host)
          .replaceAll("@PORT@", "10025")
          .replaceAll("@CA@", this.authority)
          .replaceAll("@FINGERPRINT@", fingerprintOf(this.pairs.trusted))
          .replaceAll("@DIR@", directory);
        writeFileSync(join(directory, path), written, { mode: 0o600 });
      }
      await client({ directory, host });
      return { directory, seen: servers.seen };
    } finally {
      await servers.close();
    }
  }

  /** A command line that runs a program where the lab's names are known; `root` are its unpacked packages (unpacked.ts). */
  command(program: string, args: readonly string[], root = ""): [string, string[]] {
    const namespaces = ["-m", "-p", "-f", "--kill-child", "--mount-proc", "--propagation", "private"];
    const script = [join(here, "run.sh"), this.hosts, this.authority, root];
    return ["unshare", [...namespaces, "sh", ...script, program, ...args]];
  }

  /** Runs a program to its end, where the lab's names are known and its authority is trusted. */
  async run(
    program: string,
    args: readonly string[],
    { root, environment = {}, input = "" }: { root?: string; environment?: Record<string, string>; input?: string },
  ): Promise<void> {
    const env = {
      PATH: process.env.PATH ?? "",
      HOME: "/nonexistent",
      SSL_CERT_FILE: this.authority,
      ...environment,
    };
    const command = this.command(program, args, root);
    await new Promise<void>((resolve) => {
      const child = execFile(...command, { env, timeout }, () => resolve());
      child.stdin?.on("error", () => undefined).end(input);
    });
  }

  private addressOf(number: number): string {
    return `${this.network}.${Math.floor(number / 250)}.${1 + (number % 250)}`;
  }
}

/** SHA-256 of a certificate, `AB:CD:…`. */
function fingerprintOf({ cert }: Pair): string {
  return new X509Certificate(cert).fingerprint256;
}

function nameOf(number: number): string {
  return `v${number}.lab.example`;
}

/** Listens on an address as a sign that it is taken; undefined where somebody does. */
function claimed(address: string): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined)).listen(10_025, address, () => resolve(server));
  });
}
