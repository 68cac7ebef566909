import fc from "fast-check";
import { NotSmtp, type Reply, ReplyParser } from "../../probes/replies.js";
import { HelloReader } from "../../probes/server-hello.js";

const text = fc.string({ maxLength: 60 }).map((each) => each.replace(/[\r\n]/g, "").trim());
const reply = fc.record({
  code: fc.integer({ min: 200, max: 599 }),
  lines: fc.array(text, { minLength: 1, maxLength: 5 }),
});

function written({ code, lines }: Reply): string {
  return lines.map((line, i) => `${code}${i === lines.length - 1 ? " " : "-"}${line}\r\n`).join("");
}

describe("replies", () => {
  it("are the same however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 4 }), fc.array(fc.nat(200), { maxLength: 30 }), (replies, cuts) => {
        const bytes = Buffer.from(replies.map(written).join(""));
        const parser = new ReplyParser();
        const found: Reply[] = [];
        let at = 0;
        for (const size of [...cuts, bytes.length]) {
          found.push(...parser.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(found).toEqual(replies);
        expect(parser.pending).toBe(false);
      }),
    );
  });

  it("either parse or are no SMTP, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          for (const { code } of new ReplyParser().push(Buffer.from(bytes))) expect(code).toBeGreaterThanOrEqual(200);
        } catch (error) {
          expect(error).toBeInstanceOf(NotSmtp);
        }
      }),
    );
  });

  const rows: [string, string, Reply[] | "not SMTP"][] = [
    ["a bare code", "250\r\n", [{ code: 250, lines: [""] }]],
    ["LF alone", "220 hello\n", [{ code: 220, lines: ["hello"] }]],
    ["a dash without text", "250-\r\n250 x\r\n", [{ code: 250, lines: ["", "x"] }]],
    ["two codes", "250-a\r\n500 b\r\n", "not SMTP"],
    ["no code", "hello\r\n", "not SMTP"],
    ["a code out of range", "150 hello\r\n", "not SMTP"],
    ["no separator", "250hello\r\n", "not SMTP"],
    ["an empty line", "\r\n", "not SMTP"],
    ["201 lines", `${"250-a\r\n".repeat(201)}250 b\r\n`, "not SMTP"],
    ["a line of 70 KiB", `250 ${"a".repeat(70_000)}\r\n`, "not SMTP"],
    ["a line of 5 KiB is cut at 4", `250 ${"a".repeat(5000)}\r\n`, [{ code: 250, lines: ["a".repeat(4092)] }]],
  ];

  it.each(rows)("%s", (_what, bytes, expected) => {
    const parse = () => new ReplyParser().push(Buffer.from(bytes));
    if (expected === "not SMTP") expect(parse).toThrow(NotSmtp);
    else expect(parse()).toEqual(expected);
  });
});

describe("the first answer to a ClientHello", () => {
  // Written out by hand after RFC 5246 section 7.4.1.3.
  const random = "52".repeat(32);
  const message = (version: string, rest: string) => {
    const body = `${version}${random}00${rest}`;
    return `02${(body.length / 2).toString(16).padStart(6, "0")}${body}`;
  };
  const records = (text: string) => `160302${(text.length / 2).toString(16).padStart(4, "0")}${text}`;
  const plain = message("0302", "c01300");
  const hello = records(plain);
  const old = { kind: "server-hello", version: 0x0302, suite: 0xc013, compression: 0, extensions: [] };
  const rows: [string, string, unknown][] = [
    ["a ServerHello", hello, old],
    ["in records of one byte", (plain.match(/../g) ?? []).map((byte) => `1603010001${byte}`).join(""), old],
    ["after a warning", `15030100020170${hello}`, old],
    [
      "of TLS 1.2",
      records(message("0303", "c02f010009ff0100010000170000")),
      { kind: "server-hello", version: 0x0303, suite: 0xc02f, compression: 1, extensions: [0xff01, 23] },
    ],
    [
      "of TLS 1.3",
      records(message("0303", "130100" + "0006002b00020304")),
      { kind: "server-hello", version: 0x0304, suite: 0x1301, compression: 0, extensions: [43] },
    ],
    [
      "with extensions that end too early",
      records(message("0303", "c02f000009ff01")),
      expect.objectContaining({ kind: "not-tls" }),
    ],
    [
      "with an extension that is too long",
      records(message("0303", "c02f000004ff010009")),
      expect.objectContaining({ kind: "not-tls" }),
    ],
    ["a fatal alert", "15030100020246", { kind: "alert", description: 70 }],
    ["text", Buffer.from("220 hi").toString("hex"), { kind: "not-tls", firstBytes: "220 hi" }],
    ["another handshake message", "160301000401000000", expect.objectContaining({ kind: "not-tls" })],
    ["another major version", "1602010006", expect.objectContaining({ kind: "not-tls" })],
  ];

  it.each(rows)("%s, in one piece and byte by byte", (_what, hex, expected) => {
    const bytes = Buffer.from(hex, "hex");
    expect(new HelloReader().push(bytes)).toEqual(expected);
    const reader = new HelloReader();
    let answer: unknown;
    for (let i = 0; i < bytes.length && !answer; i++) answer = reader.push(bytes.subarray(i, i + 1));
    expect((answer as { kind: string }).kind).toBe((expected as { kind?: string }).kind ?? "not-tls");
  });

  it("ends for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const answer = new HelloReader().push(Buffer.from(bytes));
        expect([undefined, "server-hello", "alert", "not-tls"]).toContain(answer?.kind);
      }),
    );
  });
});
