import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Authority, authority } from "./certificates.js";
import { droppingPort } from "./dropping-port.js";
import { type Behaviour, type LabServer, silent, submissionServer } from "./submission-server.js";

const cli = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const report = "port587-report.html";

/** The servers of the lab, under the names that examples/acme plans for them. */
async function start(ca: Authority): Promise<Map<string, LabServer>> {
  const serve = async (host: string, days: number, differs: Partial<Behaviour> = {}) => {
    const identity = await ca.issue(host, days);
    const tls = { ...identity, minVersion: "TLSv1.2" as const, ...differs.tls };
    return submissionServer({ host, mailInClear: false, authInClear: false, ...differs, tls });
  };
  const oldTls = { minVersion: "TLSv1" as const, ciphers: "ALL:@SECLEVEL=0" };
  return new Map([
    // As planned.
    ["mail.acme.example:587", await serve("mail.acme.example", 80)],
    // As planned: closed by the security group, which drops.
    ["mail.acme.example:465", await droppingPort()],
    // As planned: AUTH and mail in clear, old TLS; and a certificate that nobody renewed.
    [
      "legacy.acme.example:587",
      await serve("legacy.acme.example", 9, { mailInClear: true, authInClear: true, tls: oldTls }),
    ],
    // Drifted: TLS was made optional by hand to help one client, and the repository knows nothing of it.
    ["relay.acme.example:587", await serve("relay.acme.example", 80, { mailInClear: true })],
    // Broken: accepts connections and never greets.
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
