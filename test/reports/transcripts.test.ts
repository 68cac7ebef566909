import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../model/report.js";
import { formats } from "../../reports/index.js";
import { makeCertificates } from "../probes/certificates.js";
import { smtpServer } from "../probes/servers.js";
import { anyStyle } from "./styles.js";
import { reportOf } from "./told.js";

const [user, secret] = ["alice@example.test", "c4nary-Passw0rd!"];
const b64 = (text: string) => Buffer.from(text).toString("base64");
const message = b64(`\0${user}\0${secret}`);
const secrets = [secret, b64(secret), message, message.replace(/=+$/, "")];
/** Of the DNS, and of what is seen beside the connections. */
const without = ["tlsa", "caa", "ptr", "pathTrials", "attributedBlock"];

/** Servers that repeat what they are told, one of them after it has refused it. */
const servers = {
  "takes the login": { secure: { AUTH: `235 2.7.0 welcome ${message} ${secret}` } },
  "refuses the login": { secure: { AUTH: `535 5.7.8 no such ${message} ${secret}` } },
  "knows LOGIN alone": {
    secureKeywords: ["AUTH LOGIN"],
    secure: { "AUTH LOGIN": "334 VXNlcm5hbWU6", [b64(user)]: "334 UGFzc3dvcmQ6", [b64(secret)]: `235 ${b64(secret)}` },
  },
  "hangs up before the greeting": { greeting: "421 4.3.2 not now" },
} as const;

let directory: string;
const certificates = makeCertificates();
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "port587-transcripts-"));
  writeFileSync(join(directory, "root.pem"), certificates.anchor);
  writeFileSync(join(directory, "password"), `${secret}\n`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function reported(behaviour: Parameters<typeof smtpServer>[1]): Promise<string> {
  const server = await smtpServer(certificates.sound, behaviour);
  try {
    const target = ["localhost:587", "--connect-to", `localhost:587:127.0.0.1:${server.port}`, "--timeout", "3"];
    const login = ["--user", user, "--password-file", join(directory, "password")];
    const command = ["dist/cli/main.js", "check", ...target, ...login, "--ca", join(directory, "root.pem"), "--json"];
    return await new Promise((resolve) => execFile(process.execPath, command, (_, out) => resolve(out)));
  } finally {
    await server.stop();
  }
}

const htmlOf = (report: Report) => [...formats.html.render(report, anyStyle)].join("");
const plain = (page: string) => page.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

describe.each(Object.entries(servers))("a server that %s", (_, behaviour) => {
  let json: string;
  beforeAll(async () => {
    json = await reported(behaviour);
  }, 60_000);

  it("each observation carries its transcript, in JSON and in HTML", () => {
    const report = reportOf(json);
    const page = plain(htmlOf(report));
    const observed = report.facts.filter(({ origin, name }) => origin === "observed" && !without.includes(name));
    expect(observed.length).toBeGreaterThan(10);
    for (const { name, evidence } of observed) {
      const lines = evidence.flatMap(({ transcript = [] }) => transcript);
      expect([name, lines.length > 0]).toEqual([name, true]);
      for (const { text } of lines) expect([name, text, page.includes(text)]).toEqual([name, text, true]);
    }
  });

  it("each connection's stands once in JSON, under the number that HTML gives it", () => {
    const { transcripts } = JSON.parse(json) as { transcripts: { id: number; at: string; lines: object[] }[] };
    const page = htmlOf(reportOf(json));
    expect(transcripts.length).toBeGreaterThan(0);
    expect(new Set(transcripts.map(({ at, lines }) => JSON.stringify([at, lines]))).size).toBe(transcripts.length);
    for (const { id, at, lines } of transcripts)
      expect(page).toContain(`<summary>Conversation ${id}: ${at}, ${lines.length} line`);
  });

  it("no secret stands in it", () => {
    const page = htmlOf(reportOf(json));
    for (const each of secrets) expect([json.includes(each), page.includes(each)]).toEqual([false, false]);
  });
});
