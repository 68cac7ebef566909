import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * A CommonJS package, loaded as `require` does. An `import` has Node look for its names by parsing it first: four small packages took
 * 76 ms of processor time so, and 15 in this way.
 */
export function required<T>(name: string): T {
  return require(name) as T;
}
