import type { FactValues } from "../../model/fact.js";
import { type KnownPeer, knownPeer } from "../../model/known-peers.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule, View } from "../../model/rule.js";
import { beside } from "./client-words.js";
import { judgeEach } from "./words.js";

export const clientKnownService: Rule = {
  id: "client-known-service",
  title: "A program connects to a known mail service as the service documents",
  severity: "high",
  why: "On a port that the service does not serve, or with TLS begun the other way, no connection comes about: the mail stays in the program, often unnoticed.",
  remedy:
    "Use a port that the service documents: with STARTTLS on 587, or with TLS from the first byte on 465 where it has that port.",
  standards: [
    { source: "RFC 8314", section: "3.3", asks: "On 465 TLS begins with the first byte, on 587 with STARTTLS." },
  ],
  about: ["clientPort", "clientTls"],
  evaluate(view) {
    const peer = peerOf(view);
    if (!peer) return [];
    const port = beside(view, "clientPort");
    if (port === undefined || isUnknown(port)) return judgeEach(view, "clientPort", () => undefined);
    const expected = peer.ports[port.port];
    if (expected === undefined)
      return judgeEach(view, "clientPort", () => ({
        status: "fail",
        message: `${view.subject}: ${peer.name} does not serve port ${port.port}, only ${listed(peer)} (${peer.source}, read on ${peer.seenOn})`,
      }));
    return judgeEach(view, "clientTls", (tls) => {
      const problem = problemOf(tls, expected, peer);
      return problem === undefined
        ? { status: "pass", message: `${view.subject}: ${peer.name} serves this port this way` }
        : {
            status: "fail",
            message: `${view.subject}: ${problem} (${peer.source}, read on ${peer.seenOn})`,
          };
    });
  },
};

function peerOf({ subject }: View): KnownPeer | undefined {
  const host = / -> ([^[\]\s:]+):[\d?]+$/.exec(subject)?.[1];
  return host === undefined ? undefined : knownPeer(host);
}

function problemOf(tls: FactValues["clientTls"], expected: "implicit" | "starttls", peer: KnownPeer) {
  if (expected === "implicit" && tls !== "implicit")
    return `${peer.name} speaks TLS from the first byte on this port, and the client does not`;
  if (expected === "starttls" && tls === "implicit")
    return `${peer.name} begins this port in clear and with STARTTLS, and the client with TLS`;
  if (tls === "none" && peer.requiresTls) return `${peer.name} takes no mail without TLS`;
  return undefined;
}

function listed({ ports }: KnownPeer): string {
  const numbers = Object.keys(ports);
  return `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}
