import type { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { AddressSet } from "../model/addresses.js";
import { isIP } from "../model/ip-version.js";
import type { Observation } from "../model/observation.js";
import { endpointSubject } from "../model/subjects.js";
import type { Trial } from "../model/trial.js";
import { connect } from "./connect.js";
import { talk } from "./dialogue.js";
import { askAhead, askNamesAhead, hostRecords } from "./dns/host.js";
import { factsOf } from "./facts.js";
import { readGreeting } from "./greeting.js";
import type { Judgement } from "./judgement.js";
import { defaultConcurrency } from "./options.js";
import { SessionRecord } from "./record.js";
import { resolveHost, systemResolver } from "./resolve.js";
import type { Run } from "./run.js";
import { SecureSession } from "./secure-session.js";
import type { AddressOutcome, Seen } from "./seen.js";
import { SmtpSession } from "./session.js";
import { Slots } from "./slots.js";
import { inOrder, reportAddress, reportGreeting, reportResolution, reportSessions } from "./steps.js";
import { localAddressFor, vantageOf } from "./vantage.js";

/** The first address that connects is asked everything; so many more are asked whether they greet. */
export const maxFurther = 3;

/** Implicit TLS belongs to 465 (RFC 8314 section 7.3); elsewhere STARTTLS is tried first. */
export function isImplicitPort(port: number): boolean {
  return port === 465;
}

let judging: ReturnType<typeof loadJudging> | undefined;

/** Run once on nothing, too: V8 compiles what runs for the first time, and after the last answer that would be waited for. */
async function loadJudging(run: Run) {
  const loaded = await import("./judgement.js");
  const nothing: Seen = { addresses: [], notTried: [], from: AddressSet.everything };
  factsOf(run, nothing, loaded.judge(run, nothing));
  return loaded;
}

/** Probes one endpoint from name to QUIT. Never throws for what a server does; always ends within its budget. */
export async function observe(run: Run, slots: Slots): Promise<Observation> {
  const { host, port } = run.target;
  const seen: Seen = { addresses: [], notTried: [], from: vantageOf(undefined, "") };
  let judgement: Judgement;
  try {
    // What judges is loaded, and what can be asked is asked, while the network is waited for.
    const looking = look(run, slots, seen);
    askAhead(run);
    judging ??= turn().then(() => loadJudging(run));
    const [{ judge }] = await Promise.all([judging, looking]);
    judgement = judge(run, seen);
    reportSessions(run, seen, judgement);
    seen.records = await hostRecords(run, seen);
    for (const { name, outcome, says, ms } of seen.records) run.step({ name, outcome, says, ms });
    if (run.options.vantage) seen.from = run.options.vantage;
  } finally {
    run.close();
  }
  const subject = endpointSubject(host, port);
  const addresses = seen.addresses.map((each) => trialOf(each, run.connectPort));
  const { connections } = run;
  const facts = factsOf(run, seen, judgement);
  return { subject, host, port, steps: inOrder(run.steps, addresses), facts, addresses, connections };
}

function trialOf({ record, connected }: AddressOutcome, port: number): Trial {
  const { address, failure } = record;
  if (connected || !failure) return { address, port, outcome: "open", detail: "", afterMs: record.connectedMs };
  return { address, port, outcome: failure.kind, detail: failure.detail, afterMs: failure.afterMs };
}

/** From the name to the last dialogue. */
async function look(run: Run, slots: Slots, seen: Seen): Promise<void> {
  const resolution = await inTurn(run, async () => {
    const start = performance.now();
    const found = await resolveHost(run.connectHost, run.options.resolve, run.limit(run.timeouts.resolve));
    reportResolution(run, found, performance.now() - start);
    return found;
  });
  if (resolution.failure) {
    seen.resolution = resolution.failure;
    return;
  }
  const implicit = isImplicitPort(run.target.port);
  const tried = resolution.addresses.slice(0, 1 + maxFurther);
  seen.notTried = resolution.addresses.slice(1 + maxFurther);
  askNamesAhead(run, tried);
  for (const [index, address] of tried.entries()) {
    const record = new SessionRecord(address, implicit);
    const socket = await connectTo(run, record);
    const connected = record.failure?.stage !== "connect";
    seen.addresses.push({ record, connected });
    if (!connected) continue;
    seen.secure = record;
    seen.from = vantageOf(socket?.localAddress ?? (await localAddressFor(address)), address);
    const greetOthers = async () => {
      for (const other of tried.slice(index + 1)) await greetOnly(run, seen, other, implicit);
    };
    if (socket) return talk(run, slots, seen, new SecureSession(run, socket, address, implicit, record), greetOthers);
    return greetOthers();
  }
  const peer = tried[0] ?? "";
  seen.from = vantageOf(await localAddressFor(peer), peer);
}

/** Node asks the system for four addresses at a time, which is two names in both families. */
const lookUps = new Slots({ total: 2, perHost: 2 });

/** Where many endpoints are looked at a time, a name that waits for its turn must not seem silent because others are. */
async function inTurn<T>(run: Run, ask: () => Promise<T>): Promise<T> {
  const { resolve, concurrency } = run.options;
  const areFew = concurrency.total <= defaultConcurrency.total;
  if (areFew || resolve !== systemResolver || isIP(run.connectHost)) return ask();
  const start = performance.now();
  return lookUps.within(run.connectHost, () => {
    run.allow(performance.now() - start);
    return ask();
  });
}

/** Records how the address took the connection; undefined when it did not. */
async function connectTo(run: Run, record: SessionRecord): Promise<Socket | undefined> {
  let socket: Socket | undefined;
  await record.attempt(async () => {
    socket = await connect(run, record.address, record.transcript);
    record.connectedMs = record.transcript.elapsed();
  });
  reportAddress(run, record);
  return socket;
}

/** Further addresses: does it connect, and does it greet? */
async function greetOnly(run: Run, seen: Seen, address: string, implicit: boolean): Promise<void> {
  const record = new SessionRecord(address, implicit);
  const socket = await connectTo(run, record);
  seen.addresses.push({ record, connected: record.failure?.stage !== "connect" });
  if (!socket || implicit) {
    socket?.destroy();
    reportGreeting(run, record);
    return;
  }
  const smtp = new SmtpSession(run, socket, address, record.transcript);
  await record.attempt(() =>
    readGreeting(run, smtp, (greeting) => {
      record.greeting = greeting;
    }),
  );
  reportGreeting(run, record);
  if (!record.failure) await smtp.quit();
}
