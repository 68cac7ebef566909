import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { promises as dns } from "node:dns";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { unpacked } from "./unpacked.js";

/** A zone below the root: its records, and what the signatures are worth. `expired`: they were good years ago. */
export interface Zone {
  readonly records: string;
  readonly signed: "yes" | "no" | "expired";
}

export interface DnsLab {
  /** `127.0.0.1:PORT` of Unbound as a validator that trusts the key of the root here. */
  readonly validating: string;
  /** The same without its validator. */
  readonly plain: string;
  /** NSD itself: it knows these zones and recurses for nobody. */
  readonly authoritative: string;
  stop(): Promise<void>;
}

const head = `$TTL 300
@ IN SOA ns. root.ns. 1 3600 600 86400 300
@ IN NS ns.
`;

/** Why it cannot run here; undefined where it can. */
export function dnsLabUnavailable(): string | undefined {
  if (process.platform !== "linux") return "the name servers are Debian's, for Linux";
  return process.getuid?.() === 0 ? undefined : "unpacking the name servers needs root";
}

/**
 * A small internet of names on loopback: a signed root and these zones, made by ldns-signzone, served by NSD and resolved
 * by Unbound. Whether a name is secure or bogus is Unbound's word.
 */
export async function dnsLab(zones: Readonly<Record<string, Zone>>): Promise<DnsLab> {
  const root = unpacked("dns-lab", ["unbound", "nsd", "ldnsutils"]);
  const home = mkdtempSync(join(tmpdir(), "port587-dns-"));
  const env = { ...process.env, LD_LIBRARY_PATH: join(root, "usr/lib/x86_64-linux-gnu") };
  const file = (name: string) => join(home, name);
  const run = (tool: string, ...args: string[]) =>
    execFileSync(join(root, "usr/bin", tool), args, { cwd: home, env, encoding: "utf8" }).trim();
  const key = (zone: string) => run("ldns-keygen", "-k", "-a", "ECDSAP256SHA256", zone);
  const write = (zone: string, name: string, records: string, signed: Zone["signed"], by?: string) => {
    writeFileSync(file(name), `$ORIGIN ${zone}\n${head}${records}\n`);
    if (signed === "no" || by === undefined) return;
    const dates = signed === "expired" ? ["-i", "20200101000000", "-e", "20200201000000"] : [];
    run("ldns-signzone", ...dates, "-o", zone, "-f", file(`${name}.signed`), file(name), by);
    writeFileSync(file(name), readFileSync(file(`${name}.signed`)));
  };

  let delegations = "ns. IN A 127.0.0.1\n";
  for (const [zone, { records, signed }] of Object.entries(zones)) {
    delegations += `${zone}. IN NS ns.\n`;
    const by = signed === "no" ? undefined : key(`${zone}.`);
    if (by !== undefined) delegations += readFileSync(file(`${by}.ds`), "utf8");
    write(`${zone}.`, zone, records, signed, by);
  }
  const anchor = key(".");
  write(".", "root", delegations, "yes", anchor);

  const [nsd = 0, validating = 0, plain = 0] = await Promise.all([freePort(), freePort(), freePort()]);
  writeFileSync(file("nsd.conf"), nsdConf(home, nsd, Object.keys(zones)));
  for (const [port, modules] of [
    [validating, `module-config: "validator iterator"\n  trust-anchor-file: "${file(`${anchor}.key`)}"`],
    [plain, 'module-config: "iterator"'],
  ] as const)
    writeFileSync(file(`unbound-${port}.conf`), unboundConf(home, port, nsd, modules, Object.keys(zones)));

  const children = [
    daemon("nsd", "-d", "-c", file("nsd.conf")),
    daemon("unbound", "-d", "-p", "-c", file(`unbound-${validating}.conf`)),
    daemon("unbound", "-d", "-p", "-c", file(`unbound-${plain}.conf`)),
  ];
  const stop = async () => {
    await Promise.all(children.map(({ child }) => ended(child)));
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const sound = Object.keys(zones).filter((zone) => zones[zone]?.signed !== "expired");
    for (const port of [validating, plain]) await answers(port, sound);
  } catch (error) {
    await stop();
    throw new Error(`${error}\n${children.map(({ log }) => log.join("")).join("\n")}`);
  }
  const at = (port: number) => `127.0.0.1:${port}`;
  return { validating: at(validating), plain: at(plain), authoritative: at(nsd), stop };

  function daemon(name: string, ...args: string[]): { child: ChildProcess; log: string[] } {
    const log: string[] = [];
    const child = spawn(join(root, "usr/sbin", name), args, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => log.push(text.toString()));
    return { child, log };
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await Promise.race([exit, sleep(3000, undefined, { ref: false }).then(() => child.kill("SIGKILL"))]);
}

/** Until the resolver finds the zones, asked by Node's own resolver. */
async function answers(port: number, zones: readonly string[]): Promise<void> {
  const resolver = new dns.Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  const found = (zone: string) =>
    resolver.resolveSoa(zone).then(
      () => true,
      () => false,
    );
  for (const zone of zones) {
    const until = Date.now() + 10_000;
    while (!(await found(zone))) {
      if (Date.now() > until) throw new Error(`no answer for ${zone}`);
      await sleep(50);
    }
  }
}

/**
 * A port that is free for UDP and TCP, below those that the kernel gives to clients: one of them might take it before the
 * server does.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const udp = createSocket("udp4");
    const tcp = createServer();
    try {
      udp.bind(port, "127.0.0.1");
      await once(udp, "listening");
      tcp.listen(port, "127.0.0.1");
      await once(tcp, "listening");
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    } finally {
      udp.close();
      tcp.close();
    }
  }
}

function nsdConf(home: string, port: number, zones: readonly string[]): string {
  const all = [["root", "."], ...zones.map((zone) => [zone, zone])];
  return `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: "${home}"
  database: ""
  pidfile: "${home}/nsd.pid"
  xfrdfile: "${home}/xfrd.state"
  xfrdir: "${home}"
  zonelistfile: "${home}/zone.list"
  server-count: 1
remote-control:
  control-enable: no
${all.map(([name, zone]) => `zone:\n  name: "${zone}"\n  zonefile: "${name}"\n`).join("")}`;
}

function unboundConf(home: string, port: number, nsd: number, modules: string, zones: readonly string[]): string {
  return `server:
  interface: 127.0.0.1@${port}
  username: ""
  chroot: ""
  directory: "${home}"
  pidfile: ""
  use-syslog: no
  num-threads: 1
  do-not-query-localhost: no
  do-ip6: no
  unblock-lan-zones: yes
  local-zone: "test." nodefault
  local-zone: "127.in-addr.arpa." nodefault
  ${modules}
remote-control:
  control-enable: no
${[".", ...zones].map((zone) => `stub-zone:\n  name: "${zone}"\n  stub-addr: 127.0.0.1@${nsd}\n`).join("")}`;
}
