import papaparse from "papaparse";

/** A record, and the line on which it begins. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * The records of RFC 4180, all as long as the first; lines without text are none.
 * @param refuse the error for a line that is no CSV.
 */
export function* readCsv(
  text: string,
  delimiter: "," | ";",
  refuse: (line: number) => Error,
): Generator<CsvRecord, void> {
  // Left to itself it takes the first end of line for that of all.
  const { data, errors } = papaparse.parse<string[]>(text.replaceAll("\r\n", "\n"), { delimiter, newline: "\n" });
  const broken = errors[0]?.row;
  const width = data.find(holdsText)?.length;
  let line = 1;
  for (const [i, cells] of data.entries()) {
    if (i === broken) throw refuse(line);
    if (holdsText(cells)) {
      if (cells.length !== width) throw refuse(line);
      yield { cells, line };
    }
    line += cells.reduce((ends, cell) => ends + (cell.includes("\n") ? cell.split("\n").length - 1 : 0), 1);
  }
}

function holdsText(cells: readonly string[]): boolean {
  return cells.length > 1 || cells[0] !== "";
}
