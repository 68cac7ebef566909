import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { clientHello, type Offer } from "./client-hello.js";
import { codeOf, kindOf, PathEnded } from "./failure.js";
import { protocolOf } from "./protocols.js";
import type { Run } from "./run.js";
import { type HelloAnswer, HelloReader } from "./server-hello.js";
import { suiteName } from "./suites.js";
import type { Transcript } from "./transcript.js";

/** `closed`: the server hung up on the ClientHello without an alert. */
export type OfferAnswer = HelloAnswer | { readonly kind: "closed"; readonly detail: string };

/**
 * Sends a ClientHello on a socket that is ready for TLS, reads the first answer and ends the connection.
 * `pauseMs` is waited before the first byte, and until it is known what to offer: a server that turns us away at once has not
 * refused what was offered.
 * @throws PathEnded at stage `tls`: `timeout`, or `closed` when the connection ended within the pause.
 */
export async function makeOffer(
  run: Run,
  socket: Socket,
  offer: Offer | Promise<Offer>,
  address: string,
  transcript: Transcript,
  pauseMs = 0,
): Promise<OfferAnswer> {
  const ready = Promise.all([offer, pauseMs > 0 ? sleep(pauseMs) : undefined]).then(([chosen]) => {
    transcript.event(`offering ${chosen.title}`);
    return clientHello(run.host, chosen);
  });
  const answer = await firstAnswer(run, socket, ready);
  socket.destroy();
  transcript.event(describeAnswer(answer));
  const ended = (kind: "closed" | "timeout", detail: string) =>
    new PathEnded({ stage: "tls", kind, address, afterMs: transcript.elapsed(), detail });
  if (answer.kind === "early") throw ended("closed", "connection closed before the ClientHello");
  if (answer.kind === "timeout") throw ended("timeout", `no answer within ${run.timeouts.tls} ms`);
  return answer;
}

type Answer = OfferAnswer | { readonly kind: "early" } | { readonly kind: "timeout" };

function describeAnswer(answer: Answer): string {
  switch (answer.kind) {
    case "server-hello":
      return `ServerHello of version 0x${answer.version.toString(16).padStart(4, "0")} with ${suiteName(answer.suite)}`;
    case "alert":
      return `alert ${answer.description}`;
    case "closed":
      return answer.detail;
    case "not-tls":
      return `the answer is ${protocolOf(answer.firstBytes) ?? "no TLS"}`;
    case "early":
    case "timeout":
      return "no answer";
  }
}

function firstAnswer(run: Run, socket: Socket, ready: Promise<Buffer>): Promise<Answer> {
  return new Promise((resolve) => {
    const reader = new HelloReader();
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    void ready.then((hello) => {
      if (isOver) return;
      timer = setTimeout(() => done({ kind: "timeout" }), run.limit(run.timeouts.tls));
      socket.write(hello);
    });
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
      isOver = true;
      resolve(answer.kind === "closed" && !timer ? { kind: "early" } : answer);
    }
  });
}

function ending(code: string): Answer {
  return kindOf(code, true) === "timeout" ? { kind: "timeout" } : { kind: "closed", detail: code };
}
