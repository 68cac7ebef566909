import type { Evidence } from "../../model/evidence.js";
import type { FactValues } from "../../model/fact.js";
import { type Claim, claim } from "../claims.js";
import { isSince } from "../releases.js";
import type { Situation } from "./situation.js";

/**
 * What becomes of bare newlines and of commands that come before their turn: since 8.18.1 both are refused, but for the
 * letters F, O and G of `Srv_Features:` (its release notes). Of earlier releases nothing is said, for distributions mended them.
 */
export function hygieneClaims({ configuration, client: { from, features } }: Situation, refused: boolean): Claim[] {
  if (!isSince(configuration.definition.version, "8.18")) return [];
  const words = (features?.value ?? "").split(/\s+/);
  const last = (letter: string) => words.findLast((each) => each[0]?.toUpperCase() === letter) ?? "";
  const says = "8.18 refuses early commands and bare newlines, but for F, O and G of Srv_Features";
  const evidence: Evidence = { kind: features ? "code" : "default", at: features?.at ?? configuration.at, says };
  return [
    claim("earlyPipelining", from, last("F").startsWith("F") ? "accepted" : "rejected", [evidence]),
    // Who is turned away sends no message.
    ...(refused ? [] : [claim("bareNewline", from, bareNewline(last("O"), last("G")), [evidence])]),
  ];
}

/** O: a message need not end with CRLF . CRLF; G: newlines may stand alone; g2: they become spaces. */
function bareNewline(ends: string, newlines: string): FactValues["bareNewline"] {
  if (newlines === "g2") return "normalized";
  if (!newlines.startsWith("G")) return "rejected";
  return ends.startsWith("O") ? "accepted" : "normalized";
}
