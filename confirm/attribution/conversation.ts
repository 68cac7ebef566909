import { breachInWords } from "../manners.js";
import { answering, at, type Block, compared, type Row, seconds } from "./block.js";

/** Connections that stood, and conversations that did not come to their end. */
export const conversations: readonly Row[] = [
  {
    when: (block) => at("greeting", "timeout")(block) && block.broken !== undefined,
    blame: (block) => ({
      layer: "server",
      culprit: `the mail server itself: its configuration keeps the service from starting${where(block)}`,
      confidence: "high",
      because: [
        "the port accepts connections and never greets",
        ...(block.broken?.evidence.map((each) => each.says) ?? []),
      ],
      advice: ["Mend the setting that is named here, reload, and watch the mail log."],
    }),
  },
  {
    when: at("greeting", "timeout"),
    blame: (block) => ({
      layer: "server",
      culprit:
        "the server, or what stands in front of it, has nothing to say (a service that does not start, a load balancer without healthy targets)",
      confidence: "medium",
      because: [`no greeting within ${seconds(block)}, and no TLS either`, ...answering(block), ...compared(block)],
      advice: [
        "On the server: read the mail log for a service that cannot start, and look for a listener that expects the PROXY protocol.",
        "Behind a load balancer: check that it has healthy targets. On this side: check for a transparent mail proxy.",
      ],
    }),
  },
  {
    when: at("greeting", "closed", "reset"),
    blame: (block) => ({
      layer: "server",
      culprit:
        "the server's side drops it at once (load balancer without healthy targets, allow-list, connection limit)",
      confidence: "medium",
      because: [`the connection ended (${block.failure.detail}) before a greeting`, ...compared(block)],
      advice: [
        "Check the load balancer's targets and the server's access lists and connection limits for this client.",
      ],
    }),
  },
  {
    when: (block) => block.failure.kind === "busy",
    blame: (block) => ({
      layer: "server",
      culprit: isForGood(block)
        ? "the server refuses this client (block list, reputation, or an access rule)"
        : "the server refuses this client for now (rate limit, reputation, or overload)",
      confidence: "high",
      because: [`it answered ${block.failure.detail}`, ...compared(block)],
      advice: ["Wait and try again; if it stays so, ask the server's operator why this address is refused."],
    }),
  },
  {
    when: (block) => block.failure.kind === "protocol",
    blame: (block) => ({
      layer: "server",
      culprit: breachInWords(block.failure),
      confidence: "high",
      because: [`the ${block.failure.stage} step ended with ${block.failure.detail}`, ...compared(block)],
      advice: ["Check which service is bound to this port, and what proxies it."],
    }),
  },
  {
    when: (block) => at("tls", "reset", "closed", "timeout")(block),
    blame: (block) => ({
      layer: "path",
      culprit: `a device ${block.unlike.length > 0 ? "before the server" : "on the way"} that inspects TLS, or the server's TLS itself`,
      confidence: "low",
      because: [
        `the connection ended (${block.failure.detail}) during the TLS handshake after ${block.failure.afterMs} ms`,
        ...compared(block),
      ],
      advice: ["Probe from a second network; if the handshake works there, a device on this path interferes."],
    }),
  },
  {
    when: () => true,
    blame: (block) => ({
      layer: "server",
      culprit: "the server itself, or a device before it that reads along",
      confidence: "medium",
      because: [`${block.failure.kind}: ${block.failure.detail} after ${block.failure.afterMs} ms`, ...compared(block)],
      advice: ["Read the server's mail log at the time of this probe; its EHLO name identifies us."],
    }),
  },
];

/** RFC 5321 section 4.2.1: 5yz is permanent, 4yz transient. */
function isForGood({ failure }: Block): boolean {
  return /^(EHLO )?5/.test(failure.detail);
}

function where({ broken }: Block): string {
  const place = broken?.evidence[0]?.at;
  return place ? ` (${place})` : "";
}
