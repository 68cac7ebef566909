import { posix } from "node:path";
import type { ClientSettings, Setting } from "../../model/client.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { dotenv, templated } from "./formats/lines.js";
import { type FlatYaml, membersOf } from "./formats/yaml.js";

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

/** The services of a Compose file, each with what is read of it. */
export type Services = ReadonlyMap<string, FlatYaml>;

/** A Compose file; the environments of those of its services that have one. */
interface Composed {
  readonly services: Services;
  readonly environments: ReadonlyMap<string, ClientSettings>;
}

/** How the Compose files of a tree are read, each by its path. */
export type ReadCompose = (path: string) => Composed;

/** How much text is kept read at a time, in characters. */
const mostKept = 20_000_000;

/** Reads a file once for whoever asks about it: its clients and its containers are told of the same text. */
export function composeReader(tree: FileTree): ReadCompose {
  const known = new Map<string, Composed>();
  let kept = 0;
  return (path) => {
    const before = known.get(path);
    if (before) return before;
    const services = composeAt(tree, path);
    const composed = { services, environments: new Map(environmentsOf(services, tree, path)) };
    kept += tree.text(path)?.length ?? 0;
    if (kept <= mostKept) known.set(path, composed);
    return composed;
  };
}

/** What is read of a service. */
const read: ReadonlySet<string> = new Set([
  ...["image", "build", "environment", "env_file", "ports", "volumes", "configs", "secrets", "network_mode"],
  ...["command", "entrypoint", "post_start", "extends", "volumes_from"],
]);

/**
 * The services of a Compose file, with the override that Compose reads after it: single values of the later one stand, lists
 * are both (Compose documentation, "Merge Compose files").
 * @throws InputError as membersOf does.
 */
function composeAt(tree: FileTree, path: string): Services {
  const own = servicesAt(tree, path);
  const directory = directoryOf(path);
  const override = overrideOf(tree, directory);
  if (override === undefined || override === path || defaultOf(tree, directory) !== path) return own;
  const both = new Map(own);
  for (const [name, over] of servicesAt(tree, override)) {
    const later = [...over].map(([key, setting]) => [behind(key), setting] as const);
    both.set(name, new Map([...(own.get(name) ?? []), ...later]));
  }
  return both;
}

function servicesAt(tree: FileTree, path: string): Map<string, FlatYaml> {
  return membersOf(tree.text(path) ?? "", tree.at(path), { top: "services", asked: read });
}

/** The key of an entry of a service's list, after those of the file before. */
function behind(key: string): string {
  return key.replace(
    /^(\w+\.)(\d{1,5})(?=\.|$)/,
    (_, list: string, index: string) => `${list}${afterTheList + Number(index)}`,
  );
}

/**
 * The environments of services: `environment` before `env_file` (Compose file reference).
 * `${NAME}` is unknown: the shell that starts it decides. A variable whose name ends in `_FILE` names a secret's file.
 */
function environmentsOf(
  services: Services,
  tree: FileTree,
  path: string,
): [service: string, environment: ClientSettings][] {
  return [...services].flatMap(([service, own]): [string, ClientSettings][] => {
    const environment = new Map<string, Setting>();
    const files: string[] = [];
    for (const [key, { value, at }] of own) {
      const rest = key.startsWith(variables) ? key.slice(variables.length) : undefined;
      if (rest === undefined) {
        if (/^env_file(?:\.\d+(?:\.path)?)?$/.test(key)) files.push(value);
      } else if (/^\d+$/.test(rest)) {
        const [, variable = "", written] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
        environment.set(variable, {
          at,
          value: written === undefined ? { unknown: [variable] } : templated(written, variable),
        });
      } else environment.set(rest, { at, value: templated(value, rest) });
    }
    const under = files.flatMap((file) => {
      const beside = posix.join(directoryOf(path), file);
      return tree.has(beside) ? [...dotenv(tree.text(beside) ?? "", tree.at(beside))] : [];
    });
    return environment.size + under.length === 0 ? [] : [[service, new Map([...under, ...environment])]];
  });
}

const variables = "environment.";

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
