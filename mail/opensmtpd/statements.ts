import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import type { Written } from "../known-settings.js";
import { type Token, tokensOf } from "./tokens.js";

/** The tokens of one statement, and where it begins. */
export interface Statement {
  readonly tokens: readonly Token[];
  readonly at: string;
}

/** A file that is not at hand and may hold anything. */
export class NotAtHand extends Error {
  constructor(
    readonly missing: readonly string[],
    readonly at: string,
  ) {
    super(missing.join(", "));
  }
}

const mostStatements = 20_000;

/**
 * The statements of smtpd.conf and what it includes, in order; macros are kept across files.
 * @param defined told of each macro.
 * @throws InputError for text that smtpd refuses; NotAtHand for an include that is not in the definition.
 */
export function statementsOf(
  definition: MailDefinition,
  defined: (macro: Written) => void = () => undefined,
): Statement[] {
  const statements: Statement[] = [];
  const macros = new Map<string, string>();
  const read = (path: string, from: string, open: readonly string[]) => {
    const file = definition.files[path];
    if (!file) throw new NotAtHand(definition.missing.length > 0 ? definition.missing : [path], from);
    if (open.includes(path)) throw new InputError(from, "a file includes itself", "Remove the include.");
    for (const line of linesOf(file.text)) {
      const at = `${file.at}:${line.number}`;
      const tokens = inPieces(tokensOf(line.text, file.at, macros, line.number));
      for (const piece of tokens) {
        if (statements.length > mostStatements)
          throw new InputError(
            at,
            `the files hold more than ${mostStatements} statements`,
            "Keep long lists in tables (`table NAME file:/PATH`), whose lines are not counted.",
          );
        const [name, second, third] = piece;
        if (name?.text === "include" && name.kind === "key" && second?.kind === "string" && !third)
          read(pathOf(second.text), at, [...open, path]);
        else if (second?.text === "=" && name && name.kind !== "mark") defined(define(piece, at, macros));
        else if (name) statements.push({ tokens: piece, at: `${file.at}:${name.line}` });
      }
    }
  };
  read("smtpd.conf", definition.id, []);
  return statements;
}

/** Absolute paths below the usual homes are files of the definition. */
export function pathOf(written: string): string {
  return written.replace(/^\/(usr\/local\/)?etc\/(opensmtpd\/|mail\/|smtpd\/)?/, "");
}

function define(piece: readonly Token[], at: string, macros: Map<string, string>): Written {
  const [name, , value, more] = piece;
  if (!name || name.kind === "key" || !value || (value.kind !== "string" && value.kind !== "word") || more)
    throw new InputError(at, "this is no macro", 'Expected name = "value".');
  macros.set(name.text, value.text);
  return { name: name.text, value: value.text, at };
}

/** Text up to a line's end that is not inside braces or quotes and not joined to the next: macros count from there on. */
function* linesOf(text: string): Generator<{ readonly number: number; readonly text: string }> {
  let [pending, first, number, depth] = ["", 1, 0, 0];
  for (const line of text.split("\n")) {
    number++;
    if (pending === "" && /^[ \t\r]*(#.*[^\\])?$/.test(line)) {
      first = number + 1;
      continue;
    }
    pending = pending === "" ? line : `${pending}\n${line}`;
    const bare = /["'#]/.test(line)
      ? line.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, "").replace(/#.*/, "")
      : line;
    depth += bare.split("{").length - bare.split("}").length;
    const isOpen = line.endsWith("\\") || depth > 0 || /["']/.test(bare);
    if (isOpen && pending.length < 100_000) continue;
    yield { number: first, text: pending };
    [pending, first, depth] = ["", number + 1, 0];
  }
  if (pending !== "") yield { number: first, text: pending };
}

/** Statements end at a line's end outside braces. */
function inPieces(tokens: readonly Token[]): Token[][] {
  const pieces: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "mark" && token.text === "{") depth++;
    if (token.kind === "mark" && token.text === "}") depth--;
    if (token.kind === "end" && depth <= 0) pieces.push([]);
    else if (token.kind !== "end") pieces.at(-1)?.push(token);
  }
  return pieces;
}
