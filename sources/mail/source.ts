import type { FileTree } from "./tree.js";

/** How one mail server's configuration is told and gathered, wherever its files lie. */
export interface MailSource {
  /**
   * Where configurations of this server begin in the tree: directories, `""` for the tree itself. Told by names, and by
   * content where other programs use the same names; never throws.
   */
  readonly rootsIn: (tree: FileTree) => readonly string[];
  /** Its main files by their base names: one that is a directory is a file that somebody misplaced, and cannot be read. */
  readonly main: readonly string[];
  /** Where one of those need not lie: the names of files that tell a configuration too. */
  readonly marks?: RegExp;
  /** Where the server itself reads it: a definition from there speaks of this machine's files. */
  readonly homes?: readonly string[];
  /** Which files below a root belong to it, by their path from the root. */
  readonly belongs: (path: string) => boolean;
  /**
   * What in the text of all these names further files: tables that decide who may do what. Without it none are read; keys
   * and passwords never are.
   */
  readonly namesTables?: (text: string) => string;
  /** What in scripts and cloud-config tells that this server's files are written, or that its programs change them. */
  readonly traces: { readonly files: RegExp; readonly commands: RegExp };
}
