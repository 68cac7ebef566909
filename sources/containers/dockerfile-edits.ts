import { posix } from "node:path";
import type { MailDefinition } from "../../model/mail.js";
import type { Script } from "../host-firewall/shell.js";
import { afterCommands } from "../mail/index.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { type Concerns, itemOf, joined } from "../shell-items.js";
import { isDockerfile, readDockerfile } from "./dockerfile.js";
import { Copied } from "./dockerfile-scripts.js";
import { type Copy, placeOf, type Step } from "./dockerfile-steps.js";

/** What a Dockerfile does, and the directory of the tree from which it most likely copies. */
interface Build {
  readonly steps: readonly Step[];
  readonly context: string;
}

function copyingIn(tree: FileTree) {
  return tree.paths.filter(isDockerfile).flatMap((path) => {
    const steps = readDockerfile(tree, path, directoryOf(path), tree.at)?.steps ?? [];
    return steps.some((step) => "sources" in step) ? [{ steps, directory: directoryOf(path) }] : [];
  });
}

/**
 * The Dockerfiles of a tree, which are read once, when there is a definition that they may change: takes definitions of the tree, and gives them back once those that copy
 * their files have run their commands over them. What a command does before its file is copied changes nothing;
 * between two files of one server, or where several Dockerfiles copy them, it is not worked out.
 */
export function dockerfilesOver(tree: FileTree): (definitions: readonly MailDefinition[]) => MailDefinition[] {
  const pathAt = new Map(tree.paths.map((path) => [tree.at(path), path]));
  const filesOf = ({ files }: MailDefinition) =>
    Object.values(files).flatMap(({ at }) => (pathAt.has(at) ? [pathAt.get(at) as string] : []));
  let copying: ReturnType<typeof copyingIn> | undefined;
  return (definitions) => {
    const homes = definitions.flatMap(filesOf).map(directoryOf);
    if (homes.length === 0) return [...definitions];
    copying ??= copyingIn(tree);
    const builds = copying.map(
      ({ steps, directory }): Build => ({ steps, context: contextOf(steps, [directory, ...homes], tree) }),
    );
    return afterBuilds(definitions, builds, filesOf, tree);
  };
}

function afterBuilds(
  definitions: readonly MailDefinition[],
  builds: readonly Build[],
  filesOf: (definition: MailDefinition) => readonly string[],
  tree: FileTree,
): MailDefinition[] {
  return definitions.map((definition) => {
    const own = filesOf(definition);
    const copying = builds.filter(({ steps, context }) =>
      steps.some((step) => "sources" in step && own.some((file) => placeOf(file, step, context) !== undefined)),
    );
    if (copying.length === 0) return definition;
    const script = (touches: Concerns) => {
      const scripts = copying.map((build) => scriptOf(build, own, tree, touches));
      return copying.length === 1 ? joined(scripts, () => true) : undecided(scripts);
    };
    return afterCommands(definition, { script });
  });
}

/** Of these directories and those above them the first that has most of what is copied. */
function contextOf(steps: readonly Step[], directories: readonly string[], tree: FileTree): string {
  const sources = steps.flatMap((step) => ("sources" in step && !step.isElsewhere ? step.sources : []));
  const candidates = [...new Set(directories.flatMap(andAbove))];
  const found = candidates.map((directory) => {
    const has = (source: string) => {
      const path = posix.join("/", directory, source).replace(/^\/|\/$/g, "");
      return path === "" || tree.has(path) || tree.below(path).length > 0;
    };
    return { directory, number: sources.filter(has).length };
  });
  const most = Math.max(...found.map(({ number }) => number));
  return found.find(({ number }) => number === most)?.directory ?? "";
}

function andAbove(directory: string): string[] {
  return directory === "" ? [""] : [directory, ...andAbove(directoryOf(directory))];
}

/** The commands that run over these files once they are in the image. */
function scriptOf({ steps, context }: Build, files: readonly string[], tree: FileTree, touches: Concerns): Script {
  const puts = (step: Copy, file: string) => placeOf(file, step, context) !== undefined;
  const placed = files.flatMap((file) => {
    const each = steps.map((step) => ("sources" in step ? placeOf(file, step, context) : undefined));
    const index = each.findLastIndex((place) => place !== undefined);
    return index < 0 ? [] : [{ index, place: each[index] as string }];
  });
  const places = placed.map(({ place }) => place);
  const [first, whole] = [Math.min(...placed.map(({ index }) => index)), Math.max(...placed.map(({ index }) => index))];
  const directories = [...new Set(places.map((place) => posix.dirname(place)))].filter((each) => each.length > 1);
  const named = directories.map((each) => new RegExp(`${escaped(each)}(?:/?(?:$|["'\\s;&|)])|/[^\\s/]*[*?[{])`, "m"));
  const isUsual = places.every((place) => posix.dirname(place) === "/etc/postfix");
  const copied = new Copied(context, tree);
  const scripts = steps.map((step, i): Script => {
    if ("sources" in step) copied.add(step);
    if (i <= first) return nothing;
    if ("sources" in step) {
      const isSame = step.stage?.some((each) => "sources" in each && files.some((file) => puts(each, file)));
      return i > whole && !isSame && replaces(step, places, context, tree) ? notRead(step.at) : nothing;
    }
    const concerns = (text: string) =>
      touches(text) || directories.includes(step.directory) || named.some((each) => each.test(text));
    if (copied.isCalledBy(step, touches)) return notRead(step.at);
    if (!concerns(step.text)) return nothing;
    if (!step.isPlain || i < whole) return notRead(step.at);
    const script = joined([itemOf(step.run, step.at, concerns)], concerns);
    return isUsual ? script : undecided([script]);
  });
  return joined(scripts, () => true);
}

const nothing: Script = { commands: [], unread: [] };

function notRead(at: string): Script {
  return { commands: [], unread: [at] };
}

/** postconf edits `/etc/postfix`, and one image's commands say nothing of another's files. */
function undecided(scripts: readonly Script[]): Script {
  const places = scripts.flatMap(({ commands, unread }) => [...unread, ...commands.map(({ at }) => at)]);
  return { commands: [], unread: [...new Set(places)] };
}

/** Whether a copy puts another file where one of these lies, or may. */
function replaces(step: Copy, places: readonly string[], context: string, tree: FileTree): boolean {
  if (step.isElsewhere)
    return places.some((place) => place === step.target || place.startsWith(`${step.target.replace(/\/$/, "")}/`));
  const names = new Set([...places, ...step.sources].map((each) => posix.basename(each)));
  const alike = tree.paths.filter((path) => names.has(posix.basename(path)));
  return alike.some((path) => places.includes(placeOf(path, step, context) ?? "/"));
}

function escaped(text: string): string {
  return text.replace(/[\\^$+.()|{}[\]*?]/g, "\\$&");
}
