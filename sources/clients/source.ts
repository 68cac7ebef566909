import type { Format } from "./formats/lines.js";

/** How one client's settings are told and read, wherever they lie. */
export interface ClientSource {
  /** Its files, by their path. */
  readonly files?: RegExp;
  /** What a file of that name has to hold as well, where others have the same names. */
  readonly content?: RegExp;
  /** How such a file is read. */
  readonly read?: Format;
  /** Throws an InputError for a file with which the program does not start. */
  readonly check?: (text: string, at: string) => void;
  /** The settings of these names in an environment are its own. */
  readonly variables?: RegExp;
  /** The file around it with the line that pins its version. */
  readonly pin?: { readonly file: string; readonly line: RegExp };
}
