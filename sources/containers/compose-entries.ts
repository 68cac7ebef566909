import type { Setting } from "../../model/client.js";
import type { FlatYaml } from "../clients/formats/yaml.js";

/** What Compose fills variables in from; undefined where it is not at hand. */
export type Variables = ReadonlyMap<string, Setting> | undefined;

/** `${SUBMISSION_PORT:-587}`; without the file it cannot be told whether it has another one. */
export function filledIn(text: string, variables: Variables): string {
  if (variables === undefined) return text;
  return text.replace(/\$\{(\w+)(?::?-([^}]*))?\}/g, (written, name: string, otherwise?: string) => {
    const value = variables.get(name)?.value;
    return typeof value === "string" && value !== "" ? value : (otherwise ?? written);
  });
}

/** Where an entry of a list begins. */
export function placeOf(entry: FlatYaml): string {
  const [first] = entry.values();
  return first?.at ?? "";
}

/** The entries of a list, each by what is below it (`""`: it is a scalar). */
export function indexed(flat: FlatYaml, list: string): FlatYaml[] {
  const entries = new Map<string, Map<string, { value: string; at: string }>>();
  const under = `${list}.`;
  for (const [key, setting] of flat) {
    if (!key.startsWith(under)) continue;
    const [index = "", ...rest] = key.slice(under.length).split(".");
    const entry = entries.get(index) ?? new Map();
    entries.set(index, entry.set(rest.join("."), setting));
  }
  return [...entries.values()];
}
