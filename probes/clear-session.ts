import { runBattery } from "./clear-battery.js";
import { connect } from "./connect.js";
import { addressLiteral, readGreeting, sayEhlo } from "./greeting.js";
import { offerOldTls } from "./old-tls.js";
import { SessionRecord } from "./record.js";
import type { Run } from "./run.js";
import { SmtpSession } from "./session.js";
import { askForTls } from "./starttls.js";

/** At least this long, and at least as long as the connection took, an immediate hang-up has to reach us. */
const pauseMs = 50;

/**
 * The way of a client that one would rather keep out: in the clear as far as the server lets it, then TLS 1.1 at most.
 * On a port with implicit TLS only the latter. All expected errors happen in this session, so the other stays clean.
 */
export async function clearSession(run: Run, address: string, implicit: boolean): Promise<SessionRecord> {
  const record = new SessionRecord(address, implicit);
  const { transcript } = record;
  await record.attempt(async () => {
    const socket = await connect(run, address, transcript);
    if (implicit) {
      record.offer = await offerOldTls(run, socket, address, transcript, Math.max(pauseMs, transcript.elapsed()));
      return;
    }
    const smtp = new SmtpSession(run, socket, address, transcript);
    await readGreeting(run, smtp, (greeting) => {
      record.greeting = greeting;
    });
    record.clear = await sayEhlo(smtp, run.options.ehloName ?? addressLiteral(socket.localAddress));
    await runBattery(run, smtp, record.clear, record.battery);
    const upgrade = await askForTls(smtp, record.clear, record.greeting ?? { code: 220, lines: [] });
    if (upgrade.kind === "ready") record.offer = await offerOldTls(run, upgrade.socket, address, transcript);
    else await smtp.quit();
  });
  return record;
}
