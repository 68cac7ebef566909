import type { Elsewhere } from "../../model/trial.js";
import { globalpingCountry, viaGlobalping } from "./globalping.js";
import { sshPlace, viaSsh } from "./ssh.js";

/** How an endpoint is seen from a place. */
export type Ask = (host: string, port: number) => Promise<readonly Elsewhere[]>;

/** `ssh://[USER@]HOST[:PORT]` or `globalping:COUNTRY`. @throws InputError for anything else. */
export function parsePlace(text: string): Ask {
  if (text.startsWith("globalping:")) {
    const country = globalpingCountry(text);
    return (host, port) => viaGlobalping(country, host, port);
  }
  const place = sshPlace(text);
  return async (host, port) => [await viaSsh(place, host, port)];
}
