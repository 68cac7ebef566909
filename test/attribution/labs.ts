import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { unpacked } from "../setup/unpacked.js";
import { type Situation, soundPorts } from "./situations.js";

/** What a user saw. */
export interface Told {
  readonly name: string;
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** So many labs side by side: most of their time is waiting. */
const labs = 10;

const hosts = `127.0.0.1 localhost
192.0.2.25 mail.example.test
2001:db8:c::25 mail6.example.test
192.0.2.25 dual.example.test
2001:db8:c::25 dual.example.test
198.18.0.25 control.example.test
198.18.0.26 control2.example.test
`;

/** nc with `-M`, socat, tracepath, traceroute and OpenSSH, unpacked and not installed. */
export function tools(): string {
  const root = unpacked("network-programs", [
    "netcat-openbsd",
    "socat",
    "iputils-tracepath",
    "traceroute",
    "openssh-client",
    "openssh-server",
  ]);
  // The names that Debian's alternatives give them.
  for (const [directory, name, file] of [
    ["bin", "nc", "nc.openbsd"],
    ["usr/bin", "traceroute", "traceroute.db"],
  ] as const)
    if (!existsSync(join(root, directory, name))) symlinkSync(file, join(root, directory, name));
  return root;
}

/** Runs the built command as the client of a lab in each situation. */
export async function tryAll(situations: readonly Situation[], { places = false } = {}): Promise<Map<string, Told>> {
  const directory = mkdtempSync(join(tmpdir(), "port587-lab-"));
  try {
    const file = (name: string) => join(directory, name);
    writeFileSync(file("hosts"), hosts);
    const pairs = makePairs(directory);
    const shared = {
      tools: tools(),
      hosts: file("hosts"),
      places,
      pairs,
      command: [process.execPath, join(process.cwd(), "dist", "cli", "main.js")],
    };
    const complete = ({ args, listen, verb = "check", ...situation }: Situation): object => ({
      ...situation,
      args: [verb, "--ca", file("root.pem"), ...args.split(" ")],
      listen: { host: soundPorts, control: soundPorts, ...listen },
    });
    const told = await Promise.all(
      Array.from({ length: Math.min(labs, situations.length) }, (_, lab) =>
        run({ ...shared, situations: situations.filter((__, i) => i % labs === lab).map(complete) }),
      ),
    );
    return new Map(told.flat().map((each) => [each.name, each]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function run(input: object): Promise<Told[]> {
  const lab = join(process.cwd(), "test", "attribution", "lab.js");
  const child = spawn("unshare", ["-m", "-n", "-p", "-f", "--mount-proc", "--kill-child", process.execPath, lab], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(input));
  const lines = (await text(child.stdout)).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Told);
}

/** A root, a certificate of all servers under it, and one under another root. */
function makePairs(cwd: string): Record<string, { key: string; cert: string }> {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd, stdio: "pipe" });
  const names = "mail mail6 dual control control2"
    .split(" ")
    .map((name) => `DNS:${name}.example.test`)
    .join();
  const key = (name: string) => [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    `${name}.key`,
  ];
  const pair = (name: string, root: string) => {
    openssl("req", "-x509", ...key(root), "-subj", `/CN=lab ${root}`, "-days", "300", "-out", `${root}.pem`);
    openssl(
      "req",
      "-new",
      ...key(name),
      "-subj",
      "/CN=mail.example.test",
      "-out",
      `${name}.csr`,
      "-addext",
      `subjectAltName=${names}`,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      `${root}.pem`,
      "-CAkey",
      `${root}.key`,
      "-CAcreateserial",
      "-days",
      "300",
      "-copy_extensions",
      "copy",
      "-out",
      `${name}.pem`,
    );
    const read = (end: string) => readFileSync(join(cwd, `${name}.${end}`), "utf8");
    return { key: read("key"), cert: read("pem") };
  };
  return { sound: pair("sound", "root"), foreign: pair("foreign", "interceptor") };
}
