import { readFile, stat } from "node:fs/promises";
import { InputError } from "../../model/errors.js";

const longest = 10_000_000;

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * A configuration file as text.
 * @throws InputError when it cannot be read, is longer than 10 MB or is no text.
 */
export async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > longest)
    throw new InputError(path, "the file is longer than 10 MB", "This is no mail server's configuration file.");
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(path, `the file cannot be read (${error.code ?? "unknown error"})`, "Check its permissions.");
  });
  if (bytes.includes(0))
    throw new InputError(path, "the file is binary", "Configuration files of mail servers are plain text.");
  return bytes.toString("utf8");
}
