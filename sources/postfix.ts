import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../model/errors.js";
import type { MailDefinition } from "../model/mail.js";

const names = ["main.cf", "master.cf"];
const longest = 10_000_000;

/** A directory that holds `main.cf` or `master.cf`, or such a file itself. */
export async function recognisesPostfix(path: string): Promise<boolean> {
  if (await isFile(path)) return names.includes(basename(path));
  return (await Promise.all(names.map((name) => isFile(join(path, name))))).some(Boolean);
}

/**
 * Reads the configuration files of a Postfix directory; given one of the files, that file alone.
 * @throws InputError for a file that cannot be read, is longer than 10 MB or is no text.
 */
export async function readPostfix(path: string): Promise<MailDefinition> {
  const id = path.replace(/(?<=.)\/+$/, "");
  const alone = await isFile(path);
  const directory = alone ? dirname(path) : path;
  const wanted = alone ? [basename(path)] : names;
  const files: Record<string, { at: string; text: string }> = {};
  for (const name of wanted) {
    const at = alone ? id : join(directory, name);
    if (await isFile(at)) files[name] = { at, text: await readText(at) };
  }
  if (Object.keys(files).length === 0) {
    throw new InputError(
      id,
      "here is no main.cf and no master.cf",
      "Name the directory that Postfix reads (postconf config_directory).",
    );
  }
  return { id, product: "postfix", origin: "planned", files, missing: [] };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > longest)
    throw new InputError(path, "the file is longer than 10 MB", "This is no Postfix configuration file.");
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(path, `the file cannot be read (${error.code ?? "unknown error"})`, "Check its permissions.");
  });
  if (bytes.includes(0))
    throw new InputError(path, "the file is binary", "Postfix configuration files are plain text.");
  return bytes.toString("utf8");
}
