/** One setting of an ini file: a value, or with `key[]` a list of values. `at` is `file:line` of the last one. */
export interface Setting {
  readonly values: readonly string[];
  readonly isList: boolean;
  readonly at: string;
}

export type Section = ReadonlyMap<string, Setting>;

const truth = /^(?:true|yes|ok|enabled|on|1)$/i;

/** One line of it that sets something, also where a later one takes that back. */
export interface Written {
  readonly section: string;
  readonly name: string;
  readonly value: string;
  readonly isList: boolean;
  readonly at: string;
}

/** A file of Haraka's ini format. */
export class Ini {
  private readonly sections: ReadonlyMap<string, Section>;

  /** @param names the sections, also those that hold nothing. */
  constructor(
    names: Iterable<string>,
    readonly written: readonly Written[],
  ) {
    const sections = new Map([...names].map((name) => [name, new Map<string, Setting>()]));
    for (const { section, name, value, isList, at } of written) {
      const before = sections.get(section)?.get(name);
      const values = isList && before?.isList ? [...before.values, value] : [value];
      sections.get(section)?.set(name, { values, isList, at });
    }
    this.sections = sections;
  }

  has(section: string): boolean {
    return this.sections.has(section);
  }

  section(name: string): Section {
    return this.sections.get(name) ?? new Map();
  }

  setting(section: string, key: string): Setting | undefined {
    return this.section(section).get(key);
  }

  /** The one value of a key that is no list; undefined when it is not set. */
  text(section: string, key: string): string | undefined {
    const setting = this.setting(section, key);
    return setting && !setting.isList ? setting.values[0] : undefined;
  }

  /** Words that are none of those for true are false. */
  boolean(section: string, key: string, otherwise: boolean): boolean {
    const text = this.text(section, key);
    return text === undefined ? otherwise : truth.test(text);
  }
}

/** Reads as haraka-config does: keys before any section are in `main`; lines that it cannot read are passed over. */
export function parseIni(text: string, file: string): Ini {
  const sections = new Set(["main"]);
  const written: Written[] = [];
  let section = "main";
  let begun = "";
  for (const [index, line] of lines(text).entries()) {
    if (/^\s*(?:[;#].*)?$/.test(line)) continue;
    const heading = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1]?.trim();
    if (heading !== undefined) {
      section = heading;
      sections.add(heading);
      continue;
    }
    if (/\\[ \t]*$/.test(line)) {
      begun += line.slice(0, line.lastIndexOf("\\"));
      continue;
    }
    const setting = settingOf(`${begun}${line}`.trim());
    if (setting) written.push({ section, ...setting, at: `${file}:${index + 1}` });
    begun = "";
  }
  return new Ini(sections, written);
}

function settingOf(line: string): Omit<Written, "section" | "at"> | undefined {
  const equals = line.indexOf("=");
  const key = (equals < 0 ? line : line.slice(0, equals)).trim();
  if (!/^[\w@:._+\-/[\]]+$/.test(key)) return undefined;
  const isList = /.\[\]$/.test(key);
  const value = equals < 0 ? "" : line.slice(equals + 1).trim();
  return { name: isList ? key.replace("[]", "") : key, value, isList };
}

/** The lines of a list file that are neither blank nor comments, each with its number. */
export function parseList(text: string, file: string): { readonly text: string; readonly at: string }[] {
  return lines(text)
    .map((line, index) => ({ text: line.trim(), at: `${file}:${index + 1}` }))
    .filter((each) => !/^(?:[;#].*)?$/.test(each.text));
}

function lines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}
