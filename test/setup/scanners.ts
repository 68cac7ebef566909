import { join } from "node:path";
import { type Instance, runInLab, type Software } from "./mail-lab.js";
import { pythonWith } from "./python.js";
import { unpacked } from "./unpacked.js";

/** A server that runs in the lab, with one way of doing TLS on each port. */
export interface Scanned {
  readonly software: Software;
  readonly files: Readonly<Record<string, string>>;
  readonly start: string;
  readonly ports: readonly number[];
}

/** What each scanner wrote: JSON of port587 and sslyze, XML of nmap; of testssl.sh the JSON of each port. */
export interface Scans {
  readonly port587: string;
  readonly sslyze: string;
  readonly nmap: string;
  readonly testssl: Readonly<Record<number, string>>;
  readonly log: string;
}

export const sslyzeVersion = "6.3.1";
export const host = "mail.lab.example";
const cli = join(process.cwd(), "dist", "cli", "main.js");

/** The programs are run where they were unpacked: overlays lie two deep and no deeper. */
const programs = (root: string) => `libraries=$(echo ${root}/usr/lib/*-linux-gnu*)
libraries=$libraries:$libraries/blas:$(echo ${root}/lib/*-linux-gnu*)
nmap() { LD_LIBRARY_PATH=$libraries NMAPDIR=${root}/usr/share/nmap ${root}/usr/bin/nmap "$@"; }
testssl() { LD_LIBRARY_PATH=$libraries PATH=${root}/usr/bin:$PATH TESTSSL_INSTALL_DIR=${root}/etc/testssl ${root}/usr/bin/testssl "$@"; }
`;

/** Waits until a port takes connections; the shell of Debian has no /dev/tcp. */
const waits = (port: number) => `${process.execPath} -e '
  const net = require("node:net");
  let left = 100;
  const ask = () => net.connect(${port}, "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => left-- > 0 ? setTimeout(ask, 100) : process.exit(1));
  ask();'`;

/**
 * Starts each server in namespaces of its own and lets port587 and the other scanners look at all of its ports, one scanner
 * after the other.
 * @param scanned servers of one software.
 * @param isLong lets testssl.sh look as well, which takes up to a minute a port.
 */
export async function scan(scanned: readonly Scanned[], authority: string, isLong: boolean): Promise<Scans[]> {
  const python = await pythonWith("sslyze", sslyzeVersion);
  const [{ software }] = scanned as readonly [Scanned, ...Scanned[]];
  const instances = scanned.map((each) => instanceOf(each, authority, isLong, python));
  return runInLab(software, instances, ({ written, log }, index): Scans => {
    const each = (scanned[index] as Scanned).ports.map((port) => [port, written(`testssl-${port}.json`)] as const);
    const [port587, sslyze, nmap] = ["port587.json", "sslyze.json", "nmap.xml"].map(written) as [
      string,
      string,
      string,
    ];
    return { port587, sslyze, nmap, testssl: Object.fromEntries(each), log };
  });
}

function instanceOf({ files, start, ports }: Scanned, authority: string, isLong: boolean, python: string): Instance {
  const scanners = unpacked("scanners", ["nmap", "testssl.sh"]);
  const redirects = ports.map((port) => `--connect-to ${host}:${port}:127.0.0.1:${port}`).join(" ");
  const hosts = ports.map((port) => `${host}:${port}`).join(" ");
  const targets = ports.map((port) => `127.0.0.1:${port}`).join(" ");
  const versions = "--sslv3 --tlsv1 --tlsv1_1 --tlsv1_2 --tlsv1_3 --certinfo --certinfo_ca_file @LAB@/authority.pem";
  const slow = `--slow_connection --starttls smtp --sni ${host} --mozilla_config disable`;
  const looks = [
    `${process.execPath} ${cli} check ${hosts} ${redirects} --ca @LAB@/authority.pem --enumerate --json >port587.json`,
    `${python} -m sslyze ${versions} ${slow} --json_out sslyze.json ${targets} >sslyze.log 2>&1`,
    `nmap -n -Pn -sT --servicedb services --script ssl-enum-ciphers -oX nmap.xml 127.0.0.1 >nmap.log 2>&1`,
    ...(isLong ? ports : []).map((port) => {
      const options = "--quiet --warnings batch --nodns none --color 0 -t smtp -p -E -S --add-ca @LAB@/authority.pem";
      return `testssl ${options} --jsonfile testssl-${port}.json 127.0.0.1:${port} >testssl.log 2>&1 </dev/null`;
    }),
  ];
  // By greeting alone nmap does not take Dovecot for SMTP: it is told what the ports speak.
  const services = ports.map((port) => `smtp ${port}/tcp 0.9\n`).join("");
  return {
    files: { ...files, "authority.pem": authority, services },
    start: [programs(scanners), start, ...ports.map(waits), ...looks.map((line) => `${line} || :`)].join("\n"),
    looks: [],
  };
}
