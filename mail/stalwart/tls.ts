import type { TlsVersion } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import type { Settings } from "./settings.js";

/** How a listener speaks TLS: its own settings, else those of `server.tls`. */
export interface Tls {
  readonly implicit: Maybe<boolean>;
  readonly isThere: Maybe<boolean>;
  readonly versions: Maybe<{ readonly accepted: readonly TlsVersion[]; readonly refused: readonly TlsVersion[] }>;
  readonly at: string;
}

const spoken: readonly TlsVersion[] = ["TLSv1.2", "TLSv1.3"];
const never: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1"];

export function tlsOf(settings: Settings, listener: string): Tls {
  const named = (key: string) => {
    const own = `server.listener.${listener}.tls.${key}`;
    return settings.get(own) === undefined ? `server.tls.${key}` : own;
  };
  const flag = (key: string, otherwise: boolean): Maybe<boolean> => {
    const written = String(settings.get(named(key)) ?? otherwise);
    return written === "true" ? true : written === "false" ? false : unknown(named(key));
  };
  const list = (key: string) => {
    const value = settings.get(named(key));
    return value === undefined ? undefined : [value].flat().map(String);
  };
  const [allowed, disabled] = [list("protocols"), list("disable-protocols")];
  const isKnown = [...(allowed ?? []), ...(disabled ?? [])].every((each) => spoken.some((one) => one === each));
  const accepted = spoken.filter((each) => (allowed?.includes(each) ?? true) && !disabled?.includes(each));
  const refused = [...never, ...spoken.filter((each) => !accepted.includes(each))];
  return {
    implicit: flag("implicit", false),
    isThere: flag("enable", true),
    versions: isKnown ? { accepted, refused } : unknown(named(disabled ? "disable-protocols" : "protocols")),
    at: settings.place(named("implicit")),
  };
}
