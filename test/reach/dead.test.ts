import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import type { FilterRule, Layer } from "../../model/network.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { deadRules } from "../../reach/dead.js";
import { admitted } from "../../reach/filter.js";
import { built, drawnLayer, layer, rule, settled } from "./drawn.js";

const mailPorts = PortSet.of(25, 465, 587, 2525);
const dead = (each: Layer) => deadRules([each], [587], mailPorts).get(587) ?? [];
const told = (each: Layer) =>
  dead(each).map(({ rule: { id }, kind, by }) => `${id} ${kind} by ${by.map((one) => one.id)}`);

const office = exactly(AddressSet.of("192.0.2.0/24"));
const desk = exactly(AddressSet.of("192.0.2.7/32"));
const halves = ["192.0.2.0/25", "192.0.2.128/25"].map((half) => exactly(AddressSet.of(half)));
const [low = office, high = office] = halves;
const every = { protocol: "any", ports: PortSet.all } as const;
const deny = { action: "deny" } as const;
const list = (...rules: FilterRule[]) => layer("first-match", rules);
const group = (...rules: FilterRule[]) => layer("union", rules);

it.each([
  ["a denial of everything before it", list(rule("1", { ...deny, ...every }), rule("2")), ["2 shadowed by 1"]],
  ["an allowance of the same before it", list(rule("1"), rule("2", deny)), ["2 shadowed by 1"]],
  [
    "two halves before it",
    list(rule("1", { peers: low }), rule("2", { ...deny, peers: high }), rule("3", { peers: office })),
    ["3 shadowed by 1,2"],
  ],
  ["half of it before it", list(rule("1", { peers: low }), rule("2", { peers: office })), []],
  ["another port before it", list(rule("1", { ports: PortSet.of(25) }), rule("2")), []],
  ["an unknown rule before it", list(rule("1", { peers: undecidedSet(["cidr"]) }), rule("2")), []],
  ["it is unknown itself", list(rule("1"), rule("2", { peers: undecidedSet(["cidr"]) })), []],
  ["it is about all ports, no mail rule", list(rule("1"), rule("2", { ports: PortSet.all })), []],
  [
    "only some client ports before it",
    list(rule("1", { ...deny, sourcePorts: PortSet.range(1024, 32767) }), rule("2")),
    [],
  ],
  [
    "all client ports before it, in two rules",
    list(
      rule("1", { ...deny, sourcePorts: PortSet.range(0, 32767) }),
      rule("2", { ...deny, sourcePorts: PortSet.range(32768, 65535) }),
      rule("3"),
    ),
    ["3 shadowed by 1,2"],
  ],
  [
    "a group's rule within a wider one, wherever it stands",
    group(rule("1", { peers: desk }), rule("2", { peers: office })),
    ["1 redundant by 2"],
  ],
  ["a group's rule twice", group(rule("1"), rule("2")), ["2 redundant by 1"]],
  ["a group's rule beside one of all ports", group(rule("1"), rule("2", every)), ["1 redundant by 2"]],
  ["group's rules for others", group(rule("1", { peers: low }), rule("2", { peers: high })), []],
])("%s", (_, each, expected) => {
  expect(told(each)).toEqual(expected);
});

it("taken out, dead rules change nothing", () => {
  let seen = 0;
  fc.assert(
    fc.property(drawnLayer.map(settled).map(built), (each) => {
      const gone = new Set(dead(each).map((one) => one.rule));
      seen += gone.size;
      const passing = (rules: readonly FilterRule[]) =>
        admitted([{ ...each, rules }], { to: 587, from: 50000 }).allowed.certain.toCidrs();
      expect(passing(each.rules.filter((one) => !gone.has(one)))).toEqual(passing(each.rules));
    }),
    { numRuns: 300 },
  );
  expect(seen).toBeGreaterThan(20);
});
