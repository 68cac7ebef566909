import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** A program that is built into the cache as bench/README.md says, or on PATH; undefined where there is none. */
export function programNamed(name) {
  const cache = process.env.PORT587_CACHE ?? join(homedir(), ".cache", "port587");
  const places = [join(cache, name), ...(process.env.PATH ?? "").split(delimiter)];
  return places.map((each) => join(each, name)).find(existsSync);
}
