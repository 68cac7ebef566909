import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import { aclVerdict } from "./acl.js";
import type { Config } from "./config.js";
import type { Situation } from "./situation.js";

const options = ["acl_smtp_vrfy", "acl_smtp_expn"] as const;

/** Without their ACLs Exim answers neither VRFY nor EXPN. */
export function mailboxAcls({ options: given }: Config): readonly string[] {
  return options.filter((name) => given.has(name));
}

/** Whom the ACLs of VRFY and EXPN let through gets what the routers make of an address, which the ACLs do not tell. */
export function mailboxClaims(situations: readonly Situation[], from: AddressSet): Claim[] {
  const [first] = situations;
  const asked = first ? mailboxAcls(first.config) : [];
  if (asked.length === 0) return [];
  const missing: string[] = [];
  const evidence: Evidence[] = [];
  for (const name of asked) {
    for (const situation of situations) {
      const verdict = aclVerdict(name, situation);
      evidence.push(...verdict.outcomes.map((each) => each.evidence));
      if (verdict.outcomes.every(({ kind }) => kind === "refuses")) continue;
      missing.push(...verdict.missing, `what the routers make of an address that ${name} lets through`);
    }
  }
  return [claim("vrfy", from, missing.length > 0 ? unknown(...missing) : "silent", evidence)];
}
