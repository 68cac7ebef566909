import type { Socket } from "node:net";
import { addressLiteral, readGreeting, sayEhlo } from "./greeting.js";
import { SessionRecord } from "./record.js";
import { askRelayGate } from "./relay-gate.js";
import type { Run } from "./run.js";
import { SmtpSession } from "./session.js";
import { askForTls } from "./starttls.js";
import { handshake } from "./tls.js";

/**
 * The way of a well-behaved client that has no account: greeting, EHLO, STARTTLS or implicit TLS, modern TLS, EHLO
 * again, and the relay gate. `open` goes as far as the kind of port can be told, `hello` asks what it offers, `finish` does the rest.
 */
export class SecureSession {
  readonly record: SessionRecord;
  /** The end of the connection: QUIT is answered, or nobody waits for that any more. */
  left: Promise<void> = Promise.resolve();
  private smtp: SmtpSession | undefined;
  private readonly ehloName: string;

  constructor(
    private readonly run: Run,
    private readonly socket: Socket,
    address: string,
    implicit: boolean,
    record = new SessionRecord(address, implicit),
  ) {
    this.record = record;
    this.ehloName = run.options.ehloName ?? addressLiteral(socket.localAddress);
  }

  /** With implicit TLS the handshake; else the greeting. */
  async open(): Promise<void> {
    const { record, run } = this;
    await record.attempt(async () => {
      if (record.implicit) return this.secure(this.socket);
      this.smtp = this.speak(this.socket);
      await readGreeting(run, this.smtp, (greeting) => {
        record.greeting = greeting;
        record.mark("greeting");
      });
    });
  }

  /** EHLO in the clear; nothing with implicit TLS. */
  async hello(): Promise<void> {
    const { record, smtp } = this;
    await record.attempt(async () => {
      if (record.implicit || !smtp) return;
      record.clear = await sayEhlo(smtp, this.ehloName);
      record.mark("ehlo");
    });
  }

  /** Up to QUIT, whose answer decides nothing: what is left to be done may be done meanwhile, and the run's end ends it. */
  async finish(): Promise<void> {
    const { record } = this;
    await record.attempt(async () => {
      if (!record.implicit) await this.upgrade();
      if (!record.tls || !this.smtp) return;
      await this.insideTls(this.smtp);
    });
    if (!record.failure && this.smtp) this.left = this.smtp.quit();
  }

  private async upgrade(): Promise<void> {
    const { record, smtp } = this;
    if (!smtp || !record.clear || !record.greeting) return;
    const upgrade = await askForTls(smtp, record.clear, record.greeting);
    record.mark("starttls");
    record.starttls = { value: upgrade.kind === "ready" ? "offered" : upgrade.kind, says: upgrade.says };
    if (upgrade.kind === "ready") await this.secure(upgrade.socket);
  }

  private async secure(socket: Socket): Promise<void> {
    const { record, run } = this;
    this.smtp = undefined;
    const { socket: tls, ...seen } = await handshake(run, socket, record.address, record.transcript);
    record.tls = seen;
    record.mark("tls");
    this.smtp = this.speak(tls);
  }

  private async insideTls(smtp: SmtpSession): Promise<void> {
    const { record, run } = this;
    if (record.implicit) {
      await readGreeting(run, smtp, (greeting) => {
        record.greeting = greeting;
        record.mark("greeting");
      });
    }
    record.secure = await sayEhlo(smtp, this.ehloName);
    record.mark(record.implicit ? "ehlo" : "auth");
    await askRelayGate(run, smtp, record.secure, record.gate, record.vrfy);
    record.mark("relay");
  }

  private speak(socket: Socket): SmtpSession {
    return new SmtpSession(this.run, socket, this.record.address, this.record.transcript);
  }
}
