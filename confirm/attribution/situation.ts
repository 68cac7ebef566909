import type { AddressSet } from "../../model/addresses.js";
import { type Fact, type FactName, type FactOf, factsNamed, type PathFailure } from "../../model/fact.js";
import { isUnknown, type Unknown } from "../../model/maybe.js";
import type { Control, PathTrials, Trial } from "../../model/trial.js";
import type { Block } from "./block.js";
import { parts, type Sight } from "./sight.js";
import { tooSoon } from "./timing.js";
import { narrowed, type Whereabouts, whereaboutsOf } from "./whereabouts.js";

/** Gathers from the facts of all origins what is known about one failure of an endpoint. */
export function situation(
  subject: string,
  from: AddressSet,
  failure: PathFailure,
  trials: PathTrials | undefined,
  sight: Sight,
): Block {
  const { host, port } = parts(subject);
  const same = sight.about(subject).filter(({ origin }) => origin !== "observed");
  const rules = factsNamed(same, "reachable").filter((each) => each.from.overlaps(from));
  const listening = factsNamed(same, "listening").filter((each) => each.from.overlaps(from));
  const compared = sight.compared(failure, port);
  const controls = (trials?.controls ?? []).filter(({ outcome }) => outcome !== "not-found" && outcome !== "local");
  const samePort = controls.filter((each) => each.port === port);
  const ports = (trials?.ports ?? []).filter(
    ({ address }) => failure.address === undefined || address === failure.address,
  );
  const portsThat = (outcome: string) => ports.filter((each) => each.outcome === outcome).map((each) => each.port);
  const tried = trials?.addresses.find(({ address }) => address === failure.address);
  const own = (trials?.repeats ?? []).filter((each) => each.address === failure.address && each.port === tried?.port);
  return {
    subject,
    host,
    port,
    failure,
    isIpv6Alone: (trials?.addresses ?? [{ address: failure.address ?? "" }]).every(({ address }) =>
      address.includes(":"),
    ),
    admitted: agreed(rules.map((each) => each.value)),
    rules,
    provider: providerOf(subject, sight),
    listens: agreed(listening.map((each) => each.value)),
    broken: factsNamed(same, "pathFailure")[0],
    answering: distinct([...sight.answering(host).filter((each) => each !== port), ...portsThat("open")]).sort(
      (a, b) => a - b,
    ),
    refusing: portsThat("refused"),
    silent: portsThat("timeout"),
    repeats: own,
    tooSoon: trials && tried ? tooSoon(tried, trials) : undefined,
    alike: others(
      compared.alike,
      host,
      samePort.filter((each) => failsLike(each, failure)),
    ),
    unlike: others(
      compared.unlike,
      host,
      samePort.filter((each) => wentFurther(each, failure)),
    ),
    controls,
    ownRules: trials?.ownRules.find(({ address }) => address === failure.address),
    where: trials && tried ? whereOf(tried, samePort, failure, trials) : undefined,
    elsewhere: trials?.elsewhere ?? [],
  };
}

/** A control that fails alike leaves only those devices that stand on the way to it as well; one that does not narrows nothing. */
function whereOf(
  { address, port }: Trial,
  controls: readonly Control[],
  failure: PathFailure,
  trials: PathTrials,
): Whereabouts | undefined {
  const where = whereaboutsOf(address, port, trials);
  const alike = controls.filter((each) => failsLike(each, failure));
  if (!where?.isMidway || alike.length < controls.length) return where;
  return narrowed(
    where,
    address,
    alike.flatMap((each) => each.address ?? []),
    trials,
  );
}

const mostNamed = 5;

/** The first of the run's other hosts, how many more there are, and the controls. */
function others(hosts: ReadonlySet<string>, own: string, controls: readonly Control[]): string[] {
  const first: string[] = [];
  for (const each of hosts) {
    if (first.length === mostNamed) break;
    if (each !== own) first.push(each);
  }
  const named = distinct([...first, ...controls.map(({ host }) => host)]);
  const more = hosts.size - [own, ...named].filter((each) => hosts.has(each)).length;
  return more > 0 ? [...named, `${more} more`] : named;
}

const stages: readonly PathFailure["stage"][] = [
  "resolve",
  "connect",
  "greeting",
  "ehlo",
  "starttls",
  "tls",
  "session",
];

function failsLike(control: Control, { stage, kind }: PathFailure): boolean {
  return control.stage === stage && control.outcome === kind;
}

/** The control got past the stage at which the endpoint failed. */
function wentFurther({ stage }: Control, failure: PathFailure): boolean {
  return stage === undefined || stages.indexOf(stage) > stages.indexOf(failure.stage);
}

/** Declared clients of this endpoint whose egress the provider shuts. */
function providerOf(subject: string, sight: Sight): Block["provider"] {
  const shut = sight.shut.flatMap((fact) => {
    const [client, destination] = fact.subject.split(" -> ");
    if (destination !== subject || client === undefined) return [];
    const says = fact.evidence.filter(({ layer }) => layer?.name === "provider" && layer.decision === "deny");
    return says.map((each) => ({ client, says: each.says }));
  });
  if (shut.length === 0) return undefined;
  return {
    says: distinct(shut.map(({ says }) => says)).sort(),
    clients: distinct(shut.map(({ client }) => client)).sort(),
  };
}

/** The value of the first fact of that name, when it is known. */
export function known<N extends FactName>(
  facts: readonly Fact[],
  name: N,
): Exclude<FactOf<N>["value"], Unknown> | undefined {
  const value = factsNamed(facts, name)[0]?.value;
  return value === undefined || isUnknown(value) ? undefined : (value as Exclude<FactOf<N>["value"], Unknown>);
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

/** One yes or no that all of them give; else undefined. */
function agreed(values: readonly unknown[]): boolean | undefined {
  const [first] = values;
  return typeof first === "boolean" && values.every((each) => each === first) ? first : undefined;
}
