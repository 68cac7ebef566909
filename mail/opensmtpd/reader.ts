import { InputError } from "../../model/errors.js";
import type { Statement } from "./statements.js";
import type { Token } from "./tokens.js";

/** A table as far as the files tell it: its entries, or the reason why they are not told. */
export interface Table {
  readonly name: string;
  readonly entries: readonly string[] | undefined;
  readonly isMapping: boolean;
}

/** Walks the tokens of one statement. */
export class Reader {
  private index = 0;

  constructor(
    private readonly statement: Statement,
    private readonly tables: ReadonlyMap<string, Table>,
  ) {}

  get at(): string {
    return this.statement.at;
  }

  get done(): boolean {
    return this.index >= this.statement.tokens.length;
  }

  private get next(): Token | undefined {
    return this.statement.tokens[this.index];
  }

  /** Is the next token this reserved word or sign? It is then taken. */
  takes(text: string): boolean {
    const token = this.next;
    if (token?.text !== text || (token.kind !== "key" && token.kind !== "mark")) return false;
    this.index++;
    return true;
  }

  /** The next token, where it is a word or a string. */
  maybeText(): string | undefined {
    const token = this.next;
    if (token?.kind !== "word" && token?.kind !== "string") return undefined;
    this.index++;
    return token.text;
  }

  text(what: string): string {
    const text = this.maybeText();
    if (text === undefined) throw this.refuses(`${what} is missing or a reserved word without quotes`);
    return text;
  }

  /** `<name>`, `{ a, b }`, or one value; undefined where none follows. */
  maybeTable(): Table | undefined {
    if (this.takes("<")) {
      const found = this.tables.get(this.text("a table's name"));
      if (!found) throw this.refuses("a table is not declared above");
      if (!this.takes(">")) throw this.refuses("a table's name lacks its >");
      return found;
    }
    if (this.takes("{")) return this.inline("an inline table");
    const text = this.maybeText();
    return text === undefined ? undefined : { name: "an inline table", entries: [text], isMapping: false };
  }

  table(what: string): Table {
    const table = this.maybeTable();
    if (!table) throw this.refuses(`${what} is missing`);
    return table;
  }

  /** As `table`. @throws InputError for a table of pairs, which smtpd does not look clients and domains up in. */
  list(what: string): Table {
    const table = this.table(what);
    if (table.isMapping) throw this.refuses(`the table ${table.name} holds pairs, and ${what} is looked up in a list`);
    return table;
  }

  /** The entries up to the closing brace. */
  inline(name: string): Table {
    const entries: string[] = [];
    let mappings = 0;
    while (!this.takes("}")) {
      entries.push(this.text("a table's entry"));
      if (this.takes("=") || this.takes("=>")) {
        this.text("a table's value");
        mappings++;
      }
      this.takes(",");
    }
    if (entries.length === 0 || (mappings > 0 && mappings !== entries.length))
      throw this.refuses("a table is empty, or lists and pairs are mixed in it");
    return { name, entries, isMapping: mappings > 0 };
  }

  refuses(problem: string): InputError {
    return new InputError(this.at, problem, "smtpd -n says where it stops reading (smtpd.conf(5)).");
  }

  /** @throws InputError where something is left. */
  end(): void {
    if (!this.done) throw this.refuses("something follows that smtpd does not expect here");
  }
}
