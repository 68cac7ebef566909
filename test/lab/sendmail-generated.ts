import fc from "fast-check";

/** Macros of `sendmail.mc`, and the files beside it. */
export interface Lines {
  readonly mc: string;
  readonly access?: string;
  readonly relayDomains?: string;
}

export const certificate = [
  "define(`confCACERT_PATH', `/etc/mail/tls')dnl",
  "define(`confCACERT', `/etc/mail/tls/cert.pem')dnl",
  "define(`confSERVER_CERT', `/etc/mail/tls/cert.pem')dnl",
  "define(`confSERVER_KEY', `/etc/mail/tls/key.pem')dnl",
].join("\n");

const mostly = (usual: string, odd: readonly string[]) => fc.constantFrom(usual, usual, usual, ...odd);
const modifiers = fc
  .subarray(["a", "E", "A", "S", "b", "C", "f", "h", "u", "r"], { maxLength: 4 })
  .map((letters) => (letters.length > 0 ? `, M=${letters.join("")}` : ""));
const msa = fc.record({
  port: fc.constantFrom("587", "submission", "587"),
  modifiers,
  address: mostly("", [", Addr=127.0.0.1", ", Family=inet", ", F=inet6", ", Family=inet6, Addr=::1"]),
});
const options = fc.subarray(
  [
    "define(`confAUTH_OPTIONS', `A p y')dnl",
    "define(`confAUTH_OPTIONS', `A, y')dnl",
    "define(`confAUTH_OPTIONS', `Ap')dnl",
    "define(`confPRIVACY_FLAGS', `goaway')dnl",
    "define(`confPRIVACY_FLAGS', `authwarnings,novrfy,noexpn,needmailhelo')dnl",
    "define(`confPRIVACY_FLAGS', `noexpn')dnl",
    "define(`confSERVER_SSL_OPTIONS', `+SSL_OP_NO_SSLv3 +SSL_OP_NO_TLSv1 +SSL_OP_NO_TLSv1_1')dnl",
    "define(`confSERVER_SSL_OPTIONS', `SSL_OP_NO_TLSv1_3')dnl",
    "define(`confCIPHER_LIST', `DEFAULT:@SECLEVEL=0')dnl",
    "define(`confCIPHER_LIST', `HIGH:!aNULL')dnl",
    "TRUST_AUTH_MECH(`PLAIN LOGIN')dnl",
    "undefine(`confCACERT')dnl",
    "dnl undefine(`confSERVER_CERT')dnl",
    "define(`MY_DIR', ``/etc/mail/tls'')define(`confCACERT_PATH', `MY_DIR')dnl",
  ],
  { maxLength: 4 },
);
const features = fc.subarray(
  [
    "FEATURE(`delay_checks')dnl",
    "FEATURE(`accept_unresolvable_domains')dnl",
    "FEATURE(`blocklist_recipients')dnl",
    "FEATURE(`use_cw_file')dnl",
    "FEATURE(`loose_relay_check')dnl",
    "FEATURE(`always_add_domain')dnl",
    "FEATURE(`relay_hosts_only')dnl",
    "FEATURE(`relay_based_on_MX')dnl",
    "FEATURE(`nouucp', `reject')dnl",
  ],
  { maxLength: 3 },
);
const widening = mostly("", ["FEATURE(`promiscuous_relay')dnl", "RELAY_DOMAIN(`192.0.2.10')dnl"]);
const mechanisms = fc.constantFrom(
  ...["PLAIN LOGIN", "PLAIN LOGIN", "LOGIN PLAIN CRAM-MD5 DIGEST-MD5", "DIGEST-MD5 CRAM-MD5", "EXTERNAL PLAIN"],
);
const key = fc.constantFrom(
  ...[
    "Connect:192.0.2.10",
    "Connect:192.0.2",
    "connect:192",
    "192.0.2.77",
    "Connect:127.0.0.1",
    "192.0.2",
    "192.0.2.0/24",
  ],
  ...[
    "TLS_Clt:",
    "TLS_Clt:192.0.2.10",
    "TLS_Clt:192.0.2",
    "Srv_Features:",
    "Srv_Features:192.0.2.10",
    "From:spam.example",
  ],
  ...["To:other.example", "Connect:IPv6:2001:db8", "Connect:localhost", "#Connect:192.0.2"],
);
const values: Readonly<Record<string, readonly string[]>> = {
  tls: ["ENCR:112", "PERM+ENCR:128", "TEMP+ENCR:56", "ENCR:0", "NO", "VERIFY"],
  srv: ["S", "A", "l", "S A", "s", "X", "L", "c", "v"],
  connect: ["RELAY", "relay", "OK", "REJECT", "550 go away", "ERROR:5.7.1:550 no", "SKIP"],
};
const entry = fc.tuple(key, fc.nat()).map(([name, n]) => {
  const kind = /^TLS/.test(name) ? "tls" : /^Srv/.test(name) ? "srv" : "connect";
  const from = values[kind] as readonly string[];
  return `${name}\t${from[n % from.length]}`;
});
const database = fc.constantFrom(
  "",
  "FEATURE(`access_db')dnl",
  "FEATURE(`access_db', , `skip')dnl",
  "FEATURE(`access_db')dnl",
);
const files = fc
  .record({
    hasCertificate: fc.constantFrom(true, true, true, false),
    msa,
    smtps: modifiers,
    noMsa: mostly("FEATURE(`no_default_msa')dnl", [""]),
    options,
    features,
    widening,
    mechanisms,
    database,
    entries: fc.array(entry, { maxLength: 5 }),
    relayed: fc.array(fc.constantFrom("192.0.2.77", "192.0.2", "192.0.2.0/24", "# 192.0.2.10", "10.1", "192.0.2."), {
      maxLength: 2,
    }),
  })
  .map((drawn): Lines => {
    const own = drawn.noMsa !== "";
    return {
      mc: [
        drawn.hasCertificate ? certificate : "dnl",
        `define(\`confAUTH_MECHANISMS', \`${drawn.mechanisms}')dnl`,
        ...drawn.options,
        drawn.database === "" ? "dnl" : drawn.database,
        ...drawn.features.filter((line) => drawn.database !== "" || !line.includes("blocklist")),
        drawn.widening,
        drawn.noMsa,
        "DAEMON_OPTIONS(`Name=MTA')dnl",
        own
          ? `DAEMON_OPTIONS(\`Port=${drawn.msa.port}, Name=MSA${drawn.msa.address}${drawn.msa.modifiers}')dnl`
          : "dnl",
        `DAEMON_OPTIONS(\`Name=TLS, Port=465${drawn.smtps === "" ? ", M=s" : `${drawn.smtps}s`}')dnl`,
      ]
        .filter((line) => line !== "")
        .join("\n"),
      access: `${[...new Set(drawn.entries)].join("\n")}\n`,
      relayDomains: `${drawn.relayed.join("\n")}\n`,
    };
  });

/** Cases by name; the same seed gives the same ones. */
export function generatedFiles(seed: number, count: number): (readonly [name: string, lines: Lines])[] {
  return fc
    .sample(files, { seed, numRuns: count })
    .map((lines, i) => [`generated ${i + 1} of seed ${seed}`, lines] as const);
}
