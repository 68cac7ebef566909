import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { authority } from "./certificates.js";
import { droppingPort } from "./dropping-port.js";
import { clearAuth, type LabServer, optionalTls, silent, sound } from "./servers.js";

const cli = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const report = "port587-report.html";

/** The servers of the lab under the names that examples/acme plans. */
async function start(ca: Awaited<ReturnType<typeof authority>>): Promise<Map<string, LabServer>> {
  const [mail, legacy, relay] = ["mail.acme.example", "legacy.acme.example", "relay.acme.example"] as const;
  return new Map([
    [`${mail}:587`, await sound(mail, await ca.issue(mail, 80))],
    [`${mail}:465`, await droppingPort()],
    [`${legacy}:587`, await clearAuth(legacy, await ca.issue(legacy, 9))],
    [`${relay}:587`, await optionalTls(relay, await ca.issue(relay, 80))],
    ["standby.acme.example:587", await silent()],
  ]);
}

function audit(servers: ReadonlyMap<string, LabServer>, anchors: string): Promise<number> {
  const redirects = [...servers].flatMap(([endpoint, { port }]) => ["--connect-to", `${endpoint}:127.0.0.1:${port}`]);
  const args = [
    "audit",
    "examples/acme",
    "--live",
    ...redirects,
    "--ca",
    anchors,
    "--timeout",
    "4",
    "--format",
    "terminal",
    "--format",
    `html=${report}`,
  ];
  const child = spawn(process.execPath, [cli, ...args], { stdio: "inherit" });
  return new Promise((done) => child.on("exit", (code) => done(code ?? 2)));
}

const directory = await mkdtemp(join(tmpdir(), "port587-lab-"));
const ca = await authority(new Date());
const anchors = join(directory, "lab-authority.pem");
await writeFile(anchors, ca.pem);
const servers = await start(ca);
try {
  process.stdout.write(
    `The lab runs ${servers.size} ports on 127.0.0.1; examples/acme plans them as ${[...servers.keys()].join(", ")}.\n\n`,
  );
  const code = await audit(servers, anchors);
  process.stdout.write(
    `\nThe audit ended with exit code ${code}: it found what the lab was built to show.\nReport: ${join(process.cwd(), report)}\n`,
  );
  process.exitCode = code === 1 ? 0 : 2;
} finally {
  await Promise.all([...servers.values()].map((server) => server.stop()));
  await rm(directory, { recursive: true, force: true });
}
