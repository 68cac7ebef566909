import fc from "fast-check";
import { AddressSet } from "../../model/addresses.js";
import type { Layer } from "../../model/network.js";
import { exactly } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { explain } from "../../reach/explain.js";
import { built, type DrawnLayer, drawnLayer, first, layer, machine, matching, places, rule, settled } from "./drawn.js";

const office = AddressSet.of("192.0.2.0/24");

function explained(asked: AddressSet, ...ingress: Layer[]) {
  return explain(machine(...ingress), "mail:587", "in", 587, asked);
}

/** The rules that decide about a packet from a place, by trying one after the other. */
function deciders({ combine, rules }: DrawnLayer, place: number): string[] {
  const hits = rules.filter((each) => matching(each, place) === "yes");
  const one = first(hits);
  const deciding = combine === "union" ? hits.filter(({ action }) => action === "allow") : one ? [one] : [];
  return deciding.length > 0 ? deciding.map((each) => `${rules.indexOf(each)}`) : ["otherwise"];
}

describe("who decides", () => {
  it("about one address is exactly the rule that decides there", () => {
    fc.assert(
      fc.property(fc.array(drawnLayer.map(settled), { minLength: 1, maxLength: 3 }), (drawn) => {
        for (const [place, address] of places.entries()) {
          const { layers } = explained(AddressSet.of(address), ...drawn.map(built));
          expect(layers.map(({ decidedBy }) => decidedBy.map(({ at }) => at))).toEqual(
            drawn.map((each) => deciders(each, place)),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is said for the peers asked, not for all that the rules are about", () => {
    const acl = layer("first-match", [
      rule("office denied", { action: "deny", peers: exactly(office) }),
      rule("rest allowed"),
      rule("never reached", { action: "deny" }),
    ]);
    const told = (asked: AddressSet) => explained(asked, acl).layers[0]?.decidedBy.map(({ at }) => at);
    expect(told(office)).toEqual(["office denied"]);
    expect(told(office.complement())).toEqual(["rest allowed"]);
    expect(told(AddressSet.everything)).toEqual(["rest allowed", "office denied"]);
  });
});

it("is partial, not open, for peers that connect from some of their own ports alone", () => {
  const odd = layer("first-match", [
    rule("office from 2525", { peers: exactly(office), sourcePorts: PortSet.of(2525) }),
    rule("others", { peers: exactly(office.complement()) }),
  ]);
  const told = explained(office, odd);
  expect([told.verdict, told.layers[0]?.verdict]).toEqual(["partial", "partial"]);
  expect(told.layers[0]?.stopped).toEqual(office);
  expect(told.layers[0]?.decidedBy.map(({ at }) => at)).toEqual(["otherwise"]);
  expect(explained(office.complement(), odd).verdict).toBe("open");
});
