import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A Python interpreter that can import the package, from a virtual environment of its own in the cache, made on first use. */
export function pythonWith(name, version) {
  const cache = process.env.PORT587_CACHE ?? join(homedir(), ".cache", "port587");
  const home = join(cache, `python-${name}-${version}`);
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    // Made aside and then renamed, so that an interrupted installation is not taken for a whole one.
    const aside = `${home}.${process.pid}`;
    try {
      const pip = ["-m", "pip", "install", "--quiet", `${name}==${version}`];
      execFileSync("python3", ["-m", "venv", aside], { stdio: "inherit" });
      execFileSync(join(aside, "bin", "python"), pip, { stdio: "inherit" });
      renameSync(aside, home);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  }
  return join(home, "bin", "python");
}
