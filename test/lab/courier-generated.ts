import fc from "fast-check";

/** Lines to add to each of Courier's files. */
export interface Lines {
  readonly esmtpd?: string;
  readonly msa?: string;
  readonly ssl?: string;
  readonly access?: string;
}

const home = `$${"{sysconfdir}"}`;
const setting = fc.constantFrom(
  ...["TLS_CERTFILE=/etc/courier/esmtpd.pem", "TLS_CERTFILE='/etc/courier/esmtpd.pem'", "TLS_CERTFILE="],
  ...["TLS_CERTFILE=/etc/courier/esmtpd.pem", `TLS_CERTFILE="${home}"/esmtpd.pem`],
  ...['ESMTPAUTH=""', "ESMTPAUTH=PLAIN", "ESMTPAUTH='LOGIN CRAM-MD5'", 'ESMTPAUTH_TLS="PLAIN LOGIN"', "ESMTPAUTH_TLS="],
  ...["AUTH_REQUIRED=1", "AUTH_REQUIRED=0", 'AUTH_REQUIRED="1"', "AUTH_REQUIRED=yes", "export AUTH_REQUIRED=1"],
  ...["ESMTP_TLS_REQUIRED=1", "ESMTP_TLS_REQUIRED=0", "ESMTP_TLS_REQUIRED=", "unset ESMTP_TLS_REQUIRED"],
  ...["RELAYCLIENT=", "unset RELAYCLIENT", "unset AUTH_REQUIRED # again", "X=1 AUTH_REQUIRED=$X", "Y=; ESMTPAUTH=$Y"],
  ...["TLS_PRIORITY=NORMAL", "TLS_PRIORITY=NORMAL:-VERS-TLS1.0", "TLS_PRIORITY='NORMAL:-VERS-ALL:+VERS-TLS1.3'"],
  ...["TLS_PRIORITY=SECURE128:!VERS-TLS1.1:-VERS-TLS1.0", 'BLACKLISTS=""', "COURIERTLS=/usr/bin/couriertls"],
  ...["BOFHNOVRFY=1", "BOFHNOEXPN=1", "BOFHNOVRFY=1 BOFHNOEXPN=1", "BOFHNOVRFY=1 BOFHNOEXPN=yes"],
);
const common = fc.array(setting, { maxLength: 4 });
const mostly = (odd: readonly string[]) => fc.constantFrom("", "", "", "", ...odd);
const key = fc.constantFrom(
  ...["127.0.0.1", "127", "192.0.2.10", "192.0.2", "192.0", "192", "*", "192.0.2.0/26", "192.0.2.8-192.0.2.90", "10"],
  ...["192.0.2.64/28", "192.0.0.0/14", ":0000:0000", "2001:db8::/33", "192.0.2.77", "192.0.2.010", "#192.0.2.10"],
);
const verdict = fc.constantFrom(
  ...["allow,RELAYCLIENT", "allow,RELAYCLIENT", "allow", "deny", "allow,AUTH_REQUIRED=1", "allow,AUTH_REQUIRED"],
  ...["allow,RELAYCLIENT,AUTH_REQUIRED=0", "allow,ESMTP_TLS_REQUIRED=1", "allow,ESMTPAUTH=PLAIN", "RELAYCLIENT"],
  ...["allow,ESMTP_TLS_REQUIRED=0,RELAYCLIENT", 'allow,ESMTPAUTH_TLS="PLAIN LOGIN"', "allow,TLS_CERTFILE"],
  ...["allow,BOFHNOVRFY=1,BOFHNOEXPN=1"],
);
const entry = fc.tuple(key, fc.constantFrom("\t", "\t", "\t", "\t", " "), verdict).map((parts) => parts.join(""));
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
const files = fc
  .record({
    certificate: fc.constantFrom("TLS_CERTFILE=/etc/courier/esmtpd.pem", "TLS_CERTFILE=/etc/courier/esmtpd.pem", ""),
    esmtpd: common,
    msa: common,
    ssl: common,
    port: mostly(["PORT=submission", "PORT=587,2587", "PORT=2587,0.587"]),
    sslPort: mostly(["SSLPORT=smtps", "SSLPORT=2465,465", "SSLPORT=0.465"]),
    access: fc.array(entry, { maxLength: 5 }),
  })
  .map(
    ({ certificate, esmtpd, msa, ssl, port, sslPort, access }): Lines => ({
      esmtpd: text([certificate, ...esmtpd]),
      msa: text([port, ...msa]),
      ssl: text([sslPort, ...ssl]),
      access: text(access),
    }),
  );

/** Cases by name; the same seed gives the same ones. */
export function generatedFiles(seed: number, count: number): (readonly [name: string, lines: Lines])[] {
  return fc
    .sample(files, { seed, numRuns: count })
    .map((lines, i) => [`generated ${i + 1} of seed ${seed}`, lines] as const);
}
