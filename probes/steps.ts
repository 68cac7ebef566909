import type { PathFailure } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";
import type { Step } from "../model/observation.js";
import { describeFailure } from "./failure.js";
import type { Judgement } from "./judgement.js";
import type { SessionRecord } from "./record.js";
import { shortReply } from "./replies.js";
import type { Resolution } from "./resolve.js";
import type { Run } from "./run.js";
import type { Judged, Seen } from "./seen.js";
import { few, printable } from "./transcript.js";

const order: readonly Step["name"][] = [
  ...(["resolve", "connect", "greeting", "ehlo", "starttls", "tls", "certificate", "auth", "relay"] as const),
  ...(["login", "message", "tlsa", "caa", "ptr"] as const),
];

/** By name; within a name in the order of the addresses. */
export function inOrder(steps: readonly Step[], addresses: readonly { readonly address: string }[]): Step[] {
  const at = (step: Step) => addresses.findIndex(({ address }) => address === step.address);
  return order.flatMap((name) => steps.filter((step) => step.name === name).sort((a, b) => at(a) - at(b)));
}

export function reportResolution(run: Run, { addresses, failure }: Resolution, ms: number): void {
  const says = failure ? describeFailure(failure) : few(addresses);
  run.step({ name: "resolve", outcome: failure ? "bad" : "ok", says, ms });
}

/** The TCP connection to one address. */
export function reportAddress(run: Run, record: SessionRecord): void {
  const { address, transcript } = record;
  const failure = record.failure?.stage === "connect" ? record.failure : undefined;
  const says = failure ? describeFailure(failure) : `port ${run.connectPort} takes the connection`;
  const outcome = failure ? (failure.kind === "local" ? "unknown" : "bad") : "ok";
  run.step({ name: "connect", address, outcome, says, ms: failure?.afterMs ?? transcript.elapsed() });
}

export function reportGreeting(run: Run, record: SessionRecord): void {
  const { address, failure, greeting } = record;
  const ms = record.took.greeting ?? record.transcript.elapsed();
  if (greeting) {
    const says = printable(`${shortReply(greeting)} ${greeting.lines[0] ?? ""}`.slice(0, 100));
    run.step({ name: "greeting", address, outcome: greeting.code === 220 ? "ok" : "unknown", says, ms });
  } else if (failure?.stage === "greeting") {
    run.step({ name: "greeting", address, outcome: "bad", says: endOf(failure), ms });
  }
}

/** The dialogue with the address that was probed in full, up to where it ended, and what it says. */
export function reportSessions(run: Run, seen: Seen, found: Judgement): void {
  const record = seen.secure;
  if (!record) return;
  reportGreeting(run, record);
  const { address } = record;
  for (const [name, outcome, says] of [
    ...ehloStep(record, found),
    ...starttlsStep(record, found),
    ...tlsSteps(record, found),
    ...accessSteps(record, found),
    ...(run.login ? [loginStep(found)] : []),
    ...(run.letter ? [messageStep(found)] : []),
  ]) {
    const took = name === "login" || name === "message" ? found.login.record?.took : record.took;
    run.step({ name, address, outcome, says, ms: took?.[name] ?? 0 });
  }
}

/** What a breach of protocol is, its detail says. */
function endOf(failure: PathFailure): string {
  return failure.kind === "protocol" ? failure.detail : describeFailure(failure);
}

type Told = readonly [Step["name"], Step["outcome"], string];

function ehloStep({ failure }: SessionRecord, { ehloKeywords }: Judgement): Told[] {
  if (failure?.stage === "ehlo") return [["ehlo", failure.kind === "busy" ? "unknown" : "bad", endOf(failure)]];
  return isUnknown(ehloKeywords.value) ? [] : [["ehlo", "ok", ehloKeywords.value.join(", ")]];
}

function starttlsStep({ implicit, clear }: SessionRecord, { starttlsOffered }: Judgement): Told[] {
  if (implicit || !clear) return [];
  return [["starttls", outcomeOf(starttlsOffered, starttlsOffered.value === "offered"), starttlsOffered.says]];
}

function tlsSteps({ tls, failure }: SessionRecord, { tlsVersions, certificate }: Judgement): Told[] {
  if (failure?.stage === "tls") return [["tls", "bad", endOf(failure)]];
  if (!tls) return [];
  const { value } = tlsVersions;
  const old = isUnknown(value) ? [] : value.accepted.filter((version) => version < "TLSv1.2");
  const rest = isUnknown(value)
    ? tlsVersions.says
    : old.length > 0
      ? `also ${old.join(", ")}`
      : "nothing below TLS 1.2";
  return [
    ["tls", old.length > 0 ? "bad" : "ok", `${tls.version}; ${rest}`],
    ["certificate", outcomeOf(certificate, certificate.sound), certificate.says],
  ];
}

function accessSteps({ clear, secure }: SessionRecord, { authBeforeTls, authMechanisms, relay }: Judgement): Told[] {
  if (!clear && !secure) return [];
  const early = authBeforeTls.value;
  const sound = !isUnknown(early) && early.offered.length === 0 && early.accepted.length === 0;
  return [
    ["auth", outcomeOf(authBeforeTls, sound), `${authBeforeTls.says}; ${authMechanisms.says}`],
    ["relay", outcomeOf(relay, relay.value === "closed"), relay.says],
  ];
}

function loginStep({ login }: Judgement): Told {
  const { value } = login;
  return ["login", outcomeOf(login, !isUnknown(value) && value.outcome === "accepted"), login.says];
}

function messageStep({ testMessage }: Judgement): Told {
  const { value } = testMessage;
  return ["message", outcomeOf(testMessage, !isUnknown(value) && value.outcome === "accepted"), testMessage.says];
}

function outcomeOf({ value }: Judged<unknown>, good: boolean): Step["outcome"] {
  return isUnknown(value) ? "unknown" : good ? "ok" : "bad";
}
