/** One line of a file as it stands there. */
export interface PhysicalLine {
  readonly text: string;
  /** `file:line`. */
  readonly at: string;
}

/** A file's lines with their places. */
export function physicalLines(text: string, at: string): PhysicalLine[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((each, index) => ({ text: each, at: `${at}:${index + 1}` }));
}
