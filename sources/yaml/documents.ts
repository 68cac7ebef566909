import {
  boolYaml11Tag,
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  EVENT_ID,
  type Event,
  FAILSAFE_SCHEMA,
  floatYaml11Tag,
  intYaml11Tag,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  parseEvents,
  type ScalarTagDefinition,
  type Schema,
  seqTag,
  YAML11_SCHEMA,
  YAMLException,
} from "js-yaml";
import { InputError } from "../../model/errors.js";
import { linesOf, Outline } from "./outline.js";

/** One document of a YAML text. */
export interface YamlDocument {
  readonly value: unknown;
  /** `file:line` of a part, or of the nearest part around it that is written down. */
  readonly place: (steps: readonly (string | number)[]) => string;
}

/** What a program's own parser makes of a text. */
export interface Dialect {
  /** What its errors call the text. */
  readonly called: string;
  readonly schema: Schema;
  /** Whether the last of two equal keys counts, where others refuse the text. */
  readonly takesRepeatedKeys: boolean;
  /** How to find what is wrong with a text. */
  readonly mend: string;
}

/** A key that is no text is one that nobody asks for (`name: {{ value }}` is a mapping within a mapping). */
const objects = defineMappingTag(mapTag.tagName, {
  ...mapTag,
  addPair: (map, key, value) => mapTag.addPair(map, isObject(key) ? "{}" : key, value),
  has: (map, key) => !isObject(key) && mapTag.has(map, key),
});

/** Tags of programs (`!vault`, `!reference`): what they make of the value is not known here. */
const ownTags = [
  defineScalarTag("!", { matchByTagPrefix: true, resolve: (source) => source, identify: () => false }),
  defineSequenceTag("!", { ...seqTag, matchByTagPrefix: true }),
  defineMappingTag("!", { ...mapTag, matchByTagPrefix: true }),
];

/** YAML 1.1 as PyYAML reads it (cloud-init, Ansible). */
export const yaml11 = YAML11_SCHEMA.withTags(objects, ownTags);

/** YAML 1.1 without its dates and sexagesimal numbers, as the API server's parser reads it. */
export const kubernetesSchema = FAILSAFE_SCHEMA.withTags(
  ...[objects, nullYaml11Tag, boolYaml11Tag, withoutSexagesimal(intYaml11Tag), withoutSexagesimal(floatYaml11Tag)],
  ...[mergeTag, ...ownTags],
);

function withoutSexagesimal(tag: ScalarTagDefinition<number>): ScalarTagDefinition<number> {
  return defineScalarTag(tag.tagName, {
    ...tag,
    resolve: (source, ...how) => (source.includes(":") ? NOT_RESOLVED : tag.resolve(source, ...how)),
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const mostMerged = 1_000_000;
/** How many nodes aliases may add, and how deep they may go; the parser itself ends at 100 levels. */
const mostUnfolded = 1_000_000;
const deepest = 200;

/**
 * The documents of a text, in time proportional to it.
 * @param file what places name before the line.
 * @throws InputError with `file:line:column` for malformed YAML and nesting deeper than 100 levels, with `file:line` for
 * aliases that multiply; it never quotes the text.
 */
export function yamlDocuments(text: string, file: string, dialect: Dialect): YamlDocument[] {
  const { events, values } = parsed(text, file, dialect);
  const outline = once(() => new Outline(text, events));
  const lines = once(() => linesOf(text));
  const placeOf = (offset: number) => `${file}:${lines()(offset)}`;
  if (events.some(({ type }) => type === EVENT_ID.ALIAS)) refuseUnfolding(text, events, placeOf);
  return values.map((value, i): YamlDocument => {
    return { value, place: (steps) => placeOf(outline().offsetOf(outline().documents[i] as number, steps)) };
  });
}

/** What is made where it is first asked for: of most texts nobody asks for a place. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function parsed(text: string, file: string, { called, schema, takesRepeatedKeys, mend }: Dialect) {
  try {
    const events = parseEvents(text, {});
    const options = { source: text, schema, json: takesRepeatedKeys, maxTotalMergeKeys: mostMerged };
    return { events, values: constructFromEvents(events, options) };
  } catch (error) {
    throw refusal(error, file, called, mend);
  }
}

/** What to tell of a text that is no YAML: place and reason, never the text. Another error is given back as it is. */
export function refusal(error: unknown, file: string, called: string, mend: string): unknown {
  if (!(error instanceof YAMLException)) return error;
  const { line = 0, column = 0 } = error.mark ?? {};
  const at = `${file}:${line + 1}:${column + 1}`;
  if (error.reason.startsWith("nesting exceeded"))
    return new InputError(at, "nested deeper than 100 levels", "No such file is so deep.");
  // Other reasons quote the text.
  const reason = /^[a-z -]+$/.test(error.reason) ? ` (${error.reason})` : "";
  return new InputError(at, `malformed ${called}${reason}`, mend);
}

/** What a node holds with its aliases written out: nodes, and levels. */
interface Weight {
  size: number;
  depth: number;
}

const endless: Weight = { size: Number.POSITIVE_INFINITY, depth: 0 };

/** Each alias stands for the nodes of its anchor: ten lines of ten aliases are ten thousand million. */
function refuseUnfolding(text: string, events: readonly Event[], placeOf: (offset: number) => string): void {
  let anchored = new Map<string, Weight>();
  const open: { readonly anchor: string | undefined; readonly weight: Weight }[] = [];
  let added = 0;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) anchored = new Map();
    const anchor = anchorOf(event, text);
    let weight: Weight = { size: 1, depth: 0 };
    if (event.type === EVENT_ID.ALIAS) {
      weight = anchored.get(anchor as string) ?? endless;
      added += weight.size;
    } else if (event.type === EVENT_ID.POP) {
      const closed = open.pop();
      weight = closed?.weight ?? weight;
      if (closed?.anchor !== undefined) anchored.set(closed.anchor, weight);
    } else if (event.type !== EVENT_ID.SCALAR) {
      // Within itself an anchor has no end.
      if (anchor !== undefined) anchored.delete(anchor);
      open.push({ anchor, weight });
      continue;
    } else if (anchor !== undefined) anchored.set(anchor, weight);
    const around = open.at(-1)?.weight;
    if (!around) continue;
    around.size += weight.size;
    around.depth = Math.max(around.depth, weight.depth + 1);
    if (added > mostUnfolded || around.depth > deepest)
      throw new InputError(
        placeOf("anchorStart" in event ? event.anchorStart : 0),
        "YAML that cannot be resolved: aliases that multiply, or nesting without end",
        "Write the values out.",
      );
  }
}

function anchorOf(event: Event, text: string): string | undefined {
  return "anchorStart" in event && event.anchorStart >= 0 ? text.slice(event.anchorStart, event.anchorEnd) : undefined;
}
