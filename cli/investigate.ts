import { setImmediate as turn } from "node:timers/promises";
import type { AddressSet } from "../model/addresses.js";
import { factsNamed } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";
import type { Notice } from "../model/network.js";
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
  further: Parameters<typeof probeLive>[4] = {},
): Promise<Live> {
  // What looks further is loaded while the network is waited for.
  const [seen] = await Promise.all([
    probeLive(endpoints, domains, flags, vantage, further),
    turn().then(() => import("../probes/path/index.js")),
  ]);
  return { ...seen, ...(await withTrials(seen.observations, flags, means)) };
}

/** Endpoints that are looked into at a time: each takes some dozen connections and programs. */
const atOnce = { total: 8, perHost: 2 };

/** Each takes some ten seconds: of thousands that fail in the same way these tell as much as all. */
const mostAlike = 32;

/**
 * Where an observation leaves open who stands in the way, or other places were named, adds what was tried to find out.
 * @throws InputError for a place that cannot be asked.
 */
async function withTrials(
  observations: readonly Observation[],
  flags: ProbeFlags,
  means: Means,
): Promise<Pick<Live, "observations" | "notices">> {
  const { investigate, isInDoubt, visits } = await import("../probes/path/index.js");
  const { Slots } = await import("../probes/slots.js");
  const isCompared = (each: Observation) => (flags.from ?? []).length > 0 && each.addresses.length > 0;
  const doubtful = observations.filter(isInDoubt);
  const chosen = new Set(firstOfEach(doubtful));
  const isAsked = (each: Observation) => chosen.has(each) || isCompared(each);
  const notices = doubtful.filter((each) => !isAsked(each)).map(notLookedInto);
  if (!observations.some(isAsked)) return { observations };
  const targets = targetsOf(observations, flags);
  const options = await probeOptions(flags);
  const visit = visits(options);
  const slots = new Slots(atOnce);
  const shown = progress(process.stderr);
  try {
    const all = await Promise.all(
      observations.map(async (each, i) => {
        if (!isAsked(each)) return each;
        return slots.within(each.host, async () => {
          shown.say(`looking for what stops ${each.subject}`);
          const trials = await investigate(each, targets[i] as Target, options, { ...means, visit });
          return { ...each, facts: [...each.facts, trials] };
        });
      }),
    );
    return { observations: all, notices };
  } finally {
    shown.end();
  }
}

/** Up to `mostAlike` of those that failed at the same stage in the same way on the same port. */
function firstOfEach(doubtful: readonly Observation[]): Observation[] {
  const counts = new Map<string, number>();
  return doubtful.filter(({ facts, port }) => {
    const failure = factsNamed(facts, "pathFailure")[0]?.value;
    const key = failure && !isUnknown(failure) ? `${port} ${failure.stage} ${failure.kind}` : `${port}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= mostAlike;
  });
}

function notLookedInto({ subject }: Observation): Notice {
  const says = `fails as ${mostAlike} others do, which were looked into; \`port587 check\` looks into this one`;
  return { at: subject, says };
}
