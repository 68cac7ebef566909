import { isUnknown, type Maybe, mapKnown, unknown } from "../../model/maybe.js";
import { isSince } from "../releases.js";
import type { Session } from "./expressions.js";
import type { SettingsSource } from "./settings.js";

/** What `session.auth.mechanisms` comes to where no line sets it (`IfBlock::new` in the source of 0.7.0 to 0.15.5). */
export function mechanismsByDefault(version: string | undefined, { port, isTls }: Session): Maybe<string> {
  if (port === 25) return "false";
  const since = (release: string): Maybe<boolean> =>
    isSince(version, release) ?? unknown("session.auth.mechanisms, whose default differs between Stalwart's releases");
  return mapKnown(since("0.12"), (xoauth) => {
    const tokens = xoauth ? ["oauthbearer", "xoauth2"] : ["oauthbearer"];
    // What takes a token was first offered inside TLS alone.
    const known = xoauth || since(isTls ? "0.10.1" : "0.10.2");
    if (isUnknown(known)) return known;
    const words = [...(isTls ? ["plain", "login"] : []), ...(known ? tokens : [])];
    return words.length > 0 ? `[${words.join(", ")}]` : "false";
  });
}

const ofOlder =
  /^(?:server\.(?:listener\.[^.]+\.)?tls\.protocols|server\.tls\.(?:enable|implicit)|session\.auth\.allow-plain-text)(?:\.|$)/;

/** A setting that 0.6 asks for and no later release: its defaults of TLS and AUTH are others (utils/src/config/listener.rs). */
export function olderSetting(settings: SettingsSource): string | undefined {
  return ["server", "session"].flatMap((table) => settings.within(table, (name) => ofOlder.test(name)))[0];
}
