import { AddressSet } from "../../model/addresses.js";
import type { Fact, FactName, FactValues } from "../../model/fact.js";
import type { Maybe } from "../../model/maybe.js";
import type { Notice } from "../../model/network.js";
import { endpointSubject } from "../../model/subjects.js";

/** What another scanner says of one port. */
export interface Scan {
  /** `sslyze 6.3.1`; the name alone where the file does not tell the version. */
  readonly scanner: string;
  /** ISO 8601, where the file tells it. */
  readonly date?: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly claims: readonly Claim[];
}

export type Claim = {
  [N in FactName]: { readonly name: N; readonly value: Maybe<FactValues[N]>; readonly says: string };
}[FactName];

/** What one file holds. */
export interface Scans {
  readonly scans: readonly Scan[];
  /** What of it says nothing of a port. */
  readonly notices: readonly Notice[];
}

/** A host name or an address, and a port: what else a file may hold there says nothing of an endpoint. */
export function isPlace({ host, port }: Pick<Scan, "host" | "port">): boolean {
  return /^[\w.:-]{1,253}$/.test(host) && Number.isInteger(port) && port > 0 && port <= 65535;
}

/** Every claim as an observed fact. No scanner writes down where it ran: what it saw is taken to hold for every client. */
export function factsOf({ scanner, date, host, port, claims }: Scan, path: string): Fact[] {
  const subject = endpointSubject(host.toLowerCase().replace(/\.$/, ""), port);
  const by = `${scanner}, ${date ?? "without a date"}`;
  const at = `${path} (${scanner}${date === undefined ? "" : `, ${date}`}): ${subject}`;
  return claims.map(
    ({ name, value, says }) =>
      ({
        subject,
        name,
        from: AddressSet.everything,
        value,
        origin: "observed",
        evidence: [{ kind: "wire", at, says, by }],
      }) as unknown as Fact,
  );
}
