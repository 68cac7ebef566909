import { posix } from "node:path";
import { InputError } from "../model/errors.js";
import { decoded, type Encoding, textOf, unpacked } from "./encodings.js";
import { type Part, partsOf } from "./mime.js";
import { type Dialect, yaml11, yamlDocuments } from "./yaml/documents.js";

/** Files as cloud-init leaves them, by path from the root; `undefined` when something else decides the content. */
export type Written = Map<string, string | undefined>;

export type Config = Readonly<Record<string, unknown>>;

/** The cloud-configs of user data, and whether they ask for another way of being merged than by whole keys. */
export interface Configs {
  readonly configs: readonly Config[];
  readonly merging: boolean;
}

/**
 * The parts of user data, which may be plain, base64, gzip or a MIME archive.
 * @throws InputError when its encoding is damaged; the message never quotes the content.
 */
export function partsIn(data: string | Uint8Array, at: string): Part[] {
  return partsOf(textOf(unpacked(data, at)), at);
}

/** @throws InputError for malformed YAML. */
export function configsOf(parts: readonly Part[], at: string): Configs {
  const configs = parts.filter((part) => part.kind === "cloud-config").map((part) => parsed(part.text, at));
  const merging = configs.length > 1 && configs.some((config) => (config.merge_how ?? config.merge_type) !== undefined);
  return { configs, merging };
}

/** @throws InputError for content that is not in the encoding it names. */
export function filesOf({ configs, merging }: Configs, at: string): Written {
  const files: Written = new Map();
  for (const config of writing(configs, merging)) writeFiles(config, files, at);
  return files;
}

/**
 * The parts whose files are written. A later part replaces whole keys of an earlier one unless it asks for another way
 * (cloud-init, "Merging user-data sections"); commands that run at boot can change the files again.
 */
function writing(configs: readonly Config[], merging: boolean): readonly Config[] {
  const writers = configs.filter((config) => config.write_files !== undefined);
  return merging ? writers : writers.slice(-1);
}

/** In the order of the list, those with `defer` after the others. */
function writeFiles(config: Config, files: Written, at: string): void {
  const entries = list(config.write_files).map(bag);
  for (const entry of entries.filter(({ defer }) => !isTrue(defer))) write(entry, files, at);
  for (const entry of entries.filter(({ defer }) => isTrue(defer))) write(entry, files, at);
}

function write(entry: Config, files: Written, at: string): void {
  if (typeof entry.path !== "string") return;
  const path = posix.resolve("/", entry.path).slice(1);
  const content = entry.source === undefined ? contentOf(entry, `${at}:/${path}`) : undefined;
  const before = files.get(path);
  const appended = before === undefined || content === undefined ? undefined : before + content;
  files.set(path, isTrue(entry.append) ? appended : content);
}

/** cloud-init takes an encoding that it does not know for plain text. */
const encodings: ReadonlyMap<string, readonly Encoding[]> = new Map([
  ["gz", ["gzip"]],
  ["gzip", ["gzip"]],
  ["gz+base64", ["base64", "gzip"]],
  ["gzip+base64", ["base64", "gzip"]],
  ["gz+b64", ["base64", "gzip"]],
  ["gzip+b64", ["base64", "gzip"]],
  ["b64", ["base64"]],
  ["base64", ["base64"]],
]);

function contentOf({ content = "", encoding = "" }: Config, at: string): string {
  const steps = encodings.get(String(encoding).trim().toLowerCase()) ?? [];
  const raw = content instanceof Uint8Array ? content : String(content);
  return textOf(steps.reduce((data: string | Uint8Array, step) => decoded(data, step, at), raw));
}

const dialect: Dialect = {
  called: "cloud-config YAML",
  schema: yaml11,
  takesRepeatedKeys: true,
  mend: "Check it with `cloud-init schema`.",
};

/** YAML 1.1, as cloud-init's parser reads it: `yes` is true, `!!binary` is bytes, a repeated key's last value counts. */
function parsed(text: string, at: string): Config {
  const [document, second] = yamlDocuments(text, at, dialect);
  if (second) throw new InputError(second.place([]), "a second document in a cloud-config", dialect.mend);
  return bag(document?.value);
}

/** The spellings that cloud-init takes for true. */
function isTrue(value: unknown): boolean {
  return ["true", "1", "on", "yes"].includes(String(value).trim().toLowerCase());
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function bag(value: unknown): Config {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Config) : {};
}
