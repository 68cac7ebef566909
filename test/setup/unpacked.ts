import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./cache.js";

/** Why Debian packages cannot be unpacked and run in namespaces here; undefined where they can. */
export function namespacesUnavailable(): string | undefined {
  if (process.platform !== "linux") return "mail servers run in Linux namespaces";
  if (process.getuid?.() !== 0) return "the namespaces of mail servers need root";
  for (const tool of ["unshare", "apt-get", "dpkg"])
    if (spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0) return `${tool} is not installed`;
  const namespaces = spawnSync("unshare", ["-m", "-n", "-p", "-f", "true"]);
  return namespaces.status === 0 ? undefined : "this machine allows no namespaces";
}

/** The release of Debian whose servers the labs run: this machine's own, else the one named, with everything it needs. */
export const suite = process.env.PORT587_DEBIAN;

/**
 * Debian packages with what they depend on, unpacked and not installed (mail servers exclude each other); once, in the
 * cache under this name.
 * @param release of Debian, where it is not the one that the labs run.
 * @returns the directory that holds their `usr` and `etc`.
 * @throws Error with apt's words when the packages cannot be had.
 */
export function unpacked(name: string, packages: readonly string[], release = suite): string {
  const home = join(cacheDirectory(), release === undefined ? name : `${name}-${release}`);
  const root = join(home, "root");
  if (existsSync(join(home, "complete"))) return root;
  rmSync(home, { recursive: true, force: true });
  const archives = join(home, "archives");
  mkdirSync(join(archives, "partial"), { recursive: true });
  for (const directory of ["usr", "etc"]) mkdirSync(join(root, directory), { recursive: true });
  const options = ["-y", "--download-only", "--no-install-recommends", "--reinstall"];
  const own = release === undefined ? [] : listsOf(release);
  const download = () =>
    spawnSync("apt-get", [...own, ...options, "-o", `Dir::Cache::archives=${archives}`, "install", ...packages], {
      encoding: "utf8",
    });
  let last = download();
  if (last.status !== 0) {
    spawnSync("apt-get", [...own, "update"]);
    last = download();
  }
  if (last.status !== 0) throw new Error(`apt-get download failed: ${last.stderr}`);
  for (const archive of readdirSync(archives)
    .filter((each) => each.endsWith(".deb"))
    .sort())
    execFileSync("dpkg", ["-x", join(archives, archive), root]);
  rmSync(archives, { recursive: true });
  writeFileSync(join(home, "complete"), "");
  return root;
}

/** Options that make apt ask another release of Debian, as for a machine on which nothing is installed. */
function listsOf(release: string): string[] {
  const home = join(cacheDirectory(), `apt-${release}`);
  mkdirSync(join(home, "lists", "partial"), { recursive: true });
  const sources = join(home, "sources.list");
  const key = "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg";
  writeFileSync(sources, `deb [${key}] http://deb.debian.org/debian ${release} main\n`);
  writeFileSync(join(home, "status"), "");
  const settings = {
    "Dir::State::lists": join(home, "lists"),
    "Dir::State::status": join(home, "status"),
    "Dir::Cache::pkgcache": "",
    "Dir::Cache::srcpkgcache": "",
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "/nonexistent",
    "APT::Sandbox::User": "root",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}
