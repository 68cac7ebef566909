import { readFile } from "node:fs/promises";
import { InputError } from "../model/errors.js";
import { nearest } from "../model/nearest.js";
import type { Letter } from "../probes/index.js";
import { parseMailAddress } from "./targets.js";

/** How credentials are given: the secret itself is never an argument, which every user of the machine could read. */
export interface CredentialFlags {
  user?: string;
  passwordFile?: string;
  mechanism?: string;
  sendTest?: string;
}

/**
 * The message that is to be sent, through the first of the endpoints; undefined where none is asked for. Its sender is the
 * account, where that is a mail address, else the recipient.
 * @throws InputError for what is no address, or without an account.
 */
export async function readLetter(
  { sendTest, user }: CredentialFlags,
  through: string | undefined,
): Promise<Letter | undefined> {
  if (sendTest === undefined || through === undefined) return undefined;
  if (user === undefined)
    throw new InputError("--send-test", "goes with --user", "Name the account that sends it: --user NAME.");
  const to = parseMailAddress(sendTest);
  if (to === undefined)
    throw new InputError(
      "--send-test",
      `"${sendTest}" is not a mail address that a message can be sent to here`,
      "Write an address that is yours, as user@example.com; before the @ it is ASCII without quotes.",
    );
  const { Letter } = await import("../probes/index.js");
  return new Letter(through, parseMailAddress(user) ?? to, to);
}

/** The variable that holds the password, or the token. */
const variable = "PORT587_PASSWORD";

/**
 * The credentials; undefined when no user is named.
 * @param hosts to which they would go: a password belongs to one of them.
 * @throws InputError for more hosts than one, an unknown mechanism, or no password.
 */
export async function readLogin({ user, passwordFile, mechanism }: CredentialFlags, hosts: readonly string[]) {
  if (user === undefined) {
    const alone = passwordFile !== undefined ? "--password-file" : mechanism !== undefined ? "--mechanism" : undefined;
    if (alone) throw new InputError(alone, "goes with --user", "Name the account: --user NAME.");
    return undefined;
  }
  if (/[\0\r\n]/.test(user) || user === "")
    throw new InputError("--user", "is no user name", "Write it as your mail client has it.");
  const [host, ...others] = new Set(hosts);
  if (host === undefined || others.length > 0)
    throw new InputError("--user", "more than one host is named", "Name one: credentials are not sent around.");
  const { Login } = await import("../probes/index.js");
  const { mechanisms } = await import("../probes/sasl.js");
  const known = Object.keys(mechanisms);
  const chosen = mechanism?.toUpperCase();
  if (chosen !== undefined && !known.includes(chosen)) {
    const close = nearest(chosen, known);
    throw new InputError(
      "--mechanism",
      `"${mechanism}" is not known`,
      close ? `Did you mean ${close}?` : `Mechanisms: ${known.join(", ")}.`,
    );
  }
  return new Login(host, { user, secret: await secretOf(passwordFile) }, chosen);
}

async function secretOf(file: string | undefined): Promise<string> {
  const secret = file !== undefined ? await fromFile(file) : (process.env[variable] ?? (await fromTerminal()));
  if (secret === "" || secret.includes("\0"))
    throw new InputError(file ?? variable, "holds no password", "Put the password in, and nothing else.");
  return secret;
}

/** Editors end a file with a line feed that is none of the password's. */
async function fromFile(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(path, `cannot be read (${error.code})`, "Name a file that holds the password.");
  });
  return text.replace(/\r?\n$/, "");
}

async function fromTerminal(): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY)
    throw new InputError(
      "--user",
      "no password is given",
      `Set ${variable}, name a --password-file, or run this on a terminal, where it is asked for.`,
    );
  const [{ Writable }, { createInterface }] = await Promise.all([
    import("node:stream"),
    import("node:readline/promises"),
  ]);
  const silent = new Writable({ write: (_, __, done) => done() });
  // From here on the terminal echoes nothing: the question comes after.
  const lines = createInterface({ input: stdin, output: silent, terminal: true });
  try {
    stderr.write("Password: ");
    return await lines.question("");
  } finally {
    lines.close();
    stderr.write("\n");
  }
}
