import { Ahead } from "../../cli/ahead.js";
import { found } from "../../cli/found.js";
import { AddressSet } from "../../model/addresses.js";
import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import type { Observation } from "../../model/observation.js";
import { endpointSubject } from "../../model/subjects.js";
import { fact } from "../facts.js";

const startedAt = new Date(0);
const observed = { origin: "observed" } as const;
const refused = { stage: "connect", kind: "refused", afterMs: 1, detail: "ECONNREFUSED" } as const;

/** What a probe saw of an endpoint, as far as it matters here. */
function seen(host: string, port: number, state: "sound" | "open relay" | "dead"): Observation {
  const subject = endpointSubject(host, port);
  const facts: Fact[] =
    state === "dead"
      ? [fact(subject, "reachable", false, observed), fact(subject, "pathFailure", refused, observed)]
      : [
          fact(subject, "reachable", true, observed),
          fact(subject, "listening", true, observed),
          fact(subject, "implicitTls", port === 465, observed),
          fact(subject, "relay", state === "sound" ? "closed" : "open", observed),
        ];
  return { subject, host, port, steps: [], facts, addresses: [], connections: 1 };
}

const declared = (endpoints: readonly { readonly host: string; readonly port: number }[]) => ({
  ...nothingDeclared,
  endpoints: endpoints.map(({ host, port }) => ({
    ...{ host, port, exposure: AddressSet.everything },
    role: "submission" as const,
  })),
});

const factsOf = (observations: readonly Observation[]) => observations.flatMap(({ facts }) => facts);

/** The subjects that are settled by the end, and the findings with what was judged ahead and without. */
function run(observations: readonly Observation[], arriving = observations, later = observations) {
  const ahead = new Ahead(observations);
  ahead.judge = (endpoints, of) => found(factsOf(of), declared(endpoints), startedAt).findings;
  for (const each of arriving) ahead.take(each);
  const settled = ahead.settled(later);
  const inText = (...more: (typeof settled)[]) =>
    found(factsOf(later), declared(later), startedAt, ...more)
      .findings.map((each) => JSON.stringify(each))
      .sort();
  return { subjects: [...settled.subjects].sort(), ahead: inText(settled), atOnce: inText() };
}

const looked = (observation: Observation): Observation => {
  const { subject, facts } = observation;
  const nothing = { addresses: [], controls: [], hops: [], informers: [], ownRules: [], ports: [], repeats: [] };
  const trials = fact(subject, "pathTrials", { ...nothing, sweeps: [], elsewhere: [] }, observed);
  return { ...observation, facts: [...facts, trials] };
};

const sound = seen("a.example", 587, "sound");
const open = seen("b.example", 587, "open relay");
const both = [seen("c.example", 587, "sound"), seen("c.example", 465, "sound")] as const;
const dead = seen("d.example", 587, "dead");
const halfDead = [seen("e.example", 587, "sound"), seen("e.example", 465, "dead")] as const;
const bracketed = [seen("[2001:db8::1]", 587, "sound"), seen("2001:db8::1", 465, "sound")] as const;

interface Case {
  readonly named: readonly Observation[];
  readonly arriving?: readonly Observation[];
  readonly later?: readonly Observation[];
  readonly settled: readonly string[];
}

it.each<[string, Case]>([
  ["sound and unsound hosts", { named: [open, sound], settled: ["a.example:587", "b.example:587"] }],
  [
    "both ports of a host, in any order",
    { named: both, arriving: both.toReversed(), settled: ["c.example:465", "c.example:587"] },
  ],
  ["not one port before the other is seen", { named: both, arriving: both.slice(0, 1), settled: [] }],
  [
    "not one that could not be probed, nor the other port of its host",
    { named: [sound, dead, ...halfDead], settled: ["a.example:587"] },
  ],
  ["not what is named twice", { named: [sound, open, { ...open }], settled: ["a.example:587"] }],
  [
    "not what was looked into further by the end",
    { named: [open, sound], later: [looked(open), sound], settled: ["a.example:587"] },
  ],
  [
    "an address with and without brackets as one host",
    { named: bracketed, settled: ["[2001:db8::1]:465", "[2001:db8::1]:587"] },
  ],
  ["not what nobody asked for", { named: [sound], arriving: [sound, open], settled: ["a.example:587"] }],
])("judged while others are waited for, with the same findings as at once: %s", (_, { settled, ...each }) => {
  const { subjects, ahead, atOnce } = run(each.named, each.arriving, each.later);
  expect(subjects).toEqual(settled);
  expect(atOnce.length).toBeGreaterThan(0);
  expect(ahead).toEqual(atOnce);
});
