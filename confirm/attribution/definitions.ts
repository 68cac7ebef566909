import { answering, type Block, compared, type Row, refused, seconds, seen, silent, stopped } from "./block.js";

/** What this machine itself, the name, and the definitions that were read decide, before anything is compared. */
export const decidedByDefinitions: readonly Row[] = [
  {
    when: (block) => stopped(block) && block.repeats.some(({ outcome }) => outcome === "open"),
    blame: (block) => ({
      layer: "unknown",
      culprit: `${gotThrough(block)} got through: a limit on connections in a time, a way that loses packets, or one of several servers behind the address is down`,
      confidence: "low",
      because: [seen(block), ...answering(block), ...compared(block)],
      advice: [
        "Run this again in some minutes, and leave the port alone until then: if it answers at once, something limits the connections of a client.",
        "Else look for lost packets on the way, and ask the operator whether each server behind the address runs.",
      ],
      isIntermittent: true,
    }),
  },
  {
    when: ({ failure, isIpv6Alone }) => failure.kind === "local" && failure.detail === "ENETUNREACH" && isIpv6Alone,
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
      culprit: ownRule(block) ?? wayOut(block),
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
    when: (block) => stopped(block) && block.ownRules?.verdict === false,
    blame: (block) => ({
      layer: "this-machine",
      culprit: ownRule(block) ?? "this machine's own firewall",
      confidence: "high",
      because: [
        `connections to port ${block.port} fail (${block.failure.detail})`,
        "the rules in force on this machine let none out to it, or no answer back in",
      ],
      advice: [`Allow TCP ${block.port} to ${block.host} in this machine's own firewall.`],
    }),
  },
  {
    when: ({ failure }) => failure.stage === "resolve" && failure.kind === "timeout",
    blame: (block) => ({
      layer: "name-resolution",
      culprit: `the DNS does not answer for ${block.host}`,
      confidence: "high",
      because: [`name resolution ended with ${block.failure.detail}`],
      advice: ["Check which resolver this machine asks and that it is reached, or name another with --resolver."],
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
    when: (block) => silent(block) && block.admitted === true && !block.where?.isMidway,
    blame: (block) => ({
      layer: "host",
      culprit:
        "something the definitions do not show: the host's own firewall, a network ACL, a route, or a device in front",
      confidence: "medium",
      because: [
        `connections to port ${block.port} time out (${seconds(block)})`,
        "the definitions admit this client",
        ...answering(block),
        ...compared(block),
      ],
      advice: [
        "Check the firewall on the host, then network ACLs and routes.",
        "Probe from a second network: if it answers there, the block depends on the source.",
      ],
    }),
  },
  {
    when: (block) => refused(block) && block.listens === false && !block.where?.isMidway,
    blame: (block) => ({
      layer: "host",
      culprit: `no service listens on port ${block.port}: the server's configuration has none`,
      confidence: "high",
      because: ["the connection was refused", "the server's definition does not listen on this port for this client"],
      advice: [`Enable the service for port ${block.port} in the server's configuration and reload it.`],
    }),
  },
];

/** The first try failed. */
function gotThrough({ repeats }: Block): string {
  return `${repeats.filter(({ outcome }) => outcome === "open").length} of ${repeats.length + 1} connections`;
}

function ownRule({ ownRules }: Block): string | undefined {
  const rules = ownRules?.verdict === false ? ownRules.decidedBy : [];
  return rules.length > 0 ? `this machine's own firewall: ${rules.map(inShort).join("; ")}` : undefined;
}

/** ENETUNREACH is how the system says that it has no route, and how a rule of its own may have it say so. */
function wayOut({ failure }: Block): string {
  return failure.detail === "ENETUNREACH"
    ? "this machine has no route to it, or a rule of its own forbids it"
    : "this machine's own rules or routes let nothing out to it";
}

/** What the sender sees is what was seen. */
function inShort(rule: string): string {
  return rule.replace(/: the sender sees a \w+/, "");
}

function closedBy({ rules, port }: Block): string {
  const layers = rules.flatMap((fact) => fact.evidence).filter((each) => each.layer?.decision === "deny");
  const names = [...new Set(layers.map((each) => `the ${each.layer?.name} at ${each.at}`))];
  return names.length > 0
    ? `${names.join(", ")} has no rule for port ${port}`
    : `the cloud firewall has no rule for port ${port}`;
}

function use({ answering: ports }: Block): string {
  return ports.length > 0 ? `, or use port ${ports.join(" or ")}, which answers` : "";
}
