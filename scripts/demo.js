// `npm run demo` on a fresh clone: install, build, run the lab and the audit. Needs Node and npm, nothing else.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";

function run(command, args, doing) {
  process.stdout.write(`${doing} ...\n`);
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}${error ? `${error.message}\n` : ""}`);
  process.stderr.write(`\n${doing} failed. It needs Node 20.19 or later, npm, and access to the npm registry.\n`);
  process.exit(2);
}

/** npm writes this file last: it is newer than the lock file once everything in it is installed. */
function installed() {
  try {
    return statSync("node_modules/.package-lock.json").mtimeMs >= statSync("package-lock.json").mtimeMs;
  } catch {
    return false;
  }
}

if (!installed()) run("npm", ["ci", "--no-audit", "--no-fund"], "Installing the dependencies");
run("npm", ["run", "build"], "Building");
const { status } = spawnSync(process.execPath, ["dist/examples/lab/demo.js"], { stdio: "inherit" });
process.exit(status ?? 2);
