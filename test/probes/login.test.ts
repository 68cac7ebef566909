import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isUnknown } from "../../model/maybe.js";
import type { Observation } from "../../model/observation.js";
import { Login, probeAll } from "../../probes/index.js";
import { formats, renderCheck } from "../../reports/index.js";
import { reportOf } from "../reports/told.js";
import { describeWith, lacks } from "../setup/real-part.js";
import { type Certificates, type KeyPair, makeCertificates } from "./certificates.js";
import { impatient } from "./expectations.js";
import { type Behaviour, type Running, smtpServer } from "./servers.js";

const certificates: Certificates = makeCertificates();
const user = "alice@example.test";
const secret = "c4nary-Passw0rd!";
const b64 = (text: string) => Buffer.from(text).toString("base64");
const plain = `AUTH PLAIN ${b64(`\0${user}\0${secret}`)}`;
const host = "localhost";

type Answer = { value: unknown; said: string };

async function probed(
  servers: readonly Running[],
  mechanism?: string,
  ports: readonly number[] = [587],
): Promise<{ observations: Observation[]; answers: Answer[] }> {
  const login = new Login(host, { user, secret }, mechanism);
  const observations = await probeAll(
    servers.map(({ port }, index) => ({ host, port: ports[index] ?? 587, connectTo: { host: "127.0.0.1", port } })),
    { trustAnchors: [certificates.anchor], timeouts: impatient, login },
  );
  const answers = observations.map(({ facts }) => {
    const fact = facts.find(({ name }) => name === "login");
    if (!fact) throw new Error("there is no login fact");
    const value = isUnknown(fact.value) ? "unknown" : fact.value;
    return { value, said: fact.evidence.map(({ says }) => says).join() };
  });
  return { observations, answers };
}

const heardCredentials = ({ heard }: Running) =>
  heard.filter((line) => /^AUTH \S/.test(line) || line.includes(b64(secret)));

const accepted = (mechanism: string) => ({ mechanism, outcome: "accepted" });
const refused = (mechanism: string) => ({ mechanism, outcome: "refused" });
const says235 = { [plain]: "235 2.7.0 Authentication successful" };

type Row = [
  what: string,
  pair: keyof Certificates,
  behaviour: Behaviour,
  value: unknown,
  says: RegExp,
  mechanism?: string,
];
const rows: Row[] = [
  ["right credentials", "sound", { secure: says235 }, accepted("PLAIN"), /AUTH PLAIN is answered 235/],
  ["right credentials on 465", "sound", { implicit: true, secure: says235 }, accepted("PLAIN"), /235/],
  [
    "wrong credentials",
    "sound",
    { secure: { AUTH: "535 5.7.8 Error: authentication failed" } },
    refused("PLAIN"),
    /535 5\.7\.8/,
  ],
  [
    "LOGIN",
    "sound",
    { secure: { "AUTH LOGIN": "334 VXNlcm5hbWU6", [b64(user)]: "334 UGFzc3dvcmQ6", [b64(secret)]: "235 2.7.0 ok" } },
    accepted("LOGIN"),
    /235/,
    "LOGIN",
  ],
  // No answer about the credentials.
  [
    "a temporary failure",
    "sound",
    { secure: { AUTH: "454 4.7.0 Temporary authentication failure" } },
    "unknown",
    /454 4\.7\.0/,
  ],
  ["a mechanism that is not taken", "sound", { secure: { AUTH: "504 5.5.4 Unrecognized" } }, "unknown", /504/],
  ["an end in the middle", "sound", { secure: { AUTH: "421 4.3.2 closing" } }, "unknown", /421/],
  ["a challenge that PLAIN does not have", "sound", { secure: { AUTH: "334 aGVsbG8=" } }, "unknown", /asks for more/],
  [
    "questions without end",
    "sound",
    { secure: { "AUTH LOGIN": "334 eA==", [b64(user)]: "334 eA==", [b64(secret)]: "334 eA==" } },
    "unknown",
    /asks for more/,
    "LOGIN",
  ],
  [
    "SCRAM with nonsense",
    "sound",
    { secureKeywords: ["AUTH SCRAM-SHA-256"], secure: { AUTH: "334 cj1ub3Qtb3Vycw==" } },
    "unknown",
    /nonce/,
  ],
  [
    "SCRAM that is accepted before it has begun",
    "sound",
    { secureKeywords: ["AUTH SCRAM-SHA-256"], secure: { AUTH: "235 2.7.0 welcome" } },
    { mechanism: "SCRAM-SHA-256", outcome: "server not proven" },
    /not proven/,
  ],
];

/** Where nothing may be sent. */
const withheld: Row[] = [
  ["an expired certificate", "expired", { secure: says235 }, "unknown", /not sent: .*(expired|dates|not trusted)/],
  [
    "a certificate of another name",
    "otherName",
    { secure: says235 },
    "unknown",
    /not sent: the certificate does not name/,
  ],
  [
    "a self-signed certificate",
    "selfSigned",
    { secure: says235 },
    "unknown",
    /not sent: the certificate is not trusted/,
  ],
  [
    "a certificate of a foreign root",
    "foreignRoot",
    { secure: says235 },
    "unknown",
    /not sent: the certificate is not trusted/,
  ],
  ["no intermediate", "incomplete", { secure: says235 }, "unknown", /not sent: the certificate is not trusted/],
  ["no STARTTLS", "sound", { keywords: ["AUTH PLAIN LOGIN"], clear: { AUTH: "235 2.7.0 come in" } }, "unknown", /TLS/],
  ["STARTTLS that is refused", "sound", { clear: { STARTTLS: "454 4.7.0 TLS not available" } }, "unknown", /TLS/],
  [
    "bytes behind STARTTLS",
    "sound",
    { afterStarttls: "250 injected\r\n", secure: says235 },
    "unknown",
    /bytes in the clear/,
  ],
  ["no AUTH inside TLS", "sound", { secureKeywords: ["PIPELINING"] }, "unknown", /lists no AUTH/],
  ["none but tokens", "sound", { secureKeywords: ["AUTH XOAUTH2 GSSAPI"] }, "unknown", /lists AUTH GSSAPI XOAUTH2/],
  [
    "another mechanism than asked for",
    "sound",
    { secure: says235 },
    "unknown",
    /SCRAM-SHA-256 was asked for/,
    "SCRAM-SHA-256",
  ],
];

it.each([...rows, ...withheld])("%s", async (...[, pair, behaviour, value, says, mechanism]: Row) => {
  const server = await smtpServer(certificates[pair] as KeyPair, behaviour);
  try {
    const { answers, observations } = await probed([server], mechanism, behaviour.implicit ? [465] : [587]);
    expect(answers[0]?.value).toEqual(value);
    expect(answers[0]?.said).toMatch(says);
    const step = observations[0]?.steps.find(({ name }) => name === "login");
    const outcome = value === "unknown" ? "unknown" : JSON.stringify(value).includes("accepted") ? "ok" : "bad";
    expect(step?.outcome).toBe(outcome);
  } finally {
    await server.stop();
  }
});

it.each(withheld)("%s: no credential reaches the server", async (...[, pair, behaviour, , , mechanism]: Row) => {
  const server = await smtpServer(certificates[pair] as KeyPair, behaviour);
  try {
    await probed([server], mechanism);
    // The probe without credentials asks AUTH PLAIN in the clear, without an initial response.
    expect(heardCredentials(server).filter((line) => line !== "AUTH PLAIN")).toEqual([]);
  } finally {
    await server.stop();
  }
});

it("makes one attempt, and after a refusal none on the other port", async () => {
  const behaviour = { secure: { AUTH: "535 5.7.8 Error: authentication failed" } };
  const servers = [
    await smtpServer(certificates.sound, behaviour),
    await smtpServer(certificates.sound, { ...behaviour, implicit: true }),
  ];
  try {
    const { answers } = await probed(servers, undefined, [587, 465]);
    const attempts = servers.flatMap(({ heard }) => heard.filter((line) => line === plain));
    expect(attempts.length).toBe(1);
    expect(answers.map(({ value }) => value).filter((value) => value === "unknown").length).toBe(1);
    expect(answers.find(({ value }) => value === "unknown")?.said).toMatch(
      /were refused at localhost:\d+, and are not tried again/,
    );
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
});

it("logs in on both ports where it is let in", async () => {
  const servers = [
    await smtpServer(certificates.sound, { secure: says235 }),
    await smtpServer(certificates.sound, { secure: says235, implicit: true }),
  ];
  try {
    const { answers } = await probed(servers, undefined, [587, 465]);
    expect(answers.map(({ value }) => value)).toEqual([accepted("PLAIN"), accepted("PLAIN")]);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
});

it("shows no other host the credentials", async () => {
  const server = await smtpServer(certificates.sound, { secure: says235 });
  try {
    const login = new Login("smtp.example.org", { user, secret });
    const [observation] = await probeAll([{ host, port: 587, connectTo: { host: "127.0.0.1", port: server.port } }], {
      trustAnchors: [certificates.anchor],
      timeouts: impatient,
      login,
    });
    expect(observation?.facts.some(({ name }) => name === "login")).toBe(false);
    expect(heardCredentials(server).filter((line) => line !== "AUTH PLAIN")).toEqual([]);
  } finally {
    await server.stop();
  }
});

it("says nothing of a login where no credentials are given", async () => {
  const server = await smtpServer(certificates.sound, { secure: says235 });
  try {
    const [observation] = await probeAll([{ host, port: 587, connectTo: { host: "127.0.0.1", port: server.port } }], {
      trustAnchors: [certificates.anchor],
      timeouts: impatient,
    });
    expect(observation?.facts.some(({ name }) => name === "login")).toBe(false);
    expect(observation?.steps.some(({ name }) => name === "login")).toBe(false);
    expect(observation?.connections).toBe(5);
  } finally {
    await server.stop();
  }
});

/** What a program prints, on both outputs; its exit code is no matter here. */
function run(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((done) => execFile(program, args, { env }, (_, stdout, stderr) => done(stdout + stderr)));
}

describe("the canary", () => {
  let directory: string;
  let anchor: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "port587-login-"));
    anchor = join(directory, "anchor.pem");
    writeFileSync(anchor, certificates.anchor);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const forms = [
    secret,
    b64(secret),
    b64(`\0${user}\0${secret}`),
    b64(`${user}\0${secret}`),
    Buffer.from(secret).toString("hex"),
  ];
  const echo = `535 5.7.8 <${secret}> ${b64(secret)} ${plain} is not your password`;
  const chatty: Record<string, Behaviour> = {
    "a refusal that repeats what was sent": { secure: { AUTH: echo } },
    "a welcome that repeats it": { secure: { AUTH: `235 2.7.0 ${secret} welcome` } },
    "questions that repeat it": {
      secureKeywords: ["AUTH LOGIN"],
      secure: {
        "AUTH LOGIN": "334 VXNlcm5hbWU6",
        [b64(user)]: "334 UGFzc3dvcmQ6",
        [b64(secret)]: `535 5.7.8 <${secret}> ${b64(secret)} is not your password`,
      },
    },
    "a failure that repeats it": { secure: { AUTH: `454 4.7.0 ${secret}` } },
    "a message whose sender it refuses in these words": {
      secure: { AUTH: "235 2.7.0 ok", "MAIL FROM": `550 5.7.1 <${user}> ${secret} ${b64(secret)} may not` },
    },
    "text that is no reply": { secure: { AUTH: `${secret} ${b64(secret)}` } },
  };
  it.each(Object.entries(chatty))("%s: no format shows it", async (_, behaviour) => {
    const server = await smtpServer(certificates.sound, behaviour);
    try {
      const redirect = `${host}:587:127.0.0.1:${server.port}`;
      const args = [
        "dist/cli/main.js",
        "check",
        `${host}:587`,
        "--connect-to",
        redirect,
        "--ca",
        anchor,
        "--user",
        user,
        "--send-test",
        "me@example.test",
      ];
      const env = { ...process.env, PORT587_PASSWORD: secret };
      const plainText = await run(process.execPath, args, env);
      const json = await run(process.execPath, [...args, "--json"], env);
      const sent = [plain, b64(secret)];
      expect(server.heard.filter((line) => sent.includes(line)).length).toBe(2);
      const report = reportOf(json);
      expect(report.facts.filter(({ name }) => name === "login" || name === "testMessage").length).toBe(2);
      const style = { colour: false, width: 100 };
      const rendered = Object.values(formats).map((format) => [...format.render(report, style)].join(""));
      const texts = [plainText, json, [...renderCheck(report, style)].join(""), ...rendered];
      for (const text of texts) {
        expect(text.length).toBeGreaterThan(100);
        for (const form of forms) expect(text.includes(form)).toBe(false);
      }
    } finally {
      await server.stop();
    }
  });
});

/** Runs a program on a terminal of its own, and types the password when it is asked for. */
const typist = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
said = b""
typed = False
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    said += part
    if not typed and b"Password: " in said:
        typed = True
        os.write(terminal, os.environ["TYPED"].encode() + b"\\r")
sys.stdout.write(said.decode())
`;

describeWith(lacks("python3", "--version"))("on a terminal", () => {
  it("asks for the password, and shows nothing of it", async () => {
    const server = await smtpServer(certificates.sound, { secure: says235 });
    const directory = mkdtempSync(join(tmpdir(), "port587-login-"));
    try {
      const anchor = join(directory, "anchor.pem");
      writeFileSync(anchor, certificates.anchor);
      const to = `${host}:587:127.0.0.1:${server.port}`;
      const check = [
        process.execPath,
        "dist/cli/main.js",
        "check",
        `${host}:587`,
        "--connect-to",
        to,
        "--ca",
        anchor,
        "--user",
        user,
      ];
      const { PORT587_PASSWORD: _, ...env } = process.env;
      const said = await run("python3", ["-c", typist, ...check], { ...env, TYPED: secret });
      expect(said).toContain("Password: ");
      expect(said).toContain("AUTH PLAIN is answered 235 2.7.0");
      expect(said).not.toContain(secret);
      expect(server.heard.filter((line) => line === plain).length).toBe(1);
    } finally {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
