import { spawn } from "node:child_process";

/** Wall times of one candidate, in milliseconds. */
export class Times {
  #all = [];

  add(ms) {
    this.#all.push(ms);
  }

  get median() {
    const sorted = this.#all.toSorted((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  get min() {
    return Math.min(...this.#all);
  }

  get max() {
    return Math.max(...this.#all);
  }
}

/**
 * Runs the candidates in turn, round after round, so that a busy moment of the machine hits each of them. One that returns
 * nothing has left the round out.
 */
export async function inTurn(rounds, candidates) {
  const times = candidates.map(() => new Times());
  for (let round = 0; round < rounds; round++) {
    for (const [index, candidate] of candidates.entries()) {
      const ms = await candidate(round);
      if (ms !== undefined) times[index].add(ms);
    }
  }
  return times;
}

/** Node reads a file of further roots at its start, where one is named: 30 ms that say nothing of who is measured. */
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

/** Starts a program and waits for its end; this process stays free to serve it. Its input is empty; `output` may be an open file. */
export async function run(command, args, timeout = 120_000, output = "pipe") {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", output, "pipe"], timeout, env });
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const code = await new Promise((done, failed) => child.on("error", failed).on("close", done));
  return { ms: performance.now() - start, code, stdout, stderr };
}

/** Lines up the columns: the first to the left, the others to the right. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
    console.log(`  ${cells.join("   ")}`);
  }
}
