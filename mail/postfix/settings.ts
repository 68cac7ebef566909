import type { Evidence } from "../../model/evidence.js";
import type { MailFile } from "../../model/mail.js";
import type { Beside } from "./beside.js";
import { fromTheMachine, type Parameter, parameters } from "./defaults.js";
import { expand, TooLong } from "./expand.js";
import { MacroError } from "./expression-reader.js";
import type { Entries, Entry } from "./main-cf.js";
import { openTable } from "./tables/index.js";
import type { Table } from "./tables/table.js";
import { type Version, versionName } from "./versions.js";

/** What is asked for cannot be decided without these inputs. */
export class Undecided extends Error {
  readonly missing: readonly string[];

  constructor(...missing: string[]) {
    super(missing.join(", "));
    this.missing = missing;
  }
}

/** The program that reads this setting stops. */
export class Stops extends Error {
  constructor(
    /** A clause: "smtpd_tls_security_level names no level". */
    readonly reason: string,
    readonly evidence: Evidence,
  ) {
    super(reason);
  }
}

const position = new Map(parameters.map((parameter, index) => [parameter.name, index]));

/** The parameters as one Postfix program of one release sees them: its `-o` options before main.cf before the defaults. */
export class Settings {
  constructor(
    readonly version: Version,
    /** Undefined when the file is not at hand; then what no option sets is undecided. */
    private readonly main: Entries | undefined,
    private readonly overrides: Entries = new Map(),
    /** The inputs that would tell what main.cf says. */
    private readonly missing: readonly string[] = ["main.cf"],
    /** The maintenance release, where it is declared. */
    readonly patch?: number,
    private readonly beside?: Beside,
  ) {}

  with(overrides: Entries): Settings {
    return new Settings(this.version, this.main, overrides, this.missing, this.patch, this.beside);
  }

  private entry(name: string): Entry | undefined {
    return this.overrides.get(name) ?? this.main?.get(name);
  }

  isSet(name: string): boolean {
    if (!this.main && !this.overrides.has(name)) throw new Undecided(...this.missing);
    return this.entry(name) !== undefined;
  }

  /**
   * The expanded value; "" for a name that is neither set nor a parameter.
   * @throws Undecided when it depends on the machine or on a file that is not at hand; Stops on a syntax error.
   */
  text(name: string): string {
    const order = position.get(name) ?? parameters.length;
    const raw = this.raw(name, parameters.length);
    try {
      return expand(raw ?? "", (other) => this.raw(other, order), this.version >= 306);
    } catch (error) {
      if (error instanceof MacroError) throw this.stops(name, `${name} has a $ expression that cannot be expanded`);
      if (error instanceof TooLong) throw new Undecided(`a shorter value of ${name}`);
      throw error;
    }
  }

  /** @throws Undecided, or Stops when it is neither yes nor no. */
  boolean(name: string): boolean {
    const value = this.text(name).toLowerCase();
    if (value !== "yes" && value !== "no") throw this.stops(name, `${name} is neither yes nor no`);
    return value === "yes";
  }

  /** The entry as it stands, or the default where the reader has come past it (`order`). */
  private raw(name: string, order: number): string | undefined {
    if (this.isSet(name)) return this.entry(name)?.value;
    const index = position.get(name);
    if (index !== undefined) return index < order ? defaultOf(parameters[index] as Parameter, this.version) : undefined;
    if (name === "config_directory" && this.beside) return this.beside.directory;
    if (fromTheMachine.has(name)) throw new Undecided(name);
    return undefined;
  }

  /** @throws Stops at the first value (of the options where there are some, else of main.cf) with a bad `$` expression. */
  checkMacros(): void {
    const entries = this.overrides.size > 0 ? this.overrides : this.main;
    for (const [name, { value }] of entries ?? []) {
      if (value.includes("$") && !isReadable(value, this.version))
        throw this.stops(name, `${name} has a $ expression that cannot be read`);
    }
  }

  /** The table that a word of this parameter names; undefined where no file at hand tells. */
  table(word: string, name: string): Table | undefined {
    const { at } = this.evidence(name, "");
    return openTable(word, at, this.version, (path) => this.file(path));
  }

  /** A file in the configuration directory, by its whole path. */
  file(path: string): MailFile | undefined {
    return this.beside?.file(path);
  }

  /** Where the value of `name` comes from, with what follows from it. */
  evidence(name: string, says: string): Evidence {
    const entry = this.entry(name);
    return entry
      ? { kind: "code", at: entry.at, says }
      : { kind: "default", at: `Postfix ${versionName(this.version)}`, says: `${says} (no line sets ${name})` };
  }

  stops(name: string, reason: string): Stops {
    return new Stops(reason, this.evidence(name, `${reason}: the program that reads it stops`));
  }
}

/** Whether the expressions are well formed, whatever the names in them stand for ("1" is good for every comparison). */
function isReadable(value: string, version: Version): boolean {
  try {
    expand(value, () => "1", version >= 306);
    return true;
  } catch (error) {
    return !(error instanceof MacroError);
  }
}

function defaultOf({ value }: Parameter, version: Version): string | undefined {
  return typeof value === "string" ? value : value(version);
}
