import type { TlsVersion } from "../../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import type { SettingsSource } from "./settings.js";

/** How a listener speaks TLS (`parse_tcp_acceptors` of 0.7 to 0.15): not at all where `tls.enable` is off, whatever else. */
export interface Tls {
  readonly implicit: Maybe<boolean>;
  readonly isThere: Maybe<boolean>;
  readonly versions: Maybe<{ readonly accepted: readonly TlsVersion[]; readonly refused: readonly TlsVersion[] }>;
  readonly at: string;
}

const spoken: readonly TlsVersion[] = ["TLSv1.2", "TLSv1.3"];
const codes: Readonly<Partial<Record<TlsVersion, string>>> = { "TLSv1.2": "0x0303", "TLSv1.3": "0x0304" };
const never: readonly TlsVersion[] = ["SSLv3", "TLSv1", "TLSv1.1"];

export function tlsOf(settings: SettingsSource, listener: string): Tls {
  const own = `server.listener.${listener}.tls`;
  const flag = (key: string, otherwise: boolean): Maybe<boolean> => {
    const written = String(settings.get(`${own}.${key}`) ?? otherwise);
    return written === "true" ? true : written === "false" ? false : unknown(`${own}.${key}`);
  };
  // Of a listener's own only a list counts that is not empty; older versions take nothing away.
  const ofListener = settings.get(`${own}.disable-protocols`);
  const isOwn = Array.isArray(ofListener) && ofListener.length > 0;
  const name = `${isOwn ? own : "server.tls"}.disable-protocols`;
  const disabled = [settings.get(name) ?? []].flat().map(String);
  const isKnown = disabled.every((each) => /^(?:TLSv1(?:\.[0-3])?|SSLv[23]|0x030[0-4])$/.test(each));
  const left = spoken.filter((each) => !disabled.some((one) => one === each || one === codes[each]));
  // Where both are taken away, both are spoken.
  const accepted = left.length > 0 ? left : spoken;
  const refused = [...never, ...spoken.filter((each) => !accepted.includes(each))];
  const [isThere, implicit] = [flag("enable", true), flag("implicit", false)];
  return {
    implicit: isThere === false || implicit === false ? false : isUnknown(isThere) ? isThere : implicit,
    isThere,
    versions: isKnown ? { accepted, refused } : unknown(name),
    at: settings.place(`${own}.implicit`),
  };
}
