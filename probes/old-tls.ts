import type { Socket } from "node:net";
import type { FactValues } from "../model/fact.js";
import { oldClientHello, oldVersions } from "./client-hello.js";
import { codeOf, kindOf, PathEnded } from "./failure.js";
import { protocolOf } from "./protocols.js";
import type { Run } from "./run.js";
import { type HelloAnswer, HelloReader } from "./server-hello.js";
import { printable, type Transcript } from "./transcript.js";

export interface OldTlsOffer {
  readonly versions: FactValues["tlsVersions"];
  /** One clause for evidence. */
  readonly says: string;
  /** Refused by hanging up, without an alert: a refusal only where a modern handshake on the same way works. */
  readonly hungUp: boolean;
  /** The first bytes of an answer that is no TLS; empty when it is. */
  readonly notTls: string;
}

/**
 * Offers TLS 1.1 and older, and nothing else, on a socket that is ready for TLS, and reads the first answer. The
 * bytes are our own, so the result does not depend on what the local OpenSSL still allows. Ends the connection.
 * `pauseMs` is waited before the first byte: a server that turns us away at once has not refused a TLS version.
 * @throws PathEnded at stage `tls`: `timeout`, or `closed` when the connection ended within the pause.
 */
export async function offerOldTls(
  run: Run,
  socket: Socket,
  address: string,
  transcript: Transcript,
  pauseMs = 0,
): Promise<OldTlsOffer> {
  transcript.event("offering TLS 1.1 at most");
  const answer = await firstAnswer(run, socket, pauseMs);
  socket.destroy();
  const offer = offerOf(answer);
  transcript.event(offer?.says ?? "no answer");
  if (offer) return offer;
  const early = answer.kind === "early";
  const detail = early ? "connection closed before the ClientHello" : `no answer within ${run.timeouts.tls} ms`;
  const kind = early ? "closed" : "timeout";
  throw new PathEnded({ stage: "tls", kind, address, afterMs: transcript.elapsed(), detail });
}

/** The detail of a failure names the protocol that answered, or quotes its first bytes. */
export function notTlsDetail(firstBytes: string): string {
  const name = protocolOf(firstBytes);
  return `it answers TLS with ${name ?? "something else"}: "${printable(firstBytes.slice(0, 60))}"`;
}

const none = { versions: { accepted: [], refused: [] }, hungUp: false, notTls: "" };

function offerOf(answer: Answer): OldTlsOffer | undefined {
  switch (answer.kind) {
    case "server-hello":
      return offerOfVersion(answer.version);
    case "alert":
      return refused(`alert ${answer.description}`);
    case "closed":
      return { ...refused(answer.detail), hungUp: true };
    case "not-tls":
      return { ...none, notTls: answer.firstBytes, says: notTlsDetail(answer.firstBytes) };
    case "early":
    case "timeout":
      return undefined;
  }
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

type Answer =
  | HelloAnswer
  | { readonly kind: "closed"; readonly detail: string }
  | { readonly kind: "early" | "timeout" };

function firstAnswer(run: Run, socket: Socket, pauseMs: number): Promise<Answer> {
  const ms = run.limit(run.timeouts.tls);
  return new Promise((resolve) => {
    const reader = new HelloReader();
    const timer = setTimeout(() => done({ kind: "timeout" }), ms);
    let sent = false;
    const pause = setTimeout(() => {
      sent = true;
      socket.write(oldClientHello(run.host));
    }, pauseMs);
    socket.on("data", (chunk: Buffer) => {
      const answer = reader.push(chunk);
      if (answer) done(answer);
    });
    socket.on("error", (error) => done(ending(codeOf(error))));
    socket.on("close", () => done({ kind: "closed", detail: "connection closed" }));
    socket.on("end", () => done({ kind: "closed", detail: "connection closed" }));
    socket.resume();

    function done(answer: Answer): void {
      clearTimeout(timer);
      clearTimeout(pause);
      resolve(answer.kind === "closed" && !sent ? { kind: "early" } : answer);
    }
  });
}

function ending(code: string): Answer {
  return kindOf(code, true) === "timeout" ? { kind: "timeout" } : { kind: "closed", detail: code };
}
