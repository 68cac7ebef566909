/**
 * How long `port587 --version` and `--help` take beyond Node's own start. Needs `npm run build`.
 *
 *   npm run bench -- start
 */
import { join } from "node:path";
import { inTurn, printTable, run } from "./measure.js";

const rounds = 15;
const goal = 150;
const cli = join(import.meta.dirname, "..", "dist", "cli", "main.js");

async function started(...args) {
  const { ms, code, stderr } = await run(process.execPath, args);
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}: ${stderr}`);
  return ms;
}

const candidates = [
  ["node -e 0", () => started("-e", "0")],
  ["port587 --version", () => started(cli, "--version")],
  ["port587 --help", () => started(cli, "--help")],
];
await inTurn(
  1,
  candidates.map(([, start]) => start),
);
const times = await inTurn(
  rounds,
  candidates.map(([, start]) => start),
);
console.log(`Start (medians of ${rounds} after one that warms up; goal: at most ${goal} ms beyond Node's own start)`);
printTable([
  ["", "ms", "min-max", "beyond Node"],
  ...candidates.map(([name], i) => [
    name,
    times[i].median.toFixed(0),
    `${times[i].min.toFixed(0)}-${times[i].max.toFixed(0)}`,
    i === 0 ? "" : `${(times[i].median - times[0].median).toFixed(0)} ms`,
  ]),
]);
