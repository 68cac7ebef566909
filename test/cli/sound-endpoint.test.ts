import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportOf } from "../dns/cli.js";
import { makeCertificates } from "../probes/certificates.js";
import { smtpServer } from "../probes/servers.js";

const certificates = makeCertificates();

it.each([
  [587, false, 5],
  [465, true, 4],
])(
  "a sound server on %d is visited by its sessions alone: nobody looks for what blocks it",
  async (port, implicit, sessions) => {
    const directory = mkdtempSync(join(tmpdir(), "port587-sound-"));
    const server = await smtpServer(certificates.sound, { implicit });
    try {
      const anchor = join(directory, "ca.pem");
      writeFileSync(anchor, certificates.anchor);
      const there = ["--connect-to", `localhost::127.0.0.1:${server.port}`, "--ca", anchor];
      const report = await reportOf(`localhost:${port}`, ...there);
      expect(report.facts.filter(({ name }) => name === "pathTrials")).toEqual([]);
      expect(server.connections()).toBe(sessions);
    } finally {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
