import fc from "fast-check";
import type { Case } from "./dovecot-cases.js";
import {
  block,
  casesOf,
  filtersOf,
  listen,
  localOf,
  mechanisms,
  minimum,
  type Settings,
  serviceOf,
  someOf,
  tls,
  trusted,
} from "./dovecot-drawn.js";

const yesNo = fc.constantFrom("yes", "no");
const connection: Settings = {
  ssl: tls,
  disable_plaintext_auth: yesNo,
  ssl_min_protocol: minimum,
  login_trusted_networks: trusted,
};
const global: Settings = {
  ...connection,
  auth_mechanisms: mechanisms,
  listen,
  protocols: fc.constantFrom("submission", "submission", "$protocols imap", "imap"),
};

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
const inner = someOf(connection);
const piece = fc.oneof(
  { weight: 4, arbitrary: someOf(global) },
  { weight: 3, arbitrary: serviceOf(listener) },
  { weight: 3, arbitrary: fc.oneof(...filtersOf(inner)) },
  { weight: 1, arbitrary: localOf(inner) },
);

/** Random configurations; the same seed gives the same ones. */
export function generatedCases(seed: number, count: number): Case[] {
  return casesOf(piece, seed, count);
}
