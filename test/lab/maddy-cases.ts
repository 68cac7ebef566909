import { readFileSync } from "node:fs";
import fc from "fast-check";

/** Directives of maddy.conf behind the lab's own head. */
export interface Case {
  readonly name: string;
  readonly text: string;
  /** The names of facts that the file leaves open. */
  readonly open?: readonly string[];
  /** Made at random: which facts stay open is not foretold. */
  readonly generated?: true;
}

/** What every case begins with, but for what a case sets itself at the top. */
export function maddyConf({ text }: Case): string {
  const tls = /^tls /m.test(text) ? "" : "tls file @LAB@/cert.pem @LAB@/key.pem\n";
  const used =
    text.includes("&db") || text.includes("# unused")
      ? `auth.pass_table db {
  table static {
    entry alice bcrypt:x
  }
}
`
      : "";
  const hostname = /^hostname /m.test(text) ? "" : "hostname mail.lab.example\n";
  return `state_dir @LAB@/state
runtime_dir @LAB@/run
${hostname}${tls}${used}${text}`;
}

const block = (head: string, ...lines: string[]) => `${head} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
const both = "submission tls://0.0.0.0:465 tcp://0.0.0.0:587";
const usual = ["auth &db", "deliver_to dummy"];

/** examples/maddy with the lab's certificate and passwords. */
const example = readFileSync("examples/maddy/maddy/maddy.conf", "utf8")
  .replaceAll("/etc/ssl/mail.example.com.crt", "@LAB@/cert.pem")
  .replaceAll("/etc/ssl/private/mail.example.com.key", "@LAB@/key.pem")
  .replace("table file /etc/maddy/passwords", "table static {\n        entry alice bcrypt:x\n    }");

export const cases: readonly Case[] = [
  { name: "examples/maddy", text: example },
  {
    name: "a block that nobody uses: maddy does not start",
    text: `# unused\n${block("smtp tcp://0.0.0.0:587", "reject")}`,
  },
  { name: "a submission server as the documentation has it", text: block(both, ...usual) },
  { name: "tls off: AUTH in clear", text: block("submission tcp://0.0.0.0:587", "tls off", ...usual) },
  { name: "tls off for all", text: `tls off\n${block("submission tcp://0.0.0.0:587", ...usual)}` },
  { name: "tls off and an address of tls://: maddy does not start", text: block(both, "tls off", ...usual) },
  { name: "insecure_auth", text: block(both, "insecure_auth", ...usual) },
  { name: "insecure_auth no", text: block(both, "insecure_auth no", "sasl_login yes", ...usual) },
  { name: "submission without auth: maddy does not start", text: block(both, "deliver_to dummy") },
  { name: "smtp with auth asks for none", text: block("smtp tcp://0.0.0.0:587", ...usual) },
  { name: "smtp that rejects", text: block("smtp tcp://0.0.0.0:587", "auth &db", 'reject 550 5.7.1 "no"') },
  {
    name: "smtp for its own domain",
    text: block(
      "smtp tcp://0.0.0.0:587",
      "auth &db",
      "destination lab.example {",
      "  deliver_to dummy",
      "}",
      "default_destination {",
      "  reject",
      "}",
    ),
  },
  ...(
    [
      ["a static table of domains", "static {\n    entry lab.example x\n  }", "dummy", undefined],
      ["a static table by name", "&ours", "dummy", undefined],
      ["a table that matches patterns", 'regexp ".*" x', "dummy", ["authGate", "relay"]],
      ["a table that matches patterns, for those whom it refuses", 'regexp ".*" x', undefined, undefined],
    ] as const
  ).map(([name, table, target, open]): Case => {
    const lines = [
      `destination_in ${table} {`,
      target === undefined ? "  reject" : `  deliver_to ${target}`,
      "}",
      "default_destination {",
      "  reject",
      "}",
    ];
    const head = table === "&ours" ? "table.static ours {\n  entry lab.example x\n}\n" : "";
    const text = `${head}${block("smtp tcp://0.0.0.0:587", "auth &db", ...lines)}`;
    return { name, text, ...(open ? { open } : {}) };
  }),
  {
    name: "a sender of the own domain may relay",
    text: block(
      "smtp tcp://0.0.0.0:587",
      "auth &db",
      "source lab.example {",
      "  deliver_to dummy",
      "}",
      "default_source {",
      "  reject",
      "}",
    ),
    open: ["authGate", "relay"],
  },
  {
    name: "protocols",
    text: block(both, "tls file @LAB@/cert.pem @LAB@/key.pem {", "  protocols tls1.2 tls1.3", "}", ...usual),
  },
  {
    name: "one protocol",
    text: block(both, "tls file @LAB@/cert.pem @LAB@/key.pem {", "  protocols tls1.2", "}", ...usual),
  },
  { name: "a certificate of its own making", text: block(both, "tls self_signed", ...usual) },
  {
    name: "a snippet and macros",
    text: `$(address) = tcp://0.0.0.0:587\n(s) {\n  auth &db\n  deliver_to dummy\n}\n${block("submission $(address)", "import s")}`,
  },
  {
    name: "an import that is not there: maddy does not start",
    text: block(both, "import nothing", ...usual),
    open: ["listening"],
  },
  { name: "the loopback address alone", text: block("submission tcp://127.0.0.1:587", ...usual) },
  { name: "every address", text: block("submission tcp://:587 tls://[::]:465", ...usual) },
  {
    name: "two endpoints of one port: maddy does not start",
    text: block(both, ...usual) + block("smtp tcp://127.0.0.1:587", ...usual),
  },
  {
    name: "a directive that is there twice at the top: maddy does not start",
    text: `autogenerated_msg_domain a.example\n${block(both, ...usual)}autogenerated_msg_domain b.example\n`,
  },
  {
    name: "a directive that is there twice in an endpoint: maddy does not start",
    text: block(both, "insecure_auth yes", ...usual, "insecure_auth no"),
  },
  {
    name: "an unknown directive at the top: maddy does not start",
    text: `hostnam a.example\n${block(both, ...usual)}`,
  },
  {
    name: "an unknown directive in an endpoint: maddy does not start",
    text: block(both, "insecure_aut yes", ...usual),
  },
  { name: "two blocks of one name: maddy does not start", text: `table.static db {\n}\n${block(both, ...usual)}` },
  {
    name: "a variable of the environment that is not set",
    text: block("submission tcp://0.0.0.0:587", "tls {env:NOTHING}off", ...usual),
    open: ["authBeforeTls", "starttlsOffered", "tlsVersions"],
  },
];

const yesNo = fc.constantFrom("yes", "no", "", "on", "off");
const tls = fc.constantFrom(
  ...["", "", "tls off", "tls self_signed", "tls file @LAB@/cert.pem @LAB@/key.pem"],
  ...["tls1.0", "tls1.1", "tls1.2", "tls1.3", "tls1.2 tls1.3", "tls1.0 tls1.2", "tls1.1 tls1.3"].map(
    (each) => `tls file @LAB@/cert.pem @LAB@/key.pem {\n    protocols ${each}\n  }`,
  ),
);
const pipeline = fc.constantFrom(
  ...["deliver_to dummy", "deliver_to &out", "reject", "deliver_to &inner"],
  "destination lab.example {\n    deliver_to dummy\n  }\n  default_destination {\n    reject\n  }",
  "default_source {\n    default_destination {\n      deliver_to &out\n    }\n  }",
);
const endpoint = fc
  .record({
    name: fc.constantFrom("smtp", "submission"),
    addresses: fc.constantFrom(
      "tcp://0.0.0.0:{0}",
      "tls://0.0.0.0:{1}",
      "tls://0.0.0.0:{1} tcp://0.0.0.0:{0}",
      "tcp://127.0.0.1:{0}",
      "tcp://[::]:{0}",
    ),
    auth: fc.constantFrom("auth &db", "auth &db", "auth &db", ""),
    tls,
    insecure: fc.option(yesNo.map((each) => `insecure_auth ${each}`)),
    login: fc.option(yesNo.map((each) => `sasl_login ${each}`)),
    pipeline,
  })
  .map(({ name, addresses, auth, tls: own, insecure, login, pipeline: way }) =>
    block(`${name} ${addresses}`, ...[auth, own, insecure, login, way].filter((line): line is string => !!line)),
  );

/** Random configurations; the same seed gives the same ones. */
export function generatedCases(seed: number, count: number): Case[] {
  // maddy ends where a block is used by nobody.
  const inner = "msgpipeline inner {\n  deliver_to dummy\n}\n";
  const out = "target.queue out {\n  target dummy\n}\n";
  const targets = (text: string) => `${text.includes("&inner") ? inner : ""}${text.includes("&out") ? out : ""}`;
  const ports = [
    ["587", "465"],
    ["2525", "2526"],
  ] as const;
  return fc
    .sample(fc.array(endpoint, { minLength: 1, maxLength: 2 }), { seed, numRuns: count })
    .map((endpoints, index) => {
      const text = endpoints
        .map((each, at) => each.replace(/\{([01])\}/g, (_, which) => ports[at]?.[Number(which)] ?? ""))
        .join("");
      return {
        name: `generated ${index + 1} of seed ${seed}`,
        text: `${targets(text)}${text}`,
        generated: true as const,
      };
    });
}
