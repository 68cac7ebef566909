import { posix } from "node:path";
import { concernsFirewall } from "../host-firewall/setup-commands.js";
import { type Command, commandsOf, type Script } from "../host-firewall/shell.js";
import { filesLeft, type Left } from "./files.js";
import { firewalldCommands } from "./modules/firewalld.js";
import { iptablesCommands } from "./modules/iptables.js";
import { ufwCommands } from "./modules/ufw.js";
import type { Project } from "./project.js";
import type { Step } from "./tasks.js";
import { type Fields, isFields, isTemplated, isTrue, listOf } from "./yaml.js";

/** What the steps of a host leave of its firewall. */
export interface Effects {
  readonly files: ReadonlyMap<string, Left>;
  readonly script: Script;
}

/** Modules that make rules, as the commands that they run. */
const ruling: Readonly<Record<string, (args: Fields, at: string, before: readonly Command[]) => Command[]>> = {
  iptables: iptablesCommands,
  ufw: ufwCommands,
  firewalld: firewalldCommands,
};
const packages = /^(?:package|apt|dnf|dnf5|yum|apk|zypper|pacman|pkgng|openbsd_pkg|community\.general\.\w+)$/;
/** Names of firewalls in names of roles and modules that are not read, and in paths. */
const named = /firewall|iptables|nftables|\bufw\b|(?:^|[/_.-])(?:pf|nft)(?:$|[/_.-])|rules\.v[46]/i;

/** A step that has to do with a firewall and is not read is named. */
export function effectsOf(steps: readonly Step[], project: Project): Effects {
  const files = new Map<string, Left>();
  const commands: Command[] = [];
  const unread: string[] = [];
  const isOurs = (text: string) =>
    concernsFirewall(text) || [...files.keys()].some((path) => text.includes(`/${path}`));
  for (const step of steps) {
    const left = filesLeft(step, project, files);
    if (left !== undefined) {
      for (const each of left) files.set(each.path, each);
      // Where it goes is worked out; what it is called tells enough.
      if (left.length === 0 && isTemplated(step.args.dest ?? step.args.path) && named.test(textOf(step.args)))
        unread.push(step.at);
      continue;
    }
    const found = scriptOf(step, commands, project, isOurs);
    if (found === undefined) continue;
    if (found.commands.length > 0 && (step.inDoubt || isTemplated(step.args))) unread.push(step.at);
    else commands.push(...found.commands);
    unread.push(...found.unread);
  }
  return { files, script: { commands, unread } };
}

/** Undefined for a step that has nothing to do with a firewall. */
function scriptOf(
  step: Step,
  before: readonly Command[],
  project: Project,
  isOurs: (text: string) => boolean,
): Script | undefined {
  const { module, args, inDoubt, directories } = step;
  const nothing: Script = { commands: [], unread: [] };
  const make = ruling[module];
  if (make) return { commands: make(args, step.at, before), unread: [] };
  if (/^(?:shell|command|raw)$/.test(module)) {
    const words = args.argv === undefined ? undefined : listOf(args.argv).map(String);
    const text = words?.join(" ") ?? String(args.cmd ?? args._raw ?? "");
    if (!isOurs(text)) return undefined;
    if (isTemplated(args) || (module === "command" && words === undefined && /[|;&<>]/.test(text)))
      return { commands: [], unread: [step.at] };
    return words ? { commands: [{ words, at: step.at }], unread: [] } : commandsOf(text, () => step.at, isOurs);
  }
  if (module === "script") {
    const [name = ""] = String(args.cmd ?? args._raw ?? "").split(/\s+/);
    const path = project.first(
      ...directories.flatMap((each) => [posix.join(each, "files", name), posix.join(each, name)]),
    );
    const text = path === undefined ? undefined : project.text(path);
    if (path === undefined || text === undefined)
      return named.test(name) ? { commands: [], unread: [step.at] } : undefined;
    return isOurs(text) ? commandsOf(text, (line) => `${project.tree.at(path)}:${line}`, isOurs) : undefined;
  }
  if (/^(?:service|systemd|systemd_service|sysvinit|openrc)$/.test(module)) {
    const isOff =
      args.state === "stopped" || (args.enabled !== undefined && !isTrue(args.enabled)) || isTrue(args.masked);
    // One that is switched off counts where it is in use; one that is switched on brings along no rules of its own.
    const isFirewall = isOurs(String(args.name ?? "")) || args.name === "pf";
    if (!isFirewall || (!isOff && inDoubt)) return undefined;
    const words = ["systemctl", isOff ? "disable" : "enable", String(args.name ?? "")];
    return { commands: [{ words, at: step.at }], unread: [] };
  }
  if (packages.test(module) && isFields(args)) {
    if (!/^(?:absent|removed)$/.test(String(args.state ?? ""))) return undefined;
    const gone = listOf(args.name ?? args.pkg)
      .map(String)
      .filter((name) => isOurs(name));
    return gone.length > 0
      ? { commands: gone.map((name) => ({ words: ["systemctl", "disable", name], at: step.at })), unread: [] }
      : undefined;
  }
  if (module === "iptables_state" && args.state === "saved") return nothing;
  if (module === "iptables_state")
    return { commands: [{ words: ["iptables-restore", String(args.path ?? "")], at: step.at }], unread: [] };
  const isCall = /(?:role|tasks|include)$/.test(module);
  const isNamed = named.test(module) || (isCall && (named.test(String(args.name)) || isTemplated(args.name)));
  return isNamed && !/_(?:info|facts)$/.test(module) ? { commands: [], unread: [step.at] } : undefined;
}

function textOf({ src, dest, path }: Fields): string {
  return [src, dest, path].map(String).join(" ");
}
