import { AddressSet } from "../../model/addresses.js";
import { isUnknown } from "../../model/maybe.js";
import type { FilterRule, NetworkInterface, Ways } from "../../model/network.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { connectionOf } from "../../reach/exact.js";
import { explain } from "../../reach/explain.js";
import { evidence, layer, rule } from "./drawn.js";

const asked = AddressSet.of("192.0.2.1");
const hidden = "gate.mode";

const open = [layer("first-match", [rule("all", { protocol: "any", ports: PortSet.all })])];
const letting = (low: number, high: number): Ways => ({
  ...{ ingress: [layer("first-match", [rule("in")])], egress: [] },
  ingressAnswers: [layer("first-match", [rule("out", { ports: PortSet.range(low, high) })])],
});
const closed: Ways = { ...letting(1024, 65535), ingress: [layer("first-match", [])] };
const inDoubt: FilterRule = rule("in", { peers: undecidedSet([hidden]) });

function machine(cases: readonly (readonly Ways[])[], inputs: readonly string[] = [hidden]): NetworkInterface {
  return {
    ...{ id: "urn:mail", name: "mail", kind: "instance", origin: "planned", evidence: evidence("urn:mail") },
    ...{ ingress: [layer("first-match", [inDoubt])], egress: [], ingressAnswers: open },
    exact: { inputs, cases: () => cases },
  };
}

/** The answer for 587, and the client ports that are lost. */
const table: [name: string, cases: Ways[][], verdict: string, lost: string | undefined][] = [
  ["one case that lets in", [[letting(1024, 65535)]], "open", "none"],
  ["cases that all keep out", [[closed], [closed]], "closed", undefined],
  ["cases that differ", [[letting(1024, 65535)], [closed]], "unknown", undefined],
  ["cases that lose the same answers", [[letting(32768, 65535)], [letting(32768, 65535)]], "partial", "1024-32767"],
  ["cases that lose other answers", [[letting(32768, 65535)], [letting(1024, 65535)]], "open", "unknown"],
  ["cases that are too many", [], "unknown", undefined],
  ["a door beside one that is shut", [[closed, letting(1024, 65535)]], "open", "none"],
  ["doors that are all shut", [[closed, closed]], "closed", undefined],
  ["doors that lose answers, each its own", [[letting(1024, 40000), letting(32768, 65535)]], "open", "none"],
  ["a door that loses answers beside one that is shut", [[closed, letting(32768, 65535)]], "partial", "1024-32767"],
];

describe("what layers leave open that are judged each alone", () => {
  it.each(table)("%s", (_, cases, verdict, lost) => {
    const nic = machine(cases);
    expect(explain(nic, "mail:587", "in", 587, asked).verdict).toBe(verdict);
    const told = connectionOf(nic, "in", 587, asked).returns.find(({ peers }) => peers.overlaps(asked))?.lost;
    expect(told && (isUnknown(told) ? "unknown" : String(told))).toBe(lost);
  });

  it("names the input where the cases differ, and what may shut where it is surely shut", () => {
    const differing = explain(machine([[letting(1024, 65535)], [closed]]), "mail:587", "in", 587, asked);
    expect(differing.missing).toEqual([hidden]);
    expect(differing.layers[0]?.decidedBy.map(({ at }) => at)).toContain("in");
    // Two layers, each shut in one of the cases.
    const [pass, stop] = [layer("first-match", [rule("in")]), layer("first-match", [])];
    const either = explain(
      {
        ...machine([[{ ingress: [pass, stop], egress: [] }], [{ ingress: [stop, pass], egress: [] }]]),
        ...{ ingress: [layer("first-match", [inDoubt]), layer("first-match", [inDoubt])], ingressAnswers: [] },
      },
      ...(["mail:587", "in", 587, asked] as const),
    );
    expect(either.verdict).toBe("closed");
    expect(either.layers.map((each) => each.verdict)).toEqual(["unknown", "unknown"]);
    expect(either.blockers).toHaveLength(2);
    expect(either.minimalChange.says).not.toEqual([]);
  });

  it("does not ask the cases where the layers decide", () => {
    const never = (): never => {
      throw new Error("asked");
    };
    const sure = { ...machine([]), ingress: letting(1, 1).ingress, exact: { inputs: [hidden], cases: never } };
    expect(connectionOf(sure, "in", 587).allowed).toEqual(exactly(AddressSet.everything));
  });
});
