import type { AddressSet } from "../../model/addresses.js";
import type { Attribution, Fact, FactOf, PathFailure } from "../../model/fact.js";
import type { PathTrials } from "../../model/trial.js";
import type { Block } from "./block.js";
import { type Interference, interferences } from "./interference.js";
import { parts, Sight } from "./sight.js";
import { known, situation } from "./situation.js";
import { culprits } from "./table.js";
import { tooSoon } from "./timing.js";
import { whereaboutsOf } from "./whereabouts.js";

/** Names who stands in the way of each endpoint, from the observations and the static rules together. */
export function attributions(facts: readonly Fact[]): FactOf<"attributedBlock">[] {
  const observed = facts.filter(({ origin }) => origin === "observed");
  if (observed.length === 0) return [];
  const sight = new Sight(facts);
  const subjects = new Map(observed.flatMap((fact) => (isAbout(fact) ? [[fact.subject, fact] as const] : [])));
  return [...subjects.values()].flatMap(({ subject, from, evidence }) =>
    blamesOf(subject, from, sight).map((value) => ({
      ...{ subject, from, evidence, value },
      ...{ name: "attributedBlock" as const, origin: "observed" as const },
    })),
  );
}

function isAbout({ name }: Fact): boolean {
  return name === "pathFailure" || name === "pathTrials";
}

/** One for the whole endpoint; several, with their addresses, where addresses of the name fail for different reasons or not all do. */
function blamesOf(subject: string, from: AddressSet, sight: Sight): Attribution[] {
  const own = sight.about(subject).filter(({ origin }) => origin === "observed");
  const failure = known(own, "pathFailure");
  const trials = known(own, "pathTrials");
  const failing = trials?.addresses.filter(({ outcome }) => outcome !== "open") ?? [];
  const isOpen = trials !== undefined && failing.length < trials.addresses.length;
  const failures: PathFailure[] = failing.map(({ address, outcome, afterMs, detail }) => ({
    ...{ stage: "connect" as const, address, afterMs, detail },
    kind: outcome as PathFailure["kind"],
  }));
  const whole = failure && (failures.length === 0 || isOpen) ? [failure] : [];
  const groups = new Map<string, { blame: Attribution; addresses: string[] }>();
  for (const each of failures) {
    const blame = blameOf(situation(subject, from, each, trials, sight));
    const address = each.address as string;
    // The same device has an address of each family.
    const key = blame.culprit.replace(/\([^)]*\)/g, "");
    const group = groups.get(key);
    if (group) group.addresses.push(address);
    else groups.set(key, { blame, addresses: [address] });
  }
  const found = [...groups.values()];
  if (found.length === 1 && !isOpen) return found.map(({ blame }) => blame);
  return [
    ...whole.map((each) => blameOf(situation(subject, from, each, trials, sight))),
    ...(whole.length === 0 && isOpen ? interference(subject, own, trials) : []),
    ...found.map(({ blame, addresses }) => ({ ...blame, addresses })),
  ];
}

function blameOf(block: Block): Attribution {
  const row = culprits.find((each) => each.when(block));
  if (!row) throw new Error("the last row matches everything");
  return row.blame(block);
}

function interference(subject: string, own: readonly Fact[], trials: PathTrials | undefined): Attribution[] {
  const { port } = parts(subject);
  const address = trials?.addresses.find(({ outcome }) => outcome === "open");
  const seen: Interference = {
    port,
    starttls: known(own, "starttlsOffered"),
    certificate: known(own, "certificate"),
    controls: trials?.controls ?? [],
    where: trials && address ? whereaboutsOf(address.address, address.port, trials) : undefined,
    tooSoon: trials && address ? tooSoon(address, trials) : undefined,
  };
  const row = interferences.find((each) => each.when(seen));
  return row ? [row.blame(seen)] : [];
}
