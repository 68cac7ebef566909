/** One reply of an SMTP server, RFC 5321 section 4.2. */
export interface Reply {
  readonly code: number;
  /** The lines without code and separator. */
  readonly lines: readonly string[];
}

/** `454 4.7.1`: what may be quoted without quoting the server's prose. */
export function shortReply({ code, lines }: Reply): string {
  const enhanced = enhancedCode({ code, lines });
  return enhanced ? `${code} ${enhanced}` : `${code}`;
}

/** The enhanced status code (RFC 3463): at the start of the text, or as qmail writes it, `(#5.7.1)`. */
export function enhancedCode({ lines }: Reply): string | undefined {
  const text = lines.at(-1) ?? "";
  return (/^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(text) ?? /#([245]\.\d{1,3}\.\d{1,3})\)?/.exec(text))?.[1];
}

/** The peer does not speak SMTP, or says more than anyone has to listen to. */
export class NotSmtp extends Error {
  constructor(
    problem: string,
    /** The line that is no reply, as far as it was kept. */
    readonly line = "",
  ) {
    super(problem);
  }
}

const keptPerLine = 4096;
const maxReplyBytes = 64 * 1024;
const maxReplyLines = 200;
const newline = 0x0a;

/**
 * Reads replies from bytes in pieces of any size. Lines end in LF, with or without CR. Of a line 4 KiB are kept; a
 * reply may have 200 lines and 64 KiB.
 */
export class ReplyParser {
  private line: Buffer[] = [];
  private kept = 0;
  private lines: string[] = [];
  private bytes = 0;
  private code: number | undefined;

  /** `onLine` sees each line as it came, before it is judged. */
  constructor(private readonly onLine: (text: string) => void = () => undefined) {}

  /** True when bytes of an unfinished reply are waiting. */
  get pending(): boolean {
    return this.bytes > 0;
  }

  /**
   * Takes the next bytes and returns the replies that they complete.
   * @throws NotSmtp; the parser is of no use afterwards.
   */
  push(chunk: Buffer): Reply[] {
    const replies: Reply[] = [];
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(newline, start);
      const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
      this.take(piece, end < 0 ? piece.length : piece.length + 1);
      if (end < 0) break;
      const reply = this.endLine();
      if (reply) replies.push(reply);
      start = end + 1;
    }
    return replies;
  }

  private take(piece: Buffer, size: number): void {
    this.bytes += size;
    if (this.bytes > maxReplyBytes) {
      throw new NotSmtp(`a reply of more than ${maxReplyBytes} bytes`, this.text());
    }
    const part = piece.subarray(0, keptPerLine - this.kept);
    if (part.length > 0) this.line.push(Buffer.from(part));
    this.kept += part.length;
  }

  private endLine(): Reply | undefined {
    const text = this.text();
    this.line = [];
    this.kept = 0;
    this.onLine(text);
    const [, digits, separator, rest = ""] = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(text) ?? [];
    if (digits === undefined) throw new NotSmtp("a line that is no SMTP reply", text);
    const code = Number(digits);
    if (this.code !== undefined && this.code !== code) throw new NotSmtp("two codes in one reply", text);
    this.code = code;
    this.lines.push(rest);
    if (this.lines.length > maxReplyLines) throw new NotSmtp(`a reply of more than ${maxReplyLines} lines`, text);
    if (separator === "-") return undefined;
    const reply = { code, lines: this.lines };
    this.code = undefined;
    this.lines = [];
    this.bytes = 0;
    return reply;
  }

  private text(): string {
    return Buffer.concat(this.line).toString("utf8").replace(/\r$/, "");
  }
}
