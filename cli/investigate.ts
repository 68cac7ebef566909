import type { Observation } from "../model/observation.js";
import type { Elsewhere } from "../model/trial.js";
import type { Target } from "../probes/index.js";
import type { ProbeFlags } from "./options.js";
import { ownRules } from "./own-rules.js";
import { probeOptions, targetsOf } from "./probe.js";
import { progress } from "./progress.js";
import { parseHost } from "./targets.js";

export interface InvestigateFlags extends ProbeFlags {
  control?: string[];
  from?: string[];
}

/** What the flags name to compare with; checked before anything is probed. @throws InputError */
export async function meansOf(flags: InvestigateFlags) {
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
 * Where an observation leaves open who stands in the way, or other places were named, adds what was tried to find out.
 * @throws InputError for a place that cannot be asked.
 */
export async function withTrials(
  observations: readonly Observation[],
  flags: InvestigateFlags,
  means: Awaited<ReturnType<typeof meansOf>>,
): Promise<Observation[]> {
  const { investigate, isInDoubt } = await import("../probes/path/index.js");
  const isAsked = (each: Observation) =>
    isInDoubt(each) || ((flags.from ?? []).length > 0 && each.addresses.length > 0);
  if (!observations.some(isAsked)) return [...observations];
  const targets = targetsOf(observations, flags);
  const options = await probeOptions(flags);
  const shown = progress(process.stderr);
  try {
    return await Promise.all(
      observations.map(async (each, i) => {
        if (!isAsked(each)) return each;
        shown.say(`looking for what stops ${each.subject}`);
        const trials = await investigate(each, targets[i] as Target, options, means);
        return { ...each, facts: [...each.facts, trials] };
      }),
    );
  } finally {
    shown.end();
  }
}
