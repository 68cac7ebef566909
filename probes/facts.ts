import type { Evidence } from "../model/evidence.js";
import type { Fact, FactName, FactValues } from "../model/fact.js";
import { isUnknown, type Maybe, unknown } from "../model/maybe.js";
import { endpointSubject } from "../model/subjects.js";
import { describeFailure } from "./failure.js";
import type { Judgement } from "./judgement.js";
import type { SessionRecord } from "./record.js";
import type { Run } from "./run.js";
import { type AddressOutcome, failureOf, type Seen } from "./seen.js";
import { few } from "./transcript.js";

/** What only the other sessions can tell. */
const notInInventory: readonly string[] = [
  ...([
    "tlsGate",
    "tlsVersions",
    "authBeforeTls",
    "weakSuites",
    "tlsExtensions",
    "commandInjection",
  ] satisfies FactName[]),
];

/** Every fact of the vocabulary that a probe can see, in its order; those that could not be seen are unknown. */
export function factsOf(run: Run, seen: Seen, judgement: Judgement): Fact[] {
  const subject = endpointSubject(run.target.host, run.target.port);
  const fact = <N extends FactName>(name: N, value: Maybe<FactValues[N]>, evidence: Evidence[]) =>
    ({ subject, name, from: seen.from, value, origin: "observed", evidence }) as unknown as Fact;

  const failure = failureOf(seen);
  const told = Object.entries(judgement)
    .filter(([name]) => name !== "login" || run.login !== undefined)
    .filter(([name]) => name !== "testMessage" || run.letter !== undefined)
    .filter(([name]) => name !== "cipherSuites" || run.options.enumerate)
    .filter(([name, { value }]) => !(run.options.inventory && isUnknown(value) && notInInventory.includes(name)))
    .map(([name, { value, says, record }]) => fact(name as FactName, value, [evidenceOf(run, says, record)]));
  return [
    fact("reachable", reachable(seen), evidenceOfPath(run, seen)),
    ...(failure ? [fact("pathFailure", failure, evidenceOfFailure(run, seen, describeFailure(failure)))] : []),
    ...told,
    ...(seen.records ?? []).flatMap(({ name, value, says, at }) =>
      value === undefined ? [] : [fact(name, value, [{ kind: "wire", at, says }])],
    ),
  ];
}

/** True when any address takes a connection. A name without address, or this machine's own refusal, decides nothing. */
function reachable({ resolution, addresses }: Seen): Maybe<boolean> {
  if (resolution) return unknown(describeFailure(resolution));
  if (addresses.some(({ connected }) => connected)) return true;
  const failures = addresses.flatMap(({ record }) => record.failure ?? []);
  const local = failures.filter(({ kind }) => kind === "local");
  return local.length === failures.length ? unknown(...local.map(describeFailure)) : false;
}

/** One line an address, and whether they differ. */
function evidenceOfPath(run: Run, seen: Seen): Evidence[] {
  const { addresses, notTried, resolution } = seen;
  if (resolution) return [evidenceOf(run, describeFailure(resolution), undefined)];
  const mixed = new Set(addresses.map(({ connected }) => connected)).size > 1;
  const each = addresses.map((outcome) =>
    evidenceOf(run, `${connection(outcome)}${mixed ? "; the addresses of this name disagree" : ""}`, outcome.record),
  );
  if (notTried.length === 0) return each;
  return [...each, evidenceOf(run, `further addresses were not tried: ${few(notTried)}`, undefined)];
}

function connection({ record, connected }: AddressOutcome): string {
  if (!connected) return record.failure ? describeFailure(record.failure) : "no connection";
  return record.failure ? `TCP connects, then ${describeFailure(record.failure)}` : "TCP connects";
}

function evidenceOfFailure(run: Run, seen: Seen, says: string): Evidence[] {
  const connected = seen.addresses.some((address) => address.connected);
  if (connected || seen.resolution) return [evidenceOf(run, says, seen.secure)];
  return evidenceOfPath(run, seen);
}

function evidenceOf(run: Run, says: string, record: SessionRecord | undefined): Evidence {
  if (!record) return { kind: "wire", at: endpointSubject(run.target.host, run.target.port), says };
  return { kind: "wire", at: run.at(record.address), says, transcript: record.transcript.lines };
}
