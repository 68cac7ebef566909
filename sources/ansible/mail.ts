import type { MailDefinition } from "../../model/mail.js";
import type { Script } from "../host-firewall/shell.js";
import { mailDefinitionsIn, touchedBy } from "../mail/index.js";
import { overPackage } from "../mail/packaged.js";
import { treeOf } from "../mail/tree.js";
import { type Concerns, itemOf, joined, shellScript } from "../shell-items.js";
import { filesLeft, type Left } from "./files.js";
import type { Project } from "./project.js";
import type { Step } from "./tasks.js";
import { isTemplated, listOf } from "./yaml.js";

/** What a host's steps leave of its mail servers. */
export interface MailOfHost {
  readonly definitions: readonly MailDefinition[];
  /** The files of the project that were put there. */
  readonly used: ReadonlySet<string>;
}

/**
 * The mail servers whose files a host's steps write: copied, filled in and edited in their order; of commands those of postconf
 * are worked out where they run after the files.
 */
export function mailOn(id: string, steps: readonly Step[], project: Project): MailOfHost {
  const files = new Map<string, Left>();
  const used = new Set<string>();
  const written = steps.flatMap((step, i) => {
    const left = filesLeft(step, project, files) ?? [];
    for (const each of left) {
      if (/^(?:copy|template)$/.test(step.module)) used.add(each.at.replace(/:\d+$/, ""));
      files.set(each.path, each);
    }
    return left.length > 0 ? [{ i, paths: left.map(({ path }) => path) }] : [];
  });
  const script = (touches: Concerns): Script => {
    const own = written.filter(({ paths }) => paths.some((path) => touches(`/${path}`)));
    const [first, last] = [own[0]?.i ?? 0, own.at(-1)?.i ?? 0];
    const read = steps.flatMap((step, i): Script[] => {
      const found = i > first ? commandsOf(step, project, touches) : undefined;
      if (found === undefined) return [];
      const isOpen = i < last || step.inDoubt || isTemplated(step.args);
      return [isOpen ? { commands: [], unread: [step.at] } : found];
    });
    return joined(read, touches);
  };
  const tree = treeOf(
    new Map([...files].map(([path, { text }]) => [path, text])),
    (path) => files.get(path)?.at ?? path,
  );
  const definitions = mailDefinitionsIn(tree, { origin: "planned", idOf: (root) => `${id}:/${root}`, script });
  if (definitions.some(({ product }) => product === "postfix")) return { definitions, used };
  const edits = steps.find((step) => runs.test(step.module) && commandsOf(step, project, namesPostconf) !== undefined);
  if (!edits || !steps.some(installsPostfix)) return { definitions, used };
  const packaged = { id: `${id}:/etc/postfix`, origin: "planned", ...overPackage(edits.at) } as const;
  return { definitions: [...definitions, packaged], used };
}

const runs = /^(?:shell|command|raw|script)$/;
const namesPostconf = (text: string) => /\bpostconf\b/.test(text);

function installsPostfix({ module, args }: Step): boolean {
  const names = [args.name, args.pkg].flatMap((each) => listOf(each)).flatMap((each) => String(each).split(/[,\s]+/));
  return (
    /^(?:apt|apk|dnf|dnf5|yum|zypper|package|pacman)$/.test(module) && names.some((name) => /^postfix\b/.test(name))
  );
}

/** Undefined for a step that has nothing to do with the server. */
function commandsOf(step: Step, project: Project, touches: Concerns): Script | undefined {
  const { module, args, directories } = step;
  const notRead = (): Script => ({ commands: [], unread: [step.at] });
  if (/^(?:shell|command|raw)$/.test(module)) {
    const words = args.argv === undefined ? undefined : listOf(args.argv).map(String);
    const text = words?.join(" ") ?? String(args.cmd ?? args._raw ?? "");
    if (!touches(text)) return undefined;
    // The module `command` starts no shell.
    const hasOperators = module === "command" && words === undefined && /[|;&<>]/.test(text);
    return hasOperators ? notRead() : itemOf(words ?? text, step.at, touches);
  }
  if (module === "script") {
    const [name = ""] = String(args.cmd ?? args._raw ?? "").split(/\s+/);
    const path = project.first(...directories.flatMap((each) => [`${each}/files/${name}`, `${each}/${name}`]));
    const text = path === undefined ? undefined : project.text(path);
    if (path === undefined || text === undefined) return touchedBy(name).length > 0 ? notRead() : undefined;
    return touches(text)
      ? shellScript(text, (line) => `${project.tree.at(path)}:${line}`, step.at, touches)
      : undefined;
  }
  // Roles that are not at hand, by their names.
  return /(?:role|tasks)$/.test(module) && /postfix|exim|dovecot|smtpd|maddy|haraka|mail/i.test(String(args.name))
    ? notRead()
    : undefined;
}
