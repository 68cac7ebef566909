import { isUnknown, unknown } from "../../model/maybe.js";
import { expand24 } from "./expand.js";
import { type Filter, FilterList, isFilter, type Setting } from "./filters.js";
import type { Assignment } from "./lines.js";
import { blockIn, type Found, type Section, settingIn } from "./names-24.js";
import { stops, Undecided } from "./syntax.js";
import type { Tree } from "./tree.js";
import { unread } from "./tree-23.js";
import { listOf, refused, wordsOf } from "./values-24.js";

interface Block {
  readonly filter: Filter;
  /** The path of the blocks with a name of their own, `""` outside of them. */
  readonly path: string;
  readonly section?: Section;
  /** The list whose entries the block's lines are. */
  readonly list?: string;
  readonly at: string;
}

/** `group @label name { }`: what blocks that include it set where they do not themselves. */
interface Group {
  readonly filter: Filter;
  /** Blocks stand in it. */
  isDeep: boolean;
}

interface Inclusion {
  readonly filter: Filter;
  readonly path: string;
  readonly group: string;
  readonly at: string;
}

/** Settings that the auth process reads, which knows no client. */
const ofAuth = /^(?:auth_(?!allow_cleartext$|socket_path$)|(?:base_dir|verbose_proctitle|passdb|userdb)$)/;

/** The blocks and settings of Dovecot 2.4 (src/config/config-parser.c). */
export class Tree24 implements Tree {
  readonly sections = new Map<string, Set<string>>();
  private readonly list = new FilterList();
  private readonly blocks: Block[] = [{ filter: this.list.root, path: "", at: "" }];
  private readonly groups = new Map<string, Group>();
  /** The groups that blocks include, of each label the last. */
  private readonly included = new Map<string, Inclusion>();

  constructor(private readonly version: string) {}

  get filters() {
    return this.list.filters;
  }

  get place(): string {
    const { filter, path, section, list = "" } = this.block;
    return JSON.stringify([this.filters.indexOf(filter), path, section?.kind, list, filter === this.list.root || path]);
  }

  private get block(): Block {
    return this.blocks.at(-1) as Block;
  }

  /** @throws Stops for what is missing in the whole; Undecided for a group with blocks that is included. */
  finish(): string | undefined {
    if (this.blocks.length > 1) return this.block.at;
    const storage = this.list.root.settings.get("dovecot_storage_version");
    if (!storage) throw stops("dovecot.conf", "dovecot_storage_version is missing");
    for (const each of this.included.values()) this.fill(each);
    return undefined;
  }

  private fill({ filter, path, group, at }: Inclusion): void {
    const found = this.groups.get(group);
    if (!found) throw stops(at, `there is no group ${group}`);
    if (found.isDeep) throw new Undecided([`what the blocks in the group ${group} set where it is included`], at);
    for (const [name, setting] of found.filter.settings) {
      const where = path === "" ? name : `${path}/${name}`;
      if (!filter.settings.has(where)) filter.settings.set(where, setting);
    }
  }

  end(): boolean {
    if (this.blocks.length === 1) return false;
    this.blocks.pop();
    return true;
  }

  begin(key: string, name: string, at: string): void {
    if (key.startsWith("@")) this.beginGroup(key, name, at);
    else if (isFilter(key)) this.beginFilter(key, name, at);
    else this.beginBlock(blockIn(this.block.section, key, at), name, at);
  }

  private beginGroup(label: string, name: string, at: string): void {
    if (this.blocks.length > 1) throw stops(at, "a group stands inside another block");
    const called = `${label} ${name}`;
    const group = this.groups.get(called) ?? {
      filter: { mask: {}, settings: new Map<string, Setting>() },
      isDeep: false,
    };
    this.groups.set(called, group);
    this.blocks.push({ filter: group.filter, path: "", section: { kind: label.slice(1), called: name }, at });
  }

  private beginFilter(key: string, name: string, at: string): void {
    const { filter, section } = this.block;
    if (section) throw stops(at, `${section.kind} { ${key} { } } is not allowed`);
    this.blocks.push({ filter: this.list.open(key, name, filter, at), path: "", at });
  }

  private beginBlock({ name: key, kind }: Found, name: string, at: string): void {
    const { filter, path, section } = this.block;
    const group = [...this.groups.values()].find((each) => each.filter === filter);
    if (group && (kind === "block" || kind === "blocks")) group.isDeep = true;
    if (kind === "block") {
      if (name !== "") throw stops(at, `${key} takes no name`);
      const mask = { ...filter.mask, within: key };
      const inner = path === "" && !group ? this.list.add(mask, filter, at) : filter;
      this.blocks.push({ filter: inner, path: path === "" ? "" : `${path}/${key}`, section: { kind: key }, at });
      return;
    }
    if (kind !== "blocks") {
      this.blocks.push({ ...this.block, list: key, at });
      return;
    }
    if (name === "") throw stops(at, `${key} is missing its name`);
    if (name.startsWith("__")) throw stops(at, `a name of ${key} begins with __`);
    if (key === "service" && section?.called !== undefined && !group)
      throw stops(at, `service is not allowed inside ${section.kind}`);
    this.refuseForClients(filter, key, at);
    const at24 = path === "" ? key : `${path}/${key}`;
    // What a protocol block adds is not there for the processes that serve all protocols.
    if (filter === this.list.root) this.sections.set(at24, (this.sections.get(at24) ?? new Set()).add(name));
    this.blocks.push({ filter, path: `${at24}/${name}`, section: { kind: key, called: name }, at });
  }

  private refuseForClients({ mask }: Filter, name: string, at: string): void {
    if ((mask.local || mask.remote) && ofAuth.test(name))
      throw stops(at, `${name} is not allowed inside local and remote blocks`);
  }

  set(line: Assignment, at: string): void {
    const { filter, path, section, list } = this.block;
    if (line.key === "dovecot_config_version") {
      if (line.value !== this.version) throw stops(at, "dovecot_config_version is set again, with another value");
      return;
    }
    if (line.key.startsWith("@")) {
      const place = JSON.stringify([this.filters.indexOf(filter), path, line.key]);
      this.included.set(place, { filter, path, group: `${line.key} ${line.value}`, at });
      return;
    }
    const found = settingIn(section, list ?? line.key.split("/")[0] ?? "", at);
    const within = found.outside && path === "" ? (filter.parent ?? filter) : filter;
    this.refuseForClients(within, found.name, at);
    const where = path === "" ? found.name : `${path}/${found.name}`;
    const entry = list === undefined ? line.key.split("/")[1] : line.key;
    within.settings.set(where, this.valueOf(line, found, within.settings.get(where), entry, within, at));
  }

  private valueOf(
    line: Assignment,
    { name, kind }: Found,
    before: Setting | undefined,
    entry: string | undefined,
    filter: Filter,
    at: string,
  ): Setting {
    if (line.kind === "file") {
      // The file's text would be taken for a path.
      if (/^ssl_.*_file$/.test(name)) throw stops(at, `${name} takes a path without <`);
      if (line.text === undefined) return { value: unknown(`the file that ${name} names`), at, file: line.value };
    }
    const written = line.text ?? line.value;
    const text = unread(line.kind === "variable" ? expand24(name, written, filter, at) : written, name);
    const isEntry = entry !== undefined && (kind === "list" || kind === "map");
    if (isEntry && kind === "map") return { value: text, at };
    const says = isUnknown(text) ? undefined : refused(name, isEntry ? "boolean" : kind, text);
    if (says !== undefined) throw stops(at, `${name} ${says}`);
    if (kind !== "list") return { value: text, at };
    if (isEntry) return added(before, entry, text, at);
    const words = isUnknown(text) ? text : listOf(text);
    if (words === undefined) throw stops(at, `a quotation mark stands in the middle of a word of ${name}`);
    return { value: isUnknown(words) ? words : words.join(" "), at };
  }
}

/** One more entry of a list in a block: to what the same block lists, else to what the blocks around it do. */
function added(before: Setting | undefined, entry: string, text: Setting["value"], at: string): Setting {
  if (isUnknown(text)) return { value: text, at };
  const { value: list = "", adds: known } = before ?? {};
  if (isUnknown(list)) return { value: list, at };
  const own = before && !known ? wordsOf(list) : undefined;
  const adds = known ?? new Map(own?.map((word) => [word, true]));
  adds.set(entry, !/^no$/i.test(text));
  return before && known ? before : { value: "", at, adds, ...(own && { isWhole: true }) };
}
