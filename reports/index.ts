import type { Format } from "./format.js";
import { html } from "./html.js";
import { json } from "./json.js";
import { junit } from "./junit.js";
import { sarif } from "./sarif.js";
import { terminal } from "./terminal.js";

export { renderCheck } from "./check.js";
export type { Format, Style } from "./format.js";

/** Every format by the name that `--format` knows. */
export const formats = { terminal, json, html, sarif, junit } as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof formats;
