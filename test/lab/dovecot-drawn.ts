import fc from "fast-check";
import type { Case } from "./dovecot-cases.js";

export type Settings = Readonly<Record<string, fc.Arbitrary<string>>>;

/** What configurations of both releases are drawn from. */
export const tls = fc.constantFrom("yes", "yes", "no", "required", "required");
export const mechanism = fc.constantFrom(
  ...["plain", "login", "cram-md5", "anonymous", "external", "digest-md5", "scram-sha-256"],
);
export const mechanisms = fc.uniqueArray(mechanism, { minLength: 1, maxLength: 3 }).map((each) => each.join(" "));
export const minimum = fc.constantFrom("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "ANY", "tlsv1.2");
export const network = fc.constantFrom(
  ...["127.0.0.2", "127.0.0.0/8", "192.0.2.0/24", "192.0.2.10", "::1", "::/0", "0.0.0.0/0"],
);
export const trusted = fc.array(network, { minLength: 1, maxLength: 2 }).map((each) => each.join(", "));
export const listen = fc.constantFrom("*", "*, ::", "127.0.0.1 192.0.2.1", "::", "192.0.2.1, ::1");

/** Some of these settings, each with one chance in two, one a line. */
export function someOf(settings: Settings): fc.Arbitrary<string[]> {
  const lines = Object.entries(settings).map(([name, value]) =>
    fc.option(
      fc
        .tuple(value, fc.constantFrom(" = ", "=", "  =  "), fc.constantFrom("", " # why"))
        .map(([text, equals, comment]) => `${name}${equals}${text}${comment}`),
      { freq: 2 },
    ),
  );
  return fc.tuple(...lines).map((each) => each.flatMap((line) => line ?? []));
}

export const block = (head: string, body: readonly string[]) => [`${head} {`, ...body.map((line) => `  ${line}`), "}"];

/** Blocks for some of the connections, with some of these settings. */
export const filtersOf = (inner: fc.Arbitrary<string[]>): fc.Arbitrary<string[]>[] => [
  inner.map((body) => block("protocol submission", body)),
  inner.map((body) => block("protocol imap", body)),
  fc.tuple(network, inner).map(([net, body]) => block(`remote ${net}`, body)),
  fc.tuple(network, inner).map(([net, body]) => block(`remote ${net}`, block("protocol submission", body))),
  inner.map((body) => block("local_name mail.lab.example", body)),
];

export const localOf = (inner: fc.Arbitrary<string[]>): fc.Arbitrary<string[]> =>
  fc
    .tuple(fc.constantFrom("192.0.2.1", "127.0.0.0/8"), inner)
    .map(([net, body]) => ["listen = 127.0.0.1, 192.0.2.1", ...block(`local ${net}`, body)]);

export const serviceOf = (listener: fc.Arbitrary<string[]>): fc.Arbitrary<string[]> =>
  fc.array(listener, { minLength: 1, maxLength: 2 }).map((each) => block("service submission-login", each.flat()));

/** Configurations of these pieces, in one file or each in a file of its own that a glob includes; a seed gives the same ones. */
export function casesOf(piece: fc.Arbitrary<readonly string[]>, seed: number, count: number): Case[] {
  const configuration = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([pieces, apart]) => {
      const texts = pieces.map((lines) => `${lines.join("\n")}\n`);
      if (!apart) return { lines: texts.join("") };
      const files = Object.fromEntries(texts.map((text, i) => [`conf.d/${9 - i}0-piece.conf`, text]));
      return { lines: "!include conf.d/*.conf", files };
    });
  return fc.sample(configuration, { seed, numRuns: count }).map((each, index) => ({
    name: `generated ${index + 1} of seed ${seed}`,
    ...each,
    generated: true as const,
  }));
}
