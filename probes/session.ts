import type { Socket } from "node:net";
import type { PathFailure } from "../model/fact.js";
import { codeOf, kindOf, PathEnded } from "./failure.js";
import { foreignProtocolOf } from "./protocols.js";
import { NotSmtp, type Reply, ReplyParser, shortReply } from "./replies.js";
import type { Run } from "./run.js";
import { printable, type Transcript } from "./transcript.js";

type Stage = PathFailure["stage"];
type Ending = Pick<PathFailure, "kind" | "detail"> & { readonly speaks?: string | undefined };

/** Replies that nobody has asked for are kept up to here, then the server is left. */
const maxUnread = 16;

/** An SMTP dialogue over a socket, in the clear or inside TLS. Every wait is bounded; what ends it is a PathEnded. */
export class SmtpSession {
  private readonly parser: ReplyParser;
  private readonly unread: Reply[] = [];
  private ending: Ending | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly run: Run,
    private readonly socket: Socket,
    readonly address: string,
    readonly transcript: Transcript,
  ) {
    this.parser = new ReplyParser((line) => transcript.received(line));
    socket.on("data", this.onData);
    socket.on("error", this.onError);
    socket.on("end", this.onEnd);
    socket.on("close", this.onEnd);
  }

  /** The reply to what was asked. A 421 ends the session whatever that was (RFC 5321 section 3.8). */
  async reply(stage: Stage, ms = this.run.timeouts.command): Promise<Reply> {
    const reply = await this.next(stage, ms);
    if (reply.code === 421) throw this.ended(stage, { kind: "busy", detail: shortReply(reply) });
    return reply;
  }

  /** The next reply, of any code. */
  async next(stage: Stage, ms: number): Promise<Reply> {
    const limit = this.run.limit(ms);
    const until = performance.now() + limit;
    while (this.unread.length === 0) {
      if (this.ending) throw this.ended(stage, this.ending);
      const left = until - performance.now();
      if (left <= 0) throw this.ended(stage, { kind: "timeout", detail: `no reply within ${Math.round(limit)} ms` });
      await this.news(left);
    }
    return this.unread.shift() as Reply;
  }

  /** Sends one line and returns the reply to it; lines in `behind` go out in the same write, and no one waits for them. */
  async command(line: string, stage: Stage, behind: readonly string[] = []): Promise<Reply> {
    this.send([line, ...behind], stage);
    return this.reply(stage);
  }

  /** Sends a line that nobody may read later; the transcript has `shown` in its place. */
  async secret(line: string, shown: string): Promise<Reply> {
    // What a server may repeat: the message, with the AUTH that it may have come with taken off.
    this.transcript.hide(line.replace(/^AUTH \S+ ?/, "").replace(/^\*$|=+$/g, ""));
    this.send([line], "session", [shown]);
    return this.reply("session");
  }

  /** Sends a message and its end (RFC 5321 section 4.5.2) and returns the reply; the transcript has `shown` in its place. */
  async message(lines: readonly string[], shown: string): Promise<Reply> {
    this.send([...lines.map((line) => line.replace(/^\./, "..")), "."], "session", [shown, "."]);
    return this.reply("session", this.run.timeouts.message);
  }

  /**
   * Sends the lines one after the other, each when the reply before is there, and returns all replies up to the 221 or the end of the
   * connection: they may be more than were asked for.
   * @throws PathEnded; not for an end that comes after the first reply.
   */
  async count(lines: readonly string[], stage: Stage): Promise<Reply[]> {
    const replies: Reply[] = [];
    const isOver = () => replies.at(-1)?.code === 221 || replies.length >= maxUnread;
    try {
      for (const line of lines) {
        this.transcript.sent(line);
        if (!this.ending) this.socket.write(`${line}\r\n`);
        replies.push(await this.reply(stage));
      }
      while (!isOver()) replies.push(await this.reply(stage));
    } catch (error) {
      const hungUp = error instanceof PathEnded && ["closed", "reset"].includes(error.failure.kind);
      if (!hungUp || replies.length === 0) throw error;
    }
    return replies;
  }

  /**
   * Sends lines, in one write where the server allows it (RFC 2920), and hands over each reply as it comes, so that
   * those before a failure are not lost.
   */
  async group(
    lines: readonly (readonly [line: string, take: (reply: Reply) => void])[],
    stage: Stage,
    pipelining: boolean,
  ): Promise<void> {
    const texts = lines.map(([line]) => line);
    if (pipelining) this.send(texts, stage);
    for (const [line, take] of lines) {
      if (!pipelining) this.send([line], stage);
      take(await this.reply(stage));
    }
  }

  /** Says goodbye; how the server takes it decides nothing. */
  async quit(): Promise<void> {
    try {
      await this.run.leave(() => this.command("QUIT", "session"));
    } catch (error) {
      if (!(error instanceof PathEnded)) throw error;
    } finally {
      this.socket.destroy();
    }
  }

  /** Gives the socket away, for TLS. The caller has made sure that nothing is left over. */
  detach(): Socket {
    this.socket.off("data", this.onData).off("error", this.onError).off("end", this.onEnd).off("close", this.onEnd);
    return this.socket;
  }

  /** True when the server has said more than it was asked. */
  get leftover(): boolean {
    return this.unread.length > 0 || this.parser.pending;
  }

  ended(stage: Stage, { kind, detail, speaks }: Ending): PathEnded {
    this.socket.destroy();
    if (!this.run.isOver) this.transcript.event(`${kind}: ${detail}`);
    const afterMs = this.transcript.elapsed();
    return new PathEnded({ stage, kind, address: this.address, afterMs, detail }, speaks);
  }

  private send(lines: readonly string[], stage: Stage, shown = lines): void {
    const early = this.unread[0];
    if (early?.code === 421) throw this.ended(stage, { kind: "busy", detail: shortReply(early) });
    if (this.leftover) throw this.ended(stage, { kind: "protocol", detail: "it answered before it was asked" });
    for (const line of shown) this.transcript.sent(line);
    if (!this.ending) this.socket.write(`${lines.join("\r\n")}\r\n`);
  }

  private readonly onData = (chunk: Buffer): void => {
    try {
      this.unread.push(...this.parser.push(chunk));
      if (this.unread.length > maxUnread) throw new NotSmtp("replies without end");
    } catch (error) {
      if (!(error instanceof NotSmtp)) throw error;
      this.end(breach(error.message, this.transcript.masked(error.line)));
      this.socket.destroy();
    }
    this.wake();
  };

  private readonly onError = (error: Error): void =>
    this.end({ kind: kindOf(codeOf(error), true), detail: codeOf(error) });
  private readonly onEnd = (): void => this.end({ kind: "closed", detail: "the server closed the connection" });

  private end(ending: Ending): void {
    this.ending ??= ending;
    this.wake();
  }

  private news(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function breach(message: string, line: string): Ending {
  const name = foreignProtocolOf(line);
  if (name) return { kind: "protocol", detail: `it speaks ${name}: "${excerpt(line)}"`, speaks: name };
  return { kind: "protocol", detail: `it sends ${message}${line === "" ? "" : `: "${excerpt(line)}"`}` };
}

function excerpt(line: string): string {
  return printable(line.slice(0, 60));
}
