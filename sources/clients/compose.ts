import { posix } from "node:path";
import type { ClientSettings, Setting } from "../../model/client.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { dotenv, templated } from "./formats/lines.js";
import { type Asks, type FlatYaml, flatYaml } from "./formats/yaml.js";

const names = /(^|\/)(docker-)?compose[\w.-]*\.ya?ml$/;

export const isCompose = (path: string) => names.test(path);

const defaults = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const overrides = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];

/** The Compose files of a tree that stand for themselves: an override is read with the file that it lies beside. */
export function isOwnCompose(tree: FileTree, path: string): boolean {
  if (!isCompose(path)) return false;
  const directory = directoryOf(path);
  return overrideOf(tree, directory) !== path || defaultOf(tree, directory) === undefined;
}

function defaultOf(tree: FileTree, directory: string): string | undefined {
  return defaults.map((name) => posix.join(directory, name)).find((each) => tree.has(each));
}

function overrideOf(tree: FileTree, directory: string): string | undefined {
  return overrides.map((name) => posix.join(directory, name)).find((each) => tree.has(each));
}

/** More than a list has entries. */
const afterTheList = 1_000_000;

/** How the Compose files of a tree are read, each by its path. */
export type ReadCompose = (path: string) => FlatYaml;

/** How much text is kept read at a time, in characters. */
const mostKept = 20_000_000;

/** Reads a file once for whoever asks about it: its clients and its containers are told of the same text. */
export function composeReader(tree: FileTree): ReadCompose {
  const known = new Map<string, FlatYaml>();
  let kept = 0;
  return (path) => {
    const flat = known.get(path) ?? composeAt(tree, path);
    if (known.has(path)) return flat;
    kept += tree.text(path)?.length ?? 0;
    if (kept <= mostKept) known.set(path, flat);
    return flat;
  };
}

/** What is read of a service. */
const read: ReadonlySet<string> = new Set([
  ...["image", "build", "environment", "env_file", "ports", "volumes", "configs", "secrets", "network_mode"],
  ...["command", "entrypoint", "post_start", "extends", "volumes_from"],
]);

/** Names of services may have dots. */
const isRead: Asks = (path, name) => {
  if (path === "") return /^services(?:\.|$)/.test(name);
  const isService = path.startsWith("services.") && !path.includes(".", "services.".length);
  return !isService || read.has(name) || name.includes(".");
};

/**
 * A Compose file, with the override that Compose reads after it: single values of the later one stand, lists are both
 * (Compose documentation, "Merge Compose files").
 * @throws InputError as flatYaml does.
 */
function composeAt(tree: FileTree, path: string): FlatYaml {
  const own = flatYaml(tree.text(path) ?? "", tree.at(path), isRead);
  const directory = directoryOf(path);
  const override = overrideOf(tree, directory);
  if (override === undefined || override === path || defaultOf(tree, directory) !== path) return own;
  const over = [...flatYaml(tree.text(override) ?? "", tree.at(override), isRead)];
  return new Map([...own, ...over.map(([key, setting]) => [behind(key), setting] as const)]);
}

/** The key of an entry of a service's list, after those of the file before. */
function behind(key: string): string {
  return key.replace(
    /^(services\.[\w.-]{1,200}?\.\w+\.)(\d{1,5})(?=\.|$)/,
    (_, list: string, index: string) => `${list}${afterTheList + Number(index)}`,
  );
}

/**
 * The services of a Compose file with their environments: `environment` before `env_file` (Compose file reference).
 * `${NAME}` is unknown: the shell that starts it decides. A variable whose name ends in `_FILE` names a secret's file.
 */
export function servicesIn(flat: FlatYaml, tree: FileTree, path: string): [service: string, ClientSettings][] {
  const services = new Map<string, Map<string, Setting>>();
  const files = new Map<string, string[]>();
  for (const [name, setting] of flat) {
    // Most of a service is something else.
    if (!name.includes(".env")) continue;
    const [, service, kind, rest] = /^services\.([\w-]+)\.(environment|env_file)\.?(.*)$/.exec(name) ?? [];
    if (service === undefined || rest === undefined) continue;
    const environment = services.get(service) ?? new Map<string, Setting>();
    services.set(service, environment);
    const { value, at } = setting;
    if (kind === "env_file") {
      if (/^(\d*|\d+\.path)$/.test(rest)) pushTo(files, service, value);
    } else if (/^\d+$/.test(rest)) {
      const [, variable = "", written] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
      environment.set(variable, {
        at,
        value: written === undefined ? { unknown: [variable] } : templated(written, variable),
      });
    } else environment.set(rest, { at, value: templated(value, rest) });
  }
  return [...services].map(([service, environment]) => {
    const under = (files.get(service) ?? []).flatMap((file) => {
      const beside = posix.join(directoryOf(path), file);
      return tree.has(beside) ? [...dotenv(tree.text(beside) ?? "", tree.at(beside))] : [];
    });
    return [service, new Map([...under, ...environment])];
  });
}

function pushTo(lists: Map<string, string[]>, name: string, value: string): void {
  const known = lists.get(name);
  if (known) known.push(value);
  else lists.set(name, [value]);
}

/** The variable that a file holds: `MAIL_PASSWORD` for `MAIL_PASSWORD_FILE`. */
export function withoutFile(name: string): string | undefined {
  return name.endsWith("FILE") ? /^(\w+?)_{1,2}FILE$/.exec(name)?.[1] : undefined;
}

/** `MAIL_PASSWORD_FILE: /run/secrets/mail` gives MAIL_PASSWORD from a store for secrets. */
export function withSecretFiles(environment: ReadonlyMap<string, Setting>): ClientSettings {
  const found = new Map(environment);
  for (const [name, { at }] of environment) {
    const plain = withoutFile(name);
    if (plain !== undefined && !environment.has(plain))
      found.set(plain, { value: { unknown: [plain] }, at, isSecret: true });
  }
  return found;
}
