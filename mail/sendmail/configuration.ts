import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import type { Maybe } from "../../model/maybe.js";
import type { Written } from "../known-settings.js";

/** The value of an option and the line that holds it. */
export interface Setting {
  readonly value: Maybe<string>;
  readonly at: string;
}

/** A word of a class. */
export interface Word {
  readonly value: string;
  readonly at: string;
}

/** What a construct that is not understood may decide. */
export type Doubtful =
  /** Everything, the sockets too. */
  | "all"
  /** What is said to a client, but not where it listens. */
  | "dialogue"
  /** Whether MAIL and RCPT are taken. */
  | "gates"
  /** Whether clients in clear are refused. */
  | "tls"
  /** It refuses clients or recipients, and lets nobody in. */
  | "refusing"
  | "vrfy";

const named = 10;

/** Where the text of the access map stands, if one is asked. */
export interface AccessSource {
  /** `/etc/mail/access`; undefined for a map that is no file. */
  readonly path: string | undefined;
  readonly at: string;
}

/** What decides about clients, whether read from `sendmail.cf` or from the macros of `sendmail.mc`. */
export class Configuration {
  /** Every value in order: some options add up, of the others the last counts. */
  private readonly options = new Map<string, Setting[]>();
  readonly doubts: { readonly kind: Doubtful; readonly missing: string; readonly at: string }[] = [];
  /** Each line of `sendmail.cf` or `sendmail.mc` that sets something by its name, also what another line takes back. */
  readonly written: Written[] = [];
  private readonly classes = { R: new Map<string, Word>(), w: new Map<string, Word>() };
  access: AccessSource | undefined;
  /** FEATURE(`access_db', …, `skip'): an entry SKIP ends a lookup. */
  skips = false;
  /** FEATURE(`delay_checks'): the place where it stands. */
  delayed: string | undefined;
  /** FEATURE(`promiscuous_relay'). */
  promiscuous: string | undefined;
  /** Relaying by what the client says of itself (relay_local_from). */
  localFrom: string | undefined;
  /** Relaying for senders that the access map names (relay_mail_from). */
  mailFrom: string | undefined;
  /** Relaying for clients of the own domain (relay_entire_domain). */
  entireDomain: string | undefined;

  constructor(
    readonly definition: MailDefinition,
    /** The file that was read. */
    readonly at: string,
    /** Said of every socket: what it was made of. */
    readonly origin: string,
  ) {}

  add(name: string, value: Maybe<string>, at: string): void {
    const settings = this.options.get(name);
    if (settings) settings.push({ value, at });
    else this.options.set(name, [{ value, at }]);
  }

  every(name: string): readonly Setting[] {
    return this.options.get(name) ?? [];
  }

  last(name: string): Setting | undefined {
    return this.every(name).at(-1);
  }

  /** A word of class R or w; the first line that holds it stands for it. */
  enter(name: "R" | "w", word: Word): void {
    if (!this.classes[name].has(word.value)) this.classes[name].set(word.value, word);
  }

  /** Words of class R: what is relayed for. */
  get relayed(): readonly Word[] {
    return [...this.classes.R.values()];
  }

  /** Words of class w: the server's own names and addresses. */
  get own(): readonly Word[] {
    return [...this.classes.w.values()];
  }

  /** Of each kind the first few are named. */
  doubt(kind: Doubtful, missing: string, at: string): void {
    if (this.doubts.filter((each) => each.kind === kind).length < named) this.doubts.push({ kind, missing, at });
  }

  doubtsOf(...kinds: readonly Doubtful[]): string[] {
    return [...new Set(this.doubts.filter(({ kind }) => kinds.includes(kind)).map(({ missing }) => missing))];
  }

  /**
   * A file that the configuration names by its absolute path; `/etc/mail` is the root of the definition, others stand under their whole path.
   * @returns undefined where it is not at hand.
   */
  file(path: string): { readonly at: string; readonly text: string } | undefined {
    return this.definition.files[path.replace(/^\/etc\/mail\//, "")];
  }

  /** Whether a file that need not be there is certainly not there: its directory was read, and not one file of it. */
  isAbsent(path: string): boolean {
    const { files, missing } = this.definition;
    return path.startsWith("/etc/mail/") && missing.length === 0 && Object.keys(files).length > 1;
  }
}

/** What Sendmail refuses to start with. */
export function refusal(at: string, what: string): InputError {
  return new InputError(at, `${what}: Sendmail does not start`, "Correct the line; `sendmail -bt </dev/null` tells.");
}

/** The words of a class file: one a line unless its format takes the whole line. */
export function classWords(text: string, at: string, wholeLine: boolean): Word[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.startsWith("#")) return [];
    const words = (wholeLine ? (line.split("#")[0] ?? "") : line).split(/\s+/).filter((word) => word !== "");
    return (wholeLine ? words : words.slice(0, 1)).map((value) => ({ value, at: `${at}:${i + 1}` }));
  });
}
