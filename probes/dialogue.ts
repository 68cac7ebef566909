import { endpointSubject } from "../model/subjects.js";
import { clearSession, offerSession } from "./clear-session.js";
import { goodOffer, mixedOffer, type Offer, weakOffer } from "./client-hello.js";
import { connect } from "./connect.js";
import { furtherOffers, hungUpOnTls, Manner } from "./hang-ups.js";
import { injectionSession } from "./injection-session.js";
import { notTlsDetail } from "./old-tls.js";
import { Pace } from "./pace.js";
import { foreignProtocolOf } from "./protocols.js";
import { SessionRecord } from "./record.js";
import type { Run } from "./run.js";
import { SecureSession } from "./secure-session.js";
import type { Seen } from "./seen.js";
import type { Slots } from "./slots.js";

/**
 * The dialogue with the address that connected, in whichever mode the port turns out to speak: the session of a good client
 * first, and as far as there are free slots those that try what a server should refuse. In the clear the two longest of them begin
 * at the greeting, so that a server that turns us away sees one connection; those that offer suites once EHLO has listed STARTTLS.
 * `beside` is run when a slot is free, and in any case.
 */
export async function talk(
  run: Run,
  slots: Slots,
  seen: Seen,
  first: SecureSession,
  beside: () => Promise<void>,
): Promise<void> {
  const good = new GoodClient(run, first);
  await good.go((session) => session.open());
  good.session = await otherMode(run, seen, good.session);
  seen.secure = good.session.record;
  const { address, implicit, failure } = good.session.record;
  const said = good.go((session) => session.hello());
  const finish = async () => {
    await said;
    await good.go((session) => session.finish());
    seen.secure = good.session.record;
  };
  const ask =
    (name: "clear" | "oldAgain" | "weak" | "weakAgain" | "good" | "injection", look: () => Promise<SessionRecord>) =>
    async () => {
      seen[name] ??= await politely(run, look);
    };
  const knowsTls = async () => {
    await said;
    const { clear } = good.session.record;
    return implicit ? !failure || seen.clear !== undefined : clear?.keywords.includes("STARTTLS") === true;
  };
  const insideTls = (...named: Parameters<typeof ask>) => {
    const look = ask(...named);
    return async () => {
      if (await knowsTls()) await look();
    };
  };
  const manner = new Manner();
  const offerOld = async () => {
    await ask("clear", () => clearSession(run, address, implicit))();
    if (implicit) manner.tell(seen.clear?.offer?.hungUp === true);
  };
  const inject = async () => {
    const { clear, failure } = good.session.record;
    const look = async () => {
      const record = await injectionSession(run, address, () => manner.tell(false));
      manner.tell(hungUpOnTls(record));
      return record;
    };
    // Before the answer to EHLO it is not known that STARTTLS is missing.
    if (clear ? clear.keywords.includes("STARTTLS") : !failure) await ask("injection", look)();
    manner.tell(false);
  };
  const chooseWeak = () => manner.hangsUp.then((does) => (does ? mixedOffer : weakOffer));
  const others = [
    offerOld,
    ...(implicit ? [] : [inject]),
    insideTls("weak", () => offerSession(run, address, implicit, chooseWeak())),
    insideTls("good", () => offerSession(run, address, implicit, goodOffer)),
  ];
  const goesOn = !failure || (failure.stage === "tls" && failure.kind !== "timeout");
  const sessions = run.options.inventory ? [finish] : goesOn ? [finish, ...others] : [];
  const left = () => good.session.left;
  await slots.share(run.connectHost, [...sessions, beside], left);
  const again = (name: "oldAgain" | "weak" | "weakAgain", offer: Offer) =>
    ask(name, () => offerSession(run, address, implicit, offer));
  const further = seen.secure.tls ? furtherOffers(seen, again) : [];
  if (further.length > 0 || run.login || run.options.enumerate) await left();
  await slots.share(run.connectHost, further, left);
  await said;
  await tryLogin(run, seen);
  if (run.options.enumerate && (await knowsTls())) {
    run.allow(run.timeouts.enumeration);
    const look = patient(run);
    const { enumerateSuites } = await import("./enumeration.js");
    seen.enumeration = await enumerateSuites(
      (offer) => look(() => offerSession(run, address, implicit, offer)),
      address,
      implicit,
    );
  }
}

/** With credentials, where the session of a good client found TLS; the certificate is judged again before they are sent. */
async function tryLogin(run: Run, seen: Seen): Promise<void> {
  const { login } = run;
  const { secure } = seen;
  if (!login || !secure?.tls || secure.failure) return;
  const { host, port } = run.target;
  const { loginSession } = await import("./login-session.js");
  seen.login = await login.inTurn(endpointSubject(host, port), () =>
    loginSession(run, secure.address, secure.implicit, login),
  );
}

/** The server has asked us to come back later (RFC 5321 section 3.8). */
function saidLater({ failure }: SessionRecord): boolean {
  return failure?.kind === "busy" && /\b421\b/.test(failure.detail);
}

/** Runs a session, and once more where the server said 421. Of the two the one that tells more is kept. */
async function politely(run: Run, look: () => Promise<SessionRecord>): Promise<SessionRecord> {
  const record = await look();
  if (!saidLater(record) || !(await run.backOff())) return record;
  const second = await look();
  noteSecondTry(run, record, second);
  return second.failure && !saidLater(second) ? record : second;
}

/** Limits on connections often count by the minute: it may take more than one wait to outlast them. */
const maxWaits = 3;
const waitsPerMinute = 2;

/** Runs many sessions, one after the other, at the pace that the server's limits allow; a 421 is kept where they allow no more. */
function patient(run: Run): (look: () => Promise<SessionRecord>) => Promise<SessionRecord> {
  const pace = new Pace(waitsPerMinute * run.timeouts.backOff, run.connections);
  let turnedAway: SessionRecord | undefined;
  return async (look) => {
    for (let waits = 0; ; waits++) {
      const isTime = await pace.turn((ms) => run.limit(ms));
      if (!isTime && turnedAway) return turnedAway;
      const record = await look();
      if (!saidLater(record)) return record;
      turnedAway = record;
      pace.refused();
      if (waits === maxWaits || !(await run.backOff())) return record;
    }
  };
}

/** So that the transcript does not hide that the server had turned us away before. */
function noteSecondTry({ timeouts }: Run, { failure }: SessionRecord, second: SessionRecord): void {
  second.transcript.event(`second try, ${timeouts.backOff} ms after the first ended with ${failure?.detail}`);
}

/** The session of a good client, which is begun anew, once, where the server has said 421 by the end of one of its parts. */
class GoodClient {
  private readonly parts: ((session: SecureSession) => Promise<void>)[] = [];
  private isSecond = false;

  constructor(
    private readonly run: Run,
    public session: SecureSession,
  ) {}

  /** The next part; the second session goes the way from the start. Of the two the one that tells more is kept. */
  async go(part: (session: SecureSession) => Promise<void>): Promise<void> {
    const { run, session } = this;
    this.parts.push(part);
    await part(session);
    if (this.isSecond || !saidLater(session.record) || !(await run.backOff())) return;
    this.isSecond = true;
    const second = await connected(run, session.record.address, session.record.implicit);
    if (!second) return;
    noteSecondTry(run, session.record, second.record);
    for (const each of this.parts) await each(second);
    if (!second.record.failure || saidLater(second.record)) this.session = second;
  }
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
  record.failure = { ...record.failure, kind: "protocol", detail: notTlsDetail(offer.notTls, !record.implicit) };
  record.speaks = foreignProtocolOf(offer.notTls);
  return offer.notTls;
}

async function reopened(run: Run, address: string, implicit: boolean): Promise<SecureSession | undefined> {
  const session = await connected(run, address, implicit);
  await session?.open();
  return session;
}

async function connected(run: Run, address: string, implicit: boolean): Promise<SecureSession | undefined> {
  const record = new SessionRecord(address, implicit);
  let session: SecureSession | undefined;
  await record.attempt(async () => {
    session = new SecureSession(run, await connect(run, address, record.transcript), address, implicit, record);
  });
  return session;
}
