import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import { unknown } from "../../model/maybe.js";
import type { FilterRule, Layer, NetworkInterface } from "../../model/network.js";
import { exactly } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";

export const evidence = (at: string) => ({ kind: "code", at, says: "stands here" }) as const;

export function rule(id: string, more: Partial<FilterRule> = {}): FilterRule {
  return {
    id,
    action: "allow",
    protocol: "tcp",
    ports: PortSet.of(587),
    peers: exactly(AddressSet.everything),
    evidence: evidence(id),
    ...more,
  };
}

export function layer(combine: Layer["combine"], rules: readonly FilterRule[], more: Partial<Layer> = {}): Layer {
  return {
    name: combine,
    combine,
    rules,
    otherwise: { action: "deny", evidence: evidence("otherwise") },
    incomplete: [],
    ...more,
  };
}

/** Three places, each surely matched by a rule, surely not, or undecided. */
export const places = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];
export type State = "in" | "out" | "open";

export interface Drawn {
  readonly action: "allow" | "deny" | "next";
  readonly stage: number;
  readonly protocol: "any" | "tcp" | "other" | "unknown";
  readonly ports: "587" | "25" | "unknown";
  readonly peers: readonly State[];
}

export interface DrawnLayer {
  readonly combine: Layer["combine"];
  readonly otherwise: "allow" | "deny";
  readonly incomplete: boolean;
  readonly rules: readonly Drawn[];
}

const drawnRule: fc.Arbitrary<Drawn> = fc.record({
  action: fc.constantFrom("allow", "deny", "next"),
  stage: fc.integer({ min: 0, max: 2 }),
  protocol: fc.constantFrom("any", "tcp", "tcp", "other", "unknown"),
  ports: fc.constantFrom("587", "587", "25", "unknown"),
  peers: fc.tuple(...places.map(() => fc.constantFrom<State>("in", "in", "out", "open"))),
});

export const drawnLayer: fc.Arbitrary<DrawnLayer> = fc.record({
  combine: fc.constantFrom("union", "first-match"),
  otherwise: fc.constantFrom("deny", "deny", "allow"),
  incomplete: fc.constantFrom(false, false, false, true),
  rules: fc.array(drawnRule, { maxLength: 5 }).map((rules) => rules.sort((a, b) => a.stage - b.stage)),
});

export function built({ combine, otherwise, incomplete, rules }: DrawnLayer): Layer {
  return layer(
    combine,
    rules.map(({ action, stage, protocol, ports, peers }, i) => {
      const pick = (...states: State[]) =>
        AddressSet.of(...places.filter((_, place) => states.includes(peers[place] as State)));
      const known = { "25": PortSet.of(25), "587": PortSet.of(587) };
      const anyPort = protocol === "any" ? PortSet.all : ports === "unknown" ? unknown(`ports${i}`) : known[ports];
      return rule(`${i}`, {
        action,
        stage: `policy ${stage}`,
        protocol: protocol === "unknown" ? unknown(`protocol${i}`) : protocol,
        ports: anyPort,
        peers: {
          certain: pick("in"),
          possible: pick("in", "open"),
          missing: peers.includes("open") ? [`peers${i}`] : [],
        },
      });
    }),
    { otherwise: { action: otherwise, evidence: evidence("otherwise") }, incomplete: incomplete ? ["rules"] : [] },
  );
}

export type Sure = "yes" | "no" | "maybe";

/** Does a packet from a place to 587/tcp match the rule? Written apart from the code under test. */
export function matching({ protocol, ports, peers }: Drawn, place: number): Sure {
  if (peers[place] === "out" || protocol === "other") return "no";
  if (protocol !== "any" && ports === "25") return "no";
  const surely = peers[place] === "in" && (protocol === "any" || (protocol === "tcp" && ports === "587"));
  return surely ? "yes" : "maybe";
}

/** Everything one layer may answer to the packet, over all worlds that the unknowns allow. */
export function answers({ combine, otherwise, incomplete, rules }: DrawnLayer, place: number): Set<boolean> {
  const possible = new Set<boolean>();
  for (let world = 0; world < 2 ** rules.length; world++) {
    const hits = rules.filter((each, i) => {
      const sure = matching(each, place);
      return sure === "maybe" ? (world >> i) % 2 === 1 : sure === "yes";
    });
    const decides = combine === "union" ? hits.find((each) => each.action === "allow") : first(hits);
    possible.add((decides?.action ?? otherwise) === "allow");
  }
  if (incomplete) possible.add(true);
  if (incomplete && combine === "first-match") possible.add(false);
  return possible;
}

/** The first rule that hits decides; `next` leaves it to the first that hits in a later policy. */
export function first([hit, ...others]: readonly Drawn[]): Drawn | undefined {
  return hit?.action === "next" ? first(others.filter((each) => each.stage > hit.stage)) : hit;
}

export function machine(...ingress: Layer[]): NetworkInterface {
  const known = { id: "urn:mail", name: "mail", kind: "instance", origin: "planned" } as const;
  return { ...known, evidence: evidence("urn:mail"), ingress, egress: [] };
}

/** The same layer, its unknowns taken as matching, so that every rule surely matches or surely does not. */
export function settled(drawn: DrawnLayer): DrawnLayer {
  const rules = drawn.rules.map(
    (each): Drawn => ({
      ...each,
      protocol: each.protocol === "unknown" ? "tcp" : each.protocol,
      ports: each.ports === "unknown" ? "587" : each.ports,
      peers: each.peers.map((state) => (state === "open" ? "in" : state)),
    }),
  );
  return { ...drawn, incomplete: false, rules };
}
