import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeCertificates } from "../probes/certificates.js";
import { rawServer, smtpServer } from "../probes/servers.js";
import { type Row, rows } from "./last-lines.js";

const certificates = makeCertificates();
const cli = resolve("dist/cli/main.js");
/** Most of their time is waiting. */
const atOnce = 6;
/** Long enough for a machine that is busy, and silence has to last so long twice. */
const seconds = "3";

let directory: string;
const told = new Map<string, { out: string; err: string; code: number; logins: number }>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "port587-last-lines-"));
  writeFileSync(join(directory, "ca.pem"), certificates.anchor);
  const left = Object.entries(rows);
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) told.set(next[0], await tryOne(next[1]));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}, 200_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function tryOne({ port, does, certificate = "sound", password }: Row) {
  const server = typeof does === "function" ? await rawServer(does) : await smtpServer(certificates[certificate], does);
  const there = ["--connect-to", `localhost::127.0.0.1:${server.port}`, "--ca", join(directory, "ca.pem")];
  const user = password === undefined ? [] : ["--user", "alice@example.test"];
  const args = [cli, "check", `localhost:${port}`, "--timeout", seconds, ...there, ...user];
  const env = { ...process.env, ...(password === undefined ? {} : { PORT587_PASSWORD: password }) };
  try {
    return await new Promise<{ out: string; err: string; code: number; logins: number }>((done) =>
      execFile(process.execPath, args, { env }, (error, out, err) =>
        done({
          ...{ out, err, code: typeof error?.code === "number" ? error.code : 0 },
          logins: server.heard.filter((line) => /^AUTH \S+ \S/.test(line)).length,
        }),
      ),
    );
  } finally {
    await server.stop();
  }
}

describe("the last line of `port587 check`", () => {
  it.each(Object.entries(rows))("%s", (name, { port, code, says, password }) => {
    const { out, err, ...rest } = told.get(name) ?? { out: "", err: "was not tried" };
    expect(err).toBe("");
    const last = out.slice(out.search(/^exit \d: /m)).replace(/^.*\n/, "");
    expect(last.trim().replace(/\s+/g, " ")).toBe(`Port ${port} of localhost ${says}`);
    // One attempt, so that no account is locked, and none where no password was given.
    expect(rest).toEqual({ code, logins: password === undefined ? 0 : 1 });
  });

  it("says it in few words", () => {
    for (const { says } of Object.values(rows)) expect(says.split(" ").length).toBeLessThan(36);
  });
});
