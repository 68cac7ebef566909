import { access, constants, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../model/errors.js";
import { nearest } from "../model/nearest.js";
import type { Report } from "../model/report.js";
import { type FormatName, formats } from "../reports/index.js";
import { chunksOf, print } from "./streams.js";
import { plain, styleOf } from "./style.js";

/** One `--format NAME[=FILE]`. */
export interface Output {
  readonly format: FormatName;
  readonly file?: string;
}

export function parseOutput(text: string): Output {
  const [name = "", ...rest] = text.split("=");
  const names = Object.keys(formats) as FormatName[];
  const format = names.find((each) => each === name);
  if (!format) {
    const close = nearest(name, names);
    throw new InputError(
      "--format",
      `there is no format "${name}"`,
      close ? `Did you mean ${close}?` : `Formats: ${names.join(", ")}.`,
    );
  }
  const file = rest.join("=");
  if (rest.length > 0 && file === "")
    throw new InputError(
      "--format",
      `"${text}" names no file`,
      `Write ${name}=FILE, or ${name} alone for standard output.`,
    );
  return file ? { format, file } : { format };
}

/** Before any work is done: two formats on standard output, or a directory that cannot be written, are refused. */
export async function checkOutputs(outputs: readonly Output[]): Promise<void> {
  if (outputs.filter((each) => each.file === undefined).length > 1) {
    throw new InputError(
      "--format",
      "more than one format goes to standard output",
      "Give all but one a file: --format html=report.html.",
    );
  }
  for (const { file } of outputs) {
    if (file === undefined) continue;
    await access(dirname(resolve(file)), constants.W_OK).catch(() => {
      throw new InputError(
        file,
        "cannot be written: its directory does not exist or is not writable",
        "Create the directory first.",
      );
    });
  }
}

/** Files first, each whole or not there; what goes to standard output is written as it is rendered. */
export async function write(report: Report, outputs: readonly Output[]): Promise<void> {
  for (const { format, file } of outputs)
    if (file !== undefined) await replace(file, formats[format].render(report, plain));
  for (const { format, file } of outputs)
    if (file === undefined) await print(formats[format].render(report, styleOf(process.stdout)));
}

/**
 * Writes a file whole or not at all.
 * @throws InputError when it cannot be written.
 */
export async function replace(file: string, pieces: Iterable<string>): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, chunksOf(pieces));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new InputError(file, `cannot be written (${code})`, "Name a file that can be written.");
  }
}
