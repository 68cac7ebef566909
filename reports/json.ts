import type { Format } from "./format.js";
import { jsonPieces } from "./json-pieces.js";
import { inOrder } from "./order.js";

/** Down to each fact, finding and probe. */
const depth = 2;

/** The whole report as data; `schemas/report.schema.json` describes it. */
export const json: Format = {
  *render(report) {
    yield* jsonPieces(inOrder(report), depth);
    yield "\n";
  },
};
