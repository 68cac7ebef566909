import type { WireLine } from "../../model/evidence.js";
import { decidingLines } from "../../reports/deciding.js";

const conversation = (text: string): WireLine[] =>
  text
    .trim()
    .split("\n")
    .map((line, at) => ({ at, by: line.trim()[0] as WireLine["by"], text: line.trim().slice(2) }));

/** As a server with pipelining really answers: replies come after later commands. */
const clear = conversation(`
  * connecting to 192.0.2.1 port 587
  * connected
  < 220 mail.example.com ESMTP
  > EHLO [192.0.2.9]
  < 250-mail.example.com
  < 250-PIPELINING
  < 250-STARTTLS
  < 250 AUTH PLAIN LOGIN
  > MAIL FROM:<>
  < 250 2.1.0 Ok
  > RCPT TO:<nobody@relay-test.example>
  > RSET
  > AUTH PLAIN
  < 554 5.7.1 Relay access denied
  < 250 2.0.0 Ok
  < 334
  > STARTTLS
  < 220 2.0.0 go ahead
  * offering TLS 1.1 at most
  * the server accepted TLSv1.1
`);

describe("the lines that decide", () => {
  it.each([
    [
      "in the clear: MAIL 250 2.1.0, RCPT 554 5.7.1",
      ["MAIL FROM:<>", "250 2.1.0 Ok", "RCPT TO:<nobody@relay-test.example>", "554 5.7.1 Relay access denied"],
    ],
    [
      "EHLO in the clear lists AUTH LOGIN PLAIN; AUTH PLAIN is answered 334",
      ["EHLO [192.0.2.9]", "250 AUTH PLAIN LOGIN", "AUTH PLAIN", "334"],
    ],
    ["the server accepted TLSv1.1; the handshake chose TLSv1.3", ["the server accepted TLSv1.1"]],
    ["MAIL is accepted", ["MAIL FROM:<>", "250 2.1.0 Ok"]],
    ["the certificate has expired", []],
  ])("of a session where %s", (says, expected) => {
    const evidence = { kind: "wire" as const, at: "mail.example.com:587", says, transcript: clear };
    expect(decidingLines(evidence).map(({ text }) => text)).toEqual(expected);
  });

  it("are none where nothing was recorded", () => {
    expect(decidingLines({ kind: "wire", at: "x", says: "MAIL 250" })).toEqual([]);
  });

  it("are found in a second among lines of 100 KB", () => {
    const transcript = Array.from({ length: 200 }, (_, at) => ({
      at,
      by: "<" as const,
      text: "250-X1 ".repeat(15_000),
    }));
    const start = performance.now();
    decidingLines({ kind: "wire", at: "x", says: "X1 ".repeat(10_000), transcript });
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
