import type { Attribution, FactOf, PathFailure } from "../model/fact.js";

/** Everything that is known about one endpoint whose probe did not come to its end. */
export interface Block {
  readonly subject: string;
  readonly host: string;
  readonly port: number;
  readonly failure: PathFailure;
  /** Whether the definitions let the vantage point in: undefined when none was read, or it is undecided. */
  readonly admitted: boolean | undefined;
  /** The planned or deployed facts behind `admitted`. */
  readonly rules: readonly FactOf<"reachable">[];
  /** What the provider of declared clients does to this port, in its sentences, and those clients. */
  readonly provider: { readonly says: readonly string[]; readonly clients: readonly string[] } | undefined;
  /** Whether the server's definition listens there. */
  readonly listens: boolean | undefined;
  /** The server's definition is broken in a way that explains the failure. */
  readonly broken: FactOf<"pathFailure"> | undefined;
  /** Other ports of the same host that answered in this run. */
  readonly answering: readonly number[];
  /** Other hosts on which the same port failed in the same way, and on which it answered. */
  readonly alike: readonly string[];
  readonly unlike: readonly string[];
}

interface Row {
  when(block: Block): boolean;
  blame(block: Block): Attribution;
}

const at =
  (stage: Block["failure"]["stage"], ...kinds: Block["failure"]["kind"][]) =>
  (block: Block) =>
    block.failure.stage === stage && kinds.includes(block.failure.kind);

const silent = at("connect", "timeout");
const refused = at("connect", "refused");
const unreachable = at("connect", "unreachable");

/** The decision table: the first row that matches decides. Each says how sure it is and what led to it. */
export const culprits: readonly Row[] = [
  {
    // IPv4 is tried first: where the first refusal is of an IPv6 address, the host has no other.
    when: ({ failure }) =>
      failure.kind === "local" && failure.detail === "ENETUNREACH" && failure.address?.includes(":") === true,
    blame: (block) => ({
      layer: "this-machine",
      culprit: `${block.host} has IPv6 addresses alone, and this machine has no route for IPv6`,
      confidence: "high",
      because: [`the operating system knows no way to ${block.failure.address} (${block.failure.detail})`],
      advice: [
        "Probe from a machine with IPv6; clients without it cannot use this server at all.",
        "Publish an A record, if clients without IPv6 are to reach it.",
      ],
    }),
  },
  {
    when: (block) => block.failure.kind === "local",
    blame: (block) => ({
      layer: "this-machine",
      culprit: "this machine's own rules or routes",
      confidence: "high",
      because: [
        `the operating system refused to connect at once (${block.failure.detail}, ${block.failure.afterMs} ms)`,
      ],
      advice: [
        "Check this machine's outbound firewall and sandbox rules, and that it has a route for this address family.",
      ],
    }),
  },
  {
    when: (block) => block.failure.stage === "resolve",
    blame: (block) => ({
      layer: "name-resolution",
      culprit: `the name ${block.host} does not resolve`,
      confidence: "high",
      because: [`name resolution ended with ${block.failure.detail}`],
      advice: ["Correct the host name or publish its A and AAAA records; no port was tried."],
    }),
  },
  {
    when: (block) => silent(block) && block.admitted === false,
    blame: (block) => ({
      layer: "cloud-firewall",
      culprit: closedBy(block),
      confidence: "high",
      because: [
        `connections to port ${block.port} time out (${seconds(block)})`,
        "the definitions admit nobody from here on this port",
        ...answering(block),
      ],
      advice: [`Add an ingress rule for TCP ${block.port} from the clients that need it${use(block)}.`],
    }),
  },
  {
    when: (block) => silent(block) && block.provider !== undefined,
    blame: (block) => ({
      layer: "provider",
      culprit: `the provider of ${block.provider?.clients.join(", ")}: ${block.provider?.says.join("; ")}`,
      confidence: block.answering.length > 0 ? "high" : "medium",
      because: [
        `connections to port ${block.port} time out (${seconds(block)})`,
        ...(block.admitted === true ? ["the server's definitions admit this client"] : []),
        ...answering(block),
      ],
      advice: [
        "Ask the provider to lift the block, or use a port of the relay that it leaves open.",
        "Probe from another network to tell whether the server itself answers.",
      ],
    }),
  },
  {
    when: (block) => silent(block) && block.admitted === true,
    blame: (block) => ({
      layer: "host",
      culprit:
        "something the definitions do not show: the host's own firewall, a network ACL, a route, or a device in front",
      confidence: "medium",
      because: [
        `connections to port ${block.port} time out (${seconds(block)})`,
        "the definitions admit this client",
        ...answering(block),
      ],
      advice: [
        "Check the firewall on the host, then network ACLs and routes.",
        "Probe from a second network: if it answers there, the block depends on the source.",
      ],
    }),
  },
  {
    when: (block) => silent(block) && block.alike.length > 0 && block.unlike.length === 0,
    blame: (block) => ({
      layer: "local-network",
      culprit: `an egress filter for port ${block.port} on this side: the network's firewall or the internet provider`,
      confidence: block.answering.length > 0 ? "medium" : "low",
      because: [`port ${block.port} also times out at ${block.alike.join(", ")}`, ...answering(block)],
      advice: [
        `Check the outbound rule for port ${block.port} of your own firewall; ask the internet or cloud provider whether it blocks it.`,
        `Try port ${block.port === 465 ? 587 : 465} meanwhile.`,
      ],
    }),
  },
  {
    when: (block) => silent(block) && block.answering.length > 0,
    blame: (block) => ({
      layer: "path",
      culprit: `a packet filter for port ${block.port} somewhere between here and ${block.host}`,
      confidence: "low",
      because: [`connections to port ${block.port} time out (${seconds(block)})`, ...answering(block)],
      advice: [
        `Use port ${block.answering.includes(465) ? 465 : block.answering[0]} meanwhile: it answers.`,
        `Check the outbound rule for port ${block.port} of your own firewall, then the server's firewall; ask the internet provider.`,
        "Probe from a second network to tell the two sides apart.",
      ],
    }),
  },
  {
    when: silent,
    blame: (block) => ({
      layer: "unknown",
      culprit: `nothing answers: a filter on this side or the other, or ${block.host} is down`,
      confidence: "low",
      because: [
        `connections to port ${block.port} time out (${seconds(block)})`,
        "no other port of this host answered in this run",
      ],
      advice: [
        "Probe another host on the same port: if that fails alike, the filter is on this side (own firewall, internet provider, cloud).",
        `Try port ${block.port === 465 ? 587 : 465}; check that the server runs and what its firewall admits.`,
      ],
    }),
  },
  {
    when: (block) => refused(block) && block.listens === false,
    blame: (block) => ({
      layer: "host",
      culprit: `no service listens on port ${block.port}: the server's configuration has none`,
      confidence: "high",
      because: ["the connection was refused", "the server's definition does not listen on this port for this client"],
      advice: [`Enable the service for port ${block.port} in the server's configuration and reload it.`],
    }),
  },
  {
    when: refused,
    blame: (block) => ({
      layer: "host",
      culprit: `no service listens on port ${block.port}, or a firewall rejects instead of dropping`,
      confidence: "medium",
      because: [
        `the connection was refused after ${block.failure.afterMs} ms`,
        ...(block.listens ? ["the server's definition does listen there"] : []),
        ...answering(block),
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
      culprit: "a router or firewall on the way answers that the destination cannot be reached or is prohibited",
      confidence: block.answering.length > 0 ? "medium" : "low",
      because: [`the network answered ${block.failure.detail} after ${block.failure.afterMs} ms`, ...answering(block)],
      advice: [
        "Check the route to this address and the firewalls on the way; an administrative prohibition looks the same as a missing host.",
      ],
    }),
  },
  {
    when: (block) =>
      block.failure.stage === "greeting" && block.failure.kind === "timeout" && block.broken !== undefined,
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
      culprit: "the server or what stands in front of it: the port accepts connections, then says nothing",
      confidence: "medium",
      because: [`no greeting within ${seconds(block)}, and no TLS either`, ...answering(block)],
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
        "the server's side: the connection is accepted and dropped at once (load balancer without healthy targets, allow-list, connection limit)",
      confidence: "medium",
      because: [`the connection ended (${block.failure.detail}) before a greeting`],
      advice: [
        "Check the load balancer's targets and the server's access lists and connection limits for this client.",
      ],
    }),
  },
  {
    when: (block) => block.failure.kind === "busy",
    blame: (block) => ({
      layer: "server",
      culprit: "the server refuses this client for now (rate limit, reputation, or overload)",
      confidence: "high",
      because: [`it answered ${block.failure.detail}`],
      advice: ["Wait and try again; if it stays so, ask the server's operator why this address is refused."],
    }),
  },
  {
    when: (block) => block.failure.kind === "protocol",
    blame: (block) => ({
      layer: "server",
      culprit: `what listens there does not speak SMTP properly: ${block.failure.detail}`,
      confidence: "high",
      because: [`the ${block.failure.stage} step ended with ${block.failure.detail}`],
      advice: ["Check which service is bound to this port, and what proxies it."],
    }),
  },
  {
    when: (block) => block.failure.kind === "reset" && block.failure.stage === "tls",
    blame: (block) => ({
      layer: "path",
      culprit: "a device that inspects TLS, or the server's TLS engine",
      confidence: "low",
      because: [`the connection was reset during the TLS handshake after ${block.failure.afterMs} ms`],
      advice: ["Probe from a second network; if the handshake works there, a device on this path interferes."],
    }),
  },
  {
    when: () => true,
    blame: (block) => ({
      layer: "server",
      culprit: `the server ends the conversation at the ${block.failure.stage} step`,
      confidence: "medium",
      because: [`${block.failure.kind}: ${block.failure.detail} after ${block.failure.afterMs} ms`],
      advice: ["Read the server's mail log at the time of this probe; its EHLO name identifies us."],
    }),
  },
];

function closedBy({ rules, port }: Block): string {
  const layers = rules.flatMap((fact) => fact.evidence).filter((each) => each.layer?.decision === "deny");
  const names = [...new Set(layers.map((each) => `the ${each.layer?.name} at ${each.at}`))];
  return names.length > 0
    ? `${names.join(", ")} has no rule for port ${port}`
    : `the cloud firewall has no rule for port ${port}`;
}

function where({ broken }: Block): string {
  const at = broken?.evidence[0]?.at;
  return at ? ` (${at})` : "";
}

function answering({ answering, host }: Block): string[] {
  return answering.length > 0 ? [`port ${answering.join(" and ")} of ${host} answers`] : [];
}

function use({ answering }: Block): string {
  return answering.length > 0 ? `, or use port ${answering.join(" or ")}, which answers` : "";
}

function seconds({ failure }: Block): string {
  return `${(failure.afterMs / 1000).toFixed(1)} s`;
}
