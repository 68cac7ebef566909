import { type Configuration, classWords } from "./configuration.js";

/**
 * A file of class R or w, as an `F` line of `sendmail.cf` names it: `-o` where it need not be there, the path, and the
 * format in which its lines are read.
 */
export function readClassFile(configuration: Configuration, name: "R" | "w", spec: string, at: string): void {
  const [, optional, path = "", format = ""] = /^\s*(-o\S*\s+)?(\S*)\s*(.*)$/s.exec(spec) ?? [];
  const file = configuration.file(path);
  if (file) {
    for (const word of classWords(file.text, file.at, format.startsWith("%["))) configuration.enter(name, word);
    return;
  }
  // Of its own names only addresses would let clients relay: a file of them is seldom anything but names.
  if (name === "w" || (optional !== undefined && configuration.isAbsent(path))) return;
  configuration.doubt("gates", path.startsWith("/") ? path : `what the class R is read from in ${at}`, at);
}
