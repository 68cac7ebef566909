import type { FactValues } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Report } from "../../model/report.js";
import { labHost, labIdentity, linesThatCheck } from "../setup/check-in-lab.js";
import { type Instance, runInLab } from "../setup/mail-lab.js";
import { pythonWith } from "../setup/python.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, unpacked } from "../setup/unpacked.js";
import { helpers } from "./postfix-lab.js";

// The long run lets sslyze and sslscan look at the same server:
//   PORT587_SCAN=all npm test -- test/lab/rate-limit
const isLong = process.env.PORT587_SCAN === "all";

/** By default Postfix lets `mynetworks` off, where the lab's own client is. */
const main = (more: string) => `compatibility_level = 3.6
queue_directory = @LAB@/queue
data_directory = @LAB@/data
maillog_file = @LAB@/mail.log
maillog_file_prefixes = @LAB@
myhostname = ${labHost}
mynetworks = 127.0.0.2
alias_maps =
local_transport = discard:
smtpd_client_event_limit_exceptions =
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = @LAB@/etc/own-pair.pem
${more}
`;

const limit = "smtpd_client_connection_rate_limit = 30";
const fewSuites = `smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_mandatory_exclude_ciphers = aNULL, kRSA, SHA1, SHA256, SHA384, ARIA, CAMELLIA`;

const port = 587;
const master = `${port} inet n - n - - smtpd
${helpers}`;

/** Each time unit of its own, one run after the other. The second is shorter than a minute, so that the test is. */
const runs = [
  { name: "first", args: [], window: "60s" },
  { name: "second", args: [], window: "60s" },
  { name: "enumerate", args: ["--enumerate"], window: "25s" },
] as const;

interface Outcome {
  readonly reports: Readonly<Record<string, Report>>;
  readonly turnedAway: number;
}

const software = () => ({
  root: unpacked("postfix", ["postfix", "sasl2-bin", "libsasl2-modules", "iproute2", "openssl"]),
  users: ["postfix", "postdrop"],
});

/** A Postfix of its own for each list of commands, which are run beside it. */
async function placed(settings: string, commands: readonly string[]): Promise<Instance> {
  const start = ["mkdir -p @LAB@/queue @LAB@/data", "chown postfix @LAB@/data", "postfix -c @LAB@/etc start"];
  const files = { ...(await labIdentity()), "etc/main.cf": main(settings), "etc/master.cf": master };
  return { files, start: [...start, ...commands].join("\n"), looks: [] };
}

const refusals = (log: string) => log.match(/rate limit exceeded/g)?.length ?? 0;

/** One Postfix a time unit. */
async function look(): Promise<Outcome[]> {
  const windows = [...new Set(runs.map(({ window }) => window))];
  const instances = await Promise.all(
    windows.map((window) => {
      const checks = runs
        .filter((each) => each.window === window)
        .map(({ name, args }) => linesThatCheck([{ name, port, args: ["--json", "--per-host", "5", ...args] }]));
      return placed(`${limit}\nanvil_rate_time_unit = ${window}\n${fewSuites}`, checks);
    }),
  );
  return runInLab(software(), instances, ({ written, log }, index) => {
    const names = runs.filter(({ window }) => window === windows[index]).map(({ name }) => name);
    const reports = names.map((name) => {
      const [out, err] = [written(`out-${name}`), written(`err-${name}`)];
      if (!out.startsWith("{")) throw new Error(`${name} printed no report: ${err}${log}`);
      return [name, JSON.parse(out) as Report];
    });
    return { reports: Object.fromEntries(reports), turnedAway: refusals(log) };
  });
}

/** What `openssl ciphers -s -tls1_2 -stdname` of the same release leaves of Postfix's list for the lab's ECDSA certificate. */
const suites = {
  "TLSv1.2": [
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  ],
  "TLSv1.3": ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"],
};

describeWith(namespacesUnavailable())("a Postfix that takes 30 connections a minute", () => {
  let minute: Outcome;
  let enumerated: Outcome;
  beforeAll(async () => {
    [minute, enumerated] = (await look()) as [Outcome, Outcome];
  }, 300_000);

  it.each(["first", "second"])("is judged whole by the %s run", (name) => {
    const report = minute.reports[name] as Report;
    expect(report.facts.filter(({ value }) => isUnknown(value)).map((each) => each.name)).toEqual([]);
    expect(report.findings.filter(({ status }) => status === "undecided")).toEqual([]);
    expect(report.probes[0]?.connections).toBe(5);
  });

  it("has turned nobody away", () => expect(minute.turnedAway).toBe(0));

  it("is enumerated whole, at the pace that it allows", () => {
    const { facts = [], probes = [] } = enumerated.reports.enumerate ?? {};
    const { value } = facts.find(({ name }) => name === "cipherSuites") ?? {};
    const { accepted } = value as FactValues["cipherSuites"];
    expect(Object.fromEntries(accepted.map((each) => [each.version, [...each.suites].sort()]))).toEqual(suites);
    expect(probes[0]?.connections).toBeGreaterThan(30);
    expect(enumerated.turnedAway).toBe(1);
  });
});

/** What a scanner wrote of the server without a limit, then of the one with it, and how often that turned it away. */
async function scanned(command: string) {
  const instances = await Promise.all(["", limit].map((settings) => placed(settings, [`${command} || :`])));
  return runInLab(software(), instances, ({ written, log }) => ({
    said: written("scan.out"),
    turnedAway: refusals(log),
  }));
}

if (isLong)
  describeWith(namespacesUnavailable())("other scanners at the same server", () => {
    it("sslscan is turned away, says nothing of it, and leaves most suites out", async () => {
      const root = unpacked("sslscan", ["sslscan"]);
      const program = `LD_LIBRARY_PATH=$(echo ${root}/usr/lib/*-linux-gnu*) ${root}/usr/bin/sslscan --no-colour`;
      const command = `${program} --starttls-smtp --sni-name=${labHost} 192.0.2.1:${port} >scan.out && echo done >>scan.out`;
      const [free, limited] = await scanned(command);
      const counts = [free, limited].map((each) => each?.said.match(/^(Accepted|Preferred) /gm)?.length ?? 0);
      expect(limited?.turnedAway).toBeGreaterThan(0);
      expect(limited?.said).toMatch(/\ndone\n$/);
      expect(limited?.said).not.toContain("421");
      expect(counts[1]).toBeLessThan((counts[0] ?? 0) / 2);
    }, 300_000);

    it("sslyze is turned away, and most of its checks end in an error", async () => {
      const python = await pythonWith("sslyze", "6.3.1");
      const options = `--starttls smtp --sni ${labHost} --certinfo_ca_file @LAB@/etc/ca.pem --json_out scan.out`;
      const [free, limited] = await scanned(`${python} -m sslyze ${options} 192.0.2.1:${port} >/dev/null 2>&1`);
      const failed = [free, limited].map((each) => each?.said.match(/"status": "ERROR"/g)?.length ?? 0);
      expect(limited?.turnedAway).toBeGreaterThan(30);
      expect(failed[0]).toBe(0);
      expect(failed[1]).toBeGreaterThan(8);
    }, 300_000);
  });
