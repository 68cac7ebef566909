import type { FactValues } from "../model/fact.js";
import { oldVersions } from "./client-hello.js";
import type { OfferAnswer } from "./offer.js";
import { protocolOf } from "./protocols.js";
import { noSuchVersion } from "./server-hello.js";
import { printable } from "./transcript.js";

export interface OldTlsOffer {
  readonly versions: FactValues["tlsVersions"];
  /** One clause for evidence. */
  readonly says: string;
  /** Refused by hanging up, without an alert, which may be a failure at a suite: `readHangUp` tells. */
  readonly hungUp: boolean;
  /** The first bytes of an answer that is no TLS; empty when it is. */
  readonly notTls: string;
}

/**
 * The detail of a failure names the protocol that answered, or quotes its first line.
 * @param isExpected a greeting in the clear was waited for and did not end.
 */
export function notTlsDetail(firstBytes: string, isExpected = false): string {
  const name = protocolOf(firstBytes);
  const quoted = `"${printable(firstLine(firstBytes))}"`;
  if (name === "SMTP" && isExpected) return `it begins a greeting and does not end it: ${quoted}`;
  if (name === "SMTP") return `it speaks SMTP in the clear: ${quoted}`;
  return name ? `it speaks ${name}: ${quoted}` : `it answers TLS with something else: ${quoted}`;
}

function firstLine(bytes: string): string {
  // Of bytes that are no text a few say as much.
  const most = /[^\t\r\n\x20-\x7e]/.test(bytes) ? 12 : 60;
  return (/^[^\r\n]*/.exec(bytes)?.[0] ?? "").slice(0, most);
}

const none = { versions: { accepted: [], refused: [] }, hungUp: false, notTls: "" };

/** What an answer to the offer of TLS 1.1 and older means. */
export function readOldTlsOffer(answer: OfferAnswer): OldTlsOffer {
  switch (answer.kind) {
    case "server-hello":
      return offerOfVersion(answer.version);
    case "alert":
      return refused(`alert ${answer.description}`);
    case "closed":
      return { ...refused(answer.detail), hungUp: true };
    case "not-tls":
      return { ...none, notTls: answer.firstBytes, says: notTlsDetail(answer.firstBytes) };
  }
}

/**
 * What such a hang-up means, by the answer to the same offer without suites at which a server may fail: again a hang-up is its
 * way to refuse. Undefined where the suites that were left out may still be taken.
 */
export function readHangUp(again: OfferAnswer): OldTlsOffer | undefined {
  const mayTakeOthers = again.kind === "not-tls" || (again.kind === "alert" && again.description !== noSuchVersion);
  return mayTakeOthers ? undefined : readOldTlsOffer(again);
}

function offerOfVersion(version: number): OldTlsOffer {
  const at = oldVersions.findIndex(([number]) => number === version);
  const hit = oldVersions[at];
  // Newer than offered: against the rules, and surely not one of the old versions.
  if (!hit) return refused(`ServerHello of version 0x${version.toString(16)}`);
  // A server takes the newest version it knows, so those above its choice are refused and those below remain unseen.
  const above = oldVersions.slice(0, at).map(([, name]) => name);
  return { ...none, versions: { accepted: [hit[1]], refused: above.reverse() }, says: `the server accepted ${hit[1]}` };
}

function refused(how: string): OldTlsOffer {
  const all = oldVersions.map(([, name]) => name).reverse();
  const says = `an offer of TLS 1.1 and older was refused (${how})`;
  return { ...none, versions: { accepted: [], refused: all }, says };
}
