import {
  boolCoreTag,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
} from "js-yaml";
import { writtenOut } from "../../yaml/aliases.js";
import { refusal } from "../../yaml/documents.js";
import { linesOf, offsetOf } from "../../yaml/outline.js";
import { type Format, templated } from "./lines.js";

const deepest = 32;

/**
 * YAML or JSON, flat: `spring.mail.host`, `receivers.0.name`. Of several documents the later ones win.
 * @param keys the keys at the top of a document that are asked for; what stands under others is passed over.
 * @returns a format that throws an InputError with `file:line:column` for what is neither; the text is not quoted.
 */
export const yaml =
  (keys: RegExp): Format =>
  (text, at) =>
    flattened(text, at, templated, (around, path, name, depth) => {
      if (depth > topDepth || keys.test(name)) around.key = below(path, name);
    });

/** Values with their places by the path of their keys (`build.context`). */
type Flat<V> = Map<string, { readonly value: V; readonly at: string }>;

/** The same with every value as it is written. */
export type FlatYaml = Readonly<Omit<Flat<string>, "set" | "delete" | "clear">>;

/** What is open around an event: a document, a list or a mapping. */
interface Around<V> {
  readonly type: Event["type"];
  /** Undefined where nobody asks for what is in it. */
  readonly path: string | undefined;
  /** How many children have begun, keys among them. */
  children: number;
  /** The path of the value that comes next in a mapping. */
  key: string | undefined;
  keyOffset: number;
  /** Where the values go that stand in it. */
  into: Flat<V>;
}

/** Says where the value goes that comes next in a mapping that has a path: one that gets no path itself is passed over. */
type Enter<V> = (around: Around<V>, path: string, name: string, depth: number) => void;

/** How deep the mapping at the top of a document stands, and what is in it. */
const topDepth = 2;

/**
 * The members of the mapping under a key at the top of a document, each with its values as they are written, by their paths
 * within it; what an alias stands for, or a merge key brings along, is at its anchor.
 * @param asked the keys of a member that are asked for.
 * @throws InputError as above.
 */
export function membersOf(
  text: string,
  at: string,
  { top, asked }: { readonly top: string; readonly asked: ReadonlySet<string> },
): Map<string, FlatYaml> {
  const members = new Map<string, Flat<string>>();
  const unread = (written: string) => written;
  flattened(text, at, unread, (around: Around<string>, path, name, depth) => {
    if (depth === topDepth) around.key = name === top ? "" : undefined;
    else if (depth === topDepth + 1) {
      around.key = path;
      around.into = members.get(name) ?? new Map();
      members.set(name, around.into);
    } else if (depth > topDepth + 2 || asked.has(name)) around.key = below(path, name);
  });
  return members;
}

function flattened<V>(text: string, at: string, read: (written: string, path: string) => V, enter: Enter<V>): Flat<V> {
  const settings: Flat<V> = new Map();
  const lineOf = linesOf(text);
  const open: Around<V>[] = [];
  for (const event of eventsOf(text, at)) {
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const around = open.at(-1);
    const isKey = around?.type === EVENT_ID.MAPPING && around.children++ % 2 === 0;
    const path = around === undefined ? "" : isKey ? undefined : pathWithin(around, open.length);
    const offset = offsetOf(event, around === undefined ? 0 : around.keyOffset);
    if (isKey) {
      const name = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : undefined;
      around.key = undefined;
      around.keyOffset = offset;
      if (name !== undefined && around.path !== undefined) enter(around, around.path, name, open.length);
    }
    const into = around?.into ?? settings;
    if (event.type === EVENT_ID.SCALAR) {
      const value = path === undefined ? null : wordsOf(text, event);
      if (value !== null && path !== undefined)
        into.set(path, { value: read(value, path), at: `${at}:${lineOf(offset)}` });
    } else if (event.type !== EVENT_ID.ALIAS)
      open.push({ type: event.type, path, children: 0, key: undefined, keyOffset: offset, into });
  }
  return settings;
}

function eventsOf(text: string, at: string): readonly Event[] {
  try {
    return writtenOut(text, parseEvents(text, {}), at);
  } catch (error) {
    throw refusal(error, at, "YAML", "Mend the file, or give the rendered one where this is a template.");
  }
}

/** The path of the node that begins now. */
function pathWithin(around: Around<unknown>, depth: number): string | undefined {
  if (around.path === undefined || depth > deepest) return undefined;
  if (around.type === EVENT_ID.MAPPING) return around.key;
  return around.type === EVENT_ID.SEQUENCE ? below(around.path, String(around.children++)) : around.path;
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** As YAML's core schema takes a scalar, in words; null for none. */
function wordsOf(text: string, event: ScalarEvent): string | null {
  const source = getScalarValue(text, event);
  if (event.style !== SCALAR_STYLE.PLAIN || event.tagStart >= 0) return source;
  // Nothing else begins a null, a truth or a number.
  if (!/^(?:$|[-+.\d~nNtTfF])/.test(source)) return source;
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value: unknown = tag.resolve(source, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value === null ? null : String(value);
  }
  return source;
}
