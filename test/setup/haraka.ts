import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./cache.js";
import { withLock } from "./lock.js";
import { type Look, type Outcome, runInLab } from "./mail-lab.js";
import { unpacked } from "./unpacked.js";

/** The releases that the labs run. */
export const releases = { oldest: "3.1.0", newest: "3.3.4" } as const;

/** A Haraka directory, by path below it (`config/smtp.ini`), and who looks at it. */
export interface Instance {
  readonly files: Readonly<Record<string, string>>;
  readonly looks: readonly Look[];
}

/** The directory with Haraka's `node_modules`, installed once from the npm registry without its optional plugins but two. */
export async function installedHaraka(release: string = releases.newest): Promise<string> {
  const home = join(cacheDirectory(), `haraka-${release}-with-access`);
  await withLock(join(cacheDirectory(), "haraka.lock"), async () => {
    if (existsSync(home)) return;
    const half = `${home}.half`;
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half);
    writeFileSync(join(half, "package.json"), '{ "private": true }\n');
    const install = ["install", "--omit=dev", "--omit=optional", "--no-audit", "--no-fund", "--ignore-scripts"];
    const npm = (...packages: readonly string[]) =>
      execFileSync("npm", [...install, ...packages], { cwd: half, stdio: "pipe" });
    npm(`Haraka@${release}`, "haraka-plugin-relay@1.0.2");
    const { optionalDependencies } = JSON.parse(readFileSync(join(half, "node_modules/Haraka/package.json"), "utf8"));
    npm(`haraka-plugin-access@${optionalDependencies["haraka-plugin-access"]}`);
    // Without a file of Diffie-Hellman parameters every instance would make its own, for half a minute.
    execFileSync(
      "openssl",
      ["genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", "dhparams.pem"],
      {
        cwd: half,
        stdio: "pipe",
      },
    );
    renameSync(half, home);
  });
  return home;
}

/** Clients of the public internet, besides those that every lab has. */
export const publicClients: readonly Omit<Look, "port">[] = [
  { from: "198.18.0.10", to: "198.18.0.1" },
  { from: "2001:db8::10", to: "2001:db8::1" },
];

const start = (haraka: string) => `
ip address add 198.18.0.1/32 dev lo
ip route add local 198.18.0.0/24 dev lo
echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind
ip -6 address add 2001:db8::1/128 dev lo
ip -6 route add local 2001:db8::/64 dev lo
mkdir -p queue
printf 'level=info\\nformat=default\\n' >config/log.ini
cp key.pem config/tls_key.pem
cp cert.pem config/tls_cert.pem
cp ${haraka}/dhparams.pem config/dhparams.pem
${process.execPath} ${haraka}/node_modules/Haraka/bin/haraka -c @LAB@ >mail.log 2>&1 &
for i in $(seq 100); do
  grep -q 'outbound queue' mail.log && break
  kill -0 $! 2>/dev/null || break
  sleep 0.1
done
`;

/** The connection.ini that comes with Haraka; 3.1.0 forgot it. */
export async function shippedConnectionIni(): Promise<string> {
  return readFileSync(join(await installedHaraka(), "node_modules/Haraka/config/connection.ini"), "utf8");
}

/** Starts every instance in namespaces of its own, has the observer look at it, and ends it. */
export async function runHaraka(instances: readonly Instance[], release: string = releases.newest): Promise<Outcome[]> {
  const haraka = await installedHaraka(release);
  const software = { root: unpacked("iproute", ["iproute2", "openssl"]), users: [] };
  const placed = instances.map((each) => ({ ...each, start: start(haraka) }));
  return runInLab(software, placed, ({ files, seen, log }) => ({ files, seen, log }));
}
