import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SMTPServer } from "smtp-server";
import { cacheDirectory } from "./cache.js";
import { withLock } from "./lock.js";
import { pythonWith } from "./python.js";
import { unpacked } from "./unpacked.js";

/** Milliseconds within which a client has to begin its handshake where the server waits for one. */
const patience = 1500;

/** Leads to the server, and ends the wait of clients that wait for a greeting in clear: it would last up to minutes. */
function inFrontOf(port: number, beginsWithTls: boolean): Promise<Server> {
  const front = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    const end = () => {
      client.destroy();
      server.destroy();
    };
    if (beginsWithTls) {
      const timer = setTimeout(end, patience);
      client.once("data", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
    }
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
    client.pipe(server).pipe(client);
  });
  return new Promise((resolve) => front.listen(0, "127.0.0.1", () => resolve(front)));
}

/** What a submission server is like: whether it offers STARTTLS, speaks TLS only, and has a certificate that is trusted. */
export const serverKinds = ["clear", "starttls untrusted", "starttls trusted", "tls untrusted", "tls trusted"] as const;
export type ServerKind = (typeof serverKinds)[number];

/** What the server saw of one visit; undefined where no message came. */
export type Visit = { readonly tls: boolean; readonly login: boolean } | undefined;

/** Keys and certificates for localhost: one pair that `authority` stands for, and one that nobody does. */
function certificates(directory: string): { trusted: Pair; untrusted: Pair; authority: string } {
  const pair = (name: string): Pair => {
    const [key, cert] = [join(directory, `${name}.key`), join(directory, `${name}.pem`)];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
    const names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert];
    execFileSync("openssl", [...request, ...names], { stdio: "ignore" });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  };
  return { trusted: pair("trusted"), untrusted: pair("untrusted"), authority: join(directory, "trusted.pem") };
}

interface Pair {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** A place for the files of visits, and the certificates of the servers. Close it at the end. */
export class ClientLab {
  private readonly home = mkdtempSync(join(tmpdir(), "port587-clients-"));
  private readonly pairs = certificates(this.home);
  private count = 0;

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Starts a server, writes the files (`@PORT@`, `@CA@`), has the client send one message, and tells what the server saw. */
  async visit(client: Sender, files: Readonly<Record<string, string>>, kind: ServerKind): Promise<[string, Visit]> {
    let seen: Visit;
    const server = new SMTPServer({
      ...(kind.endsWith(" trusted") ? this.pairs.trusted : this.pairs.untrusted),
      secure: kind.startsWith("tls"),
      hideSTARTTLS: kind === "clear",
      disabledCommands: kind === "clear" ? ["STARTTLS"] : [],
      authOptional: true,
      allowInsecureAuth: true,
      authMethods: ["PLAIN", "LOGIN"],
      disableReverseLookup: true,
      closeTimeout: 100,
      onAuth: (_, __, done) => done(null, { user: "somebody" }),
      onData: (stream, session, done) => {
        seen = { tls: session.secure, login: Boolean(session.user) };
        stream.resume().on("end", () => done());
      },
    });
    server.on("error", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const front = await inFrontOf((server.server.address() as AddressInfo).port, kind.startsWith("tls"));
    try {
      const directory = join(this.home, String(this.count++));
      const port = String((front.address() as AddressInfo).port);
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        const written = text.replaceAll("@PORT@", port).replaceAll("@CA@", this.pairs.authority);
        writeFileSync(join(directory, path), written, { mode: 0o600 });
      }
      await client(directory, this.pairs.authority);
      return [directory, seen];
    } finally {
      front.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }
}

/** Has a program send one message by the files of a directory; a failure of the program is a result, too. */
export type Sender = (directory: string, authority: string) => Promise<void>;

const message = "From: app@example.com\nTo: you@example.com\nSubject: test\n\nhello\n";

export function msmtp(): Sender {
  const root = unpacked("msmtp", ["msmtp"]);
  const libraries = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"].map((each) => join(root, each)).join(":");
  const program = join(root, "usr/bin/msmtp");
  return (directory) => {
    const file = join(directory, "msmtprc");
    return run(
      program,
      ["-C", file, "-f", "app@example.com", "you@example.com"],
      { LD_LIBRARY_PATH: libraries },
      message,
    );
  };
}

/** Django of one release, on a Python that has it. */
export async function django(version: string): Promise<Sender> {
  const python = await pythonWith("django", version);
  const script =
    "from django.core.mail import send_mail; send_mail('test', 'hello', 'app@example.com', ['you@example.com'])";
  return (directory, authority) =>
    run(python, ["-c", script], {
      PYTHONPATH: directory,
      DJANGO_SETTINGS_MODULE: "settings",
      SSL_CERT_FILE: authority,
      EMAIL_PASSWORD: "hunter2",
    });
}

/** nodemailer of one release, kept in the cache; a file `mailer.cjs` runs as it is. */
export async function nodemailer(version: string): Promise<Sender> {
  const home = join(cacheDirectory(), `nodemailer-${version}`);
  await withLock(`${home}.lock`, async () => {
    if (existsSync(join(home, "complete"))) return;
    mkdirSync(home, { recursive: true });
    const install = [
      "install",
      "--prefix",
      home,
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      `nodemailer@${version}`,
    ];
    execFileSync("npm", install, { stdio: "ignore", timeout: 300_000 });
    writeFileSync(join(home, "complete"), "");
  });
  return (directory, authority) =>
    run(process.execPath, [join(directory, "mailer.cjs")], {
      NODE_PATH: join(home, "node_modules"),
      NODE_EXTRA_CA_CERTS: authority,
      SMTP_PASSWORD: "hunter2",
    });
}

function run(program: string, args: string[], environment: Record<string, string>, input = ""): Promise<void> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? "", HOME: "/nonexistent", ...environment };
    const child = execFile(program, args, { env, timeout: 20_000 }, () => resolve());
    child.stdin?.on("error", () => undefined).end(input);
  });
}
