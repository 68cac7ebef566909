import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * A JSON Schema of this folder by its path: `aws/instance.json`. The build copies the files beside the compiled code; from the
 * bundled command they are found as well.
 */
export function loadSchema(path: string): object {
  return require(`../schemas/${path}`) as object;
}
