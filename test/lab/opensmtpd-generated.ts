import fc from "fast-check";

/** Mostly what smtpd takes: TLS has a key, AUTH has TLS; sometimes one of both lacks. */
const session = fc.constantFrom(
  ...["", "", "tls pki mail", "tls pki mail", "tls-require pki mail", "smtps pki mail", "tls", "auth", "pki mail"],
  ...["tls pki mail auth", "tls pki mail auth <creds>", "tls-require pki mail auth", "tls pki mail auth-optional"],
  ...["tls-require pki mail auth-optional", "tls pki mail auth-optional <creds>", "smtps pki mail auth"],
);
const option = fc.constantFrom(
  "tag a",
  "tag b",
  "inet4",
  "no-dsn",
  "mask-src",
  "received-auth",
  "hostname mail.lab.example",
);
const listener = fc
  .tuple(fc.constantFrom("0.0.0.0", "127.0.0.1", "$addr"), session, fc.uniqueArray(option, { maxLength: 2 }))
  .map(([where, tls, options]) => `listen on ${where} port 587 ${[tls, ...options].join(" ")}`);
const from = fc.constantFrom(
  ...["", "from any", "from local", "!from local", "from socket", "from auth", "!from any", "from src 192.0.2.0/24"],
  ...["!from src 127.0.0.2", "from src <nets>", 'from src { "127.0.0.1", "127.0.0.2" }', "from src <nothing>"],
);
const target = fc.constantFrom(
  ...["", "for any", "for any", "for local", "!for local", "for domain <domains>", "!for domain <domains>"],
  ...['for domain "x.example"', 'for domain "*"', 'for domain { "x.example", "y.example" }'],
);
const more = fc.constantFrom("", "", "", "auth", "!auth", "tag a", "!tag a", "tag b");
const end = fc.constantFrom(
  ...[
    'action "out"',
    'action "out"',
    'action "out"',
    'action "local"',
    'action "local"',
    "reject",
    "reject",
    "action none",
  ],
);
const match = fc.tuple(from, target, more, end).map((each) => `match ${each.filter((part) => part !== "").join(" ")}`);

/** Lines after the lab's own; the same seed gives the same ones. */
export function generatedLines(seed: number, count: number): string[] {
  const lines = fc.tuple(listener, fc.array(match, { minLength: 1, maxLength: 4 })).map(([first, rest]) => {
    const head =
      'addr = "0.0.0.0"\ntable nets { "127.0.0.0/8", "192.0.2.7" }\ntable domains { "x.example", "lab.example" }\n';
    return `${head}${[first, ...rest].join("\n")}\n`;
  });
  return fc.sample(lines, { seed, numRuns: count });
}
