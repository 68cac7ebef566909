import fc from "fast-check";
import type { Case } from "./dovecot-cases.js";
import {
  block,
  casesOf,
  filtersOf,
  listen,
  localOf,
  mechanism,
  mechanisms,
  minimum,
  type Settings,
  serviceOf,
  someOf,
  tls,
  trusted,
} from "./dovecot-drawn.js";

const yesNo = fc.constantFrom("yes", "no", "y", "1");
const connection: Settings = {
  ssl: tls,
  auth_allow_cleartext: yesNo,
  ssl_min_protocol: minimum,
  login_trusted_networks: trusted,
};
const global: Settings = {
  ...connection,
  auth_mechanisms: mechanisms,
  listen,
  protocols: fc.constantFrom("submission", "submission", "submission imap", "imap"),
  submission_relay_ssl: fc.constantFrom("no", "smtps", "starttls"),
};
/** One in a few configurations holds one of them: the server refuses most. */
const mistake = fc.constantFrom(
  "disable_plaintext_auth = no",
  "auth_allow_cleartext = true",
  "auth_mechanisms = $SET:auth_mechanisms login",
  "submission_timeout = 5",
  "submission_max_recipients = x",
  "ssl_server {\n  cert = ssl/cert.pem\n}",
  "service submission-login {\n  service_count = 1\n}",
  "service submission-login {\n  inet_listener submission {\n    address = *\n  }\n}",
  "passdb {\n  driver = pam\n}",
  "userdb static {\n  args = uid=nobody\n}",
  "protocols = submission none",
  "submission_relay_ssl = yes",
);

const listener = fc
  .record({
    name: fc.constantFrom("submission", "submissions", "other"),
    port: fc.option(fc.constantFrom("587", "465", "2587", "0"), { freq: 4 }),
    ssl: fc.option(yesNo),
    listen: fc.option(fc.constantFrom("*", "127.0.0.1", "192.0.2.1", "::1", "*, ::"), { freq: 2 }),
    prefix: fc.constantFrom("", "inet_listener_"),
  })
  .map(({ name, prefix, listen: own, ...settings }) =>
    block(`inet_listener ${name}`, [
      ...Object.entries(settings).flatMap(([key, value]) => (value === null ? [] : [`${prefix}${key} = ${value}`])),
      ...(own === null ? [] : [`listen = ${own}`]),
    ]),
  );
const entry = fc.tuple(mechanism, fc.constantFrom("yes", "yes", "no")).map(([name, is]) => `${name} = ${is}`);
const list = fc.array(entry, { minLength: 1, maxLength: 2 }).map((each) => block("auth_mechanisms", each));

const inner = someOf(connection);
const filter = fc.oneof(
  ...filtersOf(inner),
  list.map((body) => block("protocol submission", body)),
);
const server = someOf({ ssl: tls, ssl_min_protocol: minimum }).map((body) => block("ssl_server", body));

const piece = fc.oneof(
  { weight: 8, arbitrary: someOf(global) },
  { weight: 6, arbitrary: serviceOf(listener) },
  { weight: 6, arbitrary: filter },
  { weight: 3, arbitrary: list },
  { weight: 3, arbitrary: server },
  { weight: 2, arbitrary: localOf(inner) },
  { weight: 1, arbitrary: mistake.map((text) => text.split("\n")) },
);

/** Random configurations in the syntax of 2.4; the same seed gives the same ones. */
export function generatedCases24(seed: number, count: number): Case[] {
  return casesOf(piece, seed, count);
}
