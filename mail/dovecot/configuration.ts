import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { unknown } from "../../model/maybe.js";
import { onceForEach } from "../../model/once.js";
import type { Written } from "../known-settings.js";
import type { Filter } from "./filters.js";
import { included, textOfValue } from "./includes.js";
import { type Assignment, type Line, linesOf, type Numbered } from "./lines.js";
import { type Syntax, Undecided } from "./syntax.js";
import type { Tree } from "./tree.js";
import { Tree23 } from "./tree-23.js";
import { Tree24 } from "./tree-24.js";
import { fits } from "./versions.js";

/** A configuration as Dovecot holds it: includes followed, blocks merged, variables expanded. */
export interface Configuration {
  readonly syntax: Syntax;
  readonly filters: readonly [Filter, ...Filter[]];
  /** The names of the sections of a kind, as written: `passdb`, `service/submission-login/inet_listener`. */
  readonly sections: ReadonlyMap<string, ReadonlySet<string>>;
  /** What each file sets in each of its blocks, also what a later line takes back. */
  readonly written: readonly (readonly Written[])[];
}

const mostLines = 1_000_000;

interface Input {
  readonly path: string;
  readonly lines: Iterator<Numbered>;
}

/**
 * Reads `dovecot.conf` and what it includes, once for each definition: facts and notices are told of the same.
 * @throws InputError with `file:line` for text that Dovecot refuses; Stops for settings it refuses; Undecided for files
 * that are not at hand.
 */
export const readConfiguration = onceForEach(
  (definition: MailDefinition): Configuration => new Reader(definition).read(),
);

class Reader {
  private readonly inputs: Input[] = [];
  private readonly written = new Map<string, Written[]>();
  /** What is written in the block that is open, in this file; looked up where one begins or ends. */
  private block: Written[] | undefined;
  private syntax: Syntax = "2.3";
  private tree: Tree = new Tree23();
  private lineCount = 0;

  constructor(private readonly definition: MailDefinition) {}

  read(): Configuration {
    const { files, missing, id } = this.definition;
    if (!files["dovecot.conf"]) throw new Undecided(missing.length > 0 ? missing : ["dovecot.conf"], id);
    this.open("dovecot.conf", id);
    for (let input = this.inputs.at(-1); input; input = this.inputs.at(-1)) {
      const next = input.lines.next();
      if (next.done) {
        this.inputs.pop();
        this.block = undefined;
      } else this.take(next.value, input.path);
    }
    const open = this.tree.finish();
    if (open !== undefined)
      throw new InputError(open, "a section is not closed", "Dovecot expects a } on a line of its own.");
    const { filters, sections } = this.tree;
    return { syntax: this.syntax, filters, sections, written: [...this.written.values()] };
  }

  private open(path: string, at: string): void {
    const file = this.definition.files[path];
    if (!file) return;
    if (this.inputs.some((each) => each.path === path))
      throw new InputError(at, "a file includes itself", "Dovecot refuses recursive includes.");
    this.inputs.push({ path, lines: linesOf(file.text, file.at)[Symbol.iterator]() });
  }

  private take({ number, line }: Numbered, path: string): void {
    const at = `${this.definition.files[path]?.at ?? path}:${number}`;
    if (++this.lineCount > mostLines)
      throw new InputError(at, "the files hold more than a million lines", "Is a file included again and again?");
    if (this.lineCount === 1) this.begins(line, at);
    if (line.kind === "include" || line.kind === "begin" || line.kind === "end") this.block = undefined;
    switch (line.kind) {
      case "include":
        this.include(line.path, line.mayFail, path, at);
        break;
      case "begin":
        this.tree.begin(line.key, line.name, at);
        break;
      case "end":
        if (!this.tree.end()) throw new InputError(at, "a } closes nothing", "Remove it.");
        break;
      default:
        this.remember(line, at);
        this.tree.set(this.withText(line, path), at);
    }
  }

  private withText(line: Assignment, path: string): Assignment {
    const text = line.kind === "file" ? textOfValue(this.definition, path, line.key, line.value) : undefined;
    return text === undefined ? line : { ...line, text };
  }

  /** @throws Stops where the declared release refuses what the first line tells of the grammar. */
  private begins(line: Line, at: string): void {
    if (line.kind === "value" && line.key === "dovecot_config_version") {
      this.syntax = "2.4";
      this.tree = new Tree24(line.value);
    }
    fits(this.definition, this.syntax, this.syntax === "2.4" ? { value: (line as Assignment).value, at } : undefined);
  }

  private include(written: string, mayFail: boolean, path: string, at: string): void {
    const found = included(this.definition, path, written, mayFail, at);
    if (found === "packaged") {
      const value = unknown("the protocols of the installed packages (/usr/share/dovecot/protocols.d)");
      this.tree.filters[0].settings.set("protocols", { value, at });
      return;
    }
    // The last one opened is read first.
    for (const each of [...found].reverse()) this.open(each, at);
  }

  /** A value with `$` may add to the one before; files after each other are meant to take back what others set. */
  private remember({ kind, key, value }: Assignment, at: string): void {
    if (kind === "variable") return;
    this.block ??= this.openBlock();
    this.block.push({ name: key, value, at });
  }

  private openBlock(): Written[] {
    const where = JSON.stringify([this.inputs.at(-1)?.path, this.tree.place]);
    const known = this.written.get(where) ?? [];
    this.written.set(where, known);
    return known;
  }
}
