import type { Format } from "./format.js";
import { inOrder } from "./order.js";

/** The whole report as data; `schemas/report.schema.json` describes it. */
export const json: Format = {
  render: (report) => `${JSON.stringify(inOrder(report), null, 2)}\n`,
};
