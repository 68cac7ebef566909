import type { Setting } from "../../../model/client.js";
import { isUnknown, unknown } from "../../../model/maybe.js";
import { templated } from "../../clients/formats/lines.js";
import type { Input } from "../input.js";

/** Variables as they are set, and where others may be set that are not at hand. */
export interface Environment {
  readonly variables: ReadonlyMap<string, Setting>;
  readonly elsewhere: readonly string[];
}

/** A variable that is written out; what the program marked secret stands in a store for secrets. */
export function settingAt(input: Input): Setting {
  const text = input.text();
  const value = text === undefined ? unknown(input.at) : text;
  return { value, at: input.at, ...(input.isSecret ? { isSecret: true } : {}) };
}

/** A variable whose value another place holds: a secret, a field of the pod. */
export function kept(name: string, at: string, isSecret: boolean): Setting {
  return { value: unknown(name), at, ...(isSecret ? { isSecret } : {}) };
}

/** `{ NAME: "value" }`, as functions and services of a swarm have it. */
export function ofMap(map: Input): Environment {
  if (map.isSecret) {
    // Their names are no secret.
    const names = map.revealed().names();
    return { variables: new Map(names.map((name) => [name, kept(name, map.at, true)])), elsewhere: [] };
  }
  return {
    variables: new Map(map.names().map((name) => [name, settingAt(map.member(name))])),
    elsewhere: lackingAt(map),
  };
}

/** `["NAME=value"]`, as Docker has it. */
export function ofLines(list: Input): Environment {
  const items = list.items() ?? [];
  if (isUnknown(items)) return { variables: new Map(), elsewhere: items.unknown };
  const variables = new Map<string, Setting>();
  const elsewhere: string[] = [];
  for (const item of items) {
    const line = item.text() ?? "";
    const written = isUnknown(line) ? item.revealed().text() : line;
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(typeof written === "string" ? written : "") ?? [];
    if (name === undefined) elsewhere.push(...(isUnknown(line) ? line.unknown : []));
    else if (isUnknown(line)) variables.set(name, kept(name, item.at, true));
    else variables.set(name, { value: value ?? "", at: item.at });
  }
  return { variables, elsewhere };
}

/**
 * `[{ name, value }]`.
 * @param elsewhere the setting of an entry whose value stands elsewhere, by what the cloud calls it; undefined: it does not.
 */
export function ofPairs(
  list: Input,
  elsewhere: (entry: Input, name: string) => Setting | undefined,
  expands = false,
): Environment {
  const items = list.items() ?? [];
  if (isUnknown(items)) return { variables: new Map(), elsewhere: items.unknown };
  const variables = new Map<string, Setting>();
  const missing: string[] = [];
  for (const entry of items) {
    const name = entry.member("name").text();
    if (name === undefined || isUnknown(name)) {
      missing.push(entry.at);
      continue;
    }
    const plain = entry.member("value");
    const setting = plain.isAbsent ? elsewhere(entry, name) : settingAt(plain);
    if (setting === undefined) variables.set(name, { value: "", at: entry.at });
    else variables.set(name, expands ? expanded(setting, name) : setting);
  }
  return { variables, elsewhere: missing };
}

function expanded(setting: Setting, name: string): Setting {
  return isUnknown(setting.value) ? setting : { ...setting, value: dollar(setting.value, name) };
}

/** Kubernetes puts `$(NAME)` in; a dollar sign alone is one. */
function dollar(value: string, name: string): Setting["value"] {
  return value.includes("$(") ? templated(value, name) : value;
}

/** What a map waits for that is not known as a whole. */
export function lackingAt(map: Input): readonly string[] {
  const text = map.text();
  return isUnknown(text) && map.names().length === 0 && !map.isAbsent ? text.unknown : [];
}
