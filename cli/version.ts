import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Of the installed package; this file runs compiled, two directories below it. */
export const version: string = (require("../../package.json") as { version: string }).version;
