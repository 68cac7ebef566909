import type { Report } from "../model/report.js";

/** How a report meets its reader; only the terminal formats look at it. */
export interface Style {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
  /** Whole transcripts instead of the lines that decide. */
  readonly verbose: boolean;
}

/** A pure function of the report: the same report gives the same bytes. */
export interface Format {
  render(report: Report, style: Style): string;
}
