import type { FactValues } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Report } from "../../model/report.js";
import { labHost, labIdentity, linesThatCheck } from "../setup/check-in-lab.js";
import { runInLab } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, unpacked } from "../setup/unpacked.js";
import { helpers } from "./postfix-lab.js";

/** By default Postfix lets `mynetworks` off, where the lab's own client is. */
const main = (window: string) => `compatibility_level = 3.6
queue_directory = @LAB@/queue
data_directory = @LAB@/data
maillog_file = @LAB@/mail.log
maillog_file_prefixes = @LAB@
myhostname = ${labHost}
mynetworks = 127.0.0.2
alias_maps =
local_transport = discard:
smtpd_client_connection_rate_limit = 30
smtpd_client_event_limit_exceptions =
anvil_rate_time_unit = ${window}
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = @LAB@/etc/own-pair.pem
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_mandatory_exclude_ciphers = aNULL, kRSA, SHA1, SHA256, SHA384, ARIA, CAMELLIA
`;

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

/** One Postfix a time unit. */
async function look(): Promise<Outcome[]> {
  const root = unpacked("postfix", ["postfix", "sasl2-bin", "libsasl2-modules", "iproute2", "openssl"]);
  const identity = await labIdentity();
  const windows = [...new Set(runs.map(({ window }) => window))];
  const instances = windows.map((window) => {
    const own = runs.filter((each) => each.window === window);
    const checks = own.map(({ name, args }) =>
      linesThatCheck([{ name, port, args: ["--json", "--per-host", "5", ...args] }]),
    );
    const start = `mkdir -p @LAB@/queue @LAB@/data
chown postfix @LAB@/data
postfix -c @LAB@/etc start
${checks.join("\n")}`;
    return { files: { ...identity, "etc/main.cf": main(window), "etc/master.cf": master }, start, looks: [] };
  });
  const software = { root, users: ["postfix", "postdrop"] };
  return runInLab(software, instances, ({ written, log }, index) => {
    const names = runs.filter(({ window }) => window === windows[index]).map(({ name }) => name);
    const reports = names.map((name) => {
      const [out, err] = [written(`out-${name}`), written(`err-${name}`)];
      if (!out.startsWith("{")) throw new Error(`${name} printed no report: ${err}${log}`);
      return [name, JSON.parse(out) as Report];
    });
    return { reports: Object.fromEntries(reports), turnedAway: log.match(/rate limit exceeded/g)?.length ?? 0 };
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
