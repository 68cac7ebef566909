/**
 * port587 against checkov on the same Terraform plans: who is right about port 587 where scanners are known to err, and how
 * long a large plan takes. Needs `npm run build` and Python 3; checkov is installed into the cache on first use.
 *
 *   npm run bench -- scanners [GROUPS]
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printTable } from "./measure.js";
import { checkov, checkovVersion, checks, port587, trivy } from "./scanners/candidates.js";
import { cases } from "./scanners/cases.js";
import { largePlan } from "./scanners/large.js";
import { planOf } from "./scanners/plan.js";

const groups = Number(process.argv[2] ?? 10_000);

/** checkov's answer: open where some rule of every layer that it judged fails, closed where no rule of one layer does. */
function answerOf(found, direction) {
  const judged = found.filter(({ check }) => checks[direction].includes(check));
  if (judged.length === 0) return "silent";
  const layers = checks[direction].map((id) => judged.filter(({ check }) => check === id));
  return layers.every((layer) => layer.length === 0 || layer.some(({ failed }) => failed)) ? "open" : "closed";
}

function mark(answer, truth) {
  return `${answer} ${answer === truth ? "✓" : "✗"}`;
}

async function compareAnswers(directory) {
  const fileOf = (index) => `${String(index + 1).padStart(2, "0")}.json`;
  for (const [i, { resources }] of cases.entries()) {
    writeFileSync(join(directory, fileOf(i)), JSON.stringify(planOf(resources)));
  }
  const { found } = await checkov("--directory", directory);
  const rows = [];
  for (const [i, { name, truth, from, to }] of cases.entries()) {
    const isOut = !/^[\d.]+$|:/.test(from);
    const { ways } = await port587(join(directory, fileOf(i)), "--from", from, "--to", to);
    const said = found.filter(({ file }) => file === `/${fileOf(i)}`);
    rows.push({ name, truth, port587: ways[0]?.verdict, checkov: answerOf(said, isOut ? "out" : "in") });
  }
  console.log(`What becomes of a packet to tcp/587, and what is said of it from the Terraform plan.
checkov ${checkovVersion} ships no check for port 587: these are its own base classes at 587 (bench/scanners/checkov).
Open: a rule of every layer that it judges fails its check; silent: it judges nothing of the plan.`);
  const right = (name) => `${rows.filter((row) => row[name] === row.truth).length} of ${rows.length}`;
  printTable([
    ["", "truth", "port587", "checkov"],
    ...rows.map((row) => [row.name, row.truth, mark(row.port587, row.truth), mark(row.checkov, row.truth)]),
    ["right", "", right("port587"), right("checkov")],
  ]);
  return rows.every((row) => row.port587 === row.truth);
}

async function compareTimes(directory) {
  const plan = join(directory, "large.json");
  writeFileSync(plan, JSON.stringify(largePlan(groups)));
  const megabytes = (statSync(plan).size / 1e6).toFixed(0);
  const ours = await port587(plan);
  const theirs = await checkov("--file", plan);
  const other = await trivy(plan);
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  const times = (ms, goal) => `${(ms / ours.ms).toFixed(0)} times (goal: ${goal})`;
  const open = ours.ways.filter(({ verdict }) => verdict !== "closed").length;
  const failed = theirs.found.filter((each) => each.failed).length;
  console.log(`\nOne plan of ${groups} security groups with ${3 * groups} rules (${megabytes} MB), one run each`);
  printTable([
    ["", "time", "groups open to the world on 587", "port587 is faster"],
    ["port587 reach --json", seconds(ours.ms), String(open), ""],
    ["checkov, the checks above alone", seconds(theirs.ms), String(failed), times(theirs.ms, 50)],
    ...(other === undefined ? [] : [["trivy, all its checks", seconds(other), "no such check", times(other, 25)]]),
  ]);
  if (other === undefined)
    console.log("  trivy is not measured: there is none on PATH or in the cache (see bench/README.md).");
}

const directory = mkdtempSync(join(tmpdir(), "port587-scanners-"));
try {
  const isRight = await compareAnswers(directory);
  await compareTimes(directory);
  if (!isRight) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
