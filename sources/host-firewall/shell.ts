import { shellLines } from "./shell-lines.js";
import { readsCommands, textForShell } from "./shell-within.js";

/** Something that runs on a machine: one program with its arguments, and where it stands. */
export interface Command {
  readonly words: readonly string[];
  readonly at: string;
  /** The programs whose output it is fed with, and the file that it reads. */
  readonly after?: string;
  readonly input?: string;
  /** The file that it writes. */
  readonly output?: string;
}

/** What of a script is read: its simple commands in order, and the places of those that concern us and are not simple. */
export interface Script {
  readonly commands: readonly Command[];
  readonly unread: readonly string[];
}

/** Before `&&` they decide whether the rest runs. */
const conditions = ["[", "test", "which", "command", "grep", "type", "!"];
const opens = /^(?:if|for|while|until|case|select)\b|^(?:function\s+)?[\w-]+\s*\(\)\s*\{?|\{$/;
/** With these a line decides for itself what of it runs. */
const reserved = ["if", "then", "elif", "else", "for", "while", "until", "case", "select", "do", "{", "function"];
const closes = /^(?:fi|done|esac|\})(?:$|[\s;&|])/;

/**
 * The commands of a shell script (POSIX.1 2.9, simple commands and lists) that run whatever happens. Lines that `concerns`
 * does not ask for are skipped; a line within a condition, a loop or a function, or with anything that the shell
 * works out (variables, substitutions) is not read. What is handed to another shell (`sh -c`, `su -c`, a here-document) is.
 */
export function commandsOf(
  text: string,
  placeOf: (line: number) => string,
  concerns: (line: string) => boolean,
): Script {
  const commands: Command[] = [];
  const unread: string[] = [];
  let depth = 0;
  for (const { text: line, number, body, isOpen } of shellLines(text)) {
    const at = placeOf(number);
    if (closes.test(line)) depth = Math.max(0, depth - 1);
    else if (opens.test(line) && !/\b(?:fi|done|esac)\s*$/.test(line)) depth++;
    if (depth === 0 && /^(?:exit|exec)\b/.test(line)) break;
    if (!concerns(line) && (body === undefined || !concerns(body))) continue;
    const found = depth === 0 && !isOpen ? listOf(line) : undefined;
    const read = found && scriptOf(found, body, (inner) => commandsOf(inner, () => at, concerns), at);
    if (read === undefined) unread.push(at);
    else {
      commands.push(...read.commands);
      unread.push(...read.unread);
    }
  }
  return { commands, unread: [...new Set(unread)] };
}

/** Commands with those that they hand to shells; undefined where something else is fed with a here-document. */
function scriptOf(
  found: readonly Omit<Command, "at">[],
  body: string | undefined,
  within: (text: string) => Script,
  at: string,
): Script | undefined {
  const [only] = found;
  if (body !== undefined) return only && found.length === 1 && readsCommands(only.words) ? within(body) : undefined;
  const read = found.map((each): Script => {
    const text = isAlone(each) ? textForShell(each.words) : undefined;
    return text === undefined ? { commands: [{ ...each, at }], unread: [] } : within(text);
  });
  return { commands: read.flatMap(({ commands }) => commands), unread: read.flatMap(({ unread }) => unread) };
}

/** It is fed with nothing, and writes into no file. */
function isAlone({ after, input, output }: Omit<Command, "at">): boolean {
  return after === undefined && input === undefined && output === undefined;
}

type Token = { readonly word: string } | { readonly operator: string };

/** The commands of one line; undefined when it is more than a list of simple ones. */
function listOf(line: string): Omit<Command, "at">[] | undefined {
  const tokens = tokensOf(line);
  if (tokens === undefined) return undefined;
  const commands: Omit<Command, "at">[] = [];
  let words: string[] = [];
  let files: { input?: string; output?: string } = {};
  let after: string | undefined;
  let skipping = false;
  const flush = (operator: string) => {
    if (words.length > 0 && !skipping) commands.push({ words, ...files, ...(after === undefined ? {} : { after }) });
    after = operator === "|" ? (words[0] ?? "") : undefined;
    // What follows `||` runs where the command failed; `|| true` only hides that.
    skipping = operator === "||";
    [words, files] = [[], {}];
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if ("word" in token) {
      if (skipping && !/^(?:true|:)$/.test(token.word)) return undefined;
      words.push(token.word);
    } else if (token.operator === "<" || token.operator === ">") {
      const next = tokens[++i];
      if (next === undefined || !("word" in next)) return undefined;
      if (token.operator === "<") files = { ...files, input: next.word };
      else if (next.word !== "/dev/null") files = { ...files, output: next.word };
    } else if (token.operator === "&&" && conditions.includes(words[0] ?? "")) return undefined;
    else flush(token.operator);
  }
  flush(";");
  return commands.some(({ words }) => reserved.includes(words[0] ?? "")) ? undefined : commands;
}

/** Words, unquoted, and operators; undefined where the shell would work something out. */
function tokensOf(line: string): Token[] | undefined {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:(#.*)$|(\d?>&\d|&>\s*\/dev\/null)|\d?(>>?|<)(?![<(&])|(&&|\|\||[;|])|((?:[^\s'"\\;&|<>$`()#]|\\.|'[^']*'|"(?:[^"\\$`]|\\.)*"|(?<=\S)#)+))/y;
  const text = line.trimEnd();
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (found === null) return undefined;
    const [, comment, merged, redirection, operator, word] = found;
    if (comment !== undefined) break;
    if (merged !== undefined) continue;
    if (redirection !== undefined) tokens.push({ operator: redirection[0] as string });
    else if (operator !== undefined) tokens.push({ operator });
    else if (word !== undefined) tokens.push({ word: unquoted(word) });
  }
  return tokens;
}

function unquoted(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g, (_, single, double, escaped) => {
    return single ?? escaped ?? (double as string).replace(/\\(["\\$`])/g, "$1");
  });
}
