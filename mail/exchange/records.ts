import { visit } from "jsonc-parser";
import { InputError } from "../../model/errors.js";
import { readCsv } from "./csv.js";

/** The properties that decide something. */
const names = [
  ...(["Identity", "Server", "Fqdn", "TransportRole", "Enabled", "Bindings", "RemoteIPRanges", "Banner"] as const),
  ...(["AuthMechanism", "PermissionGroups", "RequireTLS", "EnableAuthGSSAPI"] as const),
  ...(["BareLinefeedRejectionEnabled"] as const),
] as const;

export type PropertyName = (typeof names)[number];

/** One receive connector as it was exported. */
export interface Exported {
  /** `file:line`. */
  readonly at: string;
  /** A property as the export wrote it; undefined where it was not exported. */
  readonly value: (name: PropertyName) => unknown;
  readonly place: Place;
}

/** `file:line` of a property, else of the connector. */
export type Place = (name: PropertyName) => string;

const mend = "Export anew: Get-ReceiveConnector | ConvertTo-Json -Depth 3, or Get-ReceiveConnector | Export-Csv.";

/**
 * The connectors of one export: a JSON object or array, or CSV with a header.
 * @param at what evidence names before the line number.
 * @throws InputError for a text that is neither.
 */
export function* readExport(text: string, at: string): Generator<Exported, void> {
  const plain = text.replace(/^\uFEFF/, "");
  let count = 0;
  for (const each of /^\s*[[{]/.test(plain) ? readJson(plain, at) : readTable(plain, at)) {
    count++;
    yield each;
  }
  if (count === 0) throw new InputError(at, "holds no receive connector", mend);
}

const known = new Map<string, PropertyName>(names.map((name) => [name.toLowerCase(), name]));
for (const name of names) known.set(name, name);

/** Whatever its case. */
function nameOf(written: string): PropertyName | undefined {
  return known.get(written) ?? known.get(written.toLowerCase());
}

function* readJson(text: string, at: string): Generator<Exported, void> {
  const elements = elementsOf(text, at);
  for (const [i, value] of [JSON.parse(text) as unknown].flat().entries()) {
    const { line, keys } = elements[i] as Element;
    const here = `${at}:${line}`;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new InputError(here, "a receive connector is no object", mend);
    const written = value as Readonly<Record<string, unknown>>;
    yield { at: here, value: (name) => written[keys.get(name)?.key ?? ""], place: placesOf(keys, at, here) };
  }
}

function placesOf(keys: Element["keys"], at: string, here: string): Place {
  return (name) => {
    const line = keys.get(name)?.line;
    return line === undefined ? here : `${at}:${line}`;
  };
}

/** Where an element of the export begins, and its properties with what they are called there. */
interface Element {
  readonly line: number;
  readonly keys: Map<PropertyName, { readonly key: string; readonly line: number }>;
}

function elementsOf(text: string, at: string): Element[] {
  const found: Element[] = [];
  const outermost = /^\s*\[/.test(text) ? 1 : 0;
  let depth = 0;
  const place = (line: number) => {
    if (depth === outermost) found.push({ line: line + 1, keys: new Map() });
  };
  const begin = (_offset: number, _length: number, line: number) => {
    place(line);
    depth++;
  };
  const end = () => {
    depth--;
  };
  const visitor: Parameters<typeof visit>[1] = {
    onObjectBegin: begin,
    onArrayBegin: begin,
    onObjectEnd: end,
    onArrayEnd: end,
    onLiteralValue: (_value, _offset, _length, line) => place(line),
    onObjectProperty: (key, _offset, _length, line) => {
      const name = depth === outermost + 1 ? nameOf(key) : undefined;
      if (name) found.at(-1)?.keys.set(name, { key, line: line + 1 });
    },
    onError: (_error, _offset, _length, line) => {
      throw new InputError(`${at}:${line + 1}`, "malformed JSON", mend);
    },
  };
  try {
    visit(text, visitor, { disallowComments: true });
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(at, "the JSON is nested too deeply", mend);
    throw error;
  }
  return found;
}

/** What Windows PowerShell writes: `#TYPE …` first unless told otherwise, and with -UseCulture perhaps semicolons. */
function* readTable(text: string, at: string): Generator<Exported, void> {
  const skipped = /^#TYPE [^\n]*\n/.exec(text)?.[0] ?? "";
  const [header = ""] = text.slice(skipped.length).split("\n", 1);
  const delimiter = header.includes(";") && !header.includes(",") ? ";" : ",";
  const offset = skipped === "" ? 0 : 1;
  const refuse = (line: number) => new InputError(`${at}:${line + offset}`, "malformed CSV", mend);
  let columns: ReadonlyMap<PropertyName | undefined, number> | undefined;
  for (const { cells, line } of readCsv(text.slice(skipped.length), delimiter, refuse)) {
    if (columns) yield exportedRow(cells, columns, `${at}:${line + offset}`);
    else columns = new Map(cells.map((written, i) => [nameOf(written), i]));
  }
}

function exportedRow(
  cells: readonly string[],
  columns: ReadonlyMap<PropertyName | undefined, number>,
  at: string,
): Exported {
  const value = (name: PropertyName) => {
    const column = columns.get(name);
    return column === undefined ? undefined : cells[column];
  };
  return { at, value, place: everywhere(at) };
}

/** Outlives what was read of its line. */
function everywhere(at: string): Place {
  return () => at;
}
