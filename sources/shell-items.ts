import { commandsOf, type Script } from "./host-firewall/shell.js";
import { textForShell } from "./host-firewall/shell-within.js";
import { list } from "./user-data.js";

/** Whether a line is about what is asked for. */
export type Concerns = (line: string) => boolean;

/** A string goes to the shell, a list is a program with its arguments. */
export function itemOf(item: unknown, at: string, concerns: Concerns): Script {
  if (typeof item === "string") return commandsOf(item, () => at, concerns);
  const words = list(item).map(String);
  const text = textForShell(words);
  if (text !== undefined) return commandsOf(text, () => at, concerns);
  return { commands: words.length > 0 ? [{ words, at }] : [], unread: [] };
}

/** The words of an item, as they are looked at. */
export function textOf(item: unknown): string {
  return typeof item === "string" ? item : list(item).map(String).join(" ");
}

/** A script that is none of the shell is not read. */
export function shellScript(text: string, placeOf: (line: number) => string, at: string, concerns: Concerns): Script {
  const isShell = /^#!\s*(?:\/usr)?\/bin\/(?:env\s+)?(?:ba|da)?sh\b/.test(text.trimStart());
  return isShell ? commandsOf(text, placeOf, concerns) : { commands: [], unread: [at] };
}

/** What of these scripts is asked for, as one. */
export function joined(scripts: readonly Script[], concerns: Concerns): Script {
  return {
    commands: scripts
      .flatMap(({ commands }) => commands)
      .filter(({ words, output }) => concerns(`${words.join(" ")} ${output}`)),
    unread: [...new Set(scripts.flatMap(({ unread }) => unread))],
  };
}
