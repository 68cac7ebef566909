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
}

/**
 * Where an observation leaves open who stands in the way, adds what was tried to find out. Observations that are clear cost
 * nothing more.
 * @param elsewhere the endpoint as it is seen from the other places that were named.
 * @throws InputError for a control that is no host.
 */
export async function withTrials(
  observations: readonly Observation[],
  flags: InvestigateFlags,
  elsewhere: (target: Target) => Promise<readonly Elsewhere[]>,
): Promise<Observation[]> {
  const controls = (flags.control ?? []).map(parseHost);
  const { investigate, isInDoubt } = await import("../probes/path/index.js");
  if (!observations.some(isInDoubt)) return [...observations];
  const targets = targetsOf(observations, flags);
  const options = await probeOptions(flags);
  const shown = progress(process.stderr);
  const means = { controls, ownRules: ownRules(), elsewhere };
  try {
    return await Promise.all(
      observations.map(async (each, i) => {
        if (!isInDoubt(each)) return each;
        shown.say(`looking for what stops ${each.subject}`);
        const trials = await investigate(each, targets[i] as Target, options, means);
        return { ...each, facts: [...each.facts, trials] };
      }),
    );
  } finally {
    shown.end();
  }
}
