import fc from "fast-check";

/** A Haraka directory: its plugins, and lines of its files. */
export interface Case {
  readonly name: string;
  readonly plugins: string;
  readonly files?: Readonly<Record<string, string>>;
  /** The names of facts that the files leave open for some clients. */
  readonly open?: readonly string[];
  /** Made at random: which facts stay open is not foretold. */
  readonly generated?: true;
}

export const listen = "listen=0.0.0.0:587,0.0.0.0:465,0.0.0.0:2525,[::1]:587,[2001:db8::1]:587\n";
const flat = "[core]\nmethods=PLAIN,LOGIN\n[users]\nalice=secret\n";
const submission = "tls\nauth/flat_file\nrcpt_to.in_host_list\n";

export const cases: readonly Case[] = [
  { name: "a submission server as the documentation has it", plugins: submission },
  { name: "without the plugin tls: AUTH in clear to private addresses, never to others", plugins: "auth/flat_file\n" },
  { name: "without an auth plugin nobody can log in", plugins: "tls\nrcpt_to.in_host_list\n" },
  { name: "no plugin at all", plugins: "\n" },
  {
    name: "flat_file without methods has the one of Haraka's own file",
    plugins: "tls\nauth/flat_file\n",
    files: { "auth_flat_file.ini": "[users]\n" },
  },
  {
    name: "methods are compared as they are written",
    plugins: "auth/flat_file\n",
    files: { "auth_flat_file.ini": "[core]\nmethods=plain\n" },
  },
  { name: "auth_proxy offers AUTH inside TLS alone", plugins: "tls\nauth/auth_proxy\n" },
  { name: "two auth plugins: the last list counts", plugins: "tls\nauth/flat_file\nauth/auth_proxy\n" },
  {
    name: "trusted networks relay without AUTH, on the submission ports too",
    plugins: `relay\n${submission}`,
    files: { relay_acl_allow: "127.0.0.2/32 # one\n198.18.0.0/24\n" },
  },
  {
    name: "access without lists of its own refuses nobody",
    plugins: `access\nrelay\n${submission}`,
    files: { relay_acl_allow: "127.0.0.2/32\n198.18.0.0/24\n", "connect.rdns_access.blacklist": "# nobody\n" },
  },
  {
    name: "access with a list: whom it refuses is not judged",
    plugins: `access\nrelay\n${submission}`,
    files: { relay_acl_allow: "198.18.0.0/24\n", "rcpt_to.access.blacklist": "nobody@lab.example\n" },
    open: ["authGate", "relay"],
  },
  {
    name: "a mask of 0 lets nobody in, an IPv6 address without a mask counts as /32",
    plugins: `relay\n${submission}`,
    files: { relay_acl_allow: "0.0.0.0/0\n2001:db8:ffff::1\nnonsense\n" },
  },
  {
    name: "relay.all opens every port but 587 and 465",
    plugins: `relay\n${submission}`,
    files: { "relay.ini": "[relay]\nall=true\n" },
  },
  {
    name: "dest_domains refuses before all opens",
    plugins: `relay\n${submission}`,
    files: {
      "relay.ini": "[relay]\nall=true\ndest_domains=true\n",
      "relay_dest_domains.ini": '[domains]\nlab.example={"action":"accept"}\n',
    },
  },
  {
    name: "the old name of relay.all",
    plugins: `relay_all\n${submission}`,
    files: { "relay.ini": "[relay]\nacl=false\nall=yes\n", relay_acl_allow: "127.0.0.0/8\n" },
  },
  { name: "an expression that matches every domain", plugins: submission, files: { host_list_regex: ".*\n" } },
  {
    name: "an expression for one's own domains",
    plugins: submission,
    files: { host_list_regex: ".*\\.lab\\.example\n" },
  },
  {
    name: "an expression that is not judged",
    plugins: submission,
    files: { host_list_regex: "[a-z.]+\n" },
    open: ["authGate", "relay"],
  },
  {
    name: "STARTTLS kept from a port",
    plugins: submission,
    files: { "tls.ini": "no_starttls_ports[]=587\nno_starttls_ports[]=25\n" },
  },
  {
    name: "no_starttls_ports without brackets is no list",
    plugins: submission,
    files: { "tls.ini": "no_starttls_ports=587\n" },
  },
  {
    name: "STARTTLS kept from hosts",
    plugins: submission,
    files: { "tls.ini": "[no_tls_hosts]\n127.0.0.2\n198.18.0.0/24\n2001:db8::/32\n0.0.0.0/0\n" },
  },
  {
    name: "hosts without TLS in the wrong section",
    plugins: submission,
    files: { "tls.ini": "no_tls_hosts[]=127.0.0.2\n" },
  },
  {
    name: "no certificate for smtps_port: Haraka does not start",
    plugins: submission,
    files: { "tls.ini": "key=\ncert=\n" },
  },
  {
    name: "no certificate and no smtps_port: nobody is offered STARTTLS",
    plugins: submission,
    files: { "tls.ini": "key=\ncert=\n", "smtp.ini": "listen=0.0.0.0:587\n" },
  },
  ...["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"].map((version) => ({
    name: `minVersion ${version}`,
    plugins: submission,
    files: { "tls.ini": `minVersion=${version}\n` },
  })),
  {
    name: "ciphers without a suite of TLS 1.3 leave it on",
    plugins: submission,
    files: { "tls.ini": "ciphers=ECDHE-RSA-AES256-GCM-SHA384\n" },
  },
  {
    name: "a version that does not exist: Haraka does not start",
    plugins: submission,
    files: { "tls.ini": "minVersion=TLSv1.9\n" },
  },
  {
    name: "client certificates demanded on 465 are demanded on every port",
    plugins: submission,
    files: { "tls.ini": "requireAuthorized[]=465\n" },
    open: ["authGate", "tlsVersions"],
  },
  {
    name: "smtps_port 587 speaks TLS from the first byte there, and 465 is in clear",
    plugins: submission,
    files: { "smtp.ini": `${listen}smtps_port=587\n` },
  },
  {
    name: "port and listen_host come before listen",
    plugins: submission,
    files: { "smtp.ini": "port=2525\nlisten_host=127.0.0.1\nlisten=0.0.0.0:587\n" },
  },
  { name: "nothing set: port 25 on every address", plugins: submission, files: { "smtp.ini": "nodes=0\n" } },
  {
    name: "a bare number is no list of addresses: Haraka does not start",
    plugins: submission,
    files: { "smtp.ini": "listen=587\n" },
  },
  {
    name: "two addresses want one port: Haraka does not start",
    plugins: submission,
    files: { "smtp.ini": "listen=[::0]:587,0.0.0.0:587\n" },
  },
  {
    name: "an address that cannot be read is passed over",
    plugins: submission,
    files: { "smtp.ini": "listen=*:587,127.0.0.1:465\n" },
  },
  {
    name: "one line goes on in the next",
    plugins: submission,
    files: { "smtp.ini": "listen=127.0.0.1:587,\\\n127.0.0.1:2525\n" },
  },
  { name: "one trusted address", plugins: "relay\n", files: { relay_acl_allow: "192.0.2.10\n" } },
  {
    name: "a plugin of the directory's own",
    plugins: "tls\nown\n",
    files: { "../plugins/own.js": "exports.hook_rcpt = (next) => next(OK);\n" },
    open: [
      ...["authBeforeTls", "authGate", "authMechanisms", "bareNewline", "earlyPipelining", "relay", "starttlsOffered"],
      ...["tlsGate", "tlsVersions", "vrfy"],
    ],
  },
];

const lines = (arbitrary: fc.Arbitrary<string>, maxLength = 3) =>
  fc.array(arbitrary, { maxLength }).map((each) => each.map((line) => `${line}\n`).join(""));
const block = fc.constantFrom(
  ...[
    "127.0.0.2",
    "127.0.0.0/8",
    "0.0.0.0/0",
    "192.0.2.0/24",
    "198.18.0.10/31",
    "198.18.0.0/15 # lab",
    "::1",
    "::1/128",
  ],
  ...["2001:db8::/32", "2001:db8::10", "::/0", "10.0.0.0/8", "garbage", "127.0.0.2/40"],
);
const plugin = fc.constantFrom(
  ...[
    "tls",
    "tls",
    "tls",
    "auth/flat_file",
    "auth/flat_file",
    "auth/auth_proxy",
    "auth/auth_vpopmaild",
    "relay",
    "relay_acl",
  ],
  ...[
    "rcpt_to.in_host_list",
    "rcpt_to.in_host_list",
    "queue/discard",
    "status",
    "process_title",
    "# tls",
    "haraka-plugin-relay",
  ],
);
const address = fc.constantFrom(
  ...["0.0.0.0:587", "0.0.0.0:465", "[::0]:2525", "[::1]:587", "127.0.0.1:25", "192.0.2.1:2526", "198.18.0.1:2527"],
  ...["[2001:db8::1]:587", "[2001:db8::1]:465", "2528", "0.0.0.0:2529"],
);
const flags = (keys: readonly string[]) =>
  fc
    .tuple(
      ...keys.map((key) =>
        fc.option(fc.constantFrom("true", "false", "yes", "no", "1", "enabled").map((v) => `${key}=${v}\n`)),
      ),
    )
    .map((each) => each.filter((line) => line !== null).join(""));

const smtp = fc
  .tuple(
    fc.uniqueArray(address, { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", "", "smtps_port=587\n", "smtps_port=2525\n", "smtps_port=0\n"),
  )
  .map(([addresses, smtps]) => `listen=${addresses.join(",")}\n${smtps}`);
const tls = fc
  .tuple(
    fc.constantFrom(
      "",
      "",
      "minVersion=TLSv1\n",
      "minVersion=TLSv1.2\n",
      "minVersion=TLSv1.3\n",
      "minVersion=TLSv1.1\n",
    ),
    lines(
      fc.constantFrom(
        "no_starttls_ports[]=587",
        "no_starttls_ports[]=25",
        "no_starttls_ports=2525",
        "no_starttls_ports[]=2525",
      ),
      2,
    ),
    fc.constantFrom("", "", "", "", "", "", "key=\n", "cert=\n"),
    lines(block),
  )
  .map(([version, ports, certificate, hosts]) => `${version}${ports}${certificate}[no_tls_hosts]\n${hosts}`);
const methods = fc.constantFrom("PLAIN", "PLAIN,LOGIN", "LOGIN", "CRAM-MD5", "CRAM-MD5,PLAIN", "plain", undefined);

const generated = fc.record({
  plugins: lines(plugin, 6),
  files: fc.record({
    "smtp.ini": smtp,
    "tls.ini": tls,
    "auth_flat_file.ini": methods.map(
      (each) => `[core]\n${each === undefined ? "" : `methods=${each}\n`}[users]\nalice=secret\n`,
    ),
    "relay.ini": flags(["acl", "all", "dest_domains", "force_routing"]).map((each) => `[relay]\n${each}`),
    "relay_dest_domains.ini": fc.constantFrom("", '[domains]\nlab.example={"action":"accept"}\n'),
    relay_acl_allow: lines(block),
    host_list: fc.constantFrom("lab.example\n", ""),
    host_list_regex: fc.constantFrom("", "", "", ".*\n", ".+\\.lab\\.example\n"),
  }),
});

/** Random configurations; the same seed gives the same ones. */
export function generatedCases(seed: number, count: number): Case[] {
  return fc
    .sample(generated, { seed, numRuns: count })
    .map((each, index) => ({ ...each, name: `generated ${index + 1} of seed ${seed}`, generated: true as const }));
}

/** The whole directory of a case: what the lab always has, and what the case says. */
export function directoryOf({ plugins, files = {} }: Case): Record<string, string> {
  const all: Record<string, string> = {
    plugins,
    me: "mail.lab.example\n",
    host_list: "lab.example\n",
    "smtp.ini": listen,
    "auth_flat_file.ini": flat,
    ...files,
  };
  // OpenSSL's own level would hide what minVersion permits.
  const tlsIni = all["tls.ini"] ?? "";
  all["tls.ini"] = tlsIni.includes("ciphers=") ? tlsIni : `ciphers=TLS_AES_256_GCM_SHA384:ALL:@SECLEVEL=0\n${tlsIni}`;
  all["smtp.ini"] = `nodes=0\n${all["smtp.ini"]}`;
  return Object.fromEntries(
    Object.entries(all).map(([name, text]) => [name.startsWith("../") ? name.slice(3) : `config/${name}`, text]),
  );
}
