import { posix } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { InputError } from "../model/errors.js";
import type { MailDefinition } from "../model/mail.js";
import { decoded, type Encoding, textOf, unpacked } from "./encodings.js";
import { isTemplate, partsOf } from "./mime.js";

/** The Postfix files that make a definition, by base name. */
export const postfixFiles: ReadonlySet<string> = new Set(["main.cf", "master.cf"]);

/** Where user data stands (`URN#userData`) and what it belongs to. */
export interface Carrier extends Pick<MailDefinition, "origin" | "hostedBy"> {
  readonly at: string;
}

/** Files as cloud-init leaves them, by path; `undefined` when something else decides the content. */
type Written = Map<string, string | undefined>;

type Config = Readonly<Record<string, unknown>>;

/**
 * The Postfix configurations that EC2 user data writes with cloud-init's `write_files`, one a directory. User data may be
 * plain, base64, gzip or a MIME archive; its scripts are not read, but where one touches Postfix the definition says so.
 * @throws InputError when it writes mail files but cannot be read; the message never quotes the content.
 */
export function mailDefinitionsInUserData(data: string | Uint8Array, carrier: Carrier): MailDefinition[] {
  const { at } = carrier;
  const text = textOf(unpacked(data, at));
  const parts = partsOf(text, at);
  if (!parts.some((part) => mentionsMail(part.text))) return [];
  const configs = parts.filter((part) => part.kind === "cloud-config").map((part) => parsed(part.text, at));
  const { writing, missing } = effective(configs, at);
  if (parts.some((part) => part.kind === "cloud-config" && isTemplate(part.text))) missing.push(`${at}:template`);
  if (parts.some((part) => part.kind === "other" && touchesPostfix(part.text))) missing.push(`${at}:script`);
  const files: Written = new Map();
  for (const config of writing) writeFiles(config, files, at);
  const directories = [...new Set([...files.keys()].map((path) => posix.dirname(path)))].sort();
  return directories.map((directory) => definitionIn(directory, files, missing, carrier));
}

/**
 * The parts whose files are written. A later part replaces whole keys of an earlier one unless it asks for another way
 * (cloud-init, "Merging user-data sections"); commands that run at boot can change the files again.
 */
function effective(configs: readonly Config[], at: string): { writing: readonly Config[]; missing: string[] } {
  const writers = configs.filter((config) => config.write_files !== undefined);
  const merging = configs.length > 1 && configs.some((config) => (config.merge_how ?? config.merge_type) !== undefined);
  const commands = ["bootcmd", "runcmd"].filter((key) =>
    configs.some((config) => touchesPostfix(JSON.stringify(config[key] ?? ""))),
  );
  const missing = [...(merging ? ["merge_how"] : []), ...commands].map((key) => `${at}:${key}`);
  return { writing: merging ? writers : writers.slice(-1), missing };
}

/** In the order of the list, those with `defer` after the others. */
function writeFiles(config: Config, files: Written, at: string): void {
  const entries = list(config.write_files).map(bag);
  for (const entry of entries.filter(({ defer }) => !isTrue(defer))) write(entry, files, at);
  for (const entry of entries.filter(({ defer }) => isTrue(defer))) write(entry, files, at);
}

function write(entry: Config, files: Written, at: string): void {
  if (typeof entry.path !== "string") return;
  const path = posix.resolve("/", entry.path);
  if (!postfixFiles.has(posix.basename(path))) return;
  const content = entry.source === undefined ? contentOf(entry, `${at}:${path}`) : undefined;
  const before = files.get(path);
  const appended = before === undefined || content === undefined ? undefined : before + content;
  files.set(path, isTrue(entry.append) ? appended : content);
}

/** cloud-init takes an encoding that it does not know for plain text. */
const encodings: Readonly<Record<string, readonly Encoding[]>> = {
  gz: ["gzip"],
  gzip: ["gzip"],
  "gz+base64": ["base64", "gzip"],
  "gzip+base64": ["base64", "gzip"],
  "gz+b64": ["base64", "gzip"],
  "gzip+b64": ["base64", "gzip"],
  b64: ["base64"],
  base64: ["base64"],
};

function contentOf({ content = "", encoding = "" }: Config, at: string): string {
  const steps = encodings[String(encoding).trim().toLowerCase()] ?? [];
  const raw = content instanceof Uint8Array ? content : String(content);
  return textOf(steps.reduce((data: string | Uint8Array, step) => decoded(data, step, at), raw));
}

function definitionIn(
  directory: string,
  written: Written,
  missing: readonly string[],
  { at, ...carrier }: Carrier,
): MailDefinition {
  const files: Record<string, MailDefinition["files"][string]> = {};
  const unread: string[] = [];
  for (const [path, text] of written) {
    if (posix.dirname(path) !== directory) continue;
    if (text === undefined) unread.push(`${at}:${path}`);
    else files[posix.basename(path)] = { at: `${at}:${path}`, text };
  }
  return { id: `${at}:${directory}`, product: "postfix", ...carrier, files, missing: [...missing, ...unread].sort() };
}

/** YAML 1.1, as cloud-init's parser reads it: `yes` is true, `!!binary` is bytes, a repeated key's last value counts. */
function parsed(text: string, at: string): Config {
  const lines = new LineCounter();
  const options = { lineCounter: lines, version: "1.1", uniqueKeys: false, logLevel: "silent" } as const;
  const document = parseDocument(text, options);
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new InputError(`${at}:${line}:${col}`, "malformed cloud-config YAML", "Check it with `cloud-init schema`.");
  }
  try {
    return bag(document.toJS({ maxAliasCount: 100 }));
  } catch {
    throw new InputError(at, "cloud-config with YAML aliases that cannot be resolved", "Write the values out.");
  }
}

function mentionsMail(text: string): boolean {
  return /\b(main|master)\.cf\b/.test(text);
}

function touchesPostfix(text: string): boolean {
  return mentionsMail(text) || /\bpostconf\b/.test(text);
}

/** The spellings that cloud-init takes for true. */
function isTrue(value: unknown): boolean {
  return ["true", "1", "on", "yes"].includes(String(value).trim().toLowerCase());
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function bag(value: unknown): Config {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Config) : {};
}
