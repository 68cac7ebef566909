import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";

/**
 * `host:port`, `[2001:db8::1]:587`; a variable's braces may hold colons. Without a port, which programs in Go refuse, it
 * is unknown.
 */
export function hostAndPort(text: Maybe<string>): { host: Maybe<string>; port: Maybe<number> } {
  if (isUnknown(text)) return { host: text, port: text };
  const [, host = text, port] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  const number = Number(port ?? 0);
  return {
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port: number >= 1 && number <= 65_535 ? number : unknown("a port between 1 and 65535"),
  };
}
