import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import type { FactValues } from "../../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import type { Config } from "./config.js";
import { said } from "./listeners.js";
import type { Situation } from "./situation.js";

type Answer = readonly [value: Maybe<FactValues["earlyPipelining"]>, evidence: Evidence];

/**
 * What becomes of commands that come before their turn, on ports that begin in clear. Clients to whom Exim offers to begin
 * before its greeting are not held to the order (PIPECONNECT, on by default; seen of 4.96).
 */
export function earlyClaim(situation: Situation, from: AddressSet): Claim {
  const [value, evidence] = answerOf(situation);
  return claim("earlyPipelining", from, value, [evidence]);
}

function answerOf(situation: Situation): Answer {
  const { config } = situation;
  const check = said(config, "smtp_enforce_sync", "smtp_enforce_sync refuses input that comes before its turn");
  const value = config.options.get("smtp_enforce_sync")?.value.trim().toLowerCase();
  if (value === "false" || value === "no") return ["accepted", check];
  const offer = "pipelining_connect_advertise_hosts";
  const offered = said(config, offer, `whom ${offer} lists may send before the greeting, and is not checked`);
  const setting = config.options.get(offer);
  const lets = setting ? situation.isHost(setting, offer) : byDefault(config);
  if (lets === true) return ["accepted", offered];
  const missing = [...(isUnknown(lets) ? lets.unknown : []), ...liftedIn(config)];
  return missing.length > 0 ? [unknown(...missing), offered] : ["rejected", check];
}

/** The default is `*` where it is built in: since 4.94 unless the build leaves it out. */
function byDefault({ version }: Config): Maybe<boolean> {
  if (version === undefined) return unknown("the Exim version");
  const [, minor = 0] = version.split(".").map(Number);
  return minor >= 94 ? true : unknown("pipelining_connect_advertise_hosts");
}

/** `control = no_enforce_sync` takes the check away for those whom an ACL names. */
function liftedIn({ acls }: Config): string[] {
  const statements = [...acls.values()].flat();
  const lifted = statements.some(({ controls }) => controls.some((each) => each.includes("no_enforce_sync")));
  return [
    ...(lifted ? ["the ACL with control = no_enforce_sync"] : []),
    ...statements.flatMap(({ hole }) => hole ?? []),
  ];
}
