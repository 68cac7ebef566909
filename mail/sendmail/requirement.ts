import type { Evidence } from "../../model/evidence.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import type { Situation } from "./situation.js";

/** `TLS_Clt:` in the access map: bits that the connection must have. */
export interface Requirement {
  readonly inClear: Maybe<boolean>;
  /** Whether TLS is enough for it; where it is not, the session ends up refusing every command. */
  readonly met: Maybe<boolean>;
  readonly evidence: Evidence;
}

/** What TLS_client asks of the connection (cf/m4/proto.m4, tls_client and TLS_connection). */
export function requirementOf({ configuration, clients, client }: Situation): Requirement {
  const { requirement } = client;
  const evidence: Evidence = requirement
    ? { kind: "code", at: requirement.at, says: "TLS_Clt in the access map demands this of the connection" }
    : { kind: "default", at: configuration.at, says: "nothing demands TLS (no TLS_Clt in the access map)" };
  const doubts = configuration.doubtsOf("tls");
  if (doubts.length > 0) return { inClear: unknown(...doubts), met: true, evidence };
  const [, what = "", bits, more] =
    /^(?:(?:PERM|TEMP)\s*\+\s*)?(VERIFY|ENCR)(?:\s*:\s*(\d+))?(\s*\+.*)?/i.exec(requirement?.value ?? "") ?? [];
  if (what === "" || (/^ENCR$/i.test(what) && bits === undefined)) return { inClear: false, met: true, evidence };
  if (clients.loosenedByName.tls.length > 0)
    return { inClear: unknown(...clients.loosenedByName.tls), met: true, evidence };
  if (/^VERIFY$/i.test(what) || more !== undefined) {
    const certificates = unknown(`the certificates of clients (${requirement?.at})`);
    return { inClear: certificates, met: certificates, evidence };
  }
  const wanted = Number(bits);
  if (wanted === 0) return { inClear: false, met: true, evidence };
  const met = wanted <= 128 ? true : unknown(`the bits of the cipher that ${requirement?.at} demands`);
  return { inClear: true, met, evidence };
}
