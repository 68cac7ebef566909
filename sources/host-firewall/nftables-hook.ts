import { InputError } from "../../model/errors.js";
import type { Json } from "./nftables-json.js";
import type { Tokens } from "./nftables-tokens.js";

/** nft(8), standard priority names; bridge tables have others and are not followed. */
const priorities: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/** `type filter hook input priority filter - 5`. */
export function hookOf(tokens: Tokens): Json {
  const statement = [...tokens];
  const after = (word: string) => statement[statement.findIndex(({ text }) => text === word) + 1]?.text;
  const place = statement.findIndex(({ text }) => text === "priority");
  const written =
    place < 0
      ? ""
      : statement
          .slice(place + 1)
          .map(({ text }) => text)
          .join("");
  const [, sign = "", name, offset] = /^(-?)(?:([a-z]+))?([+-]?\d+)?$/.exec(written) ?? [];
  const base = name === undefined ? 0 : Object.hasOwn(priorities, name) ? priorities[name] : undefined;
  if (place < 0 || base === undefined || (name === undefined && offset === undefined)) {
    throw new InputError(
      statement[0]?.at ?? "",
      "a chain with no priority that nft knows",
      "Write `priority filter` or a number.",
    );
  }
  return { type: after("type"), hook: after("hook"), prio: base + Number(`${sign}${offset ?? 0}`) };
}
