import { type Fact, type FactOf, factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { Observation } from "../../model/observation.js";
import type { Elsewhere, OwnRules, PathTrials, Sweep, Trial } from "../../model/trial.js";
import { defaultTimeouts, type ProbeOptions, type Target } from "../options.js";
import { attempt } from "./attempt.js";
import { visits } from "./controls.js";
import { hopsTo } from "./hops.js";
import { informerOf } from "./informer.js";
import { repeat } from "./repeats.js";
import { isFinal, sweep } from "./sweep.js";
import { findKnock, type Knock } from "./ttl.js";

export { visits };

/** What the search may use besides its own connections. */
export interface Means {
  /** Hosts that are known to work; without a port the one of the endpoint. */
  readonly controls: readonly { readonly host: string; readonly port?: number }[];
  readonly visit: ReturnType<typeof visits>;
  /** What this machine's own packet filter does with connections to the address. */
  readonly ownRules: (address: string, port: number) => Promise<OwnRules | undefined>;
  /** The endpoint from other places. */
  readonly elsewhere: (target: Target) => Promise<readonly Elsewhere[]>;
}

/** The ports of mail submission and transport, and two that answer on many machines. */
const otherPorts: readonly number[] = [587, 465, 25, 2525, 443, 22];
/** An ICMP error on a connection attempt in IPv6 may come with the second SYN alone, after a second. */
const knockSeconds = 2;

/** Whether an observation leaves open who stands in the way, or whether it is the server that was seen. */
export function isInDoubt({ facts, addresses }: Observation): boolean {
  const failed = factsNamed(facts, "pathFailure").some(({ value }) => !isUnknown(value) && value.stage !== "resolve");
  if (failed || addresses.some(({ outcome }) => outcome !== "open")) return true;
  // Inside TLS nobody offers it.
  const isWrapped = factsNamed(facts, "implicitTls")[0]?.value === true;
  const starttls = isWrapped ? undefined : factsNamed(facts, "starttlsOffered")[0]?.value;
  const certificate = factsNamed(facts, "certificate")[0]?.value;
  const foreign = certificate && !isUnknown(certificate) && certificate.chain !== "trusted";
  return starttls === "masked" || starttls === "absent" || foreign === true;
}

/**
 * Looks for what stops the connections of an endpoint that was probed: one bare connection to each of up to five other ports
 * of at most two addresses, the port itself twice more, with one that answers beside it where it was answered as well, a visit to each control, and SYNs with a growing TTL where a program can send them. One that is not in
 * doubt is only looked at from elsewhere.
 */
export async function investigate(
  observation: Observation,
  target: Target,
  options: Partial<ProbeOptions>,
  means: Means,
): Promise<Fact> {
  const { addresses, port } = observation;
  const isDoubtful = isInDoubt(observation);
  const goal = target.connectTo?.port ?? port;
  const ms = options.timeouts?.connect ?? defaultTimeouts.connect;
  const doubtful = addresses.filter(({ outcome }) => outcome !== "open");
  const about = isDoubtful ? (doubtful.length > 0 ? doubtful : addresses).slice(0, 2) : [];
  const asked = isDoubtful ? means.controls : [];
  const [ports, controls, ownRules, elsewhere, knock, hops, informers] = await Promise.all([
    Promise.all(
      about.flatMap(({ address }) =>
        otherPorts.filter((each) => each !== goal).map((each) => attempt(address, each, ms)),
      ),
    ),
    means.visit(asked.map((each) => ({ host: each.host, port: each.port ?? port }))),
    Promise.all(about.map(({ address }) => means.ownRules(address, goal))),
    means.elsewhere(target),
    findKnock(),
    Promise.all(about.map(({ address }) => hopsTo(address))),
    Promise.all(
      about
        .filter(({ outcome }) => outcome === "refused" || outcome === "unreachable")
        .map(({ address }) => informerOf(address, goal)),
    ),
  ]);
  const towards = controls.flatMap(({ address }) => address ?? []).slice(0, 2);
  const [others, repeats, ...sweeps] = await Promise.all([
    Promise.all(towards.map(hopsTo)),
    Promise.all(about.map((trial) => repeat(trial, answeringAt(trial, ports)[0]?.port, ms))),
    ...(knock ? about.map((trial) => sweepsOf(knock, trial, ports)) : []),
  ]);
  const value: PathTrials = {
    addresses,
    repeats: repeats.flat(),
    ports,
    controls,
    sweeps: sweeps.flat(),
    hops: [...hops, ...others].flat(),
    informers: informers.flatMap((each) => each ?? []),
    ownRules: ownRules.flatMap((each) => each ?? []),
    elsewhere,
  };
  return factOf(observation, value);
}

/** First a port that answers, to learn how far away the host is; then the port in question, no further than that. */
async function sweepsOf(knock: Knock, trial: Trial, ports: readonly Trial[]): Promise<Sweep[]> {
  const { address, port } = trial;
  const refusing = ports.filter((each) => each.address === address && each.outcome === "refused");
  const [reference] = [...answeringAt(trial, ports), ...refusing];
  if (!reference) return [await sweep(knock, address, port, knockSeconds)];
  const known = await sweep(knock, address, reference.port, knockSeconds);
  const distance = isFinal(known.answers.at(-1)) ? known.answers.length : undefined;
  return [known, await sweep(knock, address, port, knockSeconds, distance)];
}

/** Other ports of the address that took a connection. */
function answeringAt({ address }: Trial, ports: readonly Trial[]): Trial[] {
  return ports.filter((each) => each.address === address && each.outcome === "open");
}

function factOf({ subject, facts }: Observation, value: PathTrials): FactOf<"pathTrials"> {
  const [reachable] = factsNamed(facts, "reachable");
  const from = reachable?.from as FactOf<"pathTrials">["from"];
  const says = `${value.ports.length} other ports, ${value.controls.length} controls and ${value.sweeps.length} sweeps by TTL were tried`;
  return {
    subject,
    name: "pathTrials",
    from,
    value,
    origin: "observed",
    evidence: [{ kind: "wire", at: subject, says }],
  };
}
