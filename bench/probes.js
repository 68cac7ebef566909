/**
 * `port587 check` of one sound server against sslyze, on 587 (STARTTLS) and 465 (implicit TLS): wall time and TCP
 * connections and round trips through a relay that takes 50 ms for one; against testssl.sh too where the tests left it in the cache.
 * Before it thousands of endpoints behind that relay, beside zgrab2 where it can be found, 64 at a time and by the defaults of each. Needs `npm run build`, Python 3.10 and PyPI on first use.
 *
 *   npm run bench -- probes
 */
import { closeSync, existsSync, fstatSync, openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { authority } from "../dist/examples/lab/certificates.js";
import { submissionServer } from "../dist/examples/lab/submission-server.js";
import { inTurn, printTable, run } from "./measure.js";
import { delayingRelay } from "./relay.js";
import { sslyze } from "./sslyze.js";
import { zgrab2, zgrab2Scan } from "./zgrab2.js";

const rounds = 5;
const oneWay = 25;
const goals = { 587: 5, 465: 4 };
const host = "mail.bench.example";
const cli = join(import.meta.dirname, "..", "dist", "cli", "main.js");
const peer = sslyze();
const unpacked = join(process.env.PORT587_CACHE ?? join(homedir(), ".cache", "port587"), "scanners", "root");
const testssl = join(unpacked, "usr", "bin", "testssl");
/** It asks for one of the programs that look up names, and lies with them where it was unpacked. */
const around = {
  TESTSSL_INSTALL_DIR: join(unpacked, "etc", "testssl"),
  LD_LIBRARY_PATH: join(unpacked, "usr", "lib", `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`),
  PATH: [join(unpacked, "usr", "bin"), process.env.PATH].join(delimiter),
};
/** What `port587 check` looks at, too; the plain scan adds cipher suites, curves, known attacks and Mozilla's profile. */
const versionsAndCertificate = ["--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3", "--certinfo"];

/** @throws when the server is not found sound: a quick wrong answer is no result. */
async function port587(port, at, anchors, ...more) {
  const redirect = `${host}:${port}:127.0.0.1:${at}`;
  const args = [cli, "check", `${host}:${port}`, "--connect-to", redirect, "--ca", anchors, "--json", ...more];
  const { ms, code, stdout, stderr } = await run(process.execPath, args);
  if (code !== 0) throw new Error(`port587 check ended with ${code}: ${stderr}${stdout}`);
  return { ms, says: JSON.parse(stdout).probes[0].connections };
}

/** @throws when sslyze could not complete the scan. Its exit code says whether Mozilla's profile is met: no matter here. */
async function scanned(port, at, anchors, scans) {
  const args = ["--sni", host, "--certinfo_ca_file", anchors, ...scans, "--json_out", "-"];
  const starttls = port === 465 ? [] : ["--starttls", "smtp"];
  const { ms, stdout, stderr } = await run(peer.python, [...peer.args, ...starttls, ...args, `127.0.0.1:${at}`]);
  const result = stdout.startsWith("{") ? JSON.parse(stdout).server_scan_results[0] : undefined;
  if (result?.scan_status !== "COMPLETED") throw new Error(`sslyze did not complete its scan: ${stderr}${stdout}`);
  return { ms };
}

/** Protocols, suites and certificate, which `port587 check` looks at too. */
const protocolsSuitesCertificate = ["-p", "-s", "-S"];

/** @throws when testssl.sh could not complete the scan. */
async function testsslScan(port, at, scans) {
  const assignments = Object.entries(around).map(([name, value]) => `${name}=${value}`);
  const starttls = port === 465 ? [] : ["-t", "smtp"];
  const options = ["--quiet", "--warnings", "batch", "--nodns", "none", ...scans, ...starttls];
  const { ms, stdout } = await run("env", [...assignments, testssl, ...options, `127.0.0.1:${at}`], 600_000);
  if (!stdout.includes("Done")) throw new Error(`testssl.sh did not complete its scan: ${stdout}`);
  return { ms };
}

async function compare(port, ca, anchors) {
  const tls = { ...(await ca.issue(host, 80)), minVersion: "TLSv1.2" };
  const server = await submissionServer({
    host,
    mailInClear: false,
    authInClear: false,
    tls,
    implicitTls: port === 465,
  });
  const relay = await delayingRelay(server.port, oneWay);
  try {
    const candidates = [
      ["port587 check", () => port587(port, relay.port, anchors)],
      ["port587 check --per-host 2", () => port587(port, relay.port, anchors, "--per-host", "2")],
      [
        "sslyze, versions and certificate",
        () => scanned(port, relay.port, anchors, [...versionsAndCertificate, "--mozilla_config", "disable"]),
      ],
      ["sslyze, plain", () => scanned(port, relay.port, anchors, [])],
      ...(existsSync(testssl)
        ? [
            ["testssl.sh, -p -s -S", () => testsslScan(port, relay.port, protocolsSuitesCertificate)],
            // It takes minutes.
            ["testssl.sh, plain, once", () => testsslScan(port, relay.port, []), 1],
          ]
        : []),
      ["port587 check, no relay", () => port587(port, server.port, anchors)],
    ];
    const connections = candidates.map(() => new Set());
    const waits = candidates.map(() => new Set());
    const times = await inTurn(
      rounds,
      candidates.map(([, look, most = rounds], i) => async (round) => {
        if (round >= most) return undefined;
        const { ms, says } = await look();
        const seen = relay.taken();
        connections[i].add(seen.connections === 0 ? says : seen.connections);
        waits[i].add(seen.trips);
        return ms;
      }),
    );
    const range = (numbers) => [...new Set([Math.min(...numbers), Math.max(...numbers)])].join(" to ");
    const ratio = (i) => (times[i].median / times[0].median).toFixed(1);
    console.log(`\n${port}, ${port === 465 ? "implicit TLS" : "STARTTLS"} (goal: at most ${goals[port]} connections)`);
    printTable([
      ["", "median ms", "min-max", "connections", "round trips", "time / first line"],
      ...candidates.map(([name], i) => [
        name,
        times[i].median.toFixed(0),
        `${times[i].min.toFixed(0)}-${times[i].max.toFixed(0)}`,
        range(connections[i]),
        range(waits[i]),
        ratio(i),
      ]),
    ]);
  } finally {
    await relay.stop();
    await server.stop();
  }
}

/** Prints what it needed to the error channel when it ends: most kilobytes held, microseconds of processor. */
const needs = `process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(["", "needs", maxRSS, userCPUTime + systemCPUTime].join(" "));
});`;

/** Looks at a server, through the relay, that has all names of one domain; neither is measured: both run in this process. */
async function atAllNames(ca, look) {
  const tls = { ...(await ca.issue("*.bench.example", 80)), minVersion: "TLSv1.2" };
  const server = await submissionServer({ host, mailInClear: false, authInClear: false, tls });
  const relay = await delayingRelay(server.port, oneWay);
  try {
    return await look(relay);
  } finally {
    await relay.stop();
    await server.stop();
  }
}

/** So many endpoints with one certificate, `atOnce` connections at a time, else as many as by default; the report goes into a file. */
function many(count, directory, ca, anchors, atOnce, ...more) {
  return atAllNames(ca, async (relay) => {
    const report = openSync(join(directory, "report.json"), "w");
    try {
      const hosts = Array.from({ length: count }, (_, i) => `h${i}.bench.example:587`);
      // To the probe it is one host.
      const bounds = ["--per-host", "1000", ...(atOnce ? ["--concurrency", String(atOnce)] : []), "--ca", anchors];
      const start = ["--import", `data:text/javascript,${encodeURIComponent(needs)}`, cli, "check"];
      const args = [...start, ...hosts, "--connect-to", `::127.0.0.1:${relay.port}`, ...bounds, "--json", ...more];
      const { ms, code, stderr } = await run(process.execPath, args, 600_000, report);
      if (code !== 0) throw new Error(`port587 check ended with ${code}: ${stderr.slice(-500)}`);
      const [, kilobytes, microseconds] = /needs (\d+) (\d+)/.exec(stderr) ?? [];
      return [
        [`${count} endpoints`, ...more].join(" "),
        String(atOnce ?? "default"),
        (ms / 1000).toFixed(1),
        ((count / ms) * 1000).toFixed(0),
        (Number(microseconds) / 1e6).toFixed(1),
        (Number(kilobytes) / 1024).toFixed(0),
        (fstatSync(report).size / 1e6).toFixed(0),
        ...connectionsOf(relay),
      ];
    } finally {
      closeSync(report);
    }
  });
}

function connectionsOf(relay) {
  const { connections, most } = relay.taken();
  return [connections, most].map(String);
}

/** The same for zgrab2, which writes what it has seen of each. */
function manyByZgrab2(count, directory, ca, senders) {
  return atAllNames(ca, async (relay) => {
    const hosts = Array.from({ length: count }, (_, i) => `h${i}.bench.example`);
    const ms = await zgrab2Scan(hosts, relay.port, directory, senders);
    const speed = [(ms / 1000).toFixed(1), ((count / ms) * 1000).toFixed(0)];
    return [
      `${count} endpoints by zgrab2`,
      String(senders ?? "default"),
      ...speed,
      "",
      "",
      "",
      ...connectionsOf(relay),
    ];
  });
}

console.log(
  `port587 check and sslyze ${peer.version} at one sound server, ${rounds} runs each in turn, the start of Node or Python
included. The relay holds data for ${oneWay} ms in each direction; it cannot delay the TCP handshake, so a real path of
${2 * oneWay} ms adds a round trip for each connection that waits for the one before.`,
);
const directory = await mkdtemp(join(tmpdir(), "port587-bench-"));
try {
  const ca = await authority(new Date());
  const anchors = join(directory, "authority.pem");
  await writeFile(anchors, ca.pem);
  console.log("\nMany endpoints (goal for 1000 at 64 connections at a time: at most 30 s and 400 MiB)");
  printTable([
    ["", "at a time", "s", "endpoints/s", "processor s", "MiB", "report MB", "connections", "open at most"],
    await many(1000, directory, ca, anchors, 64),
    await many(1000, directory, ca, anchors, 64, "--inventory"),
    ...(zgrab2 === undefined ? [] : [await manyByZgrab2(1000, directory, ca, 64)]),
    await many(1000, directory, ca, anchors, undefined, "--inventory"),
    ...(zgrab2 === undefined ? [] : [await manyByZgrab2(1000, directory, ca)]),
    await many(5000, directory, ca, anchors, undefined, "--inventory"),
  ]);
  if (zgrab2 === undefined)
    console.log("  zgrab2 is not measured: there is none on PATH or in the cache (see bench/README.md).");
  for (const port of [587, 465]) await compare(port, ca, anchors);
} finally {
  await rm(directory, { recursive: true, force: true });
}
