/**
 * Runs the benchmarks, one after the other.
 *
 *   npm run bench [-- NAME]
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { closest } from "fastest-levenshtein";

const names = ["pack", "parsers", "probes", "reach", "scanners", "start"];
const [name, ...rest] = process.argv.slice(2);

function refuse(message) {
  console.error(message);
  process.exit(2);
}

if (name !== undefined && !names.includes(name)) {
  refuse(`There is no benchmark "${name}". Did you mean "${closest(name, names)}"? All: ${names.join(", ")}.`);
}
if (!existsSync(join(import.meta.dirname, "..", "dist", "cli", "main.js"))) {
  refuse("Nothing is built yet. Run `npm run build` first.");
}
for (const each of name === undefined ? names : [name]) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${each}.js`), ...rest], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
