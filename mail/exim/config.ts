import type { MailFile } from "../../model/mail.js";
import { checkDriverOption, checkMainOption } from "./known-options.js";
import type { Line } from "./lines.js";
import { optionNames } from "./option-names.js";
import { type Statement, statementsOf } from "./statements.js";
import { Refused, Undecided } from "./stops.js";
import { unquoted } from "./values.js";

export interface Setting {
  readonly value: string;
  readonly at: string;
}

export interface Authenticator {
  readonly name: string;
  readonly at: string;
  readonly options: ReadonlyMap<string, Setting>;
}

export type ListKind = "domainlist" | "hostlist" | "addresslist" | "localpartlist";

/** A configuration as Exim holds it. */
export interface Config {
  readonly options: ReadonlyMap<string, Setting>;
  /** Named lists by `kind name`. */
  readonly lists: ReadonlyMap<string, Setting>;
  readonly acls: ReadonlyMap<string, readonly Statement[]>;
  readonly authenticators: readonly Authenticator[];
  /** Files that are included in the main section, among the ACLs, among the authenticators, and are not at hand. */
  readonly holes: { readonly main: readonly string[]; readonly auth: readonly string[] };
  /** Some ACL sets a variable of its own. */
  readonly setsVariables: boolean;
  /** The release, where it is declared (`4.96`). */
  readonly version: string | undefined;
  /** A file that lists and lookups name; undefined where it is not at hand. */
  readonly table: (path: string) => MailFile | undefined;
}

const named = /^(domainlist|hostlist|addresslist|localpartlist)(?:_cache)?\s+(\w+)\s*=\s*(.*)$/s;
const acl = /^([A-Za-z0-9_]+)\s*:\s*$/;

/** @throws Refused where Exim does not start with these lines, Undecided for an option it may not know. */
export function configOf(lines: readonly Line[], version: string | undefined, table: Config["table"]): Config {
  const options = new Map<string, Setting>();
  const lists = new Map<string, Setting>();
  const byAcl = new Map<string, Line[]>();
  const authenticators: Authenticator[] = [];
  const holes = { main: [] as string[], auth: [] as string[] };
  let section = "main";
  let current: Line[] | undefined;
  let authenticator: Map<string, Setting> | undefined;
  const seen = new Set<string>();
  for (const line of lines) {
    const { text, at, hole } = line;
    const begin = /^begin\s+(\w+)$/i.exec(text)?.[1]?.toLowerCase();
    if (begin !== undefined) {
      section = sectionNamed(begin, seen, at);
      continue;
    }
    if (section === "main") {
      if (hole !== undefined) holes.main.push(hole);
      else mainLine(text, at, options, lists);
    } else if (section === "acl") {
      const name = acl.exec(text)?.[1];
      if (name !== undefined) {
        if (byAcl.has(name)) throw new Refused(`there are two ACLs of the name ${name}`, at);
        current = [];
        byAcl.set(name, current);
      } else if (current) current.push(line);
      else if (hole === undefined) throw new Refused("a line among the ACLs belongs to none", at);
    } else if (section === "authenticators") {
      if (hole !== undefined) holes.auth.push(hole);
      else if (/^\w+\s*:$/.test(text)) {
        authenticator = new Map();
        authenticators.push({ name: text.replace(/\s*:$/, ""), at, options: authenticator });
      } else if (authenticator) setOnce(authenticator, text, at, (name) => checkDriverOption(section, name, at));
      else throw new Refused("an option among the authenticators belongs to none", at);
    } else if (hole === undefined) driverLine(section, text, at);
  }
  const acls = new Map([...byAcl].map(([name, own]) => [name, statementsOf(own)] as const));
  const setsVariables = lines.some((each) => /\bset\s+acl_|\bset\s*=?\s*acl_/.test(each.text));
  return { options, lists, acls, authenticators, holes, setsVariables, version, table };
}

const sections = ["acl", "authenticators", "local_scan", "retry", "rewrite", "routers", "transports"];

function sectionNamed(name: string, seen: Set<string>, at: string): string {
  if (!sections.includes(name)) throw new Refused(`there is no section ${name}`, at);
  if (seen.has(name)) throw new Refused(`the section ${name} begins twice`, at);
  seen.add(name);
  return name;
}

function mainLine(text: string, at: string, options: Map<string, Setting>, lists: Map<string, Setting>): void {
  const line = text.replace(/^hide\s+/, "");
  const list = named.exec(line);
  if (list) {
    const key = `${list[1]} ${list[2]}`;
    if (lists.has(key)) throw new Refused(`the list ${list[2]} is defined twice`, at);
    lists.set(key, { value: unquoted(list[3] ?? "", at), at });
    return;
  }
  setOnce(options, line, at, (name) => {
    checkMainOption(name, at);
    if (!optionNames.has(name)) throw new Undecided(`whether this Exim knows the option ${name} (${at})`);
  });
}

/** An option set twice is an error to Exim; `no_name` and `not_name` turn a switch off. */
function setOnce(
  options: Map<string, Setting>,
  text: string,
  at: string,
  check: (name: string) => void = () => undefined,
): void {
  const [, written = "", value] = /^(\w+)\s*(?:=\s*(.*))?$/s.exec(text.replace(/^hide\s+/, "")) ?? [];
  if (written === "") throw new Refused("a line is neither an option nor a section", at);
  const negated = value === undefined ? /^(?:no|not)_(.*)$/.exec(written)?.[1] : undefined;
  const name = negated ?? written;
  check(name);
  if (options.has(name)) throw new Refused(`${name} is set twice`, at);
  options.set(name, { value: value === undefined ? String(negated === undefined) : unquoted(value, at), at });
}

/** A line among the routers or transports: `name:` or an option. */
function driverLine(section: string, text: string, at: string): void {
  const [, option = "", value] = /^(?:hide\s+)?(\w+)\s*($|=)/.exec(text) ?? [];
  const name = value === "=" ? option : option.replace(/^not?_/, "");
  if (name !== "") checkDriverOption(section, name, at);
}

/** A switch's value. @throws Refused for a word that is none. */
export function switchOf(config: Config, name: string, otherwise: boolean): boolean {
  const setting = config.options.get(name);
  if (!setting) return otherwise;
  const word = setting.value.toLowerCase();
  if (word === "true" || word === "yes") return true;
  if (word === "false" || word === "no") return false;
  throw new Refused(`${name} is neither true nor false`, setting.at);
}
