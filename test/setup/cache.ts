import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The directory where the tests keep what is slow to make: `PORT587_CACHE`, else `~/.cache/port587`. */
export function cacheDirectory(): string {
  const directory = process.env.PORT587_CACHE ?? join(homedir(), ".cache", "port587");
  mkdirSync(directory, { recursive: true });
  return directory;
}
