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
  const plain = delimiter === "," ? /[^",\r\n]*/y : /[^";\r\n]*/y;
  let width: number | undefined;
  let at = 0;
  let line = 1;

  const quoted = () => {
    let end = text.indexOf('"', at + 1);
    // Two in a row are one that is text.
    while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
    if (end === -1) throw refuse(line);
    const written = text.slice(at + 1, end);
    at = end + 1;
    const value = written.includes('"') ? written.replaceAll('""', '"') : written;
    for (let found = value.indexOf("\n"); found !== -1; found = value.indexOf("\n", found + 1)) line++;
    return value;
  };

  const cell = () => {
    if (text[at] === '"') return quoted();
    const start = at;
    plain.lastIndex = start;
    plain.test(text);
    at = plain.lastIndex;
    return text.slice(start, at);
  };

  while (at < text.length) {
    const [start, begin] = [at, line];
    const cells = [cell()];
    while (text[at] === delimiter) {
      at++;
      cells.push(cell());
    }
    const isEmpty = at === start;
    if (text[at] === "\r") at++;
    if (at < text.length && text[at] !== "\n") throw refuse(line);
    at++;
    line++;
    if (isEmpty) continue;
    width ??= cells.length;
    if (cells.length !== width) throw refuse(begin);
    yield { cells, line: begin };
  }
}
