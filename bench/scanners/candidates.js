import { join } from "node:path";
import { run } from "../measure.js";
import { programNamed } from "../program.js";
import { pythonWith } from "../python.js";

const here = import.meta.dirname;
const cli = join(here, "..", "..", "dist", "cli", "main.js");
const limit = 3_600_000;
/** From checks by id to the layer that they judge: rules of one layer add up, and a packet passes all layers. */
export const checks = {
  in: ["PORT587_IN_AWS_GROUP", "PORT587_IN_AWS_ACL", "PORT587_IN_GOOGLE", "PORT587_IN_AZURE"],
  out: ["PORT587_OUT_AWS_GROUP"],
};
export const checkovVersion = "3.3.30";

/** What `port587 reach` says of one connection, and how long it takes. */
export async function port587(...args) {
  const { ms, code, stdout, stderr } = await run(
    process.execPath,
    [cli, "reach", ...args, "--port", "587", "--json"],
    limit,
  );
  if (code !== 0 && code !== 1 && code !== 3) throw new Error(`port587 reach ended with ${code}: ${stderr}`);
  return { ms, ways: JSON.parse(stdout) };
}

/** What checkov's checks at 587 say of a file or a folder of plans: `{ file, check, failed }` each, and how long it takes. */
export async function checkov(...target) {
  const python = pythonWith("checkov", checkovVersion);
  const only = ["--external-checks-dir", join(here, "checkov"), "--check", Object.values(checks).flat().join(",")];
  const options = ["--framework", "terraform_plan", "--skip-download", "--output", "json"];
  const { ms, code, stdout, stderr } = await run(python, ["-m", "checkov.main", ...target, ...only, ...options], limit);
  if (code !== 0 && code !== 1) throw new Error(`checkov ended with ${code}: ${stderr}`);
  const { passed_checks, failed_checks } = JSON.parse(stdout).results;
  const found = (list, failed) => list.map((each) => ({ file: each.file_path, check: each.check_id, failed }));
  return { ms, found: [...found(passed_checks, false), ...found(failed_checks, true)] };
}

/**
 * How long trivy takes with all its checks, or undefined where there is none: on PATH, or built into the cache as
 * bench/README.md says. It has no check for a port that is told to it, so that only its time is of interest.
 */
export async function trivy(file) {
  const program = programNamed("trivy");
  if (program === undefined) return undefined;
  const options = ["--skip-check-update", "--quiet", "--timeout", "60m", "--format", "json"];
  const { ms, code, stderr } = await run(program, ["config", ...options, file], limit);
  if (code !== 0) throw new Error(`trivy ended with ${code}: ${stderr}`);
  return ms;
}
