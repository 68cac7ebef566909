import { posix } from "node:path";
import { lineEdited } from "./lineinfile.js";
import type { Project } from "./project.js";
import type { Step } from "./tasks.js";
import { isFields, isTemplated, isTrue } from "./yaml.js";

/** A file as a step leaves it on the host: undefined text where something else decides it, and what evidence names. */
export interface Left {
  readonly path: string;
  readonly text: string | undefined;
  readonly at: string;
}

const markers = "# {mark} ANSIBLE MANAGED BLOCK";
/** What Ansible puts there is a comment or stands in one. */
const managed = /^\s*#?\s*\{\{\s*ansible_managed\s*(?:\|\s*comment\s*(?:\([^)]*\)\s*)?)?\}\}\s*$/gm;

/** The modules that write files. */
const writing: ReadonlySet<string> = new Set([
  ...["copy", "template", "blockinfile", "file", "lineinfile", "replace", "ini_file"],
  ...["get_url", "assemble", "unarchive", "synchronize"],
]);

/** The files that a step writes; `before` are those of earlier steps. Undefined for a module that writes none. */
export function filesLeft(step: Step, project: Project, before: ReadonlyMap<string, Left>): Left[] | undefined {
  const { module, args, inDoubt } = step;
  if (!writing.has(module)) return undefined;
  const { at } = step;
  const path = pathOf(args.dest ?? args.path ?? args.destfile ?? args.name);
  const unknown = (): Left[] => (path === undefined ? [] : [{ path, text: undefined, at }]);
  switch (module) {
    case "copy":
    case "template":
      return inDoubt ? unknown() : copied(step, project);
    case "blockinfile": {
      const own = path === undefined ? undefined : before.get(path)?.text;
      const isPlain = !inDoubt && args.insertbefore === undefined && /^(?:EOF)?$/.test(String(args.insertafter ?? ""));
      if (path === undefined || own === undefined || !isPlain || isTemplated(args) || args.state === "absent")
        return unknown();
      const marker = String(args.marker ?? markers);
      const [begin, end] = ["BEGIN", "END"].map((mark) => marker.replace("{mark}", mark));
      const text = `${own.replace(/\n?$/, "\n")}${begin}\n${String(args.block ?? args.content ?? "")}\n${end}\n`;
      return [{ path, text, at }];
    }
    case "file":
      return /^(?:absent|link|hard|touch)$/.test(String(args.state ?? "")) ? unknown() : [];
    case "lineinfile": {
      const own = path === undefined ? undefined : before.get(path)?.text;
      const text = own === undefined || inDoubt || isTemplated(args) ? undefined : lineEdited(own, args);
      return path === undefined || text === undefined ? unknown() : [{ path, text, at }];
    }
    default:
      return unknown();
  }
}

function pathOf(value: unknown): string | undefined {
  return typeof value !== "string" || isTemplated(value) ? undefined : posix.resolve("/", value).slice(1);
}

function copied({ module, args, at, directories }: Step, project: Project): Left[] {
  const { src, dest, content } = args;
  const path = pathOf(dest);
  if (path === undefined) return [];
  if (content !== undefined) {
    const text = isTemplated(content) || isFields(content) ? undefined : String(content);
    return [{ path, text, at: `${at}:/${path}` }];
  }
  const unknown = [{ path, text: undefined, at }];
  if (typeof src !== "string" || isTemplated(src) || isTrue(args.remote_src)) return unknown;
  const kind = module === "template" ? "templates" : "files";
  const places = directories.flatMap((each) => [posix.join(each, kind, src), posix.join(each, src)]);
  const file = project.first(...places);
  if (file !== undefined) {
    const target = String(dest).endsWith("/") ? posix.join(path, posix.basename(src)) : path;
    return [leftBy(file, target, module === "template", project)];
  }
  const directory = places
    .map((each) => posix.normalize(each).replace(/\/$/, ""))
    .find((each) => project.tree.paths.some((one) => one.startsWith(`${each}/`)));
  if (directory === undefined) return unknown;
  const base = src.endsWith("/") ? path : posix.join(path, posix.basename(src));
  return project.tree.paths
    .filter((each) => each.startsWith(`${directory}/`))
    .map((each) => leftBy(each, posix.join(base, each.slice(directory.length + 1)), false, project));
}

function leftBy(file: string, path: string, isTemplate: boolean, project: Project): Left {
  const at = project.tree.at(file);
  const text = project.text(file);
  if (!isTemplate || text === undefined) return { path, text, at };
  const plain = text.replace(managed, "#");
  const open = /\{\{|\{%/.exec(plain);
  if (open === null) return { path, text: plain, at };
  return { path, text: undefined, at: `${at}:${plain.slice(0, open.index).split("\n").length}` };
}
