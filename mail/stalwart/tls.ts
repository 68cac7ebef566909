import type { TlsVersion } from "../../model/fact.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import type { SettingsSource } from "./settings.js";

/** How a listener speaks TLS: its own settings, and of versions else those of `server.tls`. */
export interface Tls {
  readonly implicit: Maybe<boolean>;
  readonly isThere: Maybe<boolean>;
  readonly versions: Maybe<{ readonly accepted: readonly TlsVersion[]; readonly refused: readonly TlsVersion[] }>;
  readonly at: string;
}

const spoken: readonly TlsVersion[] = ["TLSv1.2", "TLSv1.3"];
const never: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1"];

export function tlsOf(settings: SettingsSource, listener: string): Tls {
  const own = `server.listener.${listener}.tls`;
  const flag = (key: string, otherwise: boolean): Maybe<boolean> => {
    const written = String(settings.get(`${own}.${key}`) ?? otherwise);
    return written === "true" ? true : written === "false" ? false : unknown(`${own}.${key}`);
  };
  const name = [own, "server.tls"].map((table) => `${table}.disable-protocols`).find((each) => settings.get(each));
  const disabled = name === undefined ? [] : [settings.get(name)].flat().map(String);
  const isKnown = disabled.every((each) => spoken.some((one) => one === each));
  const accepted = spoken.filter((each) => !disabled.includes(each));
  const refused = [...never, ...spoken.filter((each) => !accepted.includes(each))];
  return {
    implicit: flag("implicit", false),
    isThere: flag("enable", true),
    versions: isKnown ? { accepted, refused } : unknown(name ?? own),
    at: settings.place(`${own}.implicit`),
  };
}
