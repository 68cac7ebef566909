import { connect as open, type Socket } from "node:net";
import type { PathFailure } from "../model/fact.js";
import { isIP } from "../model/ip-version.js";
import { codeOf, kindOf, PathEnded } from "./failure.js";
import type { Run } from "./run.js";
import type { Transcript } from "./transcript.js";

/**
 * One TCP connection to one address; families are never raced, because a race hides which one failed and why.
 * @throws PathEnded at stage `connect`; at `greeting` when the connection stood and was reset at once.
 */
export function connect(run: Run, address: string, transcript: Transcript): Promise<Socket> {
  run.connections++;
  const ms = run.limit(run.timeouts.connect);
  transcript.event(`connecting to ${address} port ${run.connectPort}`);
  return new Promise((resolve, reject) => {
    // The kernel's own refusal (no route, no permission) comes before the event loop turns; answers from the network cannot.
    let sent = false;
    setImmediate(() => {
      sent = true;
    });
    const family = isIP(address);
    const socket = open({ host: address, port: run.connectPort, family, autoSelectFamily: false, noDelay: true });
    run.own(socket);
    const timer = setTimeout(() => fail("timeout", `no answer within ${Math.round(ms)} ms`), ms);
    const onError = (error: Error) => fail(kindOf(codeOf(error), sent), codeOf(error));
    socket.once("error", onError);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", onError);
      transcript.event("connected");
      resolve(socket);
    });

    function fail(kind: PathFailure["kind"], detail: string): void {
      clearTimeout(timer);
      socket.on("error", () => undefined);
      socket.destroy();
      transcript.event(`${kind}: ${detail}`);
      // A SYN that meets a RST is "refused"; a reset is the end of a connection that stood, however short.
      const stage = detail === "ECONNRESET" ? "greeting" : "connect";
      reject(new PathEnded({ stage, kind, address, afterMs: transcript.elapsed(), detail }));
    }
  });
}
