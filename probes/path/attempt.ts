import { connect as open } from "node:net";
import { isIP } from "../../model/ip-version.js";
import type { Trial } from "../../model/trial.js";
import { codeOf, kindOf } from "../failure.js";

/** One bare TCP connection, closed as soon as it stands: nothing is said on it. */
export function attempt(address: string, port: number, ms: number): Promise<Trial> {
  const start = performance.now();
  return new Promise((resolve) => {
    // As in connect.ts: only the kernel's own refusal comes before the event loop turns.
    let sent = false;
    setImmediate(() => {
      sent = true;
    });
    const socket = open({ host: address, port, family: isIP(address), autoSelectFamily: false });
    const end = (outcome: Trial["outcome"], detail: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ address, port, outcome, detail, afterMs: Math.round(performance.now() - start) });
    };
    const timer = setTimeout(() => end("timeout", `no answer within ${Math.round(ms)} ms`), ms);
    socket.on("error", (error) => end(kindOf(codeOf(error), sent), codeOf(error)));
    socket.once("connect", () => end("open", ""));
  });
}
