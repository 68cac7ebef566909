import type { Report } from "../../model/report.js";
import { type FormatName, formats, type Style } from "../../reports/index.js";

/** For formats that do not look at it. */
export const anyStyle: Style = { colour: false, width: 100 };

/** The whole report in one text, which a small one fits into. */
export function textOf(format: FormatName, report: Report, style = anyStyle): string {
  return [...formats[format].render(report, style)].join("");
}
