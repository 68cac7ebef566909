import { type AddressSet, loopback } from "../../model/addresses.js";
import { factsNamed } from "../../model/fact.js";
import type { Outcome } from "../../model/finding.js";
import { isUnknown } from "../../model/maybe.js";
import type { Rule, View } from "../../model/rule.js";

export const relayNetworkWide: Rule = {
  id: "relay-network-wide",
  title: "The networks that may relay without AUTH are narrow",
  severity: "medium",
  why: "Whatever runs in such a network may send in your name: a block that holds more than the hosts that need it holds printers, guests and the neighbours of a provider's network.",
  remedy:
    "Name the hosts or subnets that have to send without AUTH (Postfix: mynetworks; Exim: relay_from_hosts), and let all others log in.",
  standards: [
    { source: "RFC 6409", section: "4.3", asks: "Submission is for authorised clients." },
    { source: "RFC 5321", section: "7.9", asks: "Servers can limit relaying to sources that they know." },
  ],
  options: {
    ipv4: { type: "integer", default: 16, description: "The shortest prefix of an IPv4 block that is narrow." },
    ipv6: { type: "integer", default: 48, description: "The shortest prefix of an IPv6 block that is narrow." },
  },
  about: ["relay"],
  evaluate(view) {
    // One address that a probe came from says nothing about a network.
    if (view.side === "observed") return [];
    return factsNamed(view.facts, "relay").flatMap((fact) => {
      // Where strangers relay, open-relay speaks.
      const trusted = fact.from.subtract(loopback);
      if (fact.value === "closed" || trusted.isEmpty || !view.declaration.trustedNetworks.contains(trusted)) return [];
      return verdict(
        view,
        trusted,
        wideBlocks(view, trusted),
        isUnknown(fact.value) ? fact.value.unknown : [],
        fact.evidence,
      );
    });
  },
};

function verdict(
  { subject }: View,
  from: AddressSet,
  wide: readonly string[],
  missing: readonly string[],
  evidence: Outcome["evidence"],
): Outcome[] {
  const open = missing.length > 0;
  if (wide.length === 0)
    return open
      ? []
      : [{ status: "pass", from, message: `${subject} relays without AUTH for ${from} only`, missing, evidence }];
  const blocks = wide.slice(0, 3).join(", ");
  return open
    ? [{ status: "undecided", from, message: `${subject} may relay without AUTH for ${blocks}`, missing, evidence }]
    : [
        {
          status: "fail",
          from,
          message: `${subject} relays without AUTH for ${blocks}, a wide network`,
          missing,
          evidence,
        },
      ];
}

function wideBlocks({ options }: View, from: AddressSet): string[] {
  return (["ipv4", "ipv6"] as const).flatMap((family) =>
    from.toCidrs(family).filter((block) => prefixOf(block, family === "ipv4" ? 32 : 128) < Number(options[family])),
  );
}

function prefixOf(block: string, whole: number): number {
  const prefix = block.split("/")[1];
  return prefix === undefined ? whole : Number(prefix);
}
