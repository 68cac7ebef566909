import type { Evidence } from "../../model/evidence.js";
import type { MailDefinition, MailFile } from "../../model/mail.js";
import { onceForEach } from "../../model/once.js";
import { Ini, parseIni, parseList } from "./ini.js";

/** What serves and what is passed over are told of the same files. */
const iniOf = onceForEach(({ text, at }: MailFile) => parseIni(text, at));
const noIni = new Ini(["main"], []);

/** A file that decides is not at hand. */
export class NotAtHand extends Error {
  constructor(readonly missing: readonly string[]) {
    super(missing.join(", "));
  }
}

/** The files of a Haraka directory, whether the definition begins at it or at its `config`. */
export class HarakaFiles {
  constructor(private readonly definition: MailDefinition) {}

  /** The declared release. */
  get version(): string | undefined {
    return this.definition.version;
  }

  private find(name: string): MailDefinition["files"][string] | undefined {
    return this.definition.files[`config/${name}`] ?? this.definition.files[name];
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  /** Haraka does without the file; where another program may write it, what it holds is open. @throws NotAtHand */
  private optional(name: string): MailDefinition["files"][string] | undefined {
    const file = this.find(name);
    if (!file && this.definition.missing.length > 0) throw new NotAtHand(this.definition.missing);
    return file;
  }

  /** @throws NotAtHand */
  ini(name: string): Ini {
    const file = this.optional(name);
    return file ? iniOf(file) : noIni;
  }

  /** @throws NotAtHand */
  list(name: string): ReturnType<typeof parseList> {
    const file = this.optional(name);
    return file ? parseList(file.text, file.at) : [];
  }

  /** A plugin that lies in the directory itself comes before Haraka's own one of that name. */
  hasPlugin(name: string): boolean {
    return this.definition.files[`plugins/${name}.js`] !== undefined;
  }

  at(name: string): string {
    return this.find(name)?.at ?? this.definition.id;
  }

  evidence(name: string, section: string, key: string, says: string): Evidence {
    const setting = this.ini(name).setting(section, key);
    return setting ? { kind: "code", at: setting.at, says } : { kind: "default", at: this.at(name), says };
  }
}
