import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as listen } from "node:net";
import { lacksNftables } from "../setup/nftables.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { type Told, tryAll } from "./labs.js";
import { type Situation, soundPorts } from "./situations.js";

const args = (port: number) =>
  `mail.example.test --ports 587 --timeout 0.6 --from ssh://root@control.example.test:${port}`;
const dropped = { router: ["forward: ip daddr 192.0.2.25 tcp dport 587 drop"] };

const rows: readonly (Omit<Situation, "culprit"> & { readonly says: RegExp })[] = [
  {
    name: "blocked here alone, and a place without port587 says so",
    rules: dropped,
    args: args(2222),
    says: /your own router \(192\.168\.1\.1\) or the internet provider's first router .* drops port 587/,
  },
  {
    name: "admitted from there alone",
    rules: { firewall: ["forward: ip saddr 192.168.1.0/24 tcp dport 587 drop"] },
    args: args(2222),
    says: /a filter that depends on where one comes from: .* before mail\.example\.test that does not admit this address \(confidence medium\)/,
  },
  {
    name: "blocked there as well, as its port587 says",
    rules: { host: ["input: tcp dport 587 drop"] },
    args: args(2223),
    says: /the server's side drops port 587: the last device before the server \(203\.0\.113\.2\) or the server itself \(confidence medium\)/,
  },
  {
    name: "blocked there as well, as its bash says",
    rules: { host: ["input: tcp dport 587 drop"] },
    args: args(2222),
    says: /the server's side drops port 587/,
  },
  {
    name: "sound here and there",
    args: args(2223),
    says: /sound: .* It answers from ssh:\/\/control\.example\.test as well\./,
  },
  {
    name: "sound here, refused there",
    rules: { host: ["input: ip saddr 198.18.0.25 tcp dport 587 reject with tcp reset"] },
    args: args(2222),
    says: /But from ssh:\/\/control\.example\.test it is not reached: .*Connection refused/,
  },
  {
    name: "sound here, refused there, as its port587 says",
    rules: { host: ["input: ip saddr 198.18.0.25 tcp dport 587 reject with tcp reset"] },
    args: args(2223),
    says: /But from ssh:\/\/control\.example\.test it is not reached: connect: ECONNREFUSED/,
  },
  {
    name: "nothing there to ask with",
    args: args(2224),
    says: /^port587: ssh:\/\/control\.example\.test: has neither port587 nor bash and timeout/,
  },
  {
    name: "no server there",
    args: args(2225),
    says: /^port587: ssh:\/\/control\.example\.test: ssh does not get there \(.*Connection refused/,
  },
];

describeWith(namespacesUnavailable() ?? lacksNftables())("from another machine, by ssh", () => {
  let all: Map<string, Told>;
  beforeAll(async () => {
    const listening = { control: soundPorts, host: soundPorts };
    all = await tryAll(
      rows.map((row) => ({ listen: listening, ...row, culprit: undefined })),
      { places: true },
    );
  }, 120_000);

  it.each(rows)("$name", ({ name, says }) => {
    const { out, err } = all.get(name) as Told;
    expect(`${err}${out}`.replace(/\s+/g, " ")).toMatch(says);
  });
});

describe("from volunteers' machines, by Globalping", () => {
  /** The documented API: a measurement is made, in progress, and finished. */
  async function standIn(results: object[], status = 202) {
    const heard: unknown[] = [];
    let asked = 0;
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        heard.push([request.method, request.url, body === "" ? undefined : JSON.parse(body)]);
        const isNew = request.method === "POST";
        response.writeHead(isNew ? status : 200, { "content-type": "application/json" });
        const refusal = { error: { type: "validation_error", message: "Parameter validation failed." } };
        const told = {
          id: "nzGzfAGL7sZfUs3c",
          type: "ping",
          status: asked++ < 2 ? "in-progress" : "finished",
          results,
        };
        response.end(JSON.stringify(status >= 400 ? refusal : isNew ? { id: told.id, probesCount: 2 } : told));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return { heard, url: `http://127.0.0.1:${port}`, stop: () => server.close() };
  }

  const probe = (country: string, asn: number, result: object) => ({
    probe: { country, asn, network: "Example" },
    result,
  });
  const finished = (rcv: number) => ({
    status: "finished",
    rawOutput: "PING localhost (127.0.0.1) on port 1.",
    stats: { min: 1, max: 1, avg: 1, total: 3, loss: 0, rcv, drop: 3 - rcv },
  });
  const failed = (message: string) => ({
    status: "failed",
    rawOutput: `PING localhost (127.0.0.1) on port 1.\n${message}`,
  });

  it.each<[string, object[], RegExp]>([
    [
      "it answers there",
      [probe("DE", 3320, finished(3)), probe("DE", 680, finished(2))],
      /a filter that depends on where one comes from/,
    ],
    [
      "it is refused there as well",
      [
        probe("DE", 3320, failed("connect ECONNREFUSED 127.0.0.1:1")),
        probe("DE", 680, failed("getaddrinfo EAI_AGAIN")),
      ],
      /no service listens on port \d+, or a firewall on the way or on the server rejects it/,
    ],
    [
      "nothing is heard there",
      [probe("DE", 3320, finished(0))],
      /no service listens on port \d+, or a firewall on the way or on the server rejects it/,
    ],
  ])("%s", async (_, results, says) => {
    const api = await standIn(results);
    try {
      const closed = await closedPort();
      const { text } = await check(["--from", "globalping:de", `127.0.0.1:${closed}`], api.url);
      expect(text).toMatch(says);
      expect(api.heard[0]).toEqual([
        "POST",
        "/v1/measurements",
        {
          type: "ping",
          target: "127.0.0.1",
          locations: [{ country: "DE", limit: 2 }],
          measurementOptions: { protocol: "TCP", port: closed, packets: 3 },
        },
      ]);
      expect(api.heard.slice(1)).toEqual(Array(2).fill(["GET", "/v1/measurements/nzGzfAGL7sZfUs3c", undefined]));
    } finally {
      api.stop();
    }
  });

  it("says why the API refuses", async () => {
    const api = await standIn([], 400);
    try {
      const { text, code } = await check(["--from", "globalping:DE", `127.0.0.1:${await closedPort()}`], api.url);
      expect([code, text]).toEqual([
        2,
        expect.stringMatching(/globalping:DE: its API answers 400: Parameter validation failed\./),
      ]);
    } finally {
      api.stop();
    }
  });

  it("says that the API cannot be reached", async () => {
    const closed = await closedPort();
    const { text, code } = await check(
      ["--from", "globalping:DE", `127.0.0.1:${closed}`],
      `http://127.0.0.1:${closed}`,
    );
    expect([code, text]).toEqual([2, expect.stringContaining("globalping:DE: its API cannot be reached")]);
  });

  it.each([
    ["globalping:Germany", /--from: "globalping:Germany" is not a place/],
    ["ssh://-oProxyCommand=x", /--from: "ssh:\/\/-oProxyCommand=x" is not a place/],
    ["mail.example.com", /--from: "mail.example.com" is not a place/],
  ])("refuses %s", async (place, says) => {
    const { text, code } = await check(["--from", place, "127.0.0.1:1"], "");
    expect([code, text]).toEqual([2, expect.stringMatching(says)]);
  });
});

async function closedPort(): Promise<number> {
  const server = listen();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function check(words: readonly string[], api: string): Promise<{ text: string; code: number }> {
  return new Promise((resolve) => {
    const env = { ...process.env, PORT587_GLOBALPING: api };
    execFile(process.execPath, ["dist/cli/main.js", "check", ...words], { env }, (error, out, err) =>
      resolve({ text: `${err}${out}`.replace(/\s+/g, " "), code: error === null ? 0 : Number(error.code) }),
    );
  });
}
