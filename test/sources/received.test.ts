import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { InputError } from "../../model/errors.js";
import { testMessage } from "../../model/test-message.js";
import { readReceived } from "../../sources/received/index.js";
import { drawn } from "../lab/drawn.js";

const through = "mail.example.com:587";
const ehlo = "[10.1.2.3]";
const { lines } = testMessage(
  { from: "alice@example.com", to: "me@example.com" },
  { through, tls: "TLSv1.3", ehlo },
  "0123456789abcdef",
  new Date("2026-11-27T12:00:00Z"),
);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "port587-received-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function read(...received: string[]) {
  const file = join(directory, "message.eml");
  writeFileSync(file, [...received, ...lines, ""].join("\r\n"));
  return readReceived(file);
}

const line = (protocol: string, tls: boolean, authenticated: boolean, sameTls: unknown, ...discloses: string[]) => ({
  ...{ with: protocol, tls, authenticated, discloses },
  sameTls: sameTls ?? { unknown: ["a TLS version in the Received line"] },
});

const ends = "; Fri, 27 Nov 2026 12:00:01 +0000";
/** Lines as the servers write them. */
const samples: [name: string, received: string[], value: unknown][] = [
  [
    "Postfix",
    [
      "Received: from [10.1.2.3] (client.example.net [198.51.100.7])",
      "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
      "\t key-exchange X25519 server-signature ECDSA (P-256))",
      "\t(No client certificate requested)",
      "\t(Authenticated sender: alice)",
      `\tby mail.example.com (Postfix) with ESMTPSA id 4B1 for <me@example.com>${ends}`,
    ],
    line("ESMTPSA", true, true, true, "address", "login"),
  ],
  [
    "Exim",
    [
      "Received: from [198.51.100.7] (helo=[10.1.2.3])",
      "\tby mail.example.com with esmtpsa (TLS1.3) tls TLS_AES_256_GCM_SHA384",
      `\t(Exim 4.96) (envelope-from <alice@example.com>) id 1r7-0001${ends}`,
    ],
    line("ESMTPSA", true, true, true, "address"),
  ],
  [
    "Gmail",
    [
      "Received: from [10.1.2.3] ([198.51.100.7]) by smtp.gmail.com with ESMTPSA id a1",
      `        for <me@example.com> (version=TLS1_2 cipher=ECDHE-ECDSA-AES128-GCM-SHA256 bits=128/128)${ends}`,
    ],
    line("ESMTPSA", true, true, false, "address"),
  ],
  [
    "Sendmail",
    [
      "Received: from [10.1.2.3] (client [198.51.100.7]) (authenticated bits=0)",
      "\tby mail.example.com (8.17.1/8.17.1) with ESMTPSA id 3AR",
      `\t(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NOT)${ends}`,
    ],
    line("ESMTPSA", true, true, true, "address"),
  ],
  [
    "one that hides its clients",
    [`Received: by mail.example.com with UTF8SMTPSA id 1${ends}`],
    line("UTF8SMTPSA", true, true, undefined),
  ],
  [
    "TLS ended before the server",
    [`Received: from [10.1.2.3] ([127.0.0.1]) by mx (with no TLS) with ESMTPA id 1${ends}`],
    line("ESMTPA", false, true, undefined, "address"),
  ],
  [
    "a filter behind the server",
    [
      "Received: from localhost ([127.0.0.1]) by filter with ESMTP id 2;",
      `Received: from [10.1.2.3] ([198.51.100.7]) by mail.example.com with ESMTPSA id 1${ends}`,
      "Received: from elsewhere by nowhere with SMTP id 0;",
    ],
    line("ESMTPSA", true, true, undefined, "address"),
  ],
  [
    "Exchange, whose protocol has no name of RFC 3848",
    [
      "Received: from [10.1.2.3] (198.51.100.7) by mail.example.com (10.0.0.1) with Microsoft SMTP Server",
      ` (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.1.2507${ends}`,
    ],
    { unknown: [expect.stringContaining("a protocol of RFC 3848 in the Received line (with MICROSOFT, TLSv1.2")] },
  ],
  [
    "no line of the server's",
    [`Received: by other with ESMTPSA id 1${ends}`],
    { unknown: [expect.stringContaining("none of its 1")] },
  ],
];

it.each(samples)("%s", async (_, received, value) => {
  const arrived = await read(...received);
  expect(arrived.through).toBe(through);
  expect(arrived.fact).toMatchObject({ subject: through, value, origin: "observed" });
});

it("tells a Message-ID that was replaced", async () => {
  const received = `Received: from ${ehlo} by mail.example.com with ESMTPSA id 1${ends}`;
  const file = join(directory, "replaced.eml");
  const text = ["From alice@example.com Fri Nov 27 12:00:00 2026", received, ...lines].join("\n");
  writeFileSync(file, text.replace(/^Message-ID: .*/m, "Message-ID: <1@elsewhere.example>"));
  expect((await readReceived(file)).says).toContain("its Message-ID was replaced on the way");
});

it("takes any text and refuses what is no such message", async () => {
  const file = join(directory, "any.eml");
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "Received:",
      "by ",
      "with ESMTPSA",
      "(",
      ")",
      "\n",
      "\r\n",
      " ",
      ...lines.map((each) => `${each}\n`),
    ),
  );
  const { seed, count } = drawn("made-up messages", 200);
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      writeFileSync(file, pieces.join(""));
      const arrived = await readReceived(file).catch((error: unknown) => error);
      expect(arrived instanceof InputError || (arrived as { through: string }).through === through).toBe(true);
    }),
    { seed, numRuns: count },
  );
}, 36_000_000);

it.each([
  ["open brackets", "Received: from x by y with ", "("],
  ["blanks", "Received: from", " "],
  ["words", "Received: ", "by with from "],
  ["lines", "", "Received: by a with b;\n"],
])("reads a megabyte of %s in linear time", async (_, start, repeated) => {
  const file = join(directory, "long.eml");
  writeFileSync(file, `${start}${repeated.repeat(900_000 / repeated.length).trimEnd()}\n${lines.join("\n")}`);
  const before = process.cpuUsage();
  await readReceived(file);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(5);
});
