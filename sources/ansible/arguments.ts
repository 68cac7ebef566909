import { type Fields, isFields } from "./yaml.js";

/** The module that a task runs, by the last part of its name, with its arguments. */
export interface Call {
  readonly module: string;
  readonly args: Fields;
}

/** Keys of a task that name no module (Ansible documentation, "Playbook Keywords"). */
const keywords = new Set([
  ...["action", "any_errors_fatal", "args", "async", "become", "become_exe", "become_flags", "become_method"],
  ...["become_user", "changed_when", "check_mode", "collections", "connection", "debugger", "delay", "delegate_facts"],
  ...[
    "delegate_to",
    "diff",
    "environment",
    "failed_when",
    "ignore_errors",
    "ignore_unreachable",
    "listen",
    "local_action",
  ],
  ...["loop", "loop_control", "module_defaults", "name", "no_log", "notify", "poll", "port", "register", "remote_user"],
  ...["retries", "run_once", "tags", "throttle", "timeout", "until", "vars", "when", "block", "rescue", "always"],
]);
/** Collections whose names are often left out. */
const collections = /^(?:ansible\.(?:builtin|legacy|posix)|community\.general)\./;
const freeForm = /^(?:shell|command|raw|script|include_tasks|import_tasks|include|include_role|import_role|meta)$/;

/** Undefined for a task that runs elsewhere (`local_action`) or names no module. */
export function callOf(task: Fields): Call | undefined {
  if (typeof task.action === "string") {
    const [name = "", ...rest] = task.action.trim().split(/\s+/);
    return called(name, rest.join(" "), task.args);
  }
  if (isFields(task.action)) {
    const { module, ...args } = task.action;
    return called(String(module ?? ""), args, task.args);
  }
  const name = Object.keys(task).find((key) => !keywords.has(key) && !key.startsWith("with_"));
  return name === undefined ? undefined : called(name, task[name], task.args);
}

function called(name: string, given: unknown, more: unknown): Call {
  const module = name.replace(collections, "");
  const own = isFields(given) ? given : typeof given === "string" ? parsed(module, given) : {};
  return { module, args: { ...(isFields(more) ? more : {}), ...own } };
}

/** `rule=allow port=587`; of a module that takes a command, the command as `_raw`. */
function parsed(module: string, text: string): Fields {
  const pairs = [...text.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:\{\{.*?\}\}|\S)*)/g)];
  const named = (pair: RegExpMatchArray) => [pair[1] ?? "", (pair[2] ?? "").replace(/^(["'])(.*)\1$/s, "$2")] as const;
  if (!freeForm.test(module)) return Object.fromEntries(pairs.map(named));
  const options = pairs.filter(([, name = ""]) => /^(?:chdir|creates|removes|executable|warn|apply|name)$/.test(name));
  const isRole = /role$/.test(module);
  const raw = options.reduce((rest, [pair]) => rest.replace(pair, ""), text).trim();
  return { ...Object.fromEntries(options.map(named)), ...(isRole ? {} : { _raw: raw }) };
}
