import type { Attribution } from "../../model/fact.js";
import {
  answering,
  at,
  type Block,
  compared,
  meanwhile,
  type Row,
  seen,
  silent,
  stopped,
  unreachable,
} from "./block.js";

const greets = at("greeting", "timeout", "closed", "reset");

/** What the comparison of hops, ports, hosts and places decides, where the definitions do not. */
export const decidedByComparison: readonly Row[] = [
  {
    when: ({ where }) => where?.takesThem === true,
    blame: (block) => ({
      layer: layerOf(block),
      culprit: `${block.where?.names} answers in the server's place: a transparent mail proxy`,
      confidence: "high",
      because: compared(block),
      advice: [
        `Ask who runs that device to let TCP ${block.port} to ${block.host} pass unchanged.`,
        ...meanwhile(block),
      ],
    }),
  },
  {
    when: (block) => unreachable(block) && block.where?.isNoRoute === true && isUnheardOf(block),
    blame: (block) => ({
      layer: "path",
      culprit: `${block.where?.names} knows no way to ${block.host}: a route is missing, or the server is down`,
      confidence: "medium",
      because: [seen(block), ...compared(block)],
      advice: ["Check that the server runs and has its address, then the routes of that device."],
    }),
  },
  {
    when: (block) => stopped(block) && block.where?.isMidway === true,
    blame: (block) => ({
      layer: layerOf(block),
      culprit: `${block.where?.names} ${silent(block) ? "drops" : "rejects"} port ${block.port}`,
      // An answer says how far it came; silence is the same for a router that does not answer this once.
      confidence: !silent(block) || block.alike.length > 0 ? "high" : "medium",
      because: [seen(block), ...answering(block), ...compared(block)],
      advice: [`Ask who runs that device to allow TCP ${block.port} to ${block.host}.`, ...meanwhile(block)],
    }),
  },
  {
    when: (block) => stopped(block) && isOurs(block),
    blame: (block) => ({
      layer: "local-network",
      culprit: `an egress filter for port ${block.port} on this side: ${sides(block)}`,
      confidence: sureOfOurs(block),
      because: [seen(block), ...answering(block), ...compared(block)],
      advice: [
        `Check the outbound rule for port ${block.port} of your own firewall; ask the internet or cloud provider whether it blocks it.`,
        ...(meanwhile(block).length > 0 ? meanwhile(block) : [`Try port ${block.port === 465 ? 587 : 465} meanwhile.`]),
      ],
    }),
  },
  {
    when: (block) => stopped(block) && isTooSoon(block),
    blame: (block) => ({
      layer: "path",
      culprit: `something on the way, nearer than the server, rejects port ${block.port}`,
      confidence: "medium",
      because: [seen(block), ...answering(block), ...compared(block)],
      advice: [
        `Find the firewall on the way that rejects TCP ${block.port}: begin with your own router and the internet provider.`,
        ...meanwhile(block),
      ],
    }),
  },
  {
    when: (block) => stopped(block) && isOnlyFromHere(block),
    blame: (block) => ({
      layer: "path",
      culprit: `a filter that depends on where one comes from: one on this side, or one before ${block.host} that does not admit this address`,
      confidence: "medium",
      because: [seen(block), ...answering(block), ...compared(block)],
      advice: [
        `Ask the operator of ${block.host} whether this address is admitted, and the provider on this side whether it filters port ${block.port}.`,
        ...meanwhile(block),
      ],
    }),
  },
  {
    when: (block) => silent(block) && isTheirs(block),
    blame: (block) => ({
      layer: "host",
      culprit: isDead(block)
        ? `${block.host} is down, or a firewall of its network drops everything`
        : `the server's side drops port ${block.port}: ${theirs(block)}`,
      confidence: "medium",
      because: [seen(block), ...answering(block), ...compared(block)],
      advice: [
        `On the server's side: check the security group or firewall before it, then its own firewall, for TCP ${block.port}.`,
        ...meanwhile(block),
      ],
    }),
  },
  {
    when: (block) => greets(block) && isOurs(block),
    blame: (block) => ({
      layer: "local-network",
      culprit: `a mail proxy on this side: port ${block.port} of every host that was tried takes connections and does not greet`,
      confidence: "medium",
      because: [`${block.failure.detail} after ${block.failure.afterMs} ms`, ...compared(block)],
      advice: ["Ask the network's or internet provider's staff for a way past the proxy.", ...meanwhile(block)],
    }),
  },
  {
    when: (block) => greets(block) && isTooSoon(block),
    blame: (block) => ({
      layer: "path",
      culprit:
        "something on the way, nearer than the server, takes the connections in its place: a transparent mail proxy",
      confidence: "medium",
      because: [`${block.failure.detail} after ${block.failure.afterMs} ms`, ...compared(block)],
      advice: ["Ask the network's or internet provider's staff for a way past the proxy.", ...meanwhile(block)],
    }),
  },
  {
    when: (block) => at("tls", "reset", "closed", "timeout")(block) && isOurs(block),
    blame: (block) => ({
      layer: "local-network",
      culprit: "a device on this side that ends TLS handshakes",
      confidence: "medium",
      because: [`${block.failure.detail} after ${block.failure.afterMs} ms`, ...compared(block)],
      advice: ["Ask the network's or internet provider's staff whether they inspect TLS.", ...meanwhile(block)],
    }),
  },
];

function isOurs({ alike, unlike }: Block): boolean {
  return alike.length > 0 && unlike.length === 0;
}

/** Where the hops tell, they tell it better. */
function isTooSoon({ tooSoon, where }: Block): boolean {
  return tooSoon !== undefined && where === undefined;
}

function isOnlyFromHere({ elsewhere }: Block): boolean {
  return elsewhere.some(({ outcome }) => outcome === "open");
}

function isTheirs({ unlike, elsewhere, failure }: Block): boolean {
  return unlike.length > 0 || elsewhere.some(({ outcome }) => outcome === failure.kind);
}

/** No port of the address was answered by the server. */
function isUnheardOf({ answering: open, refusing }: Block): boolean {
  return open.length + refusing.length === 0;
}

/** Two controls are a pattern, one may be down itself; and where the host shows no sign of life, that may be all. */
function sureOfOurs({ answering: open, refusing, alike, controls }: Block): Attribution["confidence"] {
  if (open.length + refusing.length === 0) return "low";
  return alike.filter((host) => controls.some((each) => each.host === host)).length > 1 ? "high" : "medium";
}

/** No port of the address gave any sign of life. */
function isDead({ answering: open, refusing, silent: mute }: Block): boolean {
  return open.length === 0 && refusing.length === 0 && mute.length > 0;
}

function sides({ ownRules, where }: Block): string {
  const way = where && !where.isMidway ? ", on the way there or back" : "";
  const own = ownRules?.verdict === true ? "" : "this machine's own firewall, ";
  return `${own}the network's firewall or the internet provider${way}`;
}

function theirs({ where }: Block): string {
  return where?.names ?? "its own firewall or one before it";
}

function layerOf({ where }: Block): Attribution["layer"] {
  const suspects = where?.suspects ?? [];
  return suspects.every((each) => each < 2) ? "local-network" : "path";
}
