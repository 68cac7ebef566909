// `npm run oracle -- --cases N [--seed S] [NAME …]`: the packet-truth tests with more cases than a normal run, and other ones.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cases: { type: "string", default: "1000" }, seed: { type: "string" } },
});
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
const names = positionals.length > 0 ? positionals : [""];
console.log(`PORT587_SEED=${seed} PORT587_CASES=${values.cases}`);
const { status } = spawnSync("npm", ["test", "--", ...names.map((name) => `test/oracle/${name}`)], {
  stdio: "inherit",
  env: { ...process.env, PORT587_SEED: seed, PORT587_CASES: values.cases },
});
process.exit(status ?? 1);
