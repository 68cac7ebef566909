import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, unknown } from "../../model/maybe.js";
import type { Written } from "../known-settings.js";
import { expand, listWith } from "./expand.js";
import { type Filter, isFilter, maskOf, type Setting, sameMask } from "./filters.js";
import { included } from "./includes.js";
import { checkName, checkName24 } from "./known-names.js";
import { type Line, linesOf, type Numbered } from "./lines.js";
import { type Syntax, stops, Undecided } from "./syntax.js";

/** A configuration as Dovecot holds it: includes followed, blocks merged, variables expanded. */
export interface Configuration {
  readonly syntax: Syntax;
  readonly filters: readonly Filter[];
  /** The names of the sections of a kind, as written: `passdb`, `service/submission-login/inet_listener`. */
  readonly sections: ReadonlyMap<string, ReadonlySet<string>>;
  /** What each file sets in each of its blocks, also what a later line takes back. */
  readonly written: readonly (readonly Written[])[];
}

const mostLines = 1_000_000;
const mostFilters = 200;

interface Input {
  readonly path: string;
  readonly lines: Iterator<Numbered>;
}

interface Block {
  readonly filter: Filter;
  /** The path of the section that the block is, `""` at a filter's top. */
  readonly path: string;
  readonly at: string;
}

/**
 * Reads `dovecot.conf` and what it includes.
 * @throws InputError with `file:line` for text that Dovecot refuses; Stops for settings it refuses; Undecided for files
 * that are not at hand.
 */
export function readConfiguration(definition: MailDefinition): Configuration {
  return new Reader(definition).read();
}

class Reader {
  private readonly root: Filter = { mask: {}, settings: new Map() };
  private readonly filters: Filter[] = [this.root];
  private readonly sections = new Map<string, Set<string>>();
  private readonly blocks: Block[] = [{ filter: this.root, path: "", at: "" }];
  private readonly inputs: Input[] = [];
  private readonly written = new Map<string, Written[]>();
  private syntax: Syntax = "2.3";
  private counter = 0;
  private lineCount = 0;

  constructor(private readonly definition: MailDefinition) {}

  read(): Configuration {
    const { files, missing, id } = this.definition;
    if (!files["dovecot.conf"]) throw new Undecided(missing.length > 0 ? missing : ["dovecot.conf"], id);
    this.open("dovecot.conf", id);
    for (let input = this.inputs.at(-1); input; input = this.inputs.at(-1)) {
      const next = input.lines.next();
      if (next.done) this.inputs.pop();
      else this.take(next.value, input.path);
    }
    const open = this.blocks.at(-1);
    if (open && this.blocks.length > 1)
      throw new InputError(open.at, "a section is not closed", "Dovecot expects a } on a line of its own.");
    const written = [...this.written.values()];
    return { syntax: this.syntax, filters: this.filters, sections: this.sections, written };
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
    if (this.lineCount === 1 && line.kind === "value" && line.key === "dovecot_config_version") this.syntax = "2.4";
    switch (line.kind) {
      case "include":
        this.include(line.path, line.mayFail, path, at);
        break;
      case "begin":
        this.begin(line.key, line.name, at);
        break;
      case "end":
        if (this.blocks.length === 1) throw new InputError(at, "a } closes nothing", "Remove it.");
        this.blocks.pop();
        break;
      default:
        this.set(line, at);
    }
  }

  private include(written: string, mayFail: boolean, path: string, at: string): void {
    const found = included(this.definition, path, written, mayFail, at);
    if (found === "packaged") {
      const value = unknown("the protocols of the installed packages (/usr/share/dovecot/protocols.d)");
      this.root.settings.set("protocols", { value, at });
      return;
    }
    // The last one opened is read first.
    for (const each of [...found].reverse()) this.open(each, at);
  }

  private get block(): Block {
    return this.blocks.at(-1) as Block;
  }

  private begin(key: string, name: string, at: string): void {
    const { filter, path } = this.block;
    if (!isFilter(key)) this.check(key, path, at);
    if (isFilter(key) && path === "") {
      const mask = maskOf(key, name, filter.mask, at);
      const known = this.filters.find((each) => sameMask(each.mask, mask));
      const opened = known ?? { mask, parent: filter, settings: new Map<string, Setting>() };
      if (!known) this.filters.push(opened);
      if (this.filters.length > mostFilters)
        throw new InputError(
          at,
          `the files hold more than ${mostFilters} different blocks`,
          "Join local and remote blocks.",
        );
      this.blocks.push({ filter: opened, path: "", at });
      return;
    }
    if (this.syntax === "2.3" && (filter.mask.local || filter.mask.remote) && /^(passdb|userdb)$/.test(key))
      throw stops(at, `${key} is not allowed inside local and remote blocks`);
    const kind = path === "" ? key : `${path}/${key}`;
    const called = name !== "" || this.syntax === "2.4" ? name : `#${this.counter++}`;
    if (called === "") {
      this.blocks.push({ filter, path: kind, at });
      return;
    }
    const known = this.sections.get(kind);
    if (known) known.add(called);
    else this.sections.set(kind, new Set([called]));
    this.blocks.push({ filter, path: `${kind}/${called}`, at });
  }

  private set(line: Line & { readonly key: string; readonly value: string }, at: string): void {
    const { filter, path } = this.block;
    this.check(line.key, path, at);
    this.remember(line, at);
    const name = this.nameOf(path, line.key);
    if (line.kind === "file") {
      filter.settings.set(name, { value: unknown(`the file that ${line.key} names`), at, file: line.value });
      return;
    }
    if (this.syntax === "2.3" && name === "auth_mechanisms" && (filter.mask.local || filter.mask.remote))
      throw stops(at, "auth_mechanisms is not allowed inside local and remote blocks");
    const value = line.kind === "variable" ? expand(line.key, line.value, filter, this.syntax) : line.value;
    const listed = this.syntax === "2.4" && path !== "" ? listWith(path, line.key, value, filter) : undefined;
    if (listed) filter.settings.set(path, { value: listed, at });
    else filter.settings.set(name, { value: unread(value, line.key), at });
  }

  private check(name: string, path: string, at: string): void {
    if (this.syntax === "2.3") checkName(name, path, at);
    else checkName24(name, path, at);
  }

  /** A value with `$` may add to the one before; files after each other are meant to take back what others set. */
  private remember({ kind, key, value }: Line & { readonly key: string; readonly value: string }, at: string): void {
    if (kind === "variable") return;
    const { filter, path } = this.block;
    const where = JSON.stringify([this.inputs.at(-1)?.path, this.filters.indexOf(filter), path]);
    const written = this.written.get(where);
    if (written) written.push({ name: key, value, at });
    else this.written.set(where, [{ name: key, value, at }]);
  }

  /** 2.4 lets names inside a block leave out the block's own name: `ssl_server { cert_file }`. */
  private nameOf(path: string, key: string): string {
    if (path === "") return key;
    if (this.syntax === "2.3") return `${path}/${key}`;
    const parts = path.split("/");
    if (parts.length === 1) return key.startsWith(`${path}_`) ? key : `${path}_${key}`;
    const kind = parts.at(-2) as string;
    return `${path}/${key.startsWith(`${kind}_`) ? key.slice(kind.length + 1) : key}`;
  }
}

/** Values with `%{…}` depend on the machine or the connection. */
function unread(value: Setting["value"], key: string): Setting["value"] {
  return !isUnknown(value) && value.includes("%{") ? unknown(`what %{…} in ${key} stands for`) : value;
}
