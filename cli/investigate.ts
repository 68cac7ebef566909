import type { AddressSet } from "../model/addresses.js";
import type { Observation } from "../model/observation.js";
import type { Elsewhere } from "../model/trial.js";
import type { Target } from "../probes/index.js";
import type { ProbeFlags } from "./options.js";
import { ownRules } from "./own-rules.js";
import { type Live, probeLive, probeOptions, targetsOf } from "./probe.js";
import { progress } from "./progress.js";
import { parseHost } from "./targets.js";

type Means = Awaited<ReturnType<typeof meansOf>>;

/** What the flags name to compare with; checked before anything is probed. @throws InputError */
export async function meansOf(flags: ProbeFlags) {
  const controls = (flags.control ?? []).map(parseHost);
  return { controls, ownRules: ownRules(), elsewhere: await fromPlaces(flags.from ?? []) };
}

async function fromPlaces(names: readonly string[]): Promise<(target: Target) => Promise<readonly Elsewhere[]>> {
  if (names.length === 0) return async () => [];
  const { parsePlace } = await import("../probes/elsewhere/index.js");
  const { asciiHost } = await import("../probes/options.js");
  const places = names.map(parsePlace);
  return async ({ host, port, connectTo }) => {
    const goal = connectTo ?? { host, port };
    const name = asciiHost(goal.host) ?? goal.host;
    return (await Promise.all(places.map((ask) => ask(name, goal.port)))).flat();
  };
}

/**
 * Probes endpoints and asks about domains, and looks for what stops those that it could not see: `check` and `audit --live` see the
 * same. @throws InputError for a place that cannot be asked.
 */
export async function seeAll(
  endpoints: Parameters<typeof probeLive>[0],
  domains: readonly string[],
  flags: ProbeFlags,
  means: Means,
  vantage?: AddressSet,
  account: Parameters<typeof probeLive>[4] = {},
): Promise<Live> {
  const seen = await probeLive(endpoints, domains, flags, vantage, account);
  return { ...seen, observations: await withTrials(seen.observations, flags, means) };
}

/** Endpoints that are looked into at a time: each takes some dozen connections and programs. */
const atOnce = { total: 8, perHost: 2 };

/**
 * Where an observation leaves open who stands in the way, or other places were named, adds what was tried to find out.
 * @throws InputError for a place that cannot be asked.
 */
async function withTrials(
  observations: readonly Observation[],
  flags: ProbeFlags,
  means: Means,
): Promise<Observation[]> {
  const { investigate, isInDoubt, visits } = await import("../probes/path/index.js");
  const { Slots } = await import("../probes/slots.js");
  const isAsked = (each: Observation) =>
    isInDoubt(each) || ((flags.from ?? []).length > 0 && each.addresses.length > 0);
  if (!observations.some(isAsked)) return [...observations];
  const targets = targetsOf(observations, flags);
  const options = await probeOptions(flags);
  const visit = visits(options);
  const slots = new Slots(atOnce);
  const shown = progress(process.stderr);
  try {
    return await Promise.all(
      observations.map(async (each, i) => {
        if (!isAsked(each)) return each;
        return slots.within(each.host, async () => {
          shown.say(`looking for what stops ${each.subject}`);
          const trials = await investigate(each, targets[i] as Target, options, { ...means, visit });
          return { ...each, facts: [...each.facts, trials] };
        });
      }),
    );
  } finally {
    shown.end();
  }
}
