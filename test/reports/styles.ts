import type { Style } from "../../reports/index.js";

/** For formats that do not look at it. */
export const anyStyle: Style = { colour: false, width: 100 };
