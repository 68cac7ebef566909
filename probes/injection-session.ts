import { openClear } from "./clear-session.js";
import { addressLiteral } from "./greeting.js";
import { SessionRecord } from "./record.js";
import type { Run } from "./run.js";
import { SmtpSession } from "./session.js";
import { askForTls } from "./starttls.js";
import { handshake } from "./tls.js";

/**
 * STARTTLS and NOOP in one write, as someone on the path would put a command of their own before our TLS; then EHLO and QUIT
 * inside TLS. A server that kept the NOOP answers it first: the order decides, and no one waits for time to pass. NOOP
 * does no harm, and its answer of one line is not to be taken for a list of EHLO (CVE-2011-0411 and its kin). `onTls` is called
 * after the handshake.
 */
export async function injectionSession(run: Run, address: string, onTls: () => void): Promise<SessionRecord> {
  const record = new SessionRecord(address, false);
  const { transcript } = record;
  await record.attempt(async () => {
    const smtp = await openClear(run, record);
    if (!record.clear || !record.greeting) return;
    const upgrade = await askForTls(smtp, record.clear, record.greeting, ["NOOP"]);
    record.starttls = { value: upgrade.kind === "ready" ? "offered" : upgrade.kind, says: upgrade.says };
    if (upgrade.kind !== "ready") return smtp.quit();
    const { socket, ...seen } = await handshake(run, upgrade.socket, address, transcript, "opposite");
    record.tls = seen;
    onTls();
    const secure = new SmtpSession(run, socket, address, transcript);
    const name = run.options.ehloName ?? addressLiteral(socket.localAddress);
    record.injection = await secure.count([`EHLO ${name}`, "QUIT"], "session");
    socket.destroy();
  });
  return record;
}
