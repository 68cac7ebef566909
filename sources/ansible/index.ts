import { dirname, posix } from "node:path";
import { InputError } from "../../model/errors.js";
import type { Evidence } from "../../model/evidence.js";
import type { Layer, NetworkInterface } from "../../model/network.js";
import { type HostLayers, hostLayersOf } from "../host-firewall/machine.js";
import { directoryOf, type FileTree, treeOnDisk } from "../mail/tree.js";
import { effectsOf } from "./effects.js";
import { type MailOfHost, mailOn } from "./mail.js";
import { importedBy, isPlay, Project } from "./project.js";
import { isConditional, type Step, stepsAlone, stepsOfPlay } from "./tasks.js";
import type { Fields } from "./yaml.js";

/**
 * The hosts whose own firewall the playbooks and roles at a path, whose files are the tree, set up, one for each pattern of `hosts` in a playbook, and
 * one for each role that no play there names. Plays for `all` are plays for every other pattern of the playbook as well.
 * @throws InputError with `file:line` for a playbook or a file of tasks that is malformed YAML.
 */
export async function readAnsible(path: string, tree: FileTree): Promise<Hosts> {
  const { machines, project } = setupOf(path, new Project(tree));
  const mail = machines.map(({ id, steps }) => mailOn(id, steps, project));
  return {
    interfaces: (await Promise.all(machines.map((each) => interfaceOf(each, project)))).flat(),
    definitions: mail.flatMap(({ definitions }) => definitions),
    used: new Set(mail.flatMap(({ used }) => [...used])),
  };
}

/** What playbooks set up. */
export interface Hosts extends MailOfHost {
  readonly interfaces: readonly NetworkInterface[];
}

interface Setup {
  readonly machines: readonly Machine[];
  readonly project: Project;
}

function setupOf(path: string, project: Project): Setup {
  const { tree } = project;
  const [only] = tree.paths;
  const isAlone = tree.paths.length === 1 && only !== undefined && tree.at(only) === path;
  if (!isAlone) return { machines: machinesIn(project, project.playbooks()), project };
  if (isTasks(only, project)) return { machines: [fileOf(only, project)], project };
  if (project.playbooks().length === 0) return { machines: [], project };
  // A playbook's roles stand beside it.
  const beside = new Project(treeBeside(path) ?? tree);
  return { machines: machinesOf(posix.basename(path), beside), project: beside };
}

function treeBeside(path: string): FileTree | undefined {
  try {
    return treeOnDisk(dirname(path));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Whether a file holds plays or tasks, whatever they are about. */
export function recognisesAnsible(tree: FileTree): boolean {
  const project = new Project(tree);
  return project.playbooks().length > 0 || project.tree.paths.some((each) => isTasks(each, project));
}

interface Machine {
  readonly id: string;
  readonly name: string;
  readonly steps: readonly Step[];
}

function machinesIn(project: Project, books: readonly string[]): Machine[] {
  const imported = new Set(books.flatMap((book) => importsOf(book, project)));
  const machines = books.filter((book) => !imported.has(book)).flatMap((book) => machinesOf(book, project));
  const used = new Set(machines.flatMap(({ steps }) => steps.flatMap(({ directories }) => directories)));
  const alone = project.roles().filter((role) => !used.has(role));
  return [...machines, ...alone.map((role) => roleOf(role, project))];
}

function roleOf(role: string, project: Project): Machine {
  const name = posix.basename(role) || posix.basename(project.tree.at("tasks").replace(/\/tasks$/, ""));
  return { id: project.tree.at(role), name, steps: stepsAlone(project.tasksOf(role) ?? "", role, project) };
}

function fileOf(path: string, project: Project): Machine {
  const name = posix.basename(path).replace(/\.ya?ml$/, "");
  return { id: project.tree.at(path), name, steps: stepsAlone(path, undefined, project) };
}

function importsOf(book: string, project: Project): string[] {
  return (project.entries(book) ?? []).flatMap((entry) => {
    const name = importedBy(entry);
    return name === undefined ? [] : [posix.join(directoryOf(book), name)];
  });
}

function isTasks(path: string, project: Project): boolean {
  const text = /\.ya?ml$/.test(path) ? (project.text(path) ?? "") : "";
  return /^[ \t]*(?:-[ \t]+)?["']?(?:ansible\.\w+\.|community\.\w+\.)?(?:iptables|ufw|firewalld|copy|template|shell|command)["']?\s*:/m.test(
    text,
  )
    ? (project.entries(path) ?? []).some((entry) => !isPlay(entry))
    : false;
}

interface Play {
  readonly play: Fields;
  readonly book: string;
  readonly isSure: boolean;
}

function machinesOf(book: string, project: Project): Machine[] {
  const plays = playsOf(book, project, []);
  const patterns = [...new Set(plays.map(({ play }) => String(play.hosts)))];
  const others = patterns.filter((each) => each !== "all");
  return (others.length > 0 ? others : patterns).map((name) => ({
    id: `${project.tree.at(book)} hosts ${name}`,
    name,
    steps: plays
      .filter(({ play }) => ["all", name].includes(String(play.hosts)))
      .flatMap(({ play, book: own, isSure }) => stepsOfPlay(play, own, project, isSure)),
  }));
}

function playsOf(book: string, project: Project, callers: readonly string[], isSure = true): Play[] {
  return (project.entries(book) ?? []).filter(isPlay).flatMap((play): Play[] => {
    const name = importedBy(play);
    if (name === undefined) return [{ play, book, isSure }];
    const path = posix.join(directoryOf(book), name);
    return callers.includes(path) ? [] : playsOf(path, project, [...callers, book], isSure && !isConditional(play));
  });
}

async function interfaceOf({ id, name, steps }: Machine, project: Project): Promise<NetworkInterface[]> {
  const { files, script } = effectsOf(steps, project);
  const placeOfFile = (path: string) => `${id}:/${path}`;
  const texts = new Map([...files].map(([path, { text }]) => [path, text]));
  const layers = await hostLayersOf({ files: texts, script, placeOf: placeOfFile });
  if (layers === undefined) return [];
  const places = [...files.values()].map(({ path, at }) => [placeOfFile(path), at] as const);
  const evidence: Evidence = { kind: "code", at: id, says: "what Ansible sets up on this host" };
  return [{ id, name, kind: "interface", origin: "planned", evidence, ...moved(layers, places) }];
}

/** What stands in a file on the host stands in the project's file that is copied there. */
function moved(layers: HostLayers, places: readonly (readonly [from: string, to: string])[]): HostLayers {
  const placed = (at: string) => {
    const [from, to] = places.find(([each]) => at === each || at.startsWith(`${each}:`)) ?? ["", ""];
    return from === "" ? at : `${to}${at.slice(from.length)}`;
  };
  const moving = (evidence: Evidence): Evidence => ({ ...evidence, at: placed(evidence.at) });
  const all = (each: readonly Layer[]) =>
    each.map(
      (layer): Layer => ({
        ...layer,
        rules: layer.rules.map((rule) => ({ ...rule, id: placed(rule.id), evidence: moving(rule.evidence) })),
        otherwise: { ...layer.otherwise, evidence: moving(layer.otherwise.evidence) },
        incomplete: layer.incomplete.map(placed),
      }),
    );
  return {
    ingress: all(layers.ingress),
    egress: all(layers.egress),
    ingressAnswers: all(layers.ingressAnswers),
    egressAnswers: all(layers.egressAnswers),
  };
}
