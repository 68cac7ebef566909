/** One setting of an ini file: a value, or with `key[]` a list of values. `at` is `file:line` of the last one. */
export interface Setting {
  readonly values: readonly string[];
  readonly isList: boolean;
  readonly at: string;
}

export type Section = ReadonlyMap<string, Setting>;

const truth = /^(?:true|yes|ok|enabled|on|1)$/i;

/** A file of Haraka's ini format. */
export class Ini {
  constructor(private readonly sections: ReadonlyMap<string, Section>) {}

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
  const main = new Map<string, Setting>();
  const sections = new Map<string, Map<string, Setting>>([["main", main]]);
  let section = main;
  let begun = "";
  for (const [index, line] of lines(text).entries()) {
    if (/^\s*(?:[;#].*)?$/.test(line)) continue;
    const heading = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1]?.trim();
    if (heading !== undefined) {
      section = sections.get(heading) ?? new Map();
      sections.set(heading, section);
      continue;
    }
    if (/\\[ \t]*$/.test(line)) {
      begun += line.slice(0, line.lastIndexOf("\\"));
      continue;
    }
    set(section, `${begun}${line}`.trim(), `${file}:${index + 1}`);
    begun = "";
  }
  return new Ini(sections);
}

function set(section: Map<string, Setting>, line: string, at: string): void {
  const equals = line.indexOf("=");
  const name = (equals < 0 ? line : line.slice(0, equals)).trim();
  if (!/^[\w@:._+\-/[\]]+$/.test(name)) return;
  const value = equals < 0 ? "" : line.slice(equals + 1).trim();
  if (!/.\[\]$/.test(name)) {
    section.set(name, { values: [value], isList: false, at });
    return;
  }
  const key = name.replace("[]", "");
  const before = section.get(key);
  section.set(key, { values: [...(before?.isList ? before.values : []), value], isList: true, at });
}

/** Every setting of a file, with its section, also one that a later line takes back. */
export function iniLines(text: string, file: string) {
  let section = "main";
  return lines(text).flatMap((line, index) => {
    const heading = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1]?.trim();
    if (heading !== undefined) section = heading;
    const [, written = "", value = ""] = /^\s*([\w@:._+\-/[\]]+)\s*=(.*)$/.exec(line) ?? [];
    if (heading !== undefined || written === "") return [];
    const isList = /.\[\]$/.test(written);
    const name = isList ? written.replace("[]", "") : written;
    return [{ section, name, value: value.trim(), isList, at: `${file}:${index + 1}` }];
  });
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
