import { posix } from "node:path";
import type { ClientSettings, Setting } from "../../model/client.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { dotenv, templated } from "./formats/lines.js";
import type { FlatYaml } from "./formats/yaml.js";

const names = /(^|\/)(docker-)?compose[\w.-]*\.ya?ml$/;

export const isCompose = (path: string) => names.test(path);

/**
 * The services of a Compose file with their environments: `environment` before `env_file` (Compose file reference).
 * `${NAME}` is unknown: the shell that starts it decides. A variable whose name ends in `_FILE` names a secret's file.
 */
export function servicesIn(flat: FlatYaml, tree: FileTree, path: string): [service: string, ClientSettings][] {
  const services = new Map<string, Map<string, Setting>>();
  const files = new Map<string, string[]>();
  for (const [name, setting] of flat) {
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

/** `MAIL_PASSWORD_FILE: /run/secrets/mail` gives MAIL_PASSWORD from a store for secrets. */
export function withSecretFiles(environment: ReadonlyMap<string, Setting>): ClientSettings {
  const found = new Map(environment);
  for (const [name, { at }] of environment) {
    const plain = /^(\w+?)_{1,2}FILE$/.exec(name)?.[1];
    if (plain !== undefined && !environment.has(plain))
      found.set(plain, { value: { unknown: [plain] }, at, isSecret: true });
  }
  return found;
}
