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
    flattened(text, at, templated, (path, name) => path !== "" || keys.test(name));

/** Values with their places by the path of their keys (`services.mail.image`). */
export type FlatYaml = ReadonlyMap<string, { readonly value: string; readonly at: string }>;

/** What is open around an event: a document, a list or a mapping. */
interface Around {
  readonly type: Event["type"];
  /** Undefined where nothing in it has a path. */
  readonly path: string | undefined;
  /** How many children have begun, keys among them. */
  children: number;
  /** The path of the value that comes next in a mapping. */
  key: string | undefined;
  keyOffset: number;
}

/** Whether somebody asks for what stands under a name in the mapping at a path. */
export type Asks = (path: string, name: string) => boolean;

/**
 * The same with every value as it is written; what an alias stands for, or a merge key brings along, is at its anchor.
 * @throws InputError as above.
 */
export function flatYaml(text: string, at: string, asks: Asks): FlatYaml {
  return flattened(text, at, (written) => written, asks);
}

function flattened<V>(
  text: string,
  at: string,
  read: (written: string, path: string) => V,
  asks: Asks,
): Map<string, { readonly value: V; readonly at: string }> {
  const settings = new Map<string, { readonly value: V; readonly at: string }>();
  const lineOf = linesOf(text);
  const open: Around[] = [];
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
      const isAsked = name !== undefined && around.path !== undefined && asks(around.path, name);
      around.key = isAsked ? below(around.path, name) : undefined;
      around.keyOffset = offset;
    }
    if (event.type === EVENT_ID.SCALAR) {
      const value = path === undefined ? null : wordsOf(text, event);
      if (value !== null && path !== undefined)
        settings.set(path, { value: read(value, path), at: `${at}:${lineOf(offset)}` });
    } else if (event.type !== EVENT_ID.ALIAS)
      open.push({ type: event.type, path, children: 0, key: undefined, keyOffset: offset });
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
function pathWithin(around: Around, depth: number): string | undefined {
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
