import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { Report } from "../model/report.js";
import { type Certificates, makeCertificates } from "./probes/certificates.js";
import { smtpServer } from "./probes/servers.js";

const host = "mail.example.test";
let certificates: Certificates;
let directory: string;
let anchors: string;
beforeAll(() => {
  certificates = makeCertificates();
  directory = mkdtempSync(join(tmpdir(), "port587-connections-"));
  anchors = join(directory, "root.pem");
  writeFileSync(anchors, certificates.anchor);
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Counting {
  readonly port: number;
  readonly connections: () => number;
  stop(): Promise<void>;
}

/** A server that others wrote, and the TCP connections that its socket took. */
async function nodemailers(options: SMTPServerOptions): Promise<Counting> {
  let taken = 0;
  const sound = { ...certificates.sound, minVersion: "TLSv1.2", ciphers: "ECDHE+AESGCM" } as const;
  const server = new SMTPServer({ ...sound, logger: false, ...options });
  // Probes hang up in the middle of handshakes.
  server.on("error", () => undefined);
  server.server.on("connection", () => {
    taken++;
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return {
    port: (server.server.address() as AddressInfo).port,
    connections: () => taken,
    stop: () => new Promise((done) => server.close(() => done())),
  };
}

async function check(port: number, at: number, ...flags: string[]): Promise<{ code: number; stdout: string }> {
  const args = [
    "check",
    `${host}:${port}`,
    "--connect-to",
    `${host}:${port}:127.0.0.1:${at}`,
    "--ca",
    anchors,
    ...flags,
  ];
  const child = spawn(process.execPath, ["dist/cli/main.js", ...args, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 20_000,
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout };
}

describe("one check of a compliant server makes few TCP connections, as the server counts them", () => {
  it.each([
    { what: "STARTTLS", port: 587, most: 5, start: () => smtpServer(certificates.sound), fails: [] },
    {
      what: "implicit TLS",
      port: 465,
      most: 4,
      start: () => smtpServer(certificates.sound, { implicit: true }),
      fails: [],
    },
    // It refuses AUTH in the clear, and lists it all the same.
    { what: "smtp-server", port: 587, most: 5, start: () => nodemailers({}), fails: ["auth-before-tls"] },
    { what: "smtp-server", port: 465, most: 4, start: () => nodemailers({ secure: true }), fails: [] },
  ])("on $port, $what: at most $most", async ({ port, most, start, fails }) => {
    const server = await start();
    try {
      const { code, stdout } = await check(port, server.port);
      const report = JSON.parse(stdout) as Report;
      const failed = report.findings.filter(({ status }) => status !== "pass").map(({ rule }) => rule);
      expect(failed).toEqual(fails);
      expect(code).toBe(fails.length > 0 ? 1 : 0);
      expect(server.connections()).toBeGreaterThan(0);
      expect(server.connections()).toBeLessThanOrEqual(most);
      expect(report.probes[0]?.connections).toBe(server.connections());
    } finally {
      await server.stop();
    }
  });
});

describe("what a check may cost is up to its user", () => {
  it.each([
    { port: 587, implicit: false, connections: 5 },
    { port: 465, implicit: true, connections: 4 },
  ])("on $port, --dry-run tells the connections and makes none, --inventory makes one", async (row) => {
    const server = await smtpServer(certificates.sound, { implicit: row.implicit });
    try {
      const plan = await check(row.port, server.port, "--dry-run");
      expect(plan.code).toBe(0);
      expect(plan.stdout).toMatch(new RegExp(`^${host}:${row.port}  ${row.connections} connections, `));
      expect(plan.stdout).toMatch(/; up to 3 connections more where it hangs up/);
      expect(server.connections()).toBe(0);
      const { code, stdout } = await check(row.port, server.port, "--inventory", "--per-host", "5");
      expect(code).toBe(0);
      expect((JSON.parse(stdout) as Report).probes[0]?.connections).toBe(1);
      expect(server.connections()).toBe(1);
    } finally {
      await server.stop();
    }
  });

  const onLinux = process.platform === "linux" ? it : it.skip;

  onLinux("of many endpoints --inventory asks no more at a time than there may be files open", async () => {
    const server = await nodemailers({});
    try {
      const hosts = Array.from({ length: 200 }, (_, i) => `h${i}.example.test:587`);
      const bounds = ["--per-host", "200", "--inventory", "--ca", anchors, "--json"];
      const command = [process.execPath, "dist/cli/main.js", "check", ...hosts, ...bounds];
      const redirect = ["--connect-to", `::127.0.0.1:${server.port}`];
      const child = spawn("sh", ["-c", 'ulimit -n 100; exec "$0" "$@"', ...command, ...redirect], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const { facts } = JSON.parse(await text(child.stdout)) as Report;
      const reached = facts.filter(({ name, value }) => name === "reachable" && value === true);
      expect(reached).toHaveLength(hosts.length);
    } finally {
      await server.stop();
    }
  });

  it("of many endpoints --inventory asks more than sixteen at a time", async () => {
    const held: (() => void)[] = [];
    const atOnce = 32;
    const server = await nodemailers({
      // Nobody is greeted before so many wait for it.
      onConnect: (_, greet) => {
        held.push(greet);
        if (held.length >= atOnce) for (const each of held.splice(0)) each();
      },
    });
    try {
      const more = Array.from({ length: atOnce - 1 }, (_, i) => `h${i}.example.test:587`);
      const flags = ["--connect-to", `::127.0.0.1:${server.port}`, "--per-host", "100", "--inventory"];
      const { stdout } = await check(587, server.port, ...more, ...flags);
      const { probes } = JSON.parse(stdout) as Report;
      expect(probes.map(({ connections }) => connections)).toEqual(probes.map(() => 1));
      expect(server.connections()).toBe(atOnce);
    } finally {
      await server.stop();
    }
  });
});
