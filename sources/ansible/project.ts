import { posix } from "node:path";
import { InputError } from "../../model/errors.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { entriesOf, type Fields, isFields } from "./yaml.js";

const isYaml = /\.ya?ml$/;
const sections = ["roles", "pre_tasks", "tasks", "post_tasks", "handlers", "import_playbook"];

/** A tree's files as Ansible finds them. */
export class Project {
  private readonly read = new Map<string, Fields[] | undefined>();

  private readonly paths: ReadonlySet<string>;

  constructor(readonly tree: FileTree) {
    this.paths = new Set(tree.paths);
  }

  /** The plays or tasks of a file; undefined for one that is not there or holds no list. */
  entries(path: string): Fields[] | undefined {
    if (!this.has(path)) return undefined;
    if (!this.read.has(path)) this.read.set(path, entriesOf(this.text(path) ?? "", this.tree.at(path)));
    return this.read.get(path);
  }

  has(path: string): boolean {
    return this.paths.has(path);
  }

  /** Undefined for a file that cannot be read as text. */
  text(path: string): string | undefined {
    try {
      return this.tree.text(path);
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  /** The first of these that is there; undefined when none is. */
  first(...paths: readonly string[]): string | undefined {
    return paths.map((path) => posix.normalize(path)).find((path) => this.has(path));
  }

  /** The directory of a role, looked for beside the playbook and above it; roles of collections are not at hand. */
  role(name: string, beside: string): string | undefined {
    const above = beside.split("/").map((_, i, all) => all.slice(0, all.length - i).join("/"));
    return [...above, ""]
      .flatMap((directory) => [posix.join(directory, "roles", name), posix.join(directory, name)])
      .find((directory) => this.tree.paths.some((path) => path.startsWith(`${directory}/tasks/main.`)));
  }

  /** Files whose entries are plays. */
  playbooks(): string[] {
    return this.tree.paths.filter((path) => isYaml.test(path) && !isAside(path) && this.isPlaybook(path));
  }

  /** Directories with tasks of their own. */
  roles(): string[] {
    const found = this.tree.paths.flatMap((path) => {
      const [, directory] = /^(?:(.*)\/)?tasks\/main\.ya?ml$/.exec(path) ?? [];
      return /(?:^|\/)tasks\/main\.ya?ml$/.test(path) && !isAside(path) ? [directory ?? ""] : [];
    });
    return found.filter((directory) => (this.entries(this.tasksOf(directory) ?? "") ?? []).length > 0);
  }

  tasksOf(role: string, kind = "tasks", file: unknown = "main"): string | undefined {
    const path = posix.join(role, kind, String(file));
    return this.first(path, `${path}.yml`, `${path}.yaml`);
  }

  /** The files that these paths may stand for once their `{{ … }}` are worked out: at least what stands around them fits. */
  like(paths: readonly string[]): string[] {
    const ends = paths.map((path) => {
      const parts = posix.normalize(path).split(/\{[{%]|[}%]\}/);
      return [parts[0] ?? "", parts.at(-1) ?? ""] as const;
    });
    return this.tree.paths.filter(
      (path) => isYaml.test(path) && ends.some(([first, last]) => path.startsWith(first) && path.endsWith(last)),
    );
  }

  private isPlaybook(path: string): boolean {
    // Most YAML files of a tree are others, and need not be well-formed.
    const looks =
      /^[ \t]*(?:-[ \t]+|\[?[ \t]*\{[ \t]*)?["']?(?:hosts|(?:ansible\.builtin\.)?import_playbook)["']?\s*:/m;
    const text = directoryOf(path).endsWith("tasks") ? "" : (this.text(path) ?? "");
    if (!looks.test(text) || !/^(?:[ \t]*(?:#.*|---.*|%.*)?\r?\n)*[ \t]*(?:-\s|\[)/.test(text)) return false;
    return (this.entries(path) ?? []).some(isPlay);
  }
}

export function isPlay(entry: unknown): entry is Fields {
  return (
    isFields(entry) &&
    ("hosts" in entry || importedBy(entry) !== undefined) &&
    [...sections, "ansible.builtin.import_playbook"].some((key) => key in entry)
  );
}

/** The playbook that an entry stands for. */
export function importedBy(entry: Fields): string | undefined {
  const name = entry.import_playbook ?? entry["ansible.builtin.import_playbook"];
  return typeof name === "string" ? name : undefined;
}

/** Scenarios that test a role, and collections that were fetched. */
function isAside(path: string): boolean {
  return /(?:^|\/)(?:molecule|tests|ansible_collections)\//.test(path);
}
