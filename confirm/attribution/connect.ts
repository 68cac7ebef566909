import { answering, type Block, compared, meanwhile, type Row, refused, seen, silent, unreachable } from "./block.js";

/** Connections that never stood, with nothing to compare them with. */
export const undecidedConnects: readonly Row[] = [
  {
    when: (block) => silent(block) && block.answering.length > 0,
    blame: (block) => ({
      layer: "path",
      culprit:
        block.where === undefined
          ? `a packet filter for port ${block.port} somewhere between here and ${block.host}`
          : `${block.where.names} drops port ${block.port}, or something on the way back drops its answers`,
      confidence: "low",
      because: [seen(block), ...answering(block), ...compared(block)],
      advice: [
        `Use port ${block.answering.includes(465) ? 465 : block.answering[0]} meanwhile: it answers.`,
        `Check the outbound rule for port ${block.port} of your own firewall, then the server's firewall; ask the internet provider.`,
        secondPlace,
        onceMore,
      ],
    }),
  },
  {
    when: silent,
    blame: (block) => ({
      layer: "unknown",
      culprit: `a filter on this side or the other drops it, or ${block.host} is down`,
      confidence: "low",
      because: [seen(block), "no other port of this host answered in this run", ...compared(block)],
      advice: [
        "Name a host whose port is known to be open with --control: if that fails alike, the filter is on this side (own firewall, internet provider, cloud).",
        `Try port ${block.port === 465 ? 587 : 465}; check that the server runs and what its firewall admits.`,
        onceMore,
      ],
    }),
  },
  {
    when: refused,
    blame: (block) => ({
      layer: "host",
      culprit: block.where
        ? `${block.where.names} refuses: no service listens on port ${block.port}, or a firewall rejects instead of dropping`
        : `no service listens on port ${block.port}, or a firewall on the way or on the server rejects it`,
      confidence: "medium",
      because: [
        seen(block),
        ...(block.listens ? ["the server's definition does listen there"] : []),
        ...answering(block),
        ...compared(block),
      ],
      advice: [
        `On the server: check that the service for port ${block.port} runs and on which address it listens, then its firewall.`,
        ...(block.answering.length > 0 ? [`Port ${block.answering.join(" and ")} of the same host answers.`] : []),
      ],
    }),
  },
  {
    when: unreachable,
    blame: (block) => ({
      layer: "path",
      culprit: block.where
        ? `${block.where.names} answers that port ${block.port} is prohibited or cannot be reached`
        : isLonely(block)
          ? `a router or firewall on the way, before the server or on it, prohibits port ${block.port}`
          : "a router or firewall on the way answers that the destination cannot be reached or is prohibited",
      confidence: block.answering.length > 0 ? "medium" : "low",
      because: [seen(block), ...answering(block), ...compared(block)],
      advice: [
        "Check the route to this address and the firewalls on the way; an administrative prohibition looks the same as a missing host.",
        ...meanwhile(block),
      ],
    }),
  },
];

const secondPlace =
  "Probe from a second network, or name a host that is known to work with --control, to tell the two sides apart.";

/** The repeats end after five seconds, and limits count by the minute. */
const onceMore =
  "If it worked a moment ago, run this once more after a minute: a limit on connections in a time looks the same from here.";

/** The host can be reached on other ports, so it is neither down nor without a route. */
function isLonely({ answering: open, refusing }: Block): boolean {
  return open.length + refusing.length > 0;
}
