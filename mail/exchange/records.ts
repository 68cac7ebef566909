import { parse as parseCsv } from "csv-parse/sync";
import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import { LineCounter } from "yaml";
import { InputError } from "../../model/errors.js";

/** A property as the export wrote it. */
export interface Property {
  readonly value: unknown;
  /** `file:line`. */
  readonly at: string;
}

/** One receive connector as it was exported: its properties by their names in lower case. */
export interface Exported {
  readonly at: string;
  readonly properties: ReadonlyMap<string, Property>;
}

/** What csv-parse yields with `info`. */
interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const mend = "Export anew: Get-ReceiveConnector | ConvertTo-Json -Depth 3, or Get-ReceiveConnector | Export-Csv.";

/**
 * The connectors of one export: a JSON object or array, or CSV with a header.
 * @param at what evidence names before the line number.
 * @throws InputError for a text that is neither.
 */
export function readExport(text: string, at: string): Exported[] {
  const plain = text.replace(/^\uFEFF/, "");
  const connectors = /^\s*[[{]/.test(plain) ? readJson(plain, at) : readCsv(plain, at);
  if (connectors.length === 0) throw new InputError(at, "holds no receive connector", mend);
  return connectors;
}

function readJson(text: string, at: string): Exported[] {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
  const place = (offset: number) => `${at}:${lines.linePos(offset).line}`;
  const errors: ParseError[] = [];
  const root = treeOf(text, errors, at);
  if (errors[0] || !root) throw new InputError(place(errors[0]?.offset ?? 0), "malformed JSON", mend);
  const nodes = root.type === "array" ? (root.children ?? []) : [root];
  return nodes.map((node) => {
    if (node.type !== "object") throw new InputError(place(node.offset), "a receive connector is no object", mend);
    const properties = (node.children ?? []).flatMap(({ children }): [string, Property][] => {
      const [key, value] = children ?? [];
      if (!key || !value) return [];
      return [[String(key.value).toLowerCase(), { value: getNodeValue(value), at: place(key.offset) }]];
    });
    return { at: place(node.offset), properties: new Map(properties) };
  });
}

function treeOf(text: string, errors: ParseError[], at: string): Node | undefined {
  try {
    return parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(at, "the JSON is nested too deeply", mend);
    throw error;
  }
}

/** What Windows PowerShell writes: `#TYPE …` first unless told otherwise, and with -UseCulture perhaps semicolons. */
function readCsv(text: string, at: string): Exported[] {
  const skipped = /^#TYPE [^\n]*\n/.exec(text)?.[0] ?? "";
  const [header = ""] = text.slice(skipped.length).split("\n", 1);
  const delimiter = header.includes(";") && !header.includes(",") ? ";" : ",";
  const offset = skipped === "" ? 0 : 1;
  try {
    const options = { delimiter, info: true, skip_empty_lines: true, max_record_size: 1_000_000 };
    const rows = parseCsv(text.slice(skipped.length), options) as unknown as Row[];
    const [names, ...records] = rows;
    return records.map(({ record, info }) => {
      const here = `${at}:${info.lines + offset}`;
      const named = record.map((value, i): [string, Property] => [
        (names?.record[i] ?? "").toLowerCase(),
        { value, at: here },
      ]);
      return { at: here, properties: new Map(named) };
    });
  } catch (error) {
    const line = (error as { lines?: unknown }).lines;
    const place = typeof line === "number" ? `${at}:${line + offset}` : at;
    if (error instanceof Error && "code" in error) throw new InputError(place, "malformed CSV", mend);
    throw error;
  }
}
