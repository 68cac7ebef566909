import { posix } from "node:path";
import { directoryOf } from "../mail/tree.js";
import { type Call, callOf } from "./arguments.js";
import { unrolled } from "./loops.js";
import type { Project } from "./project.js";
import { type Fields, isFields, isTemplated, isTrue, listOf, placeOf } from "./yaml.js";

/** A module's run on a host, with what it is about to do and where. */
export interface Step extends Call {
  readonly at: string;
  /** Whether it runs, or with what, is not known: a condition, a list that is worked out, a host that stands in. */
  readonly inDoubt: boolean;
  /** The handlers that it has run, by name or topic. */
  readonly notifies: readonly string[];
  /** Where its files are looked for, the nearest first. */
  readonly directories: readonly string[];
}

interface Context {
  readonly project: Project;
  readonly inDoubt: boolean;
  /** The directory of the file of tasks, that of its role, and that of the playbook. */
  readonly beside: string;
  readonly role?: string;
  readonly playbook: string;
  readonly callers: readonly string[];
  /** Handlers of the play and its roles, which run when a step notifies them. */
  readonly handlers: Fields[];
}

const deepest = 32;

/** A task's step: of most nobody asks where they stand. */
class Run implements Step {
  constructor(
    readonly module: string,
    readonly args: Fields,
    readonly inDoubt: boolean,
    readonly notifies: readonly string[],
    readonly directories: readonly string[],
    private readonly task: Fields,
  ) {}

  get at(): string {
    return placeOf(this.task);
  }
}

/**
 * The steps of a play in their order (Ansible documentation, "Roles"): those of its roles before its tasks.
 * @param isSure false where a condition stands before the whole playbook.
 */
export function stepsOfPlay(play: Fields, playbook: string, project: Project, isSure: boolean): Step[] {
  const directory = directoryOf(playbook);
  const handlers = fieldsIn(play.handlers);
  const inDoubt = !isSure || isConditional(play);
  const context: Context = { project, inDoubt, beside: directory, playbook: directory, callers: [], handlers };
  const roles = listOf(play.roles).flatMap((entry) => {
    const fields = isFields(entry) ? entry : undefined;
    const name = String(fields?.role ?? fields?.name ?? entry);
    const at = (fields && placeOf(fields)) || placeOf(play);
    return stepsOfRole(name, at, { ...context, inDoubt: inDoubt || (fields !== undefined && isConditional(fields)) });
  });
  return withHandlers(
    [
      ...stepsOf(fieldsIn(play.pre_tasks), context),
      ...roles,
      ...stepsOf(fieldsIn(play.tasks), context),
      ...stepsOf(fieldsIn(play.post_tasks), context),
    ],
    context,
  );
}

/** The steps of a role, or of a file of tasks, that no play is given with. */
export function stepsAlone(path: string, role: string | undefined, project: Project): Step[] {
  const beside = directoryOf(path);
  const context: Context = {
    ...{ project, inDoubt: false, beside, playbook: beside, callers: [], handlers: [] },
    ...(role === undefined ? {} : { role }),
  };
  const steps =
    role === undefined
      ? stepsOf(project.entries(path) ?? [], context)
      : stepsOfRole(role, path, context, { known: role });
  return withHandlers(steps, context);
}

/** What a handler does is done once, when something notified it. */
function withHandlers(steps: readonly Step[], context: Context): Step[] {
  const called = new Set(steps.flatMap(({ notifies }) => notifies));
  const isCalled = ({ name, listen }: Fields) => [name, ...listOf(listen)].some((each) => called.has(String(each)));
  return [...steps, ...stepsOf(context.handlers.filter(isCalled), context)];
}

function stepsOfRole(
  name: string,
  at: string,
  context: Context,
  { known, file }: { readonly known?: string; readonly file?: unknown } = {},
): Step[] {
  const { project, playbook, callers, handlers } = context;
  const role = known ?? project.role(name, playbook);
  const tasks = role === undefined ? undefined : project.tasksOf(role, "tasks", file);
  if (role === undefined || tasks === undefined || callers.length > deepest)
    return [{ module: "include_role", args: { name }, at, inDoubt: true, notifies: [], directories: [] }];
  if (callers.includes(role)) return [];
  const inside = { ...context, role, beside: directoryOf(tasks), callers: [...callers, role] };
  const main = project.tasksOf(role, "handlers");
  handlers.push(...(main === undefined ? [] : (project.entries(main) ?? [])));
  const meta = project.first(posix.join(role, "meta", "main.yml"));
  const needed = /^dependencies:\s*\n((?:\s*(?:-.*)?\n?)*)/m.exec((meta && project.text(meta)) ?? "")?.[1] ?? "";
  const before = [...needed.matchAll(/^\s*-\s*(?:\{?\s*(?:role|name):\s*)?["']?([\w.-]+)/gm)];
  return [
    ...before.flatMap(([, each = ""]) => stepsOfRole(each, project.tree.at(meta ?? role), inside)),
    ...stepsOf(project.entries(tasks) ?? [], inside),
  ];
}

function stepsOf(tasks: readonly Fields[], context: Context): Step[] {
  const directories = directoriesOf(context);
  const doubted = context.inDoubt ? context : { ...context, inDoubt: true };
  return tasks.flatMap((task) => {
    const within = isConditional(task) ? doubted : context;
    const block = fieldsIn(task.block);
    if (block.length > 0)
      return [
        ...stepsOf(block, within),
        ...stepsOf(fieldsIn(task.rescue), doubted),
        ...stepsOf(fieldsIn(task.always), within),
      ];
    const runs = unrolled(task);
    if (!runs) return stepsOfTask(task, doubted, directories);
    return runs.flatMap((run) => stepsOfTask(run, within, directories));
  });
}

function directoriesOf({ role, beside, playbook }: Context): readonly string[] {
  return [...(role === undefined ? [] : [role]), beside, playbook];
}

function stepsOfTask(task: Fields, context: Context, directories: readonly string[]): Step[] {
  const call = callOf(task);
  if (call === undefined) return [];
  const { module, args } = call;
  const { project, beside, role, playbook, inDoubt, callers } = context;
  if (/^(?:include|import)_tasks$|^include$/.test(module)) {
    const file = String(args.file ?? args._raw ?? "");
    const isOne = !isTemplated(file);
    const places = [beside, posix.join(role ?? playbook, "tasks"), playbook].map((each) => posix.join(each, file));
    const found = (
      isOne ? [project.first(...places)].filter((each) => each !== undefined) : project.like(places)
    ).filter((path) => !callers.includes(path));
    if (isOne && (found.length === 0 || callers.length > deepest))
      return [{ module, args: { name: file }, at: placeOf(task), inDoubt: true, notifies: [], directories }];
    return found.flatMap((path) =>
      stepsOf(project.entries(path) ?? [], {
        ...{ ...context, beside: directoryOf(path), callers: [...callers, path] },
        inDoubt: inDoubt || !isOne,
      }),
    );
  }
  if (/^(?:include|import)_role$/.test(module))
    return stepsOfRole(String(args.name ?? ""), placeOf(task), context, { file: args.tasks_from });
  return [new Run(module, args, inDoubt, listOf(task.notify).map(String), directories, task)];
}

/** `when: true` and `tags: always` aside, what may keep a task from running on this host. */
export function isConditional(task: Fields): boolean {
  const conditions = Array.isArray(task.when) ? task.when : task.when === undefined ? [] : [task.when];
  return (
    conditions.some((each) => !isTrue(each)) ||
    task.delegate_to !== undefined ||
    isTrue(task.run_once) ||
    isTrue(task.check_mode) ||
    listOf(task.tags).includes("never")
  );
}

function fieldsIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
