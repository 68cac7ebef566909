import { runBattery } from "./clear-battery.js";
import { type Offer, oldOffer } from "./client-hello.js";
import { connect } from "./connect.js";
import { addressLiteral, readGreeting, sayEhlo } from "./greeting.js";
import { makeOffer, type OfferAnswer } from "./offer.js";
import { readOldTlsOffer } from "./old-tls.js";
import { SessionRecord } from "./record.js";
import type { Run } from "./run.js";
import { SmtpSession } from "./session.js";
import { askForTls } from "./starttls.js";

/** At least this long, and at least as long as the connection took, an immediate hang-up has to reach us. */
const pauseMs = 50;

/**
 * The way of a client that one would rather keep out: in the clear as far as the server lets it, then TLS 1.1 at most.
 * On a port with implicit TLS only the latter. Most expected errors happen in this session, so the others stay clean.
 */
export async function clearSession(run: Run, address: string, implicit: boolean): Promise<SessionRecord> {
  const record = new SessionRecord(address, implicit);
  await record.attempt(async () => {
    const answer = await offerIn(run, record, oldOffer, (smtp, capabilities) =>
      runBattery(run, smtp, capabilities, record.battery),
    );
    if (answer) record.offer = readOldTlsOffer(answer);
  });
  return record;
}

/** A client that asks for TLS as soon as it may, and makes one offer, once it is known which. */
export async function offerSession(
  run: Run,
  address: string,
  implicit: boolean,
  offer: Offer | Promise<Offer>,
): Promise<SessionRecord> {
  const record = new SessionRecord(address, implicit);
  await record.attempt(async () => {
    const answer = await offerIn(run, record, offer);
    record.offered = await offer;
    if (answer) record.answer = answer;
  });
  return record;
}

/**
 * Connects, and reads greeting and EHLO where the port speaks in the clear first.
 * @throws PathEnded
 */
export async function openClear(run: Run, record: SessionRecord): Promise<SmtpSession> {
  const socket = await connect(run, record.address, record.transcript);
  const smtp = new SmtpSession(run, socket, record.address, record.transcript);
  await readGreeting(run, smtp, (greeting) => {
    record.greeting = greeting;
  });
  record.clear = await sayEhlo(smtp, run.options.ehloName ?? addressLiteral(socket.localAddress));
  return smtp;
}

/** The answer to the offer; undefined where the server does not let us get so far. */
async function offerIn(
  run: Run,
  record: SessionRecord,
  offer: Offer | Promise<Offer>,
  before?: (smtp: SmtpSession, capabilities: NonNullable<SessionRecord["clear"]>) => Promise<void>,
): Promise<OfferAnswer | undefined> {
  const { address, transcript } = record;
  if (record.implicit) {
    const socket = await connect(run, address, transcript);
    return makeOffer(run, socket, offer, address, transcript, Math.max(pauseMs, transcript.elapsed()));
  }
  const smtp = await openClear(run, record);
  const capabilities = record.clear ?? { keywords: [], mechanisms: [], masked: false };
  await before?.(smtp, capabilities);
  const upgrade = await askForTls(smtp, capabilities, record.greeting ?? { code: 220, lines: [] });
  if (upgrade.kind === "ready") return makeOffer(run, upgrade.socket, offer, address, transcript);
  await smtp.quit();
  return undefined;
}
