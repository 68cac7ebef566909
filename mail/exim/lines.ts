import { posix } from "node:path";
import type { MailDefinition, MailFile } from "../../model/mail.js";
import { isBuiltIn, Macros } from "./macros.js";
import { type PhysicalLine, physicalLines } from "./physical.js";
import { Refused, Undecided } from "./stops.js";

/** A logical line: macros replaced, continuations joined. */
export interface Line {
  readonly text: string;
  /** `file:line` of its first physical line. */
  readonly at: string;
  /** Instead of text: a file that is included here and is not at hand. */
  readonly hole?: string;
}

interface Condition {
  /** The branch that is being read is the one taken. */
  taken: boolean;
  /** One was taken before, or the whole condition lies in a part that is skipped. */
  done: boolean;
}

const deepest = 10;
const mostLines = 20_000;
const mostCharacters = 5_000_000;

/**
 * Reads as Exim's `get_config_line` does: on physical lines, in this order, macros, comments, conditions and includes;
 * then continuations. Linear in the length of the text and of what is included.
 */
export class Reader {
  private readonly macros = new Macros();
  private readonly conditions: Condition[] = [];
  private readonly lines: Line[] = [];
  private parts: string[] = [];
  private first = "";
  private read = 0;
  private characters = 0;
  private holes: readonly string[] = [];

  constructor(
    private readonly files: MailDefinition["files"],
    private readonly homes: readonly string[],
  ) {}

  /** @throws Refused where Exim does not read the file, Undecided where what is not at hand decides. */
  logicalLines(physical: readonly PhysicalLine[], directory: string): Line[] {
    this.take(physical, directory, 0);
    if (this.parts.length > 0) this.end();
    if (this.conditions.length > 0) throw new Refused("an .ifdef has no .endif", physical.at(-1)?.at ?? directory);
    return this.lines;
  }

  private take(physical: readonly PhysicalLine[], directory: string, depth: number): void {
    const [start] = physical;
    if (start?.text.startsWith("\uFEFF")) throw new Refused("the file begins with a byte order mark", start.at);
    for (const { text, at } of physical) {
      if (++this.read > mostLines) throw new Undecided(`more than ${mostLines} lines with what is included`);
      const fresh = this.parts.length === 0;
      const { text: expanded, found } = this.macros.expand(text, fresh);
      this.characters += expanded.length;
      if (this.characters > mostCharacters)
        throw new Undecided("macros that grow the text beyond 5,000,000 characters");
      const line = expanded.trimStart();
      if (line.startsWith("#")) continue;
      if (line.startsWith(".") && this.conditional(line, found, at)) continue;
      if (this.conditions.some((each) => !each.taken)) continue;
      const include = /^\.include(_if_exists)?\s+(.*)$/.exec(line.trimEnd());
      if (include) {
        this.include(include[2] ?? "", include[1] !== undefined, directory, at, depth);
        continue;
      }
      this.append(line.trimEnd(), fresh, at);
    }
  }

  private append(line: string, fresh: boolean, at: string): void {
    if (fresh && line === "") return;
    if (fresh) this.first = at;
    if (line.endsWith("\\")) {
      this.parts.push(line.slice(0, -1));
      return;
    }
    this.parts.push(line);
    this.end();
  }

  private end(): void {
    const text = this.parts.join("").trimEnd();
    this.parts = [];
    // A definition counts from here on, in whichever section it stands.
    if (Macros.defines(text)) this.macros.define(text, this.first);
    else if (text !== "") this.lines.push({ text, at: this.first });
  }

  /** Is it a condition? `.ifdef TEXT` holds when a macro was replaced in it. */
  private conditional(line: string, found: boolean, at: string): boolean {
    const [, word, rest = ""] =
      /^\.(ifdef|ifndef|elifdef|elifndef|else|endif)(?:\s+(.*))?$/s.exec(line.trimEnd()) ?? [];
    if (word === undefined) return false;
    const outside = this.conditions.every((each) => each.taken);
    if (word === "ifdef" || word === "ifndef") {
      const taken = outside && this.holds(rest, found) === (word === "ifdef");
      this.conditions.push({ taken, done: taken || !outside });
      return true;
    }
    const current = this.conditions.at(-1);
    if (!current) throw new Refused(`.${word} without .ifdef`, at);
    if (word === "endif") {
      this.conditions.pop();
      return true;
    }
    current.taken = !current.done && (word === "else" || this.holds(rest, found) === (word === "elifdef"));
    current.done ||= current.taken;
    return true;
  }

  private holds(name: string, found: boolean): boolean {
    if (found) return true;
    if (this.holes.length > 0) throw new Undecided(...this.holes);
    return isBuiltIn(name);
  }

  private include(written: string, ifExists: boolean, directory: string, at: string, depth: number): void {
    const name = /^"(.*)"$/.exec(written.trim())?.[1] ?? written.trim();
    if (!name.startsWith("/") && ifExists) throw new Refused(".include_if_exists needs an absolute path", at);
    if (depth >= deepest) throw new Refused(`files are included more than ${deepest} deep`, at);
    const path = name.startsWith("/") ? name : posix.join(directory, name);
    const file = fileAt(path, this.files, this.homes);
    if (file) {
      this.take(physicalLines(file.text, file.at), posix.dirname(path), depth + 1);
      return;
    }
    this.holes = [...this.holes, path];
    this.lines.push({ text: "", at, hole: path });
  }
}

/** The file of a definition that has this absolute path: below one of the homes, by its path from there. */
export function fileAt(path: string, files: MailDefinition["files"], homes: readonly string[]): MailFile | undefined {
  const home = homes.find((each) => path.startsWith(`${each}/`));
  return files[home === undefined ? path : path.slice(home.length + 1)];
}
