import fc from "fast-check";
import { containerFacts } from "../../mail/containers/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import { isUnknown } from "../../model/maybe.js";
import { Subjects } from "../../model/subjects.js";
import { containersIn } from "../../sources/containers/compose.js";
import { treeOf } from "../../sources/mail/tree.js";

function facts(compose: string, more: Record<string, string> = {}) {
  const tree = treeOf(new Map(Object.entries({ "compose.yaml": compose, ...more })), (path) => path);
  return containerFacts(
    containersIn(tree, (path) => path),
    new Subjects(nothingDeclared),
  );
}

const service = (lines: string) => `services:\n  mail:\n${lines.replaceAll(/^/gm, "    ")}\n`;
const dms = (lines: string) => service(`image: ghcr.io/docker-mailserver/docker-mailserver:14\n${lines}`);
const both = 'ports: ["587:587", "465:465"]\n';
const tls = "environment: { SSL_TYPE: letsencrypt }\n";

/** A Compose file, the fact that is asked for, and its value; `unknown` where it is open, `absent` where nothing is said. */
const cases: [
  name: string,
  compose: string,
  subject: string,
  fact: string,
  value: unknown,
  files?: Record<string, string>,
][] = [
  ["docker-mailserver without SSL_TYPE has no TLS", dms(both), "mail:587", "tlsGate", "none"],
  [
    "docker-mailserver without SSL_TYPE takes AUTH in clear",
    dms(both),
    "mail:465",
    "authBeforeTls",
    { offered: ["*"], accepted: ["*"] },
  ],
  ["docker-mailserver without SSL_TYPE is plain on 465", dms(both), "mail:465", "implicitTls", false],
  ["docker-mailserver with a certificate requires TLS", dms(both + tls), "mail:587", "tlsGate", "mail"],
  ["docker-mailserver with a certificate has a wrapper port", dms(both + tls), "mail:465", "implicitTls", true],
  ["docker-mailserver relays for nobody", dms(both), "mail:587", "relay", "closed"],
  [
    "docker-mailserver: a type that it refuses",
    dms(`${both}environment: [SSL_TYPE=letsencryp]`),
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "docker-mailserver: a type that the shell decides",
    dms(`${both}environment: ["SSL_TYPE=\${TLS}"]`),
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "docker-mailserver: the relay alone has no AUTH",
    dms(`${both}environment: { SMTP_ONLY: 1 }`),
    "mail:587",
    "authBeforeTls",
    { offered: [], accepted: [] },
  ],
  [
    "a mounted directory that is not at hand",
    dms(`${both + tls}volumes: ["./config:/tmp/docker-mailserver"]`),
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a mounted directory without overrides",
    dms(`${both + tls}volumes: ["./config/:/tmp/docker-mailserver/"]`),
    "mail:587",
    "tlsGate",
    "mail",
    { "config/postfix-accounts.cf": "" },
  ],
  [
    "a mounted directory with an override",
    dms(`${both + tls}volumes: [{ type: bind, source: ./config, target: /tmp/docker-mailserver }]`),
    "mail:587",
    "tlsGate",
    "unknown",
    { "config/postfix-master.cf": "submission/inet/smtpd_tls_security_level=may" },
  ],
  ["the host's port names the subject", dms(`ports: ["8587:587"]\n${tls}`), "mail:8587", "tlsGate", "mail"],
  [
    "a port in long form",
    dms(`ports: [{ target: 587, published: "587", protocol: tcp }]\n${tls}`),
    "mail:587",
    "tlsGate",
    "mail",
  ],
  ["a range of ports", dms(`ports: ["2500-2600:500-600"]\n${tls}`), "mail:2587", "tlsGate", "mail"],
  ["a port that is not published", dms(`ports: ["587"]\n${tls}`), "mail:587", "tlsGate", "absent"],
  ["a port for UDP", dms(`ports: ["587:587/udp"]\n${tls}`), "mail:587", "tlsGate", "absent"],
  ["a port that a variable decides", dms(`ports: ["\${PORT}:587"]\n${tls}`), "mail:587", "tlsGate", "absent"],
  [
    "Mailpit is a catcher",
    service('image: axllent/mailpit\nports: ["1025:1025"]'),
    "mail:1025",
    "developmentCatcher",
    { product: "Mailpit" },
  ],
  [
    "MailHog with a registry, a port and a digest",
    service('image: registry:5000/mailhog/mailhog:v1@sha256:00\nports: ["25:1025"]'),
    "mail:25",
    "developmentCatcher",
    { product: "MailHog" },
  ],
  ["an image of another kind", service('image: nginx\nports: ["587:587"]'), "mail:587", "listening", "absent"],
  [
    "an image that a variable names",
    service(`image: \${IMAGE}\nports: ["587:587"]`),
    "mail:587",
    "listening",
    "absent",
  ],
  [
    "Mailu leaves 587 off",
    service('image: ghcr.io/mailu/nginx:2024.06\nports: ["587:587"]'),
    "mail:587",
    "listening",
    false,
  ],
  [
    "Mailu with 587",
    service('image: ghcr.io/mailu/nginx\nports: ["587:587"]\nenvironment: { PORTS: "465,587" }'),
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "Mailu without TLS",
    service('image: mailu/nginx\nports: ["587:587"]\nenvironment: { PORTS: "587", TLS_FLAVOR: notls }'),
    "mail:587",
    "authBeforeTls",
    { offered: ["*"], accepted: ["*"] },
  ],
  [
    "boky/postfix relays for senders",
    service('image: boky/postfix\nports: ["587:587"]\nenvironment: { ALLOWED_SENDER_DOMAINS: example.com }'),
    "mail:587",
    "relay",
    "open",
  ],
  [
    "boky/postfix: networks of its own",
    service('image: boky/postfix\nports: ["587:587"]'),
    "mail:587",
    "relay",
    "unknown",
  ],
  [
    "boky/postfix: STARTTLS of the base image",
    service('image: boky/postfix\nports: ["587:587"]'),
    "mail:587",
    "starttlsOffered",
    "unknown",
  ],
];

it.each(cases)("%s", (_, compose, subject, name, value, files = {}) => {
  const fact = facts(compose, files).find((each) => each.subject === subject && each.name === name);
  expect(fact === undefined ? "absent" : isUnknown(fact.value) ? "unknown" : fact.value).toEqual(value);
});

it.each([
  ["127.0.0.1:1025:1025", ["127.0.0.0/8", "::1/128"]],
  ["[::1]:1025:1025", ["127.0.0.0/8", "::1/128"]],
  ["1025:1025", ["0.0.0.0/0", "::/0"]],
  ["0.0.0.0:1025:1025", ["0.0.0.0/0", "::/0"]],
])("published as %s it is for %j", (port, from) => {
  const found = facts(service(`image: mailhog/mailhog\nports: ["${port}"]`));
  expect(found.map((fact) => fact.from.toCidrs())).toEqual([from, from]);
});

/** A text is read, or refused with its place: nothing else is thrown. */
function readOrRefused(text: string): void {
  try {
    facts(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).where).toMatch(/^compose\.yaml:\d+:\d+$/);
  }
}

it("an image among a service's labels is no service of its own", () => {
  const names = (compose: string) =>
    containersIn(treeOf(new Map([["compose.yaml", compose]]), String), String).map(({ name }) => name);
  expect(names(service("image: nginx\nlabels:\n  image: axllent/mailpit"))).toEqual(["mail"]);
  expect(names("services:\n  mail.example:\n    image: axllent/mailpit\n")).toEqual(["mail.example"]);
});

it("no text stops the reader, and no value of the environment is in what it says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      readOrRefused(text);
      facts(service(`image: axllent/mailpit\nports: [${JSON.stringify(text)}]\nvolumes: [${JSON.stringify(text)}]`));
    }),
  );
  const canary = "canary-5u7tz";
  expect(JSON.stringify(facts(dms(`${both}environment: { SSL_TYPE: ${canary} }`)))).not.toContain(canary);
});
