import { isUnknown, unknown } from "../../model/maybe.js";
import { expand } from "./expand.js";
import { type Filter, FilterList, isFilter, type Setting } from "./filters.js";
import { checkName } from "./known-names.js";
import type { Assignment } from "./lines.js";
import { stops } from "./syntax.js";
import type { Tree } from "./tree.js";

interface Block {
  readonly filter: Filter;
  /** The path of the section that the block is, `""` at a filter's top. */
  readonly path: string;
  readonly at: string;
}

/** The blocks and settings of Dovecot 2.3. */
export class Tree23 implements Tree {
  readonly sections = new Map<string, Set<string>>();
  private readonly list = new FilterList();
  private readonly blocks: Block[] = [{ filter: this.list.root, path: "", at: "" }];
  private counter = 0;

  get filters() {
    return this.list.filters;
  }

  get place(): string {
    return `${this.filters.indexOf(this.block.filter)} ${this.block.path}`;
  }

  private get block(): Block {
    return this.blocks.at(-1) as Block;
  }

  finish(): string | undefined {
    return this.blocks.length > 1 ? this.block.at : undefined;
  }

  end(): boolean {
    if (this.blocks.length === 1) return false;
    this.blocks.pop();
    return true;
  }

  begin(key: string, name: string, at: string): void {
    const { filter, path } = this.block;
    if (!isFilter(key)) checkName(key, path, at);
    if (isFilter(key) && path === "") {
      this.blocks.push({ filter: this.list.open(key, name, filter, at), path: "", at });
      return;
    }
    if ((filter.mask.local || filter.mask.remote) && /^(passdb|userdb)$/.test(key))
      throw stops(at, `${key} is not allowed inside local and remote blocks`);
    const kind = path === "" ? key : `${path}/${key}`;
    const called = name !== "" ? name : `#${this.counter++}`;
    const known = this.sections.get(kind);
    if (known) known.add(called);
    else this.sections.set(kind, new Set([called]));
    this.blocks.push({ filter, path: `${kind}/${called}`, at });
  }

  set(line: Assignment, at: string): void {
    const { filter, path } = this.block;
    checkName(line.key, path, at);
    const name = path === "" ? line.key : `${path}/${line.key}`;
    if (name === "auth_mechanisms" && (filter.mask.local || filter.mask.remote))
      throw stops(at, "auth_mechanisms is not allowed inside local and remote blocks");
    if (line.kind === "file") {
      const text = line.text ?? unknown(`the file that ${line.key} names`);
      filter.settings.set(name, { value: unread(text, line.key), at, file: line.value });
      return;
    }
    const value = line.kind === "variable" ? expand(line.key, line.value, filter) : line.value;
    filter.settings.set(name, { value: unread(value, line.key), at });
  }
}

/** Values with `%{…}` depend on the machine or the connection. */
export function unread(value: Setting["value"], key: string): Setting["value"] {
  return !isUnknown(value) && value.includes("%{") ? unknown(`what %{…} in ${key} stands for`) : value;
}
