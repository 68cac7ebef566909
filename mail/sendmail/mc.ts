import { posix } from "node:path";
import { InputError } from "../../model/errors.js";
import type { MailDefinition } from "../../model/mail.js";
import { missingOf } from "../../model/maybe.js";
import { type Line, optionNames, readLines } from "./cf.js";
import { readClassFile } from "./class-file.js";
import { Configuration } from "./configuration.js";
import { type Call, expanded, Reader } from "./m4.js";
import { applyFeature, conf, ignored, sections } from "./macros.js";
import { doubtOwnRules } from "./rules.js";

const deepest = 10;

/**
 * Reads the macros of `sendmail.mc` as they are written, without m4: a construct that is not known leaves open what it may
 * decide.
 * @throws InputError with `file:line` for what m4 or Sendmail refuses.
 */
export function readMc(definition: MailDefinition, file: Line): Configuration {
  return new Macros(definition, file).configuration;
}

class Macros {
  readonly configuration: Configuration;
  private readonly definitions = new Map<string, string>([["MAIL_SETTINGS_DIR", "/etc/mail/"]]);
  private readonly places = new Map<string, string>();
  private readonly daemons: { value: string; at: string }[] = [];
  private readonly lines: Line[] = [];
  private readonly filters: string[] = [];
  private current = "";
  private currentAt = "";
  private diverted = false;
  private comments: boolean;
  private reader: Reader | undefined;
  private withoutMsa: string | undefined;

  constructor(definition: MailDefinition, file: Line) {
    const { at, text } = file;
    this.configuration = new Configuration(definition, at, "");
    this.comments = /m4\/cf\.m4/.test(text);
    this.readText(file, []);
    this.endLine();
    this.finish();
  }

  private readText({ text, at }: Line, trail: readonly string[]): void {
    if (trail.includes(at) || trail.length >= deepest)
      throw new InputError(at, "files include each other without end", "Take one include out.");
    const outer = this.reader;
    const reader = new Reader(text.replaceAll("\r\n", "\n"), at, this.comments);
    this.reader = reader;
    reader.read({
      call: (call) => this.call(call, [...trail, at]),
      text: (part, place) => this.print(part, place),
    });
    this.reader = outer;
    if (outer) outer.comments = this.comments;
  }

  private print(part: string, at: string): void {
    if (this.diverted) return;
    for (const [i, piece] of part.split("\n").entries()) {
      if (i > 0) this.endLine();
      if (this.current === "") this.currentAt = at;
      this.current += piece;
    }
  }

  private endLine(): void {
    this.lines.push({ text: this.current, at: this.currentAt });
    this.current = "";
  }

  /** @returns undefined for a name that is no macro; without a place it is only asked. */
  private call({ name, args, at }: Call, trail: readonly string[]): string | undefined {
    const isAsked = at === "";
    if (sections.has(name)) {
      if (!isAsked) this.diverted = false;
      return "";
    }
    if (name in handlers || ignored.has(name)) {
      if (!isAsked && args) this.handle(name, args, at, trail);
      else if (!isAsked && name === "divert") this.diverted = false;
      return args || isAsked || name === "divert" ? "" : undefined;
    }
    if (builtins.has(name)) {
      if (!isAsked && args) this.configuration.doubt("all", `what the m4 macro ${name} does in ${at}`, at);
      return args || isAsked ? "" : undefined;
    }
    const own = this.definitions.get(name);
    if (own === undefined || name in conf) return undefined;
    if (!isAsked && !this.diverted && own !== "")
      this.configuration.doubt("all", `what the macro ${name} stands for in ${at}`, at);
    return "";
  }

  private handle(name: string, args: readonly string[], at: string, trail: readonly string[]): void {
    const handler = handlers[name];
    if (!handler) return;
    // These take their arguments as they are; what other macros print is read again.
    const values = /^(?:un)?define$/.test(name) ? args : args.map((arg) => expanded(arg, this.definitions, at));
    const missing = missingOf(...values);
    if (missing.length > 0) for (const each of missing) this.configuration.doubt("all", each, at);
    else handler(this, values as readonly string[], at, trail);
  }

  define(name: string, text: string, at: string): void {
    this.definitions.set(name, text);
    this.places.set(name, at);
    if (name.startsWith("conf")) this.configuration.written.push({ name, value: text, at });
    if (/^_(?!FFR_|USE_ETC_MAIL_)/.test(name))
      this.configuration.doubt("all", `what defining ${name} does in ${at}`, at);
  }

  undefine(name: string): void {
    this.definitions.delete(name);
  }

  divert(number: string): void {
    this.diverted = number.trim().startsWith("-");
  }

  daemon(value: string, at: string): void {
    this.daemons.push({ value, at });
  }

  filter(name: string): void {
    this.filters.push(name);
  }

  noMsa(at: string): void {
    this.withoutMsa = at;
  }

  include(path: string, at: string, optional: boolean, trail: readonly string[]): void {
    if (/(^|\/)m4\/cf\.m4$/.test(path)) {
      this.comments = false;
      if (this.reader) this.reader.comments = false;
      return;
    }
    const resolved = path.startsWith("/") ? posix.normalize(path) : posix.join("/etc/mail", path);
    const file = this.configuration.file(resolved);
    if (file) this.readText(file, trail);
    else if (!optional || !this.configuration.isAbsent(resolved)) this.configuration.doubt("all", path, at);
  }

  /** What stands in the file when m4 has read all of it. */
  private finish(): void {
    const { configuration, definitions } = this;
    for (const [name, option] of Object.entries(conf)) {
      const text = definitions.get(name);
      const at = this.places.get(name) ?? configuration.at;
      if (text !== undefined) configuration.add(option, expanded(text, definitions, at), at);
    }
    if (!definitions.has("confPRIVACY_FLAGS")) configuration.add("PrivacyOptions", "authwarnings", configuration.at);
    if (this.filters.length > 0) configuration.add("InputMailFilters", this.filters.join(","), configuration.at);
    const class_ = expanded(
      definitions.get("confCR_FILE") ?? "-o /etc/mail/relay-domains",
      definitions,
      configuration.at,
    );
    if (typeof class_ === "string")
      readClassFile(configuration, "R", class_, this.places.get("confCR_FILE") ?? configuration.at);
    else configuration.doubt("gates", "confCR_FILE", configuration.at);
    const daemons = this.daemons.length > 0 ? this.daemons : [{ value: "Name=MTA", at: configuration.at }];
    const msa = this.withoutMsa === undefined ? [{ value: "Port=587, Name=MSA, M=E", at: configuration.at }] : [];
    for (const { value, at } of [...daemons, ...msa]) configuration.add("DaemonPortOptions", value, at);
    doubtOwnRules(configuration, readLines(configuration, this.lines));
    // Lines that m4 copies may come before or after the option that it writes itself.
    for (const name of optionNames)
      if (!adding.has(name) && configuration.every(name).length > 1)
        configuration.doubt(
          "all",
          `which of the values of ${name} counts`,
          configuration.last(name)?.at ?? configuration.at,
        );
  }
}

/** Options of which every value counts. */
const adding: ReadonlySet<string> = new Set([
  ...["DaemonPortOptions", "PrivacyOptions", "AuthOptions", "TLSSrvOptions", "ServerSSLOptions"],
]);

type Handler = (macros: Macros, args: readonly string[], at: string, trail: readonly string[]) => void;

const builtins: ReadonlySet<string> = new Set(
  `ifdef ifelse pushdef popdef eval esyscmd syscmd changequote changecom format translit substr index len incr decr
  m4wrap defn shift indir builtin patsubst regexp undivert divnum sysval mkstemp maketemp changeword HACK`.split(/\s+/),
);

const handlers: Readonly<Record<string, Handler>> = {
  __proto__: null as unknown as Handler,
  define: (macros, [name = "", text = ""], at) => macros.define(name, text, at),
  undefine: (macros, [name = ""]) => macros.undefine(name),
  divert: (macros, [number = ""]) => macros.divert(number),
  include: (macros, [path = ""], at, trail) => macros.include(path, at, false, trail),
  sinclude: (macros, [path = ""], at, trail) => macros.include(path, at, true, trail),
  DAEMON_OPTIONS: (macros, [value = ""], at) => macros.daemon(value, at),
  INPUT_MAIL_FILTER: (macros, [name = ""]) => macros.filter(name),
  FEATURE: (macros, [name = "", ...rest], at) => {
    if (name === "no_default_msa") macros.noMsa(at);
    else applyFeature(macros.configuration, name, rest, at);
  },
  RELAY_DOMAIN: ({ configuration }, [names = ""], at) => {
    for (const value of names.split(/\s+/).filter((word) => word !== "")) configuration.enter("R", { value, at });
  },
  RELAY_DOMAIN_FILE: ({ configuration }, [spec = ""], at) => readClassFile(configuration, "R", spec, at),
  LOCAL_DOMAIN: ({ configuration }, [names = ""], at) => {
    for (const value of names.split(/\s+/).filter((word) => word !== "")) configuration.enter("w", { value, at });
  },
  VIRTUSER_DOMAIN: ({ configuration }, [names = ""], at) => {
    for (const value of names.split(/\s+/).filter((word) => word !== "")) configuration.enter("R", { value, at });
  },
  VIRTUSER_DOMAIN_FILE: ({ configuration }, [spec = ""], at) => readClassFile(configuration, "R", spec, at),
  DOMAIN: ({ configuration }, [name = ""], at) => {
    if (name !== "generic" && name !== "debian-mta") configuration.doubt("all", `domain/${name}.m4`, at);
  },
  OSTYPE: (macros, [name = ""], at) => {
    // Those of Solaris open a port for each family.
    if (/^solaris(8|11)$/.test(name)) macros.configuration.doubt("all", `ostype/${name}.m4`, at);
  },
};
