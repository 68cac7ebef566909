import type { Socket } from "node:net";
import type { Observation } from "../model/observation.js";
import { endpointSubject } from "../model/subjects.js";
import { clearSession } from "./clear-session.js";
import { connect } from "./connect.js";
import { factsOf } from "./facts.js";
import { readGreeting } from "./greeting.js";
import { notTlsDetail } from "./old-tls.js";
import { foreignProtocolOf } from "./protocols.js";
import { SessionRecord } from "./record.js";
import { resolveHost } from "./resolve.js";
import type { Run } from "./run.js";
import { SecureSession } from "./secure-session.js";
import type { Seen } from "./seen.js";
import { SmtpSession } from "./session.js";
import type { Slots } from "./slots.js";
import { inOrder, reportAddress, reportGreeting, reportResolution, reportSessions } from "./steps.js";
import { localAddressFor, vantageOf } from "./vantage.js";

/** Two connections go to the first address; this many more keep a sound server at 5 connections, and at 4 on 465. */
const maxAddresses = { starttls: 4, implicit: 3 };

/** Implicit TLS belongs to 465 (RFC 8314 section 7.3); elsewhere STARTTLS is tried first. */
export function isImplicitPort(port: number): boolean {
  return port === 465;
}

/** Probes one endpoint from name to QUIT. Never throws for what a server does; always ends within its budget. */
export async function observe(run: Run, slots: Slots): Promise<Observation> {
  const { host, port } = run.target;
  const seen: Seen = { addresses: [], notTried: [], from: vantageOf(undefined, "") };
  try {
    await look(run, slots, seen);
    if (run.options.vantage) seen.from = run.options.vantage;
  } finally {
    run.close();
  }
  const subject = endpointSubject(host, port);
  return { subject, host, port, steps: inOrder(run.steps), facts: factsOf(run, seen), connections: run.connections };
}

async function look(run: Run, slots: Slots, seen: Seen): Promise<void> {
  const start = performance.now();
  const resolution = await resolveHost(run.connectHost, run.options.resolve, run.limit(run.timeouts.resolve));
  reportResolution(run, resolution, performance.now() - start);
  if (resolution.failure) {
    seen.resolution = resolution.failure;
    return;
  }
  const implicit = isImplicitPort(run.target.port);
  const most = implicit ? maxAddresses.implicit : maxAddresses.starttls;
  const tried = resolution.addresses.slice(0, most);
  seen.notTried = resolution.addresses.slice(most);
  for (const [index, address] of tried.entries()) {
    const record = new SessionRecord(address, implicit);
    const socket = await connectTo(run, record);
    const connected = record.failure?.stage !== "connect";
    seen.addresses.push({ record, connected });
    if (!connected) continue;
    seen.secure = record;
    seen.from = vantageOf(socket?.localAddress ?? (await localAddressFor(address)), address);
    if (socket) await talk(run, slots, seen, new SecureSession(run, socket, address, implicit, record));
    else reportSessions(run, seen);
    for (const other of tried.slice(index + 1)) await greetOnly(run, seen, other, implicit);
    return;
  }
  const peer = tried[0] ?? "";
  seen.from = vantageOf(await localAddressFor(peer), peer);
}

/** Records how the address took the connection; undefined when it did not. */
async function connectTo(run: Run, record: SessionRecord): Promise<Socket | undefined> {
  let socket: Socket | undefined;
  await record.attempt(async () => {
    socket = await connect(run, record.address, record.transcript);
  });
  reportAddress(run, record);
  return socket;
}

/** The dialogue with the address that connected, in whichever mode the port turns out to speak. */
async function talk(run: Run, slots: Slots, seen: Seen, first: SecureSession): Promise<void> {
  await first.open();
  const session = await otherMode(run, seen, first);
  const { address, implicit, failure } = session.record;
  seen.secure = session.record;
  if (!failure || (failure.stage === "tls" && failure.kind !== "timeout")) {
    const clear = async () => {
      seen.clear ??= await clearSession(run, address, implicit);
    };
    await slots.pair(run.connectHost, () => session.finish(), clear);
  }
  reportSessions(run, seen);
}

/**
 * A port that is silent may speak TLS at once, and one that answers TLS with text may want STARTTLS. Where the other
 * mode works, the dialogue starts anew in it; where TLS is answered by another protocol, that is named.
 */
async function otherMode(run: Run, seen: Seen, session: SecureSession): Promise<SecureSession> {
  const { failure, implicit, address } = session.record;
  if (!failure) return session;
  if (implicit) {
    const firstBytes = brokeTls(session.record) ? await answerToTls(run, seen, session.record) : "";
    return (firstBytes.startsWith("220") && (await reopened(run, address, false))) || session;
  }
  if (failure.stage !== "greeting" || (failure.kind !== "timeout" && failure.kind !== "closed")) return session;
  const other = await reopened(run, address, true);
  if (!other || (other.record.failure && !brokeTls(other.record))) return session;
  if (!other.record.failure) return other;
  return (await answerToTls(run, seen, session.record)) === "" && seen.clear ? other : session;
}

/** The handshake ended in a breach of protocol or an alert, so something has answered. */
function brokeTls({ failure }: SessionRecord): boolean {
  return failure?.stage === "tls" && failure.kind === "protocol";
}

/**
 * Sends a ClientHello of our own and returns the first bytes of an answer that is no TLS, naming its protocol in the record.
 * Where TLS answers, what it says of the old versions is kept.
 */
async function answerToTls(run: Run, seen: Seen, record: SessionRecord): Promise<string> {
  const hello = await clearSession(run, record.address, true);
  const { offer } = hello;
  if (offer && offer.notTls === "" && !offer.hungUp) seen.clear = hello;
  if (!offer || offer.notTls === "" || !record.failure) return "";
  record.failure = { ...record.failure, kind: "protocol", detail: notTlsDetail(offer.notTls) };
  record.speaks = foreignProtocolOf(offer.notTls);
  return offer.notTls;
}

async function reopened(run: Run, address: string, implicit: boolean): Promise<SecureSession | undefined> {
  const record = new SessionRecord(address, implicit);
  let session: SecureSession | undefined;
  await record.attempt(async () => {
    session = new SecureSession(run, await connect(run, address, record.transcript), address, implicit, record);
  });
  await session?.open();
  return session;
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
