import { basename, dirname, join } from "node:path";
import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { isFile, readText } from "./files.js";
import type { MailSource } from "./source.js";

const names = ["main.cf", "master.cf"];

/** A directory that holds `main.cf` or `master.cf`, or such a file itself. */
async function recognises(path: string): Promise<boolean> {
  if (await isFile(path)) return names.includes(basename(path));
  return (await Promise.all(names.map((name) => isFile(join(path, name))))).some(Boolean);
}

/**
 * Reads the configuration files of a Postfix directory; given one of the files, that file alone.
 * @throws InputError for a file that cannot be read, is longer than 10 MB or is no text.
 */
async function read(path: string): Promise<MailDefinition> {
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

export const postfix: MailSource = { recognises, read };
