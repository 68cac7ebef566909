import { resolve } from "node:path";
import type { FactName } from "../../model/fact.js";
import type { Report } from "../../model/report.js";
import { certificates } from "../scanners/certificates.js";
import { unpackedDovecot } from "../setup/dovecot.js";
import { runInLab } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";

const host = "mail.lab.example";
const ports = [587, 465] as const;
/** Where a way listens for what belongs to the port. */
const placeOf = (way: number, port: number) => 20_000 + 10 * way + (port === 465 ? 1 : 0);

const newOnly = { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] };
const oldToo = { accepted: ["TLSv1.1", "TLSv1.2", "TLSv1.3"], refused: [] };
const noWeak = { accepted: [] };
const dheFirst = "DHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0";
const anonymousFirst = "ADH-AES128-SHA:AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0";
const ownOrder = "ssl_prefer_server_ciphers = yes\n";

/** Ways of doing TLS, none with an alert; without `ssl_dh` Dovecot chooses suites with DHE, and fails at them. */
const ways: readonly {
  readonly name: string;
  readonly settings: string;
  readonly facts: Partial<Record<FactName, unknown>>;
  /** On 587 and on 465. */
  readonly connections: readonly [number, number];
}[] = [
  {
    name: "the client's order, as it comes",
    settings: "",
    facts: { tlsVersions: newOnly, weakSuites: noWeak },
    connections: [5, 4],
  },
  {
    name: "with the parameters for DHE of Debian's package",
    settings: "ssl_dh = </usr/share/dovecot/dh.pem\n",
    facts: { tlsVersions: newOnly, weakSuites: noWeak },
    connections: [5, 4],
  },
  {
    name: "its own order",
    settings: ownOrder,
    facts: { tlsVersions: newOnly, weakSuites: noWeak },
    connections: [8, 7],
  },
  {
    name: "its own order, TLS 1.1 behind DHE, at which it fails",
    settings: `${ownOrder}ssl_min_protocol = TLSv1\nssl_cipher_list = ${dheFirst}\n`,
    facts: { tlsVersions: { accepted: ["TLSv1.1", "TLSv1.3"], refused: [] }, weakSuites: noWeak },
    connections: [8, 7],
  },
  {
    name: "the client's order, TLS 1.1 behind DHE, at which it fails",
    settings: `ssl_min_protocol = TLSv1\nssl_cipher_list = ${dheFirst}\n`,
    facts: { tlsVersions: oldToo, weakSuites: noWeak },
    connections: [7, 5],
  },
  {
    name: "its own order, static RSA behind an anonymous one, at which it fails",
    settings: `${ownOrder}ssl_cipher_list = ${anonymousFirst}\n`,
    facts: { tlsVersions: newOnly, weakSuites: { accepted: ["TLS_RSA_WITH_AES_128_CBC_SHA"] } },
    connections: [8, 7],
  },
  {
    name: "the client's order, static RSA, and an anonymous one, at which it fails",
    settings: `ssl_cipher_list = ${anonymousFirst}\n`,
    facts: { tlsVersions: newOnly, weakSuites: { accepted: ["TLS_RSA_WITH_AES_128_CBC_SHA"] } },
    connections: [6, 5],
  },
];

const textOf = (settings: string, way: number) => `base_dir = @LAB@/run-${way}
state_dir = @LAB@/state-${way}
log_path = @LAB@/dovecot.log
instance_name = lab-${way}
hostname = ${host}
protocols = submission
ssl = required
ssl_cert = <@LAB@/pair.pem
ssl_key = <@LAB@/pair.pem
default_vsz_limit = 1G
submission_relay_host = 127.0.0.1
passdb {
  driver = static
  args = nopassword=y
}
service submission-login {
  inet_listener submission {
    port = ${placeOf(way, 587)}
  }
  inet_listener submissions {
    port = ${placeOf(way, 465)}
    ssl = yes
  }
}
${settings}`;

/** A Dovecot for each way, side by side; `check` looks at each of their ports. */
async function look(): Promise<Report[][]> {
  const { authority, pairs } = certificates();
  const root = unpackedDovecot();
  const checks = ways.flatMap((_, way) =>
    ports.map((port) => {
      const there = `--connect-to ${host}:${port}:127.0.0.1:${placeOf(way, port)} --ca @LAB@/authority.pem`;
      const command = `${process.execPath} ${resolve("dist/cli/main.js")} check ${host}:${port} ${there} --json`;
      return `${command} >@LAB@/${way}-${port}.json || :`;
    }),
  );
  const instance = {
    files: {
      "authority.pem": authority,
      "pair.pem": pairs.sound,
      ...Object.fromEntries(ways.map(({ settings }, way) => [`etc/${way}.conf`, textOf(settings, way)])),
    },
    start: ["for each in @LAB@/etc/*.conf; do dovecot -c $each; done", ...checks].join("\n"),
    looks: [],
  };
  const software = { root, users: ["dovecot", "dovenull", "vmail"] };
  const [reports] = await runInLab(software, [instance], ({ written }) =>
    ways.map((_, way) => ports.map((port) => JSON.parse(written(`${way}-${port}.json`)) as Report)),
  );
  return reports as Report[][];
}

describeWith(namespacesUnavailable())("a Dovecot that hangs up on what it does not take", () => {
  let reports: Report[][];
  beforeAll(async () => {
    reports = await look();
  }, 300_000);
  it.each(
    ways.flatMap(({ name, facts, connections }, way) =>
      ports.map((port, at) => ({ name, port, facts, most: connections[at] as number, way, at })),
    ),
  )("$port, $name: $most connections", ({ facts, most, way, at }) => {
    const report = reports[way]?.[at] as Report;
    const seen = Object.fromEntries(
      report.facts.filter(({ name }) => name in facts).map(({ name, value }) => [name, value]),
    );
    expect(seen).toEqual(facts);
    expect(report.probes[0]?.connections).toBe(most);
  });
});
