import type { Socket } from "node:net";
import type { Observation } from "../model/observation.js";
import { endpointSubject } from "../model/subjects.js";
import { clearSession } from "./clear-session.js";
import { connect } from "./connect.js";
import { factsOf } from "./facts.js";
import { readGreeting } from "./greeting.js";
import { notTlsDetail } from "./old-tls.js";
import { protocolOf } from "./protocols.js";
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
    seen.addresses.push({ record, connected: socket !== undefined });
    if (!socket) continue;
    seen.from = vantageOf(socket.localAddress, address);
    await talk(run, slots, seen, new SecureSession(run, socket, address, implicit, record));
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
  seen.secure = first.record;
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
 * A port that is silent may speak TLS at once, and one that answers TLS with text may want STARTTLS: a second
 * connection with a ClientHello tells, and names any other protocol. Where it does, the dialogue starts anew.
 */
async function otherMode(run: Run, seen: Seen, session: SecureSession): Promise<SecureSession> {
  const { record } = session;
  const { failure, implicit, address } = record;
  const silent =
    !implicit && failure?.stage === "greeting" && (failure.kind === "timeout" || failure.kind === "closed");
  const notTls = implicit && failure?.stage === "tls" && failure.kind === "protocol";
  if (!failure || !(silent || notTls)) return session;

  const hello = await clearSession(run, address, true);
  const firstBytes = hello.offer?.notTls ?? "";
  if (hello.offer && firstBytes === "") {
    // It speaks TLS. If that was expected, the modern handshake has failed for a reason of its own.
    seen.clear = hello;
    if (silent && !hello.offer.hungUp) return (await reopened(run, address, true)) ?? session;
    return session;
  }
  if (notTls && firstBytes.startsWith("220")) return (await reopened(run, address, false)) ?? session;
  if (firstBytes !== "") {
    record.failure = { ...failure, kind: "protocol", detail: notTlsDetail(firstBytes) };
    record.speaks = protocolOf(firstBytes);
  }
  return session;
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
  seen.addresses.push({ record, connected: socket !== undefined });
  if (!socket || implicit) {
    socket?.destroy();
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
