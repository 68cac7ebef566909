import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import { unknown } from "../../model/maybe.js";
import type { FilterRule, Layer } from "../../model/network.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { admitted } from "../../reach/filter.js";

const evidence = (at: string) => ({ kind: "code", at, says: "stands here" }) as const;

function rule(id: string, more: Partial<FilterRule> = {}): FilterRule {
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

function layer(combine: Layer["combine"], rules: readonly FilterRule[], more: Partial<Layer> = {}): Layer {
  return {
    name: combine,
    combine,
    rules,
    otherwise: { action: "deny", evidence: evidence("otherwise") },
    incomplete: [],
    ...more,
  };
}

const office = AddressSet.of("192.0.2.0/24");
const everyPort = { protocol: "any", ports: PortSet.all } as const;

describe("ordered filters: the first rule that matches decides", () => {
  const acl = (...rules: FilterRule[]) => admitted([layer("first-match", rules)], { to: 587, from: 50000 }).allowed;

  it.each([
    ["a deny before an allow", acl(rule("1", { action: "deny" }), rule("2", everyPort)), AddressSet.empty],
    ["an allow before a deny", acl(rule("1"), rule("2", { action: "deny", ...everyPort })), AddressSet.everything],
    ["a deny for some", acl(rule("1", { action: "deny", peers: exactly(office) }), rule("2")), office.complement()],
    [
      "a rule about another port",
      acl(rule("1", { action: "deny", ports: PortSet.of(25) }), rule("2")),
      AddressSet.everything,
    ],
    [
      "a rule about another protocol",
      acl(rule("1", { action: "deny", protocol: "other" }), rule("2")),
      AddressSet.everything,
    ],
    ["fail_13_acl_allows_tcp_0_to_65535", acl(rule("100", { ports: PortSet.all })), AddressSet.everything],
    ["fail_14_acl_allows_every_protocol", acl(rule("100", everyPort)), AddressSet.everything],
    ["no rule at all", acl(), AddressSet.empty],
  ])("%s", (_, allowed, expected) => {
    expect(allowed.certain.toCidrs()).toEqual(expected.toCidrs());
    expect(allowed.possible.toCidrs()).toEqual(expected.toCidrs());
  });

  it("an unknown deny before an allow leaves nothing certain, and says why", () => {
    const allowed = acl(rule("1", { action: "deny", peers: undecidedSet(["cidr"], office) }), rule("2"));
    expect(allowed.certain.toCidrs()).toEqual(office.complement().toCidrs());
    expect(allowed.possible.equals(AddressSet.everything)).toBe(true);
    expect(allowed.missing).toEqual(["cidr"]);
  });

  it("an unknown rule that says what the next one says as well changes nothing", () => {
    const allowed = acl(rule("1", { peers: undecidedSet(["cidr"]) }), rule("2"));
    expect(allowed).toEqual(exactly(AddressSet.everything));
  });
});

describe("packets pass all layers", () => {
  const group = layer("union", [rule("sg")]);
  const acl = (action: "allow" | "deny") => layer("first-match", [rule("acl", { action, ...everyPort })]);

  it("both have to let them", () => {
    expect(
      admitted([group, acl("allow")], { to: 587, from: 50000 }).allowed.certain.equals(AddressSet.everything),
    ).toBe(true);
    expect(admitted([group, acl("deny")], { to: 587, from: 50000 }).allowed.possible.isEmpty).toBe(true);
    expect(admitted([group, acl("allow")], { to: 25, from: 50000 }).allowed.possible.isEmpty).toBe(true);
  });

  it("without any layer nothing is filtered", () => {
    expect(admitted([], { to: 587, from: 50000 }).allowed).toEqual(exactly(AddressSet.everything));
  });

  it("each layer names the rule that decided", () => {
    const named = (evidence: readonly { at: string; layer?: { name: string; decision: string } }[]) =>
      evidence.map(({ at, layer: stands }) => `${stands?.name} ${at} ${stands?.decision}`);
    expect(named(admitted([group, acl("allow")], { to: 587, from: 50000 }).opens)).toEqual([
      "union sg allow",
      "first-match acl allow",
    ]);
    expect(named(admitted([group, acl("deny")], { to: 587, from: 50000 }).closes)).toEqual(["first-match acl deny"]);
    expect(named(admitted([group, acl("allow")], { to: 25, from: 50000 }).closes)).toEqual(["union otherwise deny"]);
    const open = layer("union", [], { incomplete: ["urn#ingress"] });
    expect(named(admitted([open], { to: 587, from: 50000 }).undecided)).toEqual(["union urn#ingress unknown"]);
  });

  it("an unread rule list matters only where another layer does not close", () => {
    const open = layer("union", [], { incomplete: ["urn#ingress"] });
    expect(admitted([open, acl("deny")], { to: 587, from: 50000 }).allowed).toEqual(exactly(AddressSet.empty));
    expect(admitted([open, acl("allow")], { to: 587, from: 50000 }).allowed.missing).toEqual(["urn#ingress"]);
  });

  it("missing inputs that decide other addresses only are left out", () => {
    const rules = [
      rule("v4", { peers: undecidedSet(["v4"], AddressSet.of("0.0.0.0/0")) }),
      rule("all", { peers: exactly(AddressSet.of("0.0.0.0/0")) }),
      rule("v6", { peers: undecidedSet(["v6"], AddressSet.of("::/0")) }),
    ];
    expect(admitted([layer("union", rules)], { to: 587, from: 50000 }).allowed.missing).toEqual(["v6"]);
  });
});

/** Three places, each surely matched by a rule, surely not, or undecided. */
const places = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];
type State = "in" | "out" | "open";

interface Drawn {
  readonly action: "allow" | "deny" | "next";
  readonly stage: number;
  readonly protocol: "any" | "tcp" | "other" | "unknown";
  readonly ports: "587" | "25" | "unknown";
  readonly peers: readonly State[];
}

interface DrawnLayer {
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

const drawnLayer: fc.Arbitrary<DrawnLayer> = fc.record({
  combine: fc.constantFrom("union", "first-match"),
  otherwise: fc.constantFrom("deny", "deny", "allow"),
  incomplete: fc.constantFrom(false, false, false, true),
  rules: fc.array(drawnRule, { maxLength: 5 }).map((rules) => rules.sort((a, b) => a.stage - b.stage)),
});

function built({ combine, otherwise, incomplete, rules }: DrawnLayer): Layer {
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

type Sure = "yes" | "no" | "maybe";

/** Does a packet from a place to 587/tcp match the rule? Written apart from the code under test. */
function matching({ protocol, ports, peers }: Drawn, place: number): Sure {
  if (peers[place] === "out" || protocol === "other") return "no";
  if (protocol !== "any" && ports === "25") return "no";
  const surely = peers[place] === "in" && (protocol === "any" || (protocol === "tcp" && ports === "587"));
  return surely ? "yes" : "maybe";
}

/** Everything one layer may answer to the packet, over all worlds that the unknowns allow. */
function answers({ combine, otherwise, incomplete, rules }: DrawnLayer, place: number): Set<boolean> {
  const possible = new Set<boolean>();
  for (let world = 0; world < 2 ** rules.length; world++) {
    const hits = rules.filter((each, i) => {
      const sure = matching(each, place);
      return sure === "maybe" ? (world >> i) % 2 === 1 : sure === "yes";
    });
    const action = combine === "union" ? hits.find((each) => each.action === "allow")?.action : first(hits);
    possible.add((action ?? otherwise) === "allow");
  }
  if (incomplete) possible.add(true);
  if (incomplete && combine === "first-match") possible.add(false);
  return possible;
}

/** The first rule that hits decides; `next` leaves it to the first that hits in a later policy. */
function first([hit, ...others]: readonly Drawn[]): "allow" | "deny" | undefined {
  return hit?.action === "next" ? first(others.filter((each) => each.stage > hit.stage)) : hit?.action;
}

describe("agrees with every world that the unknowns allow", () => {
  it("packet by packet", () => {
    fc.assert(
      fc.property(fc.array(drawnLayer, { minLength: 1, maxLength: 3 }), (drawn) => {
        const { allowed } = admitted(drawn.map(built), { to: 587, from: 50000 });
        for (const [place, address] of places.entries()) {
          const all = drawn.map((each) => answers(each, place));
          const one = AddressSet.of(address);
          expect(allowed.certain.contains(one)).toBe(all.every((set) => !set.has(false)));
          expect(allowed.possible.contains(one)).toBe(all.every((set) => set.has(true)));
        }
        expect(allowed.missing.length === 0).toBe(allowed.certain.equals(allowed.possible));
      }),
      { numRuns: 1000 },
    );
  });
});
