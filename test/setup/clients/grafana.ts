import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cacheDirectory } from "../cache.js";
import { withLock } from "../lock.js";
import { lacks } from "../real-part.js";
import type { ClientLab, Sender } from "./lab.js";

const here = dirname(fileURLToPath(import.meta.url));
const needed = { "gopkg.in/ini.v1": "v1.67.0", "gopkg.in/mail.v2": "v2.3.1" };

/** Why GrafanaSender.go cannot be built here; undefined where it can. */
export function whyNoGo(): string | undefined {
  return lacks("go", "version");
}

/** GrafanaSender.go with the library that Grafana sends with, built once from its Go module. */
export async function grafana(lab: ClientLab): Promise<Sender> {
  const program = join(cacheDirectory(), `grafana-sender-${Object.values(needed).join("-")}`);
  await withLock(`${program}.lock`, async () => {
    if (existsSync(program)) return;
    const home = mkdtempSync(join(tmpdir(), "port587-grafana-sender-"));
    try {
      copyFileSync(join(here, "GrafanaSender.go"), join(home, "main.go"));
      const requires = Object.entries(needed).map(([module, version]) => `require ${module} ${version}\n`);
      writeFileSync(join(home, "go.mod"), `module port587.test/grafana\n\ngo 1.21\n\n${requires.join("")}`);
      const env = { ...process.env, GOFLAGS: "-mod=mod" };
      const half = `${program}.${process.pid}`;
      await promisify(execFile)("go", ["build", "-o", half, "."], { cwd: home, env });
      renameSync(half, program);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
  return ({ directory }) => lab.run(program, [directory], {});
}
