import fc from "fast-check";
import type { Case } from "./dovecot-cases.js";

const yesNo = fc.constantFrom("yes", "no");
const tls = fc.constantFrom("yes", "yes", "no", "required", "required");
const mechanism = fc.constantFrom("plain", "login", "cram-md5", "anonymous", "external", "digest-md5", "scram-sha-256");
const mechanisms = fc.uniqueArray(mechanism, { minLength: 1, maxLength: 3 }).map((each) => each.join(" "));
const minimum = fc.constantFrom("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "ANY", "tlsv1.2");
const network = fc.constantFrom("127.0.0.2", "127.0.0.0/8", "192.0.2.0/24", "192.0.2.10", "::1", "::/0", "0.0.0.0/0");
const trusted = fc.array(network, { minLength: 1, maxLength: 2 }).map((each) => each.join(", "));

const connection: Readonly<Record<string, fc.Arbitrary<string>>> = {
  ssl: tls,
  disable_plaintext_auth: yesNo,
  ssl_min_protocol: minimum,
  login_trusted_networks: trusted,
};
const global: Readonly<Record<string, fc.Arbitrary<string>>> = {
  ...connection,
  auth_mechanisms: mechanisms,
  listen: fc.constantFrom("*", "*, ::", "127.0.0.1 192.0.2.1", "::", "192.0.2.1, ::1"),
  protocols: fc.constantFrom("submission", "submission", "$protocols imap", "imap"),
};

/** Some of these settings, one a line; each with this likelihood. */
function someOf(settings: Readonly<Record<string, fc.Arbitrary<string>>>, freq: number): fc.Arbitrary<string[]> {
  const lines = Object.entries(settings).map(([name, value]) =>
    fc.option(
      fc
        .tuple(value, fc.constantFrom(" = ", "=", "  =  "), fc.constantFrom("", " # why"))
        .map(([text, equals, comment]) => `${name}${equals}${text}${comment}`),
      { freq },
    ),
  );
  return fc.tuple(...lines).map((each) => each.flatMap((line) => line ?? []));
}

const block = (head: string, body: readonly string[]) => [`${head} {`, ...body.map((line) => `  ${line}`), "}"];

const listener = fc
  .record({
    name: fc.constantFrom("submission", "submissions", "other"),
    port: fc.option(fc.constantFrom("587", "465", "2587", "0"), { freq: 4 }),
    ssl: fc.option(yesNo),
    address: fc.option(fc.constantFrom("*", "127.0.0.1", "192.0.2.1", "::1", "*, ::"), { freq: 2 }),
  })
  .map(({ name, ...settings }) =>
    block(
      `inet_listener ${name}`,
      Object.entries(settings).flatMap(([key, value]) => (value === null ? [] : [`${key} = ${value}`])),
    ),
  );
const service = fc
  .array(listener, { minLength: 1, maxLength: 2 })
  .map((each) => block("service submission-login", each.flat()));

const inner = someOf(connection, 2);
const filter = fc.oneof(
  inner.map((body) => block("protocol submission", body)),
  inner.map((body) => block("protocol imap", body)),
  fc.tuple(network, inner).map(([net, body]) => block(`remote ${net}`, body)),
  fc.tuple(network, inner).map(([net, body]) => block(`remote ${net}`, block("protocol submission", body))),
  inner.map((body) => block("local_name mail.lab.example", body)),
);
const local = fc
  .tuple(fc.constantFrom("192.0.2.1", "127.0.0.0/8"), inner)
  .map(([net, body]) => ["listen = 127.0.0.1, 192.0.2.1", ...block(`local ${net}`, body)]);

const piece = fc.oneof(
  { weight: 4, arbitrary: someOf(global, 2) },
  { weight: 3, arbitrary: service },
  { weight: 3, arbitrary: filter },
  { weight: 1, arbitrary: local },
);

/** Pieces in one file, or each in a file of its own that a glob includes. */
const configuration = fc.tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.boolean()).map(([pieces, apart]) => {
  const texts = pieces.map((lines) => `${lines.join("\n")}\n`);
  if (!apart) return { lines: texts.join("") };
  const files = Object.fromEntries(texts.map((text, i) => [`conf.d/${9 - i}0-piece.conf`, text]));
  return { lines: "!include conf.d/*.conf", files };
});

/** Random configurations; the same seed gives the same ones. */
export function generatedCases(seed: number, count: number): Case[] {
  return fc.sample(configuration, { seed, numRuns: count }).map((each, index) => ({
    name: `generated ${index + 1} of seed ${seed}`,
    ...each,
    generated: true as const,
  }));
}
