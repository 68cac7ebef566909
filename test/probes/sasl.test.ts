import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import type { Exchange } from "../../probes/exchange.js";
import { mechanisms, strongest } from "../../probes/sasl.js";
import { saslprep } from "../../probes/saslprep.js";
import { type Binding, scram } from "../../probes/scram.js";
import { pythonWith } from "../setup/python.js";
import { describeWith, lacks } from "../setup/real-part.js";

const nowhere = {
  host: "server.example.com",
  port: 587,
  binding: () => ({ type: "tls-exporter", data: Buffer.alloc(0) }) as Binding,
};
const start = (name: string, user: string, secret: string) =>
  (mechanisms[name] as { start: (a: { user: string; secret: string }, s: typeof nowhere) => Exchange }).start(
    { user, secret },
    nowhere,
  );

describe("the vectors of the RFCs", () => {
  it("RFC 4616 section 4: PLAIN", () => {
    expect(start("PLAIN", "tim", "tanstaaftanstaaf").initial?.toString()).toBe("\0tim\0tanstaaftanstaaf");
  });

  it("RFC 2195 section 2: CRAM-MD5", async () => {
    const exchange = start("CRAM-MD5", "tim", "tanstaaftanstaaf");
    const answer = await exchange.answer(Buffer.from("<1896.697170952@postoffice.reston.mci.net>"));
    expect(answer.toString()).toBe("tim b913a602c7eda7a495b4e6e7334d3890");
  });

  it("RFC 5802 section 5: SCRAM-SHA-1", async () => {
    const exchange = scram("sha1", { user: "user", secret: "pencil" }, undefined, "fyko+d2lbbFgONRv9qkxdawL");
    expect(exchange.initial?.toString()).toBe("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    const first = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
    expect((await exchange.answer(Buffer.from(first))).toString()).toBe(
      "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    );
    await exchange.answer(Buffer.from("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="));
    expect(exchange.serverProven?.()).toBe(true);
  });

  it("RFC 7677 section 3: SCRAM-SHA-256", async () => {
    const exchange = scram("sha256", { user: "user", secret: "pencil" }, undefined, "rOprNGfwEbeRWgbNEkqO");
    const first = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    expect((await exchange.answer(Buffer.from(first))).toString()).toBe(
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    );
    await exchange.answer(Buffer.from("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    expect(exchange.serverProven?.()).toBe(true);
  });

  it("RFC 7628 section 4.1: OAUTHBEARER", () => {
    const exchange = start("OAUTHBEARER", "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    expect(exchange.initial?.toString()).toBe(
      "n,a=user@example.com,\x01host=server.example.com\x01port=587\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01",
    );
  });

  it.each([
    ["I\u00adX", "IX"],
    ["user", "user"],
    ["USER", "USER"],
    ["\u00aa", "a"],
    ["\u2168", "IX"],
  ])("RFC 4013 section 3: SASLprep of %j", (text, prepared) => expect(saslprep(text)).toBe(prepared));

  it("RFC 4013 section 3: SASLprep prohibits a control character", () => {
    expect(() => saslprep("\u0007")).toThrow(RangeError);
  });
});

describe("a server that breaks the rules of SCRAM", () => {
  const rows: [what: string, serverFirst: string][] = [
    ["a nonce that does not continue ours", "r=another,s=QSXCR+Q6sek8bf92,i=4096"],
    ["our nonce alone", "r=abc,s=QSXCR+Q6sek8bf92,i=4096"],
    ["a billion rounds", "r=abcd,s=QSXCR+Q6sek8bf92,i=1000000000"],
    ["no rounds", "r=abcd,s=QSXCR+Q6sek8bf92,i=0"],
    ["rounds that are no number", "r=abcd,s=QSXCR+Q6sek8bf92,i=4096e3"],
    ["an extension that must be known", "m=ext,r=abcd,s=QSXCR+Q6sek8bf92,i=4096"],
    ["nothing", ""],
  ];
  it.each(rows)("%s", async (_, first) => {
    const exchange = scram("sha256", { user: "user", secret: "pencil" }, undefined, "abc");
    await expect((async () => exchange.answer(Buffer.from(first)))()).rejects.toThrow(/nonce|rounds|extension/);
  });

  it.each(["v=smF9pqV8S7suAoZWja4dJRkFsKQ=", "v=", "e=invalid-proof", ""])(
    "a signature of %j proves nothing",
    async (last) => {
      const exchange = scram("sha1", { user: "user", secret: "pencil" }, undefined, "fyko+d2lbbFgONRv9qkxdawL");
      await exchange.answer(Buffer.from("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"));
      await exchange.answer(Buffer.from(last));
      expect(exchange.serverProven?.()).toBe(false);
    },
  );
});

it.each([
  [["PLAIN", "LOGIN"], "PLAIN"],
  [["CRAM-MD5", "LOGIN", "PLAIN"], "PLAIN"],
  [["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"], "SCRAM-SHA-256"],
  [["CRAM-MD5"], "CRAM-MD5"],
  [["XOAUTH2", "OAUTHBEARER", "GSSAPI"], undefined],
  [[], undefined],
])("of %j takes %s", (listed, mechanism) => expect(strongest(listed)).toBe(mechanism));

/** A server of scramp, which shares no code with ours, answers line by line; the first line says what it is to expect. */
const server = `
import base64, json, sys
from scramp import ScramMechanism
setup = json.loads(sys.stdin.readline())
mechanism = ScramMechanism(setup["mechanism"])
secrets = mechanism.make_auth_info(setup["password"], iteration_count=4096)
binding = (setup["type"], base64.b64decode(setup["data"])) if setup["type"] else None
s = mechanism.make_server(lambda user: secrets, channel_binding=binding)
try:
    s.set_client_first(base64.b64decode(sys.stdin.readline()).decode())
    print(base64.b64encode(s.get_server_first().encode()).decode(), flush=True)
    s.set_client_final(base64.b64decode(sys.stdin.readline()).decode())
    print(base64.b64encode(s.get_server_final().encode()).decode(), flush=True)
    print("accepted", flush=True)
except Exception as error:
    print("refused: " + str(error), flush=True)
`;

describeWith(lacks("python3", "-m", "venv", "--help"))("a SCRAM server of another make", () => {
  let python: string;
  beforeAll(async () => {
    python = await pythonWith("scramp", "1.5.0");
  }, 300_000);

  const bound: Binding = { type: "tls-unique", data: randomBytes(32) };
  const rows: [
    mechanism: string,
    user: string,
    password: string,
    given: string,
    binding?: Binding,
    theirs?: Binding,
  ][] = [
    ["SCRAM-SHA-1", "alice", "pencil", "pencil"],
    ["SCRAM-SHA-256", "alice", "pencil", "pencil"],
    ["SCRAM-SHA-256", "a=b,c", "pencil", "pencil"],
    ["SCRAM-SHA-256", "alice", "p\u00fc\u0308 \u2168\u00a0x", "p\u00fc\u0308 \u2168\u00a0x"],
    ["SCRAM-SHA-256", "alice", "pencil", "pen"],
    ["SCRAM-SHA-1-PLUS", "alice", "pencil", "pencil", bound, bound],
    ["SCRAM-SHA-256-PLUS", "alice", "pencil", "pencil", bound, bound],
    ["SCRAM-SHA-256-PLUS", "alice", "pencil", "pencil", bound, { ...bound, data: randomBytes(32) }],
  ];
  it.each(rows)("%s %s", async (...[mechanism, user, password, given, binding, theirs]: (typeof rows)[number]) => {
    const ok = password === given && (binding === undefined || binding.data === theirs?.data);
    const hash = mechanism.includes("256") ? "sha256" : "sha1";
    const said = await conversation(
      python,
      { mechanism, password, binding: theirs },
      scram(hash, { user, secret: given }, binding),
    );
    expect(said.last.startsWith("accepted")).toBe(ok);
    expect(said.proven).toBe(ok);
  });
});

async function conversation(
  python: string,
  { mechanism, password, binding }: { mechanism: string; password: string; binding: Binding | undefined },
  exchange: Exchange,
): Promise<{ last: string; proven: boolean | undefined }> {
  const child = spawn(python, ["-c", server], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = (text: string) => child.stdin.write(`${text}\n`);
  const hear = async () => String((await lines.next()).value ?? "");
  try {
    say(
      JSON.stringify({ mechanism, password, type: binding?.type ?? "", data: binding?.data.toString("base64") ?? "" }),
    );
    say(exchange.initial?.toString("base64") ?? "");
    for (let line = await hear(); ; line = await hear()) {
      if (line === "" || line === "accepted" || line.startsWith("refused"))
        return { last: line, proven: exchange.serverProven?.() };
      const answer = await exchange.answer(Buffer.from(line, "base64"));
      if (answer.length > 0) say(answer.toString("base64"));
    }
  } finally {
    child.kill();
  }
}
