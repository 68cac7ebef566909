import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import type { FilterRule } from "../../model/network.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { admitted } from "../../reach/filter.js";
import { answers, built, drawnLayer, layer, places, rule } from "./drawn.js";

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

  it("a rule that may decide is named beside the one that else decides", () => {
    const maybe = (id: string, action: "allow" | "deny" | "next", stage = "0") =>
      rule(id, {
        action,
        stage,
        peers: undecidedSet([`${id}#cidr`], office),
        evidence: { ...rule(id).evidence, says: id },
      });
    const sure = (id: string, action: "allow" | "deny", stage = "0") => rule(id, { action, stage });
    const deciders = (...rules: FilterRule[]) => {
      const { opens, closes } = admitted([layer("first-match", rules)], { to: 587, from: 50000 }, office);
      return [...opens, ...closes].map(({ at, says }) => `${at}${says.replace(/^.*?(?=; whether|$)/, "")}`);
    };
    const depends = (id: string) => `${id}; whether it decides depends on ${id}#cidr`;
    expect(deciders(maybe("first", "allow"), sure("second", "allow"), maybe("third", "allow"))).toEqual([
      depends("first"),
      "second",
    ]);
    expect(deciders(maybe("first", "deny"))).toEqual([depends("first"), "otherwise"]);
    expect(
      deciders(maybe("on", "next"), sure("here", "deny"), maybe("there", "deny", "1"), sure("last", "deny", "1")),
    ).toEqual(["here", depends("there"), "last"]);
  });

  it("a list in doubt is named beside the layer that surely closes", () => {
    const doubtful = layer("first-match", [rule("maybe", { peers: undecidedSet(["urn#cidr"]) })]);
    const { closes } = admitted([layer("union", []), doubtful], { to: 587, from: 50000 });
    expect(closes.map(({ at, says }) => `${at}: ${says}`)).toEqual([
      "otherwise: stands here",
      "otherwise: stands here; whether it decides depends on urn#cidr",
    ]);
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
