import type { Report } from "../model/report.js";

/** How a report meets its reader; only the terminal formats look at it. */
export interface Style {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
}

/** A pure function of the report: the same report gives the same bytes. */
export interface Format {
  /** Piece by piece, because a report of thousands of endpoints is longer than a string may be. */
  render(report: Report, style: Style): Iterable<string>;
}
