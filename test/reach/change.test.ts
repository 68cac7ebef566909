import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import { isUnknown } from "../../model/maybe.js";
import type { FilterRule, Layer } from "../../model/network.js";
import { exactly } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import type { Edit } from "../../reach/change.js";
import { explain } from "../../reach/explain.js";
import { built, drawnLayer, layer, machine, places, rule, settled } from "./drawn.js";

/** One packet to 587/tcp through one layer, by trying its rules one after the other. */
function passes({ combine, rules, otherwise }: Layer, place: string): boolean {
  const hits = rules.filter(
    ({ protocol, ports, peers }) =>
      (protocol === "any" || (protocol === "tcp" && !isUnknown(ports) && ports.has(587))) &&
      peers.certain.contains(AddressSet.of(place)),
  );
  const first = ([hit, ...others]: FilterRule[]): FilterRule | undefined =>
    hit?.action === "next" ? first(others.filter(({ stage }) => (stage ?? "") > (hit.stage ?? ""))) : hit;
  const decides = combine === "union" ? hits.find(({ action }) => action === "allow") : first(hits);
  return (decides ?? otherwise).action === "allow";
}

/** The layers after the edits, as an administrator would carry them out. */
function applied(layers: readonly Layer[], edits: readonly Edit[]): Layer[] {
  return layers.map((each) => {
    const rules = edits.reduce((all: readonly FilterRule[], edit) => {
      if (edit.layer !== each || edit.kind === "arrange") return all;
      if (edit.kind === "add") {
        const place = edit.before ? all.indexOf(edit.before) : all.length;
        return [...all.slice(0, place), edit.rule, ...all.slice(place)];
      }
      return all.flatMap((one) => {
        if (one !== edit.rule) return [one];
        const ports = (isUnknown(one.ports) ? PortSet.all : one.ports).subtract(PortSet.of(587));
        const peers = exactly(one.peers.certain.subtract(edit.peers));
        return [
          { ...one, protocol: "tcp" as const, ports, id: `${one.id} elsewhere` },
          { ...one, protocol: "tcp" as const, ports: PortSet.of(587), peers },
        ];
      });
    }, each.rules);
    return { ...each, rules };
  });
}

/** The same edits but for one of them, and the same but for one peer of one of them. */
function smaller(edits: readonly Edit[]): Edit[][] {
  return edits.flatMap((edit, i) => {
    const others = edits.filter((_, k) => k !== i);
    const peersOf =
      edit.kind === "add" ? edit.rule.peers.certain : edit.kind === "narrow" ? edit.peers : AddressSet.empty;
    const without = places
      .map((place) => AddressSet.of(place))
      .filter((place) => peersOf.overlaps(place))
      .map((place): Edit => {
        const peers = peersOf.subtract(place);
        return edit.kind === "add"
          ? { ...edit, rule: { ...edit.rule, peers: exactly(peers) } }
          : ({ ...edit, peers } as Edit);
      });
    return [others, ...without.map((one) => [...others, one])];
  });
}

describe("the minimal change", () => {
  const asked = fc.subarray(places, { minLength: 1 });

  it("does what it promises, and nothing smaller does", () => {
    const seen = { open: 0, closed: 0 };
    fc.assert(
      fc.property(fc.array(drawnLayer.map(settled), { minLength: 1, maxLength: 3 }), asked, (drawn, from) => {
        const layers = drawn.map(built);
        const { verdict, minimalChange } = explain(machine(...layers), "mail:587", "in", 587, AddressSet.of(...from));
        const through = (changed: readonly Layer[]) =>
          from.filter((place) => changed.every((each) => passes(each, place))).length;
        expect(through(layers) === from.length).toBe(verdict === "open");
        const promised = (changed: readonly Layer[]) => through(changed) === (verdict === "open" ? 0 : from.length);
        // A security group that lets in by default has no rule that could be removed.
        if (
          verdict === "open" &&
          layers.every(({ combine, otherwise }) => combine === "union" && otherwise.action === "allow")
        ) {
          expect(minimalChange.edits).toEqual([]);
          return;
        }
        seen[verdict === "open" ? "open" : "closed"]++;
        expect(promised(applied(layers, minimalChange.edits))).toBe(true);
        for (const less of smaller(minimalChange.edits)) expect(promised(applied(layers, less))).toBe(false);
        // Nobody else is let in or kept out.
        for (const other of places.filter((place) => !from.includes(place))) {
          const before = layers.map((each) => passes(each, other));
          expect(applied(layers, minimalChange.edits).map((each) => passes(each, other))).toEqual(before);
        }
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.open, seen.closed)).toBeGreaterThan(20);
  });

  const office = AddressSet.of("192.0.2.0/24");
  const told = (asked: AddressSet, ...layers: Layer[]) =>
    explain(machine(...layers), "mail:587", "in", 587, asked).minimalChange.says;
  const everyPort = { protocol: "any", ports: PortSet.all } as const;
  const group = (...rules: FilterRule[]) => layer("union", rules, { name: "security group" });
  const acl = (...rules: FilterRule[]) => layer("first-match", rules, { name: "network ACL", stateless: true });
  const route: Layer = layer("first-match", [rule("table", { action: "deny", ...everyPort })], { name: "route" });

  it.each([
    [
      "a rule that is missing",
      told(office, group()),
      ["security group: add a rule at otherwise that allows TCP 587 from 192.0.2.0/24"],
    ],
    [
      "a denial in the way, on every layer that has one",
      told(office, group(), acl(rule("10"), rule("20", { action: "deny" })), acl(rule("30", { action: "deny" }))),
      [
        "security group: add a rule at otherwise that allows TCP 587 from 192.0.2.0/24",
        "network ACL: add a rule before 30 that allows TCP 587 from 192.0.2.0/24",
      ],
    ],
    ["no way", told(office, route, group(rule("r"))), ["route: give it a route at table: stands here"]],
    [
      "one rule too many",
      told(AddressSet.everything, group(rule("r")), acl(rule("100"))),
      ["security group: remove r"],
    ],
    [
      "a rule that opens more",
      told(office, group(rule("r", { ports: PortSet.all }))),
      ["security group: narrow r so that it no longer matches TCP 587 from 192.0.2.0/24"],
    ],
    [
      "two rules that open it, and one list in which one rule closes it",
      told(office, group(rule("r"), rule("s")), acl(rule("100"))),
      ["network ACL: add a rule before 100 that denies TCP 587 from 192.0.2.0/24"],
    ],
  ])("is said with its place: %s", (_, says, expected) => {
    expect(says).toEqual(expected);
  });
});
